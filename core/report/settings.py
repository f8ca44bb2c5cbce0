"""Settings of runs as tables: what differs between them, and what they have in common."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from core.recipe.config import TrainingConfig

_MISSING = "\N{EN DASH}"
_LONGEST = 200


def settings_rows(configs: Sequence[TrainingConfig]) -> tuple[list[list[str]], list[list[str]]]:
    """Rows of the settings that differ, with a cell for each run, and of those that are the same, with one.

    Parameters
    ----------
    configs : sequence of TrainingConfig

    Returns
    -------
    list of list of str, twice
        The first cell of a row is the name of the setting, a dotted path as in stored configurations.
    """
    flat = [dict(_flat(config.to_dict())) for config in configs]
    names = dict.fromkeys(name for values in flat for name in values)
    differing, same = [], []
    for name in names:
        values = [each.get(name, _MISSING) for each in flat]
        if len(set(values)) > 1:
            differing.append([name, *values])
        else:
            same.append([name, values[0]])
    return differing, same


def _flat(values: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    for name, value in values.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", _shown(name, value)


def _shown(name: str, value: Any) -> str:
    if value is None or value in ("", [], ()):
        return "none"
    if name == "corrected_labels":
        return f"{len(value):,} labels"
    if isinstance(value, list | tuple):
        shown = ", ".join(_shown("", each) for each in value)
        return shown if len(shown) <= _LONGEST else f"{shown[: _LONGEST - 1]}\N{HORIZONTAL ELLIPSIS}"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, float) else str(value)
