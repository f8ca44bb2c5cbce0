"""What the guided tour says of the collection and the runs at hand: computed, and with all that belongs to a figure."""

from core.clips.collection import Collection
from core.evaluation.ordering import Confusion
from core.evaluation.predictions import TestResult
from core.runs.record import Run
from dashboard.sentences.feature_names import feature_name
from dashboard.sentences.results import result_caution
from dashboard.sentences.wording import (
    escape_markdown,
    format_count,
    format_interval,
    format_percent,
    format_plural,
)


def accuracy_text(result: TestResult, *, unit: str = "clip") -> str:
    """``56.6 % of 290 test clips (95 % interval 51 to 62 %, chance 11.0 %)``."""
    return (
        f"{format_percent(result.accuracy)} of {format_plural(result.n, f'test {unit}')} (95 % interval "
        f"{format_interval(result.interval)}, chance {format_percent(result.chance)})"
    )


def run_line(run: Run) -> str:
    """A finished run: what it is, on what, how right, and how its clips were divided."""
    assert run.result is not None
    unit = run.config.split.unit
    weights = f", {format_count(run.n_parameters)} weights" if run.n_parameters else ""
    caution = result_caution(run.result, unit=unit)
    return (
        f"**{escape_markdown(run.config.name)}** ({run.model_kind} on {escape_markdown(run.config.front_end.title)}"
        f"{weights}), trained on {escape_markdown(run.collection_title)}: {accuracy_text(run.result, unit=unit)}. "
        f"Split: {escape_markdown(run.result.protocol)}.{f' {caution}' if caution else ''}"
    )


def no_second_curve(run: Run) -> str:
    """That a run has no validation curve to look at; empty where it has one."""
    if not run.has_epochs or any(epoch.val_loss is not None for epoch in run.history):
        return ""
    return "It learnt from its validation clips as well: the curve that would show learning by heart is missing."


def collection_line(collection: Collection) -> str:
    """How much music there is."""
    return (
        f"**{escape_markdown(collection.title)}** has {format_plural(len(collection.clips), 'clip')} of "
        f"{format_plural(len(collection.genres), 'genre')}."
    )


def pair_line(first: tuple[str, str], second: tuple[str, str], told: Confusion | None) -> str:
    """Which two clips are opened, and what the study's CNN made of such clips.

    Parameters
    ----------
    first, second : (str, str)
        Name of the clip, and its genre.
    told : Confusion or None
        Of the study's CNN between these genres.
    """
    above, below = (f"**{escape_markdown(name)}** ({escape_markdown(genre)})" for name, genre in (first, second))
    known = (
        ""
        if told is None
        else f" The study's CNN took {told.n} of {told.n_actual} test clips of {told.actual} for {told.predicted}."
    )
    return f"Opens {above} above {below}.{known}"


def feature_line(feature: str, share: float, *, n_clips: int, n_genres: int, n_features: int) -> str:
    """Which number tells the genres apart best.

    Parameters
    ----------
    feature : str
    share : float
        Eta squared, 0 to 1.
    n_clips, n_genres, n_features : int
        It was sought among.
    """
    name = escape_markdown(feature_name(feature).label)
    return (
        f"Of {format_plural(n_features, 'number')}, **{name}** tells the {format_plural(n_genres, 'genre')} apart best "
        f"by itself: {format_percent(share, digits=0)} of its variance lies between genres (η² over "
        f"{format_plural(n_clips, 'clip')}; not an accuracy)."
    )


def mistake_line(run: Run, worst: Confusion | None) -> str:
    """The cell that is opened."""
    assert run.result is not None
    unit = f"test {run.config.split.unit}"
    if worst is None:
        return f"It made no mistake on {format_plural(run.result.n, unit)}: there is none to hear."
    return (
        f"Its biggest confusion: {worst.n} of {format_plural(worst.n_actual, unit)} of "
        f"{escape_markdown(worst.actual)} taken for {escape_markdown(worst.predicted)}."
    )
