"""The command that makes the stated accuracy figures again from the data."""

from argparse import Namespace
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from core.cli.console import ProgressLine, table_text
from core.cli.lookup import typed_path
from core.clips.collection import Collection
from core.errors import ConfigError
from core.evaluation.predictions import TestResult
from core.features.base import require_audio_front_ends
from core.jobs.progress import Progress
from core.reproduction.conduct import Figure, Row, fit_held_out_temperature, judge_whole, reproduce
from core.reproduction.recipes import RECIPES, SMALL_RECIPES, Recipe, find_recipes
from core.reproduction.shipping import ship
from core.reproduction.sources import PREPARE
from core.reproduction.stated import (
    TOLERANCE,
    Agreement,
    compare_with_stated,
    stated_by_clip,
    stated_fault_filtered,
    stated_on_small,
    stated_on_whole_clips,
)


def run_reproduce(options: Namespace, progress: ProgressLine) -> tuple[dict[str, Any], str, int]:
    """Train the recipes; values, text and exit code of the answer, which is 1 where a figure is not as stated."""
    if options.small and options.ship is not None:
        raise ConfigError("Models of the small collection are not shipped: leave out --small or --ship.")
    recipes = find_recipes(options.recipes, SMALL_RECIPES if options.small else RECIPES)
    folder = typed_path(options.folder, "the folder of the data")
    sources = dict.fromkeys(recipe.source for recipe in recipes)
    require_audio_front_ends(recipe.front_end for recipe in recipes if recipe.source != "features")
    # What is lacking is said before anything is trained for hours.
    collections = {source: PREPARE[source](folder) for source in sources}
    whole = PREPARE["mini"](folder) if "excerpts" in sources else None
    made = []
    for source, collection in collections.items():
        given = [recipe for recipe in recipes if recipe.source == source]
        made.append(_reproduce_source(collection, given, whole, options.ship, progress))
    rows = [row for each in made for row in each.rows]
    shipped = [place for each in made for place in each.shipped]
    values = {
        "collections": [
            {
                "title": each.collection.title,
                "clips": len(each.collection.clips),
                "fingerprint": each.collection.fingerprint,
            }
            for each in made
        ],
        "rows": [asdict(row) | {"stated": _stated_values(row)} for row in rows],
        "tolerance": TOLERANCE,
        "shipped": [str(place) for place in shipped],
    }
    is_other = any(each.verdict == "different" for row in rows for each in _agreements(row).values())
    return values, _text(rows, shipped), int(is_other)


@dataclass(frozen=True)
class _Made:
    """The rows of the recipes of one source, and where those were put that are to be shipped."""

    collection: Collection
    rows: list[Row]
    shipped: list[Path]


def _reproduce_source(
    collection: Collection,
    recipes: list[Recipe],
    whole: Collection | None,
    ship_to: str | None,
    progress: ProgressLine,
) -> _Made:
    rows = reproduce(collection, recipes, on_run=_announcer(progress), on_update=progress)
    if recipes[0].source == "excerpts" and whole is not None:
        rows = [judge_whole(row, collection, whole, on_update=progress) for row in rows]
    shipped = []
    for row, recipe in zip(rows[: len(recipes)], recipes, strict=True) if ship_to is not None else ():
        progress(Progress(phase=f"Temperature of {recipe.title}"))
        temperature = fit_held_out_temperature(collection, recipe, on_update=progress)
        shipped.append(ship(row, recipe.preset, collection, Path(str(ship_to)).expanduser(), temperature))
    return _Made(collection, rows, shipped)


def _agreements(row: Row) -> dict[str, Agreement]:
    """A row's figures beside the stated ones, by the name of the protocol."""
    if row.fault_filtered is None:
        found = {"by_clip": compare_with_stated(row.by_clip.result, stated_on_small(row.recipe))}
    else:
        found = {
            "by_clip": compare_with_stated(row.by_clip.result, stated_by_clip(row.recipe)),
            "fault_filtered": compare_with_stated(row.fault_filtered.result, stated_fault_filtered(row.recipe)),
        }
    if row.whole_clips is not None:
        found["whole_clips"] = compare_with_stated(row.whole_clips, stated_on_whole_clips(row.recipe))
    return {protocol: agreement for protocol, agreement in found.items() if agreement is not None}


def _stated_values(row: Row) -> dict[str, Any]:
    return {protocol: agreement.to_dict() for protocol, agreement in _agreements(row).items()}


def _announcer(progress: ProgressLine) -> Any:
    def announce(title: str, done: int, total: int) -> None:
        progress(Progress(phase=f"Run {done + 1} of {total}: {title}"))

    return announce


def _text(rows: list[Row], shipped: list[Path]) -> str:
    heads = ["recipe", "parameters", "by clip, 5 folds", "fault-filtered", "mean of the folds"]
    lines = [
        (
            row.title,
            f"{row.n_parameters:,}",
            _result_text(row.by_clip.result),
            "-" if row.fault_filtered is None else _result_text(row.fault_filtered.result),
            _spread_text(row.by_clip),
        )
        for row in rows
    ]
    words = {"by_clip": "by clip", "fault_filtered": "fault-filtered", "whole_clips": "whole clips"}
    beside = [
        f"{row.title}, {words[protocol]}: {agreement.text}"
        for row in rows
        for protocol, agreement in _agreements(row).items()
    ]
    further = [
        f"{row.title}, {_result_text(result)}: {result.protocol}"
        for row in rows
        for result in (row.whole_clips, row.strangers)
        if result is not None
    ]
    text = "\n".join([table_text(heads, lines), *further, *beside])
    return text + "".join(f"\nshipped: {place}" for place in shipped)


def _result_text(result: TestResult) -> str:
    low, high = result.interval
    return f"{100 * result.accuracy:.1f} % ({100 * low:.0f}-{100 * high:.0f}, n {result.n})"


def _spread_text(figure: Figure) -> str:
    folds = figure.folds
    if folds is None or folds.deviation is None:
        return "-"
    return f"{100 * folds.mean:.1f} % sd {100 * folds.deviation:.1f}"
