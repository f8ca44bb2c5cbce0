"""Figures of one run on its test part.

Conventions: a prediction is one clip; ``actual`` and ``predicted`` are genre names; probabilities of a clip
sum to 1. Accuracies and recalls are shares, 0 to 1, always with the number of clips behind them.
"""

from collections import Counter
from collections.abc import Iterable
from math import sqrt
from typing import TYPE_CHECKING

import numpy as np

from core.errors import RunError
from core.evaluation.predictions import COLUMNS, Predictions, TestResult

if TYPE_CHECKING:
    import pandas as pd

Z_95 = 1.959963984540054
"""Quantile of the normal distribution for 95 % intervals."""
_SUM_TOLERANCE = 1e-6


def wilson_interval(n_correct: int, n: int, *, z: float = Z_95) -> tuple[float, float]:
    """Wilson score interval of a share.

    Parameters
    ----------
    n_correct, n : int
        Successes and trials, 0 <= n_correct <= n, n >= 1.
    z : float
        Normal quantile; the default gives 95 %.

    Returns
    -------
    (float, float)
        Lower and upper end, 0 to 1.

    References
    ----------
    E. B. Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22 (1927).

    Examples
    --------
    >>> from core.evaluation.metrics import wilson_interval
    >>> low, high = wilson_interval(75, 100)
    >>> f"{low:.3f} to {high:.3f}"
    '0.657 to 0.825'
    """
    if not 0 <= n_correct <= n or n < 1:
        raise ValueError(f"Expected 0 <= n_correct <= n and n >= 1, got {n_correct} and {n}.")
    share = n_correct / n
    centre = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z * sqrt(share * (1 - share) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    low = 0.0 if n_correct == 0 else max(0.0, centre - half)
    high = 1.0 if n_correct == n else min(1.0, centre + half)
    return low, high


def validate_predictions(predictions: Predictions) -> None:
    """Check that predictions can be evaluated.

    Raises
    ------
    RunError
        There is none, a genre is not among the columns, a probability is not one, or a row does not sum to 1.
    """
    table, genres = predictions.table, list(predictions.genres)
    if list(table.columns) != [*COLUMNS, *genres]:
        raise RunError(f"Predictions need the columns clip, actual, predicted and {', '.join(genres)}.")
    if table.empty:
        raise RunError("There are no predictions to evaluate.")
    if table["clip"].duplicated().any():
        raise RunError(f"{table.loc[table['clip'].duplicated(), 'clip'].iloc[0]} was predicted more than once.")
    if unknown := sorted({*table["actual"].unique(), *table["predicted"].unique()} - set(genres)):
        raise RunError(f"The predictions contain {', '.join(unknown)}, which is not one of their genres.")
    probabilities = table[genres].to_numpy(dtype=np.float64)
    if not np.isfinite(probabilities).all() or (probabilities < 0).any():
        raise RunError("A probability is negative or not a number.")
    if np.abs(probabilities.sum(axis=1) - 1).max() > _SUM_TOLERANCE:
        raise RunError("The probabilities of a clip do not sum to 1.")


def chance_level(actual: Iterable[str]) -> float:
    """Share of the commonest genre: what always answering it would score."""
    counts = Counter(actual)
    if not counts:
        raise ValueError("There are no clips.")
    return max(counts.values()) / counts.total()


def evaluate(predictions: Predictions, *, protocol: str) -> TestResult:
    """Accuracy with interval and chance level; perfect predictions score 1."""
    validate_predictions(predictions)
    table = predictions.table
    n_correct, n = int((table["actual"] == table["predicted"]).sum()), len(table)
    return TestResult(
        n_correct=n_correct,
        n=n,
        interval=wilson_interval(n_correct, n),
        chance=chance_level(table["actual"]),
        protocol=protocol,
    )


def confusion_matrix(predictions: Predictions) -> "pd.DataFrame":
    """Counts of clips, rows actual and columns predicted, both in the order of ``genres``.

    Examples
    --------
    >>> from core.evaluation.metrics import confusion_matrix
    >>> from core.runs.results import load_predictions
    >>> from core.runs.store import list_runs
    >>> matrix = confusion_matrix(load_predictions(list_runs()[0].id))
    >>> matrix.shape, int(matrix.to_numpy().sum()) == list_runs()[0].result.n
    ((3, 3), True)
    """
    import pandas as pd

    genres = list(predictions.genres)
    label_of = {genre: label for label, genre in enumerate(genres)}
    actual = predictions.table["actual"].map(label_of).to_numpy(dtype=np.int64)
    predicted = predictions.table["predicted"].map(label_of).to_numpy(dtype=np.int64)
    counts = np.zeros((len(genres), len(genres)), dtype=np.int64)
    np.add.at(counts, (actual, predicted), 1)
    return pd.DataFrame(counts, index=pd.Index(genres, name="actual"), columns=pd.Index(genres, name="predicted"))


def recall_by_genre(predictions: Predictions) -> "pd.DataFrame":
    """Recall of each genre in the order of ``genres``.

    Returns
    -------
    DataFrame
        Columns ``genre``, ``n`` (test clips), ``n_correct``, ``recall`` and its 95 % interval ``low``, ``high``;
        the last three are NaN for a genre without test clips.
    """
    return recall_of_matrix(confusion_matrix(predictions))


def recall_of_matrix(matrix: "pd.DataFrame") -> "pd.DataFrame":
    """As `recall_by_genre`, of a confusion matrix alone: rows actual, columns predicted."""
    import pandas as pd

    counts = matrix.to_numpy()
    rows = []
    for label, genre in enumerate(matrix.index):
        n, n_correct = int(counts[label].sum()), int(counts[label, label])
        low, high = wilson_interval(n_correct, n) if n else (np.nan, np.nan)
        recall = n_correct / n if n else np.nan
        rows.append({"genre": genre, "n": n, "n_correct": n_correct, "recall": recall, "low": low, "high": high})
    return pd.DataFrame(rows)
