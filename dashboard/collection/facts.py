"""What is known of a collection's clips besides their sound, and who found it out."""

from dataclasses import replace

import streamlit as st

from core.clips.clip import ClipFacts
from core.clips.collection import Collection
from core.collections.clip_facts import GTZAN_CITATIONS, gtzan_facts
from core.importing.readings.spec import TAGS, kept_genre_from
from dashboard.sentences.facts import fact_lines
from dashboard.sentences.places import has_places
from dashboard.sentences.wording import escape_markdown
from dashboard.tables.facts import facts_table


def show_facts(collection: Collection) -> None:
    """Counts, a table to look things up in, and the citations; nothing where nothing is known."""
    known = {clip.name: collection.facts[clip.name] for clip in collection.clips if clip.name in collection.facts}
    if not known:
        return
    st.header("Known facts", anchor=False)
    st.markdown("  \n".join(fact_lines(known, len(collection.clips))))
    with st.expander("What is known of each clip", icon=":material/lyrics:"):
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
    elif all(facts == ClipFacts(parent=facts.parent) for facts in known.values()) and collection.has_audio:
        cut = has_places(collection.clips)
        st.caption(f"Found by {'the files that clips are excerpts of, and by ' if cut else ''}the names of the clips.")
    else:
        st.caption(_brought_by(collection))


def _brought_by(collection: Collection) -> str:
    """Where the facts come from, as Markdown."""
    if not collection.has_audio:
        return "From the file itself."
    read_from = kept_genre_from(collection.id)
    if read_from is None:
        return "From the collection's own `clips.csv`."
    words = escape_markdown(read_from.in_words)
    return (
        f"From {words}."
        if read_from.kind == TAGS
        else f"From {words}, and the tags of the files where it says nothing."
    )


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
