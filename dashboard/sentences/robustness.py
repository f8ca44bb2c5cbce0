"""How runs bear changes of their test clips, in words."""

from collections.abc import Sequence

from core.explanation.changes import Change
from core.explanation.robustness import Robustness, RobustPoint, sample_text, short_text
from dashboard.sentences.wording import escape_markdown, format_interval, format_percent, format_plural


def worst_sentence(name: str, points: Sequence[RobustPoint], change: Change) -> str:
    """Accuracy of the clips as they are, and the lowest over the range, as Markdown."""
    plain_place = next(place for place, point in enumerate(points) if point.value == change.neutral)
    plain, lowest = points[plain_place], min(point.accuracy for point in points)
    said = f"**{escape_markdown(name)}**: {_figure(plain)} with {escape_markdown(change.neutral_text)}"
    if lowest >= plain.accuracy:
        return f"{said}; nowhere less."
    # Of several that are as low, the one that changes the clips least.
    places = sorted(
        (place for place, point in enumerate(points) if point.accuracy == lowest),
        key=lambda place: abs(place - plain_place),
    )
    worst = points[places[0]]
    others = f" and {format_plural(len(places) - 1, 'other value')}" if len(places) > 1 else ""
    return f"{said}; least, {_figure(worst)}, at {escape_markdown(change.value_text(worst.value))}{others}."


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
