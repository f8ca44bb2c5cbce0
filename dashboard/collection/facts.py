"""What is known of a collection's clips besides their sound, and who found it out."""

from collections import Counter
from dataclasses import replace

import pandas as pd
import streamlit as st

from core.clips.clip import ClipFacts, columns_of
from core.clips.collection import Collection
from core.collections.clip_facts import GTZAN_CITATIONS, PARTITIONS, gtzan_facts
from dashboard.sentences.wording import escape_markdown, format_plural

_PARTITION_NAMES = {"train": "train", "valid": "validation", "test": "test", "excluded": "excluded as faulty"}


def show_facts(collection: Collection) -> None:
    """Counts, a table to look things up in, and the citations; nothing where nothing is known."""
    known = {clip.name: collection.facts[clip.name] for clip in collection.clips if clip.name in collection.facts}
    if not known:
        return
    st.subheader("Known facts", anchor=False)
    st.markdown("  \n".join(_lines(known, len(collection.clips))))
    with st.expander("Artist, title and partition of each clip", icon=":material/lyrics:"):
        st.dataframe(
            facts_table(collection, known),
            hide_index=True,
            column_config={"Clip": st.column_config.TextColumn(pinned=True)},
            alt="Known facts of the clips",
        )
    if _built_in(known):
        st.caption(
            "The artists, titles and faults of GTZAN were identified manually by others. Please cite: "
            + "; ".join(GTZAN_CITATIONS)
            + ". Repeats were found by comparing the clips' spectrograms."
        )
    else:
        st.caption("From the collection's own `clips.csv`." if collection.has_audio else "From the file itself.")


def facts_table(collection: Collection, known: dict[str, ClipFacts]) -> pd.DataFrame:
    """One row a clip of which something is known, in the order of the collection."""
    own = columns_of(known.values())
    rows = [
        (
            *(clip.name, facts.artist, facts.title, _PARTITION_NAMES.get(facts.partition, ""), facts.group),
            *map(facts.column, own),
        )
        for clip in collection.clips
        if (facts := known.get(clip.name)) is not None
    ]
    return pd.DataFrame(rows, columns=["Clip", "Artist", "Title", "Partition", "Repeat group", *own])


def _lines(known: dict[str, ClipFacts], n_clips: int) -> list[str]:
    lines = []
    artists = [facts.artist for facts in known.values() if facts.artist]
    if artists:
        lines.append(
            f":material/person: Artist known for {len(artists):,} of {format_plural(n_clips, 'clip')}: "
            f"{format_plural(len(set(artists)), 'artist')}, "
            f"{Counter(artists).most_common(1)[0][1]:,} clips by the most frequent"
        )
    if parents := {facts.parent for facts in known.values() if facts.parent}:
        lines.append(
            f":material/content_cut: Parts of {format_plural(len(parents), 'clip')}: parts of the same clip are "
            "never on both sides of a split"
        )
    for column in columns_of(known.values()):
        values = Counter(value for facts in known.values() if (value := facts.column(column)))
        lines.append(
            f":material/label: {escape_markdown(column[:1].upper() + column[1:])} known for {values.total():,} of "
            f"{format_plural(n_clips, 'clip')}: {format_plural(len(values), 'value')}"
        )
    parts = Counter(facts.partition for facts in known.values() if facts.partition)
    if parts:
        sizes = ", ".join(f"{parts[part]:,} {_PARTITION_NAMES[part]}" for part in PARTITIONS if parts[part])
        lines.append(f":material/filter_alt: Fault-filtered partition: {sizes}")
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


def _built_in(known: dict[str, ClipFacts]) -> bool:
    """Whether any of it comes from GTZAN's built-in facts."""
    built_in = gtzan_facts()

    def told(name: str, facts: ClipFacts) -> bool:
        genre_and_facts = built_in.get(facts.parent or name)
        return (
            genre_and_facts is not None
            and replace(genre_and_facts[1], parent=facts.parent, columns=facts.columns) == facts
        )

    return any(told(name, facts) for name, facts in known.items())
