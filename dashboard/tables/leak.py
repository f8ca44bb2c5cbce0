"""The leak meter as a table."""

from collections.abc import Sequence

import pandas as pd

from core.experiments.aggregate import LeakRow
from dashboard.sentences.leak import inflation_text
from dashboard.sentences.results import result_word
from dashboard.sentences.wording import format_interval, format_percent, format_plural


def leak_frame(rows: Sequence[LeakRow]) -> pd.DataFrame:
    """The meter as a table for people."""
    return pd.DataFrame(
        {
            "Protocol": [row.title for row in rows],
            "Test accuracy": [format_percent(row.accuracy) for row in rows],
            "95 % interval": [format_interval(row.interval) for row in rows],
            "Correct": [_correct(row) for row in rows],
            "Note": [result_word(row.result, unit=row.unit) for row in rows],
            "Inflation": [inflation_text(row.inflation) if row is not rows[-1] else "–" for row in rows],
            "Used for training": [format_plural(row.n_train, row.unit) for row in rows],
        }
    )


def _correct(row: LeakRow) -> str:
    return f"{row.n_correct:,} of {row.n:,}" + (f" {row.unit}s" if row.unit != "clip" else "")
