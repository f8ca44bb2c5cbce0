"""The clips of a cell of the confusion matrix, and the recall of each genre, as tables."""

import pandas as pd

from core.evaluation.predictions import Predictions
from dashboard.sentences.wording import format_interval


def clips_of_cell(predictions: Predictions, actual: str, predicted: str) -> pd.DataFrame:
    """Rows of the clips of ``actual`` that were taken for ``predicted``, the surest judgement first."""
    table = predictions.table
    rows = table[(table["actual"] == actual) & (table["predicted"] == predicted)]
    return rows.sort_values([predicted, "clip"], ascending=[False, True])


def recall_frame(recalls: pd.DataFrame) -> pd.DataFrame:
    """Recall of each genre for people, in per cent.

    Parameters
    ----------
    recalls : DataFrame
        From `core.evaluation.metrics.recall_by_genre`.
    """
    return pd.DataFrame(
        {
            "Genre": recalls["genre"],
            "Recall": 100 * recalls["recall"],
            "95 % interval": [
                "–" if pd.isna(low) else format_interval((low, high))
                for low, high in zip(recalls["low"], recalls["high"], strict=True)
            ],
            "Correct": [f"{right} of {n}" for right, n in zip(recalls["n_correct"], recalls["n"], strict=True)],
        }
    )
