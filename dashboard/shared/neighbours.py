"""The nearest clips as a list that plays."""

from collections.abc import Sequence

import streamlit as st

from core.clips.collection import Collection
from core.embeddings.neighbours import Neighbour
from dashboard.listening.asking import ask_for, asked
from dashboard.sentences.facts import clip_credit
from dashboard.sentences.neighbours import DISTANCE_HELP, genres_sentence
from dashboard.sentences.wording import escape_markdown
from dashboard.shared.downloads import table_download
from dashboard.shared.names import clip_and_genre
from dashboard.shared.player import clip_player
from dashboard.tables.neighbours import neighbours_table

_ROWS_SHOWN, _TABLE_PX = 8, 334
"""The player below is to be on the same screen; of more rows, half of one shows that there are more."""


def neighbour_table(
    collection: Collection, found: Sequence[Neighbour], *, key: str, file_name: str, own_genre: str | None = None
) -> None:
    """What the neighbours are, the one that is chosen to hear, and all as CSV.

    Parameters
    ----------
    collection : Collection
        That of the neighbours.
    found : sequence of Neighbour
        Nearest first.
    key : str
        Of the widgets.
    file_name : str
        Of the export.
    own_genre : str, optional
        Of the clip whose neighbours they are.
    """
    table = neighbours_table(collection, found)
    if table.empty:
        st.caption("No other clip to compare with.")
        return
    st.markdown(escape_markdown(genres_sentence(table["genre"].tolist(), own=own_genre)))
    table_key = f"neighbours:{key}"

    def hear() -> None:
        rows = st.session_state[table_key]["selection"]["rows"]
        if rows and rows[0] < len(table):
            ask_for(f"{table_key}:{table['clip'].iloc[rows[0]]}")

    event = st.dataframe(
        table,
        key=table_key,
        hide_index=True,
        height="content" if len(table) <= _ROWS_SHOWN else _TABLE_PX,
        on_select=hear,
        selection_mode="single-row",
        column_config={
            "clip": st.column_config.TextColumn("Clip", pinned=True),
            "genre": st.column_config.TextColumn("Genre"),
            "artist": st.column_config.TextColumn("Artist"),
            "title": st.column_config.TextColumn("Title"),
            "distance": st.column_config.NumberColumn("Distance", format="%.3f", help=DISTANCE_HELP),
        },
        alt="Nearest clips with their genre and distance",
    )
    rows = event["selection"]["rows"]
    place = rows[0] if rows and rows[0] < len(table) else 0
    neighbour_player(collection, str(table["clip"].iloc[place]), float(table["distance"].iloc[place]), key=table_key)
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        table_download("Download as CSV", table, file_name, key=f"csv:neighbours:{key}")
        st.caption("Choose a row to hear that clip.", width="content")


def neighbour_player(collection: Collection, name: str, distance: float, *, key: str) -> None:
    """Name, genre, distance and sound of one neighbour; ``key`` is that of the list or card it belongs to."""
    clip = collection.clip(name)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        clip_and_genre(clip.name, clip.genre)
        st.caption(f"{distance:.3f} away", width="content", help=DISTANCE_HELP)
    if credit := clip_credit(collection, clip):
        st.caption(escape_markdown(credit))
    # One player for whichever row is chosen, each with a key of its own.
    player_key = f"{key}:{name}"
    clip_player(collection, clip, key=player_key, in_list=key, ask=asked(player_key))
