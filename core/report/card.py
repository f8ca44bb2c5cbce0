"""The card of any run, as Markdown: what is to be known before its model is used. Texts from outside are escaped."""

import math
import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

import pandas as pd

from core.ears.weights import AUTHORS, TRAININGS
from core.errors import GenreLabError
from core.evaluation.calibration import calibration_text, measure_calibration, temperature_text
from core.evaluation.caution import caution_text
from core.evaluation.metrics import confusion_matrix, recall_by_genre
from core.files import read_json
from core.names import readable_name
from core.runs import files
from core.runs.record import Run
from core.runs.results import artifact_path, load_predictions, load_temperature
from core.runs.shipped import model_card

MOST_IN_MATRIX = 25
"""Genres beyond which a matrix is no help on a card."""
_MARKS = re.compile(r"([\\`*_{}\[\]<>#|~!&$]|(?<=:)/(?=/)|(?<=www)\.)")
"""What Markdown would take for a mark, and the beginnings of what some readers make a link of."""


def escape(text: str) -> str:
    r"""Text that is to be read as it is within Markdown.

    >>> escape("a*b <c> | d")
    'a\\*b \\<c\\> \\| d'
    """
    return _MARKS.sub(r"\\\1", readable_name(text))


def markdown_table(header: Iterable[object], rows: Iterable[Iterable[object]]) -> list[str]:
    """Lines of a table; cells that are text must be escaped already."""
    names = [str(name) for name in header]
    lines = ["| " + " | ".join(names) + " |", "|" + "---|" * len(names)]
    return lines + ["| " + " | ".join(_cell(value) for value in row) + " |" for row in rows]


def _cell(value: object) -> str:
    if isinstance(value, float):
        return "-" if math.isnan(value) else f"{value:.3f}"
    return str(value)


def run_card(run: Run) -> str:
    """The card of a finished run: the one that it comes with, or one made of what it keeps.

    Raises
    ------
    RunError
        The run's files are missing or damaged.
    """
    if run.shipped and (text := model_card(run.id)):
        return text
    assert run.result is not None
    predictions = load_predictions(run.id)
    unit, result = run.config.split.unit, run.result
    low, high = result.interval
    accuracy = (
        escape(result.protocol),
        f"{100 * result.accuracy:.1f} %",
        f"{100 * low:.0f} to {100 * high:.0f} %",
        f"{result.n_correct:,} of {result.n:,}",
        f"{100 * result.chance:.1f} %",
    )
    temperature = load_temperature(run.id)
    lines = [
        f"# {escape(run.config.name)}",
        "",
        f"A {run.config.model_kind.described} that tells apart {len(run.config.genres)} genres: "
        f"{', '.join(map(escape, run.config.genres))}.",
        "",
        *markdown_table(("", ""), _facts(run)),
        "",
        "## Accuracy",
        "",
        *markdown_table(("Split", "Accuracy", "95 % interval", f"Test {unit}s", "Chance"), [accuracy]),
        "",
        *([caution, ""] if (caution := caution_text(result, unit=unit)) else []),
        *by_genre_lines(recall_by_genre(predictions)),
        "",
        *matrix_lines(confusion_matrix(predictions)),
        "## Probabilities",
        "",
        calibration_text(measure_calibration(predictions), unit=unit),
        *([] if temperature is None else ["", temperature_text(temperature)]),
        "",
        "## Limits",
        "",
        *(f"- {limit}" for limit in _limits(run)),
        "",
    ]
    return "\n".join(lines)


def by_genre_lines(recalls: pd.DataFrame) -> list[str]:
    """Recall of each genre with its interval."""
    rows = []
    for row in recalls.to_dict("records"):
        genre, n = escape(str(row["genre"])), int(row["n"])
        interval = f"{100 * row['low']:.0f} to {100 * row['high']:.0f} %" if n else "-"
        rows.append((genre, n, int(row["n_correct"]), float(row["recall"]) if n else "-", interval))
    return markdown_table(("Genre", "Tested", "Right", "Recall", "95 % interval"), rows)


def matrix_lines(matrix: pd.DataFrame) -> list[str]:
    """The confusion matrix, where it is no larger than is of use."""
    if len(matrix) > MOST_IN_MATRIX:
        return []
    names = [escape(str(name)) for name in matrix.columns]
    rows = [(escape(str(name)), *counts) for name, counts in zip(matrix.index, matrix.to_numpy().tolist(), strict=True)]
    return ["Confusion matrix: rows actual, columns predicted.", "", *markdown_table(("", *names), rows), ""]


def collection_facts(run: Run) -> dict[str, Any]:
    """What a run keeps of the collection that it learnt from: title, source, licence; empty where nothing is kept."""
    try:
        kept = read_json(artifact_path(run.id, files.CONFIG)).get("collection", {})
    except (GenreLabError, OSError, ValueError):
        return {}
    return kept if isinstance(kept, dict) else {}


def _facts(run: Run) -> list[tuple[str, str]]:
    config, kept = run.config, collection_facts(run)
    sizes = [f"{run.split_sizes[part]:,} {part}" for part in ("train", "validation", "test") if part in run.split_sizes]
    day = datetime.fromtimestamp(run.created_at, UTC).strftime("%Y-%m-%d")
    facts = [
        ("Learnt from", escape(run.collection_title)),
        ("Source", escape(str(kept.get("source") or ""))),
        ("Licence of the data", escape(str(kept.get("licence") or ""))),
        (f"{config.split.unit.capitalize()}s", ", ".join(sizes)),
        ("Sees", ", ".join(escape(front_end.title) for front_end in config.front_ends)),
        ("Parameters", f"{run.n_parameters:,}" if run.n_parameters else ""),
        ("Trained", f"{day}, seed {config.seed}"),
        ("Imported", escape(run.imported_from)),
        ("Run", f"`{run.id}`"),
    ]
    return [(name, value) for name, value in facts if value]


def _limits(run: Run) -> Sequence[str]:
    limits = [
        "For teaching and research: to see what such a model uses, and where it fails. Not for decisions about people "
        "or their music.",
        f"Every sound gets one of its {len(run.config.genres)} genres, whatever it is.",
    ]
    if run.synthetic:
        limits.insert(0, "It learnt from music made by a program: its verdicts on recorded music mean little.")
    if run.config.split.rules.is_wrong:
        limits.insert(0, "Parts of one clip were on both sides of its split, so that its accuracy is too high.")
    ears = run.config.trained_ears
    if ears is not None:
        limits += [f"It hears with ears that others trained: {AUTHORS}", TRAININGS[ears.training].heard]
    return limits
