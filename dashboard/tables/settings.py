"""Settings of runs side by side."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from core.recipe.config import TrainingConfig
from core.recipe.flat import differing, flat_settings
from core.runs.record import Run
from dashboard.sentences.settings import setting_text, setting_title

_COLLECTION, _FINGERPRINT = "Collection", "Clips, by fingerprint"
_PARTS = {"train": "Clips to train on", "validation": "Clips to validate", "test": "Clips to test"}


def settings_table(runs: Mapping[str, Run], *, only_differences: bool) -> pd.DataFrame:
    """One row a setting, one column a run.

    Parameters
    ----------
    runs : mapping of str to Run
        By their label, which becomes a column.
    only_differences : bool
        Leave out what all have alike.

    Returns
    -------
    DataFrame
        ``Setting``, then a column of texts for each run.
    """
    of = {label: _all_of(run) for label, run in runs.items()}
    names = list(dict.fromkeys(name for each in of.values() for name in each))
    if only_differences:
        names = differing(list(of.values()))
    rows = [
        {"Setting": _title(name), **{label: setting_text(each.get(name)) for label, each in of.items()}}
        for name in names
    ]
    return pd.DataFrame(rows, columns=["Setting", *of])


def worded_settings(config: TrainingConfig) -> dict[str, Any]:
    """As `flat_settings`, with kinds of models and inputs under the names that people know."""
    words = {"model.kind": config.model_kind.title, "front_end.kind": config.front_end.title}
    if config.numeric_front_end is not None:
        words["numeric_front_end.kind"] = config.numeric_front_end.title
    return flat_settings(config) | words


def _all_of(run: Run) -> dict[str, Any]:
    sizes: dict[str, Any] = {title: run.split_sizes.get(part) for part, title in _PARTS.items()}
    sizes = {_FINGERPRINT: run.collection_fingerprint[:10], **sizes}
    versions = {f"Version of {name}": version for name, version in run.versions.items()}
    return {_COLLECTION: run.collection_title, **worded_settings(run.config), **sizes, **versions}


def _title(name: str) -> str:
    return name if name == _COLLECTION or name.startswith(("Version of ", "Clips")) else setting_title(name)
