"""The leak meter in words: what a recipe is, what looser protocols add, and what else differs between them."""

from collections.abc import Iterable, Sequence

from core.experiments.aggregate import LeakRow
from core.experiments.leak import LeakMeter
from core.splits.obstacles import Obstacle
from core.splits.protocols import protocol_title
from dashboard.sentences.wording import (
    escape_markdown,
    format_genres,
    format_interval,
    format_percent,
    format_plural,
)


def recipe_label(meter: LeakMeter) -> str:
    """A recipe in a list to choose from: ``CNN · blues, jazz · GTZAN · seed 42 · 3 protocols``."""
    recipe = meter.recipe
    return " · ".join(
        (
            recipe.name,
            format_genres(recipe.genres, most=3),
            meter.collection_title,
            f"seed {recipe.seed}",
            format_plural(len(meter.rows), "protocol"),
        )
    )


def inflation_text(inflation: float) -> str:
    """``0.254`` as ``"+25.4 points"``."""
    return f"{100 * inflation:+.1f} points".replace("-", "\N{MINUS SIGN}")


def leak_sentence(rows: Sequence[LeakRow]) -> str:
    """The inflation in words, as Markdown."""
    strictest = rows[-1]
    base = (
        f"{format_percent(strictest.accuracy)} of {strictest.n:,} {strictest.unit}s "
        f"(95 % interval {format_interval(strictest.interval)}) {_phrase(strictest)}"
    )
    if len(rows) == 1:
        return f"So far, the recipe has been trained under one protocol only: {base}."
    loosest = max(rows[:-1], key=lambda row: row.inflation)
    apart = loosest.interval[0] > strictest.interval[1] or loosest.interval[1] < strictest.interval[0]
    certainty = (
        "The intervals do not overlap."
        if apart
        else "The intervals overlap, so some of the difference may be due to chance."
    )
    if loosest.inflation <= 0:
        return f"No protocol scores above the strictest: {base}. {certainty}"
    return (
        f"**{100 * loosest.inflation:.1f} points of inflation.** {_phrase(loosest).capitalize()} the same recipe "
        f"scores {format_percent(loosest.accuracy)} (95 % interval {format_interval(loosest.interval)}, "
        f"n = {loosest.n:,}{f' {loosest.unit}s' if loosest.unit != 'clip' else ''}), but {base}. {certainty}"
    )


def size_note(rows: Sequence[LeakRow]) -> str:
    """That a protocol also leaves fewer clips to learn from, where it does: not all of the difference is leak."""
    loosest, strictest = max(rows, key=lambda row: row.inflation), rows[-1]
    if loosest.unit != strictest.unit:
        return (
            "With excerpts, the model sees less at a time and more examples in an epoch. Excerpts of one clip are "
            "not independent either, so that interval is too narrow."
        )
    if not strictest.n_train or loosest.n_train <= 1.1 * strictest.n_train:
        return ""
    return (
        f"Part of the difference comes from the size of the training set: {_phrase(strictest)} it has "
        f"{strictest.n_train:,} clips, {_phrase(loosest)} {loosest.n_train:,}."
    )


def protocol_titles(protocols: Iterable[str]) -> str:
    """Protocols within a sentence, by their keys, as Markdown."""
    titles = [protocol_title(protocol) for protocol in protocols]
    return ", ".join(escape_markdown(title[:1].lower() + title[1:]) for title in titles)


def obstacle_text(obstacles: Sequence[Obstacle]) -> str:
    """Why protocols cannot be had with these clips and what would help, as Markdown: a line for each reason."""
    alike: dict[tuple[str, str], list[str]] = {}
    for obstacle in obstacles:
        alike.setdefault((obstacle.reason, obstacle.remedy), []).append(obstacle.key)
    return "  \n".join(
        f"**Not with these clips: {protocol_titles(keys)}.** {escape_markdown(' '.join(filter(None, said)))}"
        for said, keys in alike.items()
    )


def _phrase(row: LeakRow) -> str:
    """How the clips were divided, as Markdown that goes on a sentence."""
    if row.rules.takes_column:
        return f"divided {protocol_titles([row.protocol])}"
    if row.unit == "excerpt":
        return "with excerpts of clips divided at random"
    return row.rules.in_words
