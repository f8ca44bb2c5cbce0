"""The trials of a search as a table."""

from typing import Any

import pandas as pd

from core.search.spec import SearchSpec
from core.search.study import Search, Trial
from dashboard.sentences.search import setting_titles

TRIAL_STATES = {
    "running": "running",
    "open": "unfinished",
    "complete": "complete",
    "pruned": "stopped early",
    "failed": "failed",
}
"""What the states of a trial are called."""


def trials_frame(search: Search) -> pd.DataFrame:
    """One row a trial: number, state, what it reached, epochs, its settings, its run."""
    titles = setting_titles(search.spec)
    return pd.DataFrame([_row(trial, titles, search.spec) for trial in search.trials])


def _row(trial: Trial, titles: dict[str, str], spec: SearchSpec) -> dict[str, Any]:
    factor = 100.0 if spec.objective == "accuracy" else 1.0
    return {
        "Trial": trial.number,
        "State": TRIAL_STATES[trial.state],
        "Reached": None if trial.value is None else factor * trial.value,
        "Epochs": trial.n_epochs,
        **{title: trial.values.get(path) for path, title in titles.items()},
        "Run": trial.run_id,
        "Note": _note(trial),
    }


def _note(trial: Trial) -> str:
    """Why a trial ended as it did."""
    if trial.state == "open":
        return "continued when the search is resumed"
    return trial.error or trial.ended
