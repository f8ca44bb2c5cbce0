"""Collections as a table."""

from collections.abc import Sequence

import pandas as pd

from core.collections.registry import CollectionSummary
from dashboard.sentences.collections import recorded_or_synthetic


def collections_frame(summaries: Sequence[CollectionSummary]) -> pd.DataFrame:
    """One row a collection; what is not known before it is made, or while it cannot be opened, is missing."""
    return pd.DataFrame(
        {
            "Collection": [summary.title for summary in summaries],
            "Clips": [summary.n_clips if summary.ready else None for summary in summaries],
            "Genres": [len(summary.genres) for summary in summaries],
            "Holds": [summary.holds if summary.ready else None for summary in summaries],
            "Music": [
                None if summary.problem else recorded_or_synthetic(synthetic=summary.synthetic) for summary in summaries
            ],
            "Skipped": [summary.n_skipped for summary in summaries],
            "Licence": [summary.licence for summary in summaries],
            "Source": [summary.source for summary in summaries],
        }
    ).astype({"Clips": "Int64"})
