"""Settings and accuracies of many runs as numbers on parallel axes."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite, log10
from typing import Any

import pandas as pd

from core.recipe.flat import differing
from core.runs.finding import protocol_of_run
from core.runs.record import Run
from dashboard.sentences.settings import setting_text, setting_title
from dashboard.sentences.wording import format_percent, format_plural, name_with_seed
from dashboard.tables.settings import worded_settings

VALIDATION, TEST = "Validation accuracy", "Test accuracy"
MOST_CHOICES = 12
"""A setting with more different texts than that is no axis: nobody could tell its values apart."""
_WIDE = 20.0
"""From so many times the smallest on, values stand on a logarithmic axis."""
_SAYS_LITTLE = frozenset({"seed", "split.seed", "split.file", "split.file_name", "genres"})


@dataclass(frozen=True)
class Axis:
    """One of the parallel axes.

    Attributes
    ----------
    name : str
        Path of the setting, or `VALIDATION` or `TEST`.
    title : str
    places : tuple of float or None
        Of each run, 0 (bottom) to 1; None where it has no such setting.
    texts : tuple of str
        The value of each run in words.
    ticks : tuple of (float, str)
        Places with what is written there.
    """

    name: str
    title: str
    places: tuple[float | None, ...]
    texts: tuple[str, ...]
    ticks: tuple[tuple[float, str], ...]


def best_validation(run: Run) -> float | None:
    """Highest validation accuracy over the epochs, 0 to 1; None where nothing was validated."""
    return max((record.val_accuracy for record in run.history if record.val_accuracy is not None), default=None)


def setting_axes(runs: Sequence[Run]) -> list[Axis]:
    """An axis for each setting in which the runs differ and that can be told apart, those first that vary most."""
    settings = [_settings(run) for run in runs]
    axes = []
    for path in differing(settings):
        values = [each.get(path) for each in settings]
        if path in _SAYS_LITTLE:
            continue
        axis = _numbers(path, values) if _all_numbers(values) else _choices(path, values)
        if axis is not None:
            axes.append(axis)
    return sorted(axes, key=lambda axis: -len(set(axis.texts)))


def accuracy_axes(runs: Sequence[Run]) -> list[Axis]:
    """Validation and test accuracy, each where some run has it, both on the same scale."""
    test = [None if run.result is None else run.result.accuracy for run in runs]
    validation = [best_validation(run) for run in runs]
    known = [value for value in (*test, *validation) if value is not None]
    if not known:
        return []
    low, high = min(known), max(known)
    # Five points at least, so that small differences look small.
    low, high = max(0.0, min(low, high - 0.05)), min(1.0, max(high, low + 0.05))
    ticks = tuple((step / 4, format_percent(low + step / 4 * (high - low))) for step in range(5))
    return [
        Axis(
            name,
            name,
            tuple(None if value is None else (value - low) / (high - low) for value in values),
            tuple("–" if value is None else format_percent(value) for value in values),
            ticks,
        )
        for name, values in ((VALIDATION, validation), (TEST, test))
        if any(value is not None for value in values)
    ]


def parallel_table(runs: Sequence[Run], axes: Sequence[Axis]) -> pd.DataFrame:
    """One row a run and axis, as `parallel_chart` draws it.

    Returns
    -------
    DataFrame
        ``id``, ``run`` (label), ``axis`` (title), ``place`` (0 to 1; missing where the run has no such setting),
        ``value`` (text), ``accuracy`` (test accuracy, else validation, 0 to 1), ``reached`` (the accuracy in words).
    """
    rows = [
        {
            "id": run.id,
            "run": name_with_seed(run),
            "axis": axis.title,
            "place": axis.places[number],
            "value": axis.texts[number],
            "accuracy": _accuracy(run),
            "reached": _reached(run),
        }
        for number, run in enumerate(runs)
        for axis in axes
    ]
    names = ["id", "run", "axis", "place", "value", "accuracy", "reached"]
    return pd.DataFrame(rows, columns=names).astype({"place": "float64", "accuracy": "float64"})


def _accuracy(run: Run) -> float | None:
    return run.result.accuracy if run.result is not None else best_validation(run)


def _reached(run: Run) -> str:
    if run.result is not None:
        return (
            f"{format_percent(run.result.accuracy)} of {format_plural(run.result.n, f'test {run.config.split.unit}')}"
        )
    validation = best_validation(run)
    return "–" if validation is None else f"{format_percent(validation)} of the validation set"


def exported_parallel(runs: Sequence[Run], axes: Sequence[Axis]) -> pd.DataFrame:
    """The same to download: a row a run, a column an axis."""
    return pd.DataFrame(
        [
            {
                "run": run.id,
                "name": run.config.name,
                **{axis.title: axis.texts[number] for axis in axes},
                "test_accuracy": None if run.result is None else run.result.accuracy,
                "test_clips": None if run.result is None else run.result.n,
                "validation_accuracy": best_validation(run),
                "protocol": "" if run.result is None else run.result.protocol,
            }
            for number, run in enumerate(runs)
        ]
    )


def _settings(run: Run) -> dict[str, Any]:
    """As `worded_settings`; of sizes of several layers their number and the first, as a search varies them."""
    found: dict[str, Any] = {"collection": run.collection_title, "protocol": protocol_of_run(run)}
    for path, value in worded_settings(run.config).items():
        if path in ("split.protocol", "split.group_column"):
            continue
        if path.startswith("model.") and isinstance(value, list) and value and all(map(_is_number, value)):
            found |= {f"{path}.depth": len(value), f"{path}.width": value[0]}
        else:
            found[path] = value
    return found | {"n_parameters": run.n_parameters or None}


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _all_numbers(values: Sequence[Any]) -> bool:
    known = [value for value in values if value is not None]
    return bool(known) and all(_is_number(value) and isfinite(value) for value in known)


def _numbers(path: str, values: Sequence[Any]) -> Axis | None:
    known = sorted({float(value) for value in values if value is not None})
    if len(known) < 2:
        return _choices(path, values)
    is_wide = known[0] > 0 and known[-1] >= _WIDE * known[0]

    def stretch(value: float) -> float:
        return log10(value) if is_wide else value

    low, high = stretch(known[0]), stretch(known[-1])
    places = tuple(None if value is None else (stretch(float(value)) - low) / (high - low) for value in values)
    few = known if len(known) <= 6 else [known[0], known[-1]]
    ticks = tuple(((stretch(value) - low) / (high - low), _number_text(value)) for value in few)
    texts = tuple("–" if value is None else _number_text(float(value)) for value in values)
    return Axis(path, setting_title(path), places, texts, ticks)


def _number_text(value: float) -> str:
    return f"{value:,.0f}" if value.is_integer() and abs(value) >= 1000 else f"{value:.3g}"


def _choices(path: str, values: Sequence[Any]) -> Axis | None:
    texts = tuple(setting_text(value) for value in values)
    different = sorted(set(texts))
    if not 2 <= len(different) <= MOST_CHOICES:
        return None
    place = {text: number / (len(different) - 1) for number, text in enumerate(different)}
    return Axis(
        path,
        setting_title(path),
        tuple(place[text] for text in texts),
        texts,
        tuple((place[text], text) for text in different),
    )
