"""The clips that are least like the rest of their genre, as a table."""

import pandas as pd

from core.exploration import Outliers, reasons
from dashboard.sentences.outliers import reasons_text

MAX_SHOWN = 100


def outlier_table(found: Outliers, *, only: frozenset[str] = frozenset(), n_most: int = MAX_SHOWN) -> pd.DataFrame:
    """The farthest clips: ``clip``, ``genre``, ``score``, ``rank``, ``reason`` in words."""
    scores = found.scores[found.scores["clip"].isin(only)] if only else found.scores
    shown = scores.head(n_most).reset_index(drop=True)
    return shown.assign(reason=[reasons_text(reasons(found, clip, n_reasons=2)) for clip in shown["clip"]])
