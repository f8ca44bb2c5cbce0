"""Tables of clips with the place of each in its file."""

import pandas as pd

from core.clips.collection import Collection
from dashboard.sentences.places import has_places


def with_places(collection: Collection, table: pd.DataFrame) -> pd.DataFrame:
    """The same table with columns ``song``, ``start_s`` and ``length_s`` behind the others.

    As it is where the collection has whole files only. Clips that are not in the collection have no place.

    Parameters
    ----------
    collection : Collection
    table : DataFrame
        With a column ``clip``.
    """
    if not has_places(collection.clips):
        return table
    clips = [collection.by_name.get(name) for name in table["clip"]]
    starts_s = [None if clip is None else 0.0 if clip.passage is None else clip.passage.start_s for clip in clips]
    return table.assign(
        song=["" if clip is None else clip.song for clip in clips],
        start_s=pd.array(starts_s, dtype="Float64"),
        length_s=pd.array([None if clip is None else clip.duration_s for clip in clips], dtype="Float64"),
    )
