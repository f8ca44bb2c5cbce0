"""A split as a table."""

import pandas as pd

from core.splits.base import PARTS
from core.splits.summary import SplitSummary
from dashboard.sentences.split import PART_TITLES


def split_table(summary: SplitSummary) -> pd.DataFrame:
    """Clips by genre (rows) and part (columns)."""
    rows = [
        {"Genre": genre, **{PART_TITLES[part]: by_part[part] for part in PARTS}}
        for genre, by_part in summary.counts.items()
    ]
    return pd.DataFrame(rows)
