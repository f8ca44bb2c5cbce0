"""What is known of clips besides their sound, as tables."""

import pandas as pd

from core.clips.clip import ClipFacts, columns_of
from core.clips.collection import Collection
from dashboard.sentences.facts import PARTITION_NAMES
from dashboard.sentences.places import clip_place, has_places


def facts_table(collection: Collection, known: dict[str, ClipFacts]) -> pd.DataFrame:
    """One row a clip of which something is known, in the order of the collection."""
    own = columns_of(known.values())
    has_parts = any(facts.parent for facts in known.values())
    are_cut = has_places(collection.clips)
    rows = [
        (
            *(clip.name, facts.artist, facts.title, PARTITION_NAMES.get(facts.partition, ""), facts.group),
            *((facts.parent,) if has_parts else ()),
            *((clip_place(clip),) if are_cut else ()),
            *map(facts.column, own),
        )
        for clip in collection.clips
        if (facts := known.get(clip.name)) is not None
    ]
    return pd.DataFrame(
        rows,
        columns=[
            *("Clip", "Artist", "Title", "Partition", "Repeat group"),
            *(["Recording"] if has_parts else []),
            *(["Excerpt"] if are_cut else []),
            *own,
        ],
    )


def with_credits(collection: Collection, table: pd.DataFrame) -> pd.DataFrame:
    """The same table with columns ``artist`` and ``title`` after the genre, where the collection knows any."""
    known = [collection.facts.get(name, ClipFacts()) for name in table["clip"]]
    if not any(facts.credit for facts in known):
        return table
    named = table.copy()
    named.insert(2, "artist", [facts.artist for facts in known])
    named.insert(3, "title", [facts.title for facts in known])
    return named
