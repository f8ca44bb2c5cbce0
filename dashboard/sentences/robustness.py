"""How runs bear changes of their test clips, in words."""

from collections.abc import Sequence

from core.explanation.changes import Change
from core.explanation.robustness import Robustness, RobustPoint, sample_text, short_text
from dashboard.sentences.wording import escape_markdown, format_interval, format_percent, format_plural


def worst_sentence(name: str, points: Sequence[RobustPoint], change: Change) -> str:
    """Accuracy of the clips as they are, and the lowest over the range, as Markdown."""
    plain = next(point for point in points if point.value == change.neutral)
    worst = min(points, key=lambda point: point.accuracy)
    said = f"**{escape_markdown(name)}**: {_figure(plain)} with {escape_markdown(change.neutral_text)}"
    if worst.accuracy >= plain.accuracy:
        return f"{said}; nowhere less."
    return f"{said}; least, {_figure(worst)}, at {escape_markdown(change.value_text(worst.value))}."


def _figure(point: RobustPoint) -> str:
    return (
        f"{format_percent(point.accuracy)} ({point.n_correct:,} of {point.n:,}, 95 % interval "
        f"{format_interval(point.interval)})"
    )


def basis_sentence(name: str, found: Robustness) -> str:
    """Which clips the figures are of, and how the run's clips were divided, as Markdown."""
    failed = f" {format_plural(len(found.failures), 'clip')} could not be read." if found.failures else ""
    short = f" {short_text(found)}" if short_text(found) else ""
    return escape_markdown(f"{name}: {sample_text(found)}; {found.protocol}.{short}{failed}")
