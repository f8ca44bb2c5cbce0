"""What is known of clips besides their sound, as tables."""

import pandas as pd

from core.clips.clip import ClipFacts, columns_of
from core.clips.collection import Collection
from dashboard.sentences.facts import PARTITION_NAMES, clip_labels
from dashboard.sentences.places import clip_place, has_places


def facts_table(collection: Collection, known: dict[str, ClipFacts]) -> pd.DataFrame:
    """One row a clip of which something is known, in the order of the collection."""
    own = columns_of(known.values())
    has_parts = any(facts.parent for facts in known.values())
    are_cut = has_places(collection.clips)
    has_labels = any(clip_labels(collection, clip) for clip in collection.clips)
    rows = [
        (
            *(clip.name, facts.artist, facts.title, PARTITION_NAMES.get(facts.partition, ""), facts.group),
            *((facts.parent,) if has_parts else ()),
            *((clip_place(clip),) if are_cut else ()),
            *((clip_labels(collection, clip),) if has_labels else ()),
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
            *(["Labelled"] if has_labels else []),
            *own,
        ],
    )


def with_credits(collection: Collection, table: pd.DataFrame) -> pd.DataFrame:
    """The same table with columns ``artist`` and ``title`` after the genre, where the collection knows any.

    After them a column ``labelled``, how the source labels a clip, where that is another than its genre.
    """
    known = [collection.facts.get(name, ClipFacts()) for name in table["clip"]]
    clips = [collection.by_name.get(name) for name in table["clip"]]
    labels = ["" if clip is None else clip_labels(collection, clip) for clip in clips]
    named = table
    if any(labels):
        named = named.copy()
        named.insert(2, "labelled", labels)
    if any(facts.credit for facts in known):
        named = named.copy()
        named.insert(2, "artist", [facts.artist for facts in known])
        named.insert(3, "title", [facts.title for facts in known])
    return named
