"""The player of many judged songs: a click on a row plays, *previous* and *next* go through the songs in view."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from core.audio import require_playable
from core.classifying.result import SongResult
from core.errors import AudioError, GenreLabError
from dashboard.classify.songs import open_song
from dashboard.classify.sources import MAX_SONG_MB
from dashboard.classify.upload import take_song
from dashboard.listening.asking import asked
from dashboard.listening.component import Track, around, listen
from dashboard.sentences.wording import escape_markdown, format_percent
from dashboard.sounds import SongShelf
from dashboard.state import session_id, set_query_value

_SHELF = "classify:many:shelf"
_MOST_AROUND = 200
"""Songs before the chosen one, and after it, that the browser is told of: it is asked for another one by hand alone."""


@dataclass(frozen=True)
class Heard:
    """A song to play.

    Attributes
    ----------
    name : str
    identity : str
        Of this content.
    source : callable
        Gives the file or its content.
    """

    name: str
    identity: str
    source: Callable[[], Path | bytes]


def request_for(heard: Heard, *, key: str) -> str:
    """What is asked for by a click on the row of a song; see `dashboard.listening.asking`."""
    return f"songs:{key}:{heard.identity}"


def play_song(shown: Sequence[SongResult], place: int, sound: Callable[[int], Heard], *, key: str) -> None:
    """Player of the song that was chosen, and the way to all that is said of it alone.

    Parameters
    ----------
    shown : sequence of SongResult
        The songs in view, in their order.
    place : int
        Of the song among them.
    sound : callable
        The song of a place among those in view.
    key : str
        Of the table.
    """
    result, heard = shown[place], sound(place)
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="center"):
            said = f", judged {escape_markdown(result.genre)}" if result.genre else ""
            st.markdown(f"**{escape_markdown(heard.name)}**{said}", width="stretch")
            if result.genre and st.button(
                "Look closer", icon=":material/zoom_in:", help="All that is said of this song."
            ):
                _look_closer(heard)
        if note := result.error or result.warnings:
            st.caption(escape_markdown(note))
        try:
            info = require_playable(heard.source())
        except GenreLabError as error:
            if str(error) != result.error:
                st.caption(f":material/volume_off: {escape_markdown(str(error))}")
            return
        there = [near for near in around(range(len(shown)), place, _MOST_AROUND) if near == place or shown[near].genre]
        listen(
            heard.name,
            key=f"player:{request_for(heard, key=key)}",
            duration_s=result.duration_s or info.duration_s,
            track=_track(result, heard, key=key),
            ask=asked(request_for(heard, key=key)),
            queue=[_track(shown[near], sound(near), key=key) for near in there],
        )


def _track(result: SongResult, heard: Heard, *, key: str) -> Track:
    credit = " – ".join(filter(None, (result.tags.artist, result.tags.title)))
    said = ""
    if result.leading is not None:
        genre, probability = result.leading.ranked[0]
        said = f"{genre} {format_percent(probability, digits=0)}"
    address = _shelf().address(heard.identity, heard.source)
    return Track(
        address,
        heard.name,
        " · ".join(filter(None, (said, credit))),
        in_list=f"songs:{key}",
        length_s=result.duration_s or 0.0,
    )


def _shelf() -> SongShelf:
    shelf: SongShelf | None = st.session_state.get(_SHELF)
    if shelf is None or shelf.session_id != session_id():
        shelf = st.session_state[_SHELF] = SongShelf(session_id())
    return shelf


def forget_songs() -> None:
    """Let go of all songs that could be played; what plays ends with what the browser has of it."""
    st.session_state.pop(_SHELF, None)


def _look_closer(heard: Heard) -> None:
    source = heard.source()
    try:
        if isinstance(source, Path) and source.stat().st_size > 1e6 * MAX_SONG_MB:
            raise AudioError(f"It has more than {MAX_SONG_MB} MB, which is too much for this.")
        content = source if isinstance(source, bytes) else source.read_bytes()
        song = open_song(heard.name, heard.identity, content)
    except (GenreLabError, OSError) as error:
        st.error(escape_markdown(f"{heard.name}: {error}"), icon=":material/error:")
        return
    take_song(heard.name, lambda: song)
    set_query_value("songs", None)
    st.rerun()
