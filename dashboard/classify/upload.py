"""The song of this session with all that is known of it, until another one comes or its page is closed."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from core.errors import GenreLabError
from dashboard.classify.songs import Song
from dashboard.sentences.wording import escape_markdown, format_duration
from dashboard.state import set_address_value

SONG, ERROR, HEARING = "classify:song", "classify:error", "classify:hearing"
HEARINGS = "classify:hearings"
"""Session key of what trained ears heard in the song, or why they did not, by upload and training of the ears."""
SERVED = "classify:served"
"""Session key of what the browser fetches of the song: its sound and its picture, gone with the session."""
LINK = "song"
"""In the address while there is a song: a page that is loaded again, or a server that was, knows what it has lost."""
CHOOSING = "classify:choosing"
"""Session key of whether another song is being chosen while there is one."""
_VERDICTS, _PICTURES = "classify:verdicts", "classify:pictures"
_OF_SONG = (SONG, ERROR, _VERDICTS, _PICTURES, SERVED, HEARING, HEARINGS, CHOOSING)


def take_song(name: str, open_it: Callable[[], Song]) -> None:
    """Take a song in place of the one before, whose results are dropped.

    Parameters
    ----------
    name : str
        For the message, where it is none.
    open_it : callable
        May raise `GenreLabError`.
    """
    forget_song()
    try:
        st.session_state[SONG] = open_it()
    except GenreLabError as error:
        st.session_state[ERROR] = f"{name}: {error}"


def song_in_session() -> Song | None:
    """The song that was taken; None while there is none."""
    song: Song | None = st.session_state.get(SONG)
    return song


def forget_song() -> None:
    """Drop the song with its results."""
    for key in _OF_SONG:
        st.session_state.pop(key, None)
    for name in (LINK, "collection", "clip"):
        set_address_value(name, None)


def verdict_cache() -> dict[tuple[str, str], Any]:
    """Verdicts of this session by upload and run."""
    cache: dict[tuple[str, str], Any] = st.session_state.setdefault(_VERDICTS, {})
    return cache


def picture_cache() -> dict[str, Any]:
    """Spectrograms of the song by the identity of their front end."""
    cache: dict[str, Any] = st.session_state.setdefault(_PICTURES, {})
    return cache


def show_song(song: Song) -> None:
    """Name and length, the way to another song and to none."""
    info = song.info
    channels = {1: "mono", 2: "stereo"}.get(info.n_channels, f"{info.n_channels} channels")
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{escape_markdown(song.name)}**", width="content")
        st.caption(
            f"{format_duration(info.duration_s)} · {info.sr_hz / 1000:g} kHz · {channels} · {info.format}",
            width="stretch",
        )
        st.button(
            "Another song",
            icon=":material/swap_horiz:",
            on_click=_choose,
            disabled=bool(st.session_state.get(CHOOSING)),
        )
        st.button("Remove", icon=":material/close:", on_click=forget_song, help="Remove this song and its results.")


def _choose() -> None:
    st.session_state[CHOOSING] = True
