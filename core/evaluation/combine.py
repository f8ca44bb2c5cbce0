"""One verdict from several models on the same clips."""

from collections.abc import Sequence

import numpy as np

from core.errors import RunError
from core.evaluation.predictions import Predictions


def combine_predictions(predictions: Sequence[Predictions]) -> Predictions:
    """Mean of the probabilities that several runs give to the same clips.

    Parameters
    ----------
    predictions : sequence of Predictions
        At least one; of the same clips and genres, rows in any order.

    Returns
    -------
    Predictions
        Sorted by clip.

    Raises
    ------
    RunError
        Clips or genres differ.
    """
    first = predictions[0]
    genres = first.genres
    tables = [each.table.sort_values("clip", ignore_index=True) for each in predictions]
    same_clips = all(table[["clip", "actual"]].equals(tables[0][["clip", "actual"]]) for table in tables)
    if not same_clips or any(each.genres != genres for each in predictions):
        raise RunError(
            "Only predictions for the same clips and genres can be combined; these runs were tested on different ones."
        )
    columns = list(genres)
    mean = np.mean([table[columns].to_numpy(np.float64) for table in tables], axis=0)
    mean /= mean.sum(axis=1, keepdims=True)
    combined = tables[0].copy()
    combined[columns] = mean
    combined["predicted"] = [genres[place] for place in mean.argmax(axis=1)]
    return Predictions(combined, genres)
