"""What is known of clips besides their sound, in words."""

from collections import Counter

from core.clips.clip import Clip, ClipFacts, columns_of
from core.clips.collection import Collection
from core.collections.clip_facts import PARTITIONS
from core.names import artist_key, readable_name
from dashboard.sentences.wording import escape_markdown, format_plural

PARTITION_NAMES = {"train": "train", "valid": "validation", "test": "test", "excluded": "excluded"}


def clip_credit(collection: Collection, clip: Clip) -> str:
    """Artist and title where they are known, else empty."""
    facts = collection.facts.get(clip.whole.name)
    return "" if facts is None else facts.credit


def clip_source(collection: Collection, clip: Clip) -> str:
    """Album and year where they are known, and the labels that became its genre; empty where there is none of it.

    ``Kind of Blue, 1959 · labelled Jazz; Modal``
    """
    facts = collection.facts.get(clip.whole.name, ClipFacts())
    by_column = {name.casefold(): value for name, value in facts.columns}
    source = ", ".join(filter(None, (by_column.get("album", ""), by_column.get("year", ""))))
    labels = clip_labels(collection, clip)
    return " · ".join(filter(None, (source, f"labelled {labels}" if labels else "")))


def clip_labels(collection: Collection, clip: Clip) -> str:
    """How the source labels a clip, where that is not its genre: ``Hip-Hop; Rap``."""
    labels = collection.labels.get(clip.whole.name) or (collection.genre_as_written(clip),)
    return "" if labels == (clip.genre,) else readable_name("; ".join(labels))


def fact_lines(known: dict[str, ClipFacts], n_clips: int) -> list[str]:
    """What is known of the clips, a line of Markdown for each sort of fact.

    Parameters
    ----------
    known : dict of clip name to ClipFacts
    n_clips : int
        Of the collection, with those of which nothing is known.
    """
    lines = []
    artists = [artist for facts in known.values() if (artist := artist_key(facts.artist))]
    if artists:
        lines.append(
            f":material/person: Artist known for {len(artists):,} of {format_plural(n_clips, 'clip')}: "
            f"{format_plural(len(set(artists)), 'artist')}, "
            f"{Counter(artists).most_common(1)[0][1]:,} clips by the most frequent"
        )
    if parents := {facts.parent for facts in known.values() if facts.parent}:
        lines.append(
            f":material/content_cut: Parts or copies of {format_plural(len(parents), 'recording')}: clips of the same "
            "recording are kept on one side of a split"
        )
    for column in columns_of(known.values()):
        values = Counter(value for facts in known.values() if (value := facts.column(column)))
        lines.append(
            f":material/label: {escape_markdown(column[:1].upper() + column[1:])} known for {values.total():,} of "
            f"{format_plural(n_clips, 'clip')}: {format_plural(len(values), 'value')}"
        )
    parts = Counter(facts.partition for facts in known.values() if facts.partition)
    if parts:
        sizes = ", ".join(f"{parts[part]:,} {PARTITION_NAMES[part]}" for part in PARTITIONS if parts[part])
        lines.append(f":material/filter_alt: Published partition: {sizes}")
    groups = Counter(facts.group for facts in known.values() if facts.group)
    repeated = [size for size in groups.values() if size > 1]
    if repeated:
        lines.append(
            f":material/content_copy: Exact repeats: {format_plural(len(repeated), 'group')} of clips with the same "
            f"recording, {sum(repeated):,} clips in all"
        )
    elif groups:
        lines.append(":material/content_copy: Exact repeats: none among these clips")
    return lines
