"""Nearest clips as a table."""

from collections.abc import Sequence

import pandas as pd

from core.clips.collection import Collection
from core.embeddings.neighbours import Neighbour
from dashboard.tables.facts import with_credits


def neighbours_table(collection: Collection, found: Sequence[Neighbour]) -> pd.DataFrame:
    """One row a neighbour, nearest first: ``clip``, ``genre``, ``artist`` and ``title`` where known, ``distance``.

    Clips that the collection no longer has are left out.
    """
    there = [one for one in found if one.name in collection.by_name]
    table = pd.DataFrame(
        {
            "clip": [one.name for one in there],
            "genre": [collection.by_name[one.name].genre for one in there],
            "distance": [one.distance for one in there],
        }
    )
    return with_credits(collection, table)
