"""The command that makes the stated accuracy figures again from the data."""

from argparse import Namespace
from dataclasses import asdict
from pathlib import Path
from typing import Any

from core.cli.console import ProgressLine, table_text
from core.cli.lookup import typed_path
from core.jobs.progress import Progress
from core.reproduction.conduct import Figure, Row, fit_held_out_temperature, prepare_collection, reproduce
from core.reproduction.recipes import find_recipes
from core.reproduction.shipping import ship
from core.reproduction.stated import (
    TOLERANCE,
    Agreement,
    compare_with_stated,
    stated_by_clip,
    stated_fault_filtered,
)


def run_reproduce(options: Namespace, progress: ProgressLine) -> tuple[dict[str, Any], str, int]:
    """Train the recipes; values, text and exit code of the answer, which is 1 where a figure is not as stated."""
    recipes = find_recipes(options.recipes)
    collection = prepare_collection(typed_path(options.folder, "the folder of the data"))
    rows = reproduce(collection, recipes, on_run=_announcer(progress), on_update=progress)
    shipped = []
    if options.ship is not None:
        folder = Path(options.ship).expanduser()
        for row, recipe in zip(rows[: len(recipes)], recipes, strict=True):
            progress(Progress(phase=f"Temperature of {recipe.title}"))
            temperature = fit_held_out_temperature(collection, recipe, on_update=progress)
            shipped.append(ship(row, recipe.preset, collection, folder, temperature))
    values = {
        "collection": {
            "title": collection.title,
            "clips": len(collection.clips),
            "fingerprint": collection.fingerprint,
        },
        "rows": [asdict(row) | {"stated": _stated_values(row)} for row in rows],
        "tolerance": TOLERANCE,
        "shipped": [str(place) for place in shipped],
    }
    is_other = any(each.verdict == "different" for row in rows for each in _agreements(row).values())
    return values, _text(rows, shipped), int(is_other)


def _agreements(row: Row) -> dict[str, Agreement]:
    """A row's figures beside the stated ones, by the name of the protocol."""
    found = {
        "by_clip": compare_with_stated(row.by_clip.result, stated_by_clip(row.recipe)),
        "fault_filtered": compare_with_stated(row.fault_filtered.result, stated_fault_filtered(row.recipe)),
    }
    return {protocol: agreement for protocol, agreement in found.items() if agreement is not None}


def _stated_values(row: Row) -> dict[str, Any]:
    return {protocol: agreement.to_dict() for protocol, agreement in _agreements(row).items()}


def _announcer(progress: ProgressLine) -> Any:
    def announce(title: str, done: int, total: int) -> None:
        progress(Progress(phase=f"Run {done + 1} of {total}: {title}"))

    return announce


def _text(rows: list[Row], shipped: list[Path]) -> str:
    lines = [
        (
            row.title,
            f"{row.n_parameters:,}",
            _figure_text(row.by_clip),
            _figure_text(row.fault_filtered),
            _spread_text(row.by_clip),
        )
        for row in rows
    ]
    heads = ["recipe", "parameters", "by clip, 5 folds", "fault-filtered", "mean of the folds"]
    words = {"by_clip": "by clip", "fault_filtered": "fault-filtered"}
    beside = [
        f"{row.title}, {words[protocol]}: {agreement.text}"
        for row in rows
        for protocol, agreement in _agreements(row).items()
    ]
    text = "\n".join([table_text(heads, lines), *beside])
    return text + "".join(f"\nshipped: {place}" for place in shipped)


def _figure_text(figure: Figure) -> str:
    low, high = figure.result.interval
    return f"{100 * figure.result.accuracy:.1f} % ({100 * low:.0f}-{100 * high:.0f}, n {figure.result.n})"


def _spread_text(figure: Figure) -> str:
    folds = figure.folds
    if folds is None or folds.deviation is None:
        return "-"
    return f"{100 * folds.mean:.1f} % sd {100 * folds.deviation:.1f}"
