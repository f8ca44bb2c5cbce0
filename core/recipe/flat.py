"""The settings of a training as one flat list, so that trainings can be laid side by side."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from core.recipe.config import TrainingConfig

_LEFT_OUT = ("name", "collection_id", "corrected_labels")
"""What is said otherwise, or says nothing to people."""


def flat_settings(config: TrainingConfig) -> dict[str, Any]:
    """Every setting by its path, as in `core.search.fields`: ``learning_rate``, ``model.dropout``, ``split.fold``.

    Returns
    -------
    dict of str to plain value
        Numbers, texts, booleans, None, and lists of these. Of a setting with parts of its own that is not there
        (``segments``) only its own path, with None; ``corrected_labels`` is the number of labels.
    """
    return dict(_flat(config))


# Hundreds of runs are laid side by side at each click, and their settings never change.
@lru_cache(maxsize=2048)
def _flat(config: TrainingConfig) -> dict[str, Any]:
    found: dict[str, Any] = {}
    _flatten("", config.to_dict(), found)
    kept = {path: value for path, value in found.items() if path not in _LEFT_OUT}
    return kept | {"corrected_labels": len(config.corrected_labels)}


def _flatten(start: str, values: Mapping[str, Any], found: dict[str, Any]) -> None:
    for name, value in values.items():
        if isinstance(value, Mapping):
            _flatten(f"{start}{name}.", value, found)
        else:
            found[start + name] = list(value) if isinstance(value, tuple) else value


def differing(settings: list[dict[str, Any]]) -> list[str]:
    """Paths at which not all of these have the same, in the order in which they first come; absent counts as None."""
    paths = list(dict.fromkeys(path for each in settings for path in each))
    return [path for path in paths if any(each.get(path) != settings[0].get(path) for each in settings)]
