"""What a report says of a model: the figures of its card, with all that an accuracy needs to be understood."""

from collections.abc import Sequence
from datetime import UTC, datetime

from core.evaluation.caution import caution_text
from core.report.markup import Markup, h, table
from core.runs.record import Run

_SHOWN = ("python", "tensorflow", "keras", "scikit-learn", "numpy", "librosa")


def model_part(run: Run, name: str, trust: Sequence[str]) -> Markup:
    """What a run is, what it learnt from, and how often it is right.

    Parameters
    ----------
    run : Run
        A finished one.
    name : str
        What it is called in the report.
    trust : sequence of str
        How far its probabilities can be believed, in sentences.
    """
    synthetic = " (music made by a program: its verdicts on real music mean little)" if run.synthetic else ""
    day = datetime.fromtimestamp(run.created_at, UTC).strftime("%Y-%m-%d")
    rows: list[tuple[str, str]] = [
        ("Kind", run.config.model_kind.described),
        ("Learnt from", f"{run.collection_title}{synthetic}"),
        ("Genres", ", ".join(run.config.genres)),
        ("Sees", ", ".join(front_end.title for front_end in run.config.front_ends)),
        ("Parameters", f"{run.n_parameters:,}"),
        ("Trained", f"{day}, seed {run.config.seed}{', comes with Genre Lab' if run.shipped else ''}"),
        ("Run", run.id),
    ]
    if run.result is not None:
        result, unit = run.result, run.config.split.unit
        low, high = result.interval
        rows[2:2] = [
            ("Test accuracy", f"{100 * result.accuracy:.1f} % ({result.n_correct:,} of {result.n:,} test {unit}s)"),
            ("95 % interval", f"{100 * low:.0f} to {100 * high:.0f} %; chance {100 * result.chance:.1f} %"),
            *([("Note", caution)] if (caution := caution_text(result, unit=unit)) else []),
            ("Split", result.protocol),
        ]
    versions = ", ".join(f"{library} {run.versions[library]}" for library in _SHOWN if library in run.versions)
    rows += [("Libraries", versions)] if versions else []
    return h(
        "section",
        h("h3", name),
        table(("", ""), rows, caption=f"Figures of {name}"),
        [h("p", sentence, class_="note") for sentence in trust],
        class_="whole model",
    )
