"""Uploading, hearing and seeing a song. It stays in the visitor's session."""

from typing import Any

import streamlit as st
from numpy.typing import NDArray

from core.audio import AUDIO_EXTENSIONS
from core.errors import GenreLabError
from core.features.frontends import MelSpectrogram
from dashboard import services
from dashboard.charts.spectrogram import spectrogram_figure
from dashboard.songs import Song, open_song, playable_song, song_spectrogram
from dashboard.state import chart_theme
from dashboard.widgets.player import PLOT_CONFIG
from dashboard.wording import format_duration

_SONG, _ERROR, _UPLOADER = "classify:song", "classify:error", "classify:uploader"
_VERDICTS, _PICTURE = "classify:verdicts", "classify:picture"
MAX_UPLOAD_MB = 200


def upload_song() -> Song | None:
    """The uploader, and the song in this session; None while there is none."""
    st.file_uploader(
        "Your song",
        type=[extension.lstrip(".") for extension in AUDIO_EXTENSIONS],
        key=_UPLOADER,
        on_change=_uploaded,
        max_upload_size=MAX_UPLOAD_MB,
        help="It is kept in memory for this browser session only: nobody else sees it, and it is not stored.",
    )
    if error := st.session_state.get(_ERROR):
        st.error(f"{error} Nothing was classified; choose another file.", icon=":material/error:")
    return st.session_state.get(_SONG)


def _uploaded() -> None:
    """Take the new upload in place of the song before, whose results are dropped; or drop the song."""
    for key in (_SONG, _ERROR, _VERDICTS, _PICTURE):
        st.session_state.pop(key, None)
    uploaded = st.session_state[_UPLOADER]
    if uploaded is None:
        return
    try:
        st.session_state[_SONG] = open_song(uploaded.name, uploaded.file_id, uploaded.getvalue())
    except GenreLabError as error:
        st.session_state[_ERROR] = f"{uploaded.name}: {error}"


def _remove() -> None:
    for key in (_SONG, _ERROR, _VERDICTS, _PICTURE):
        st.session_state.pop(key, None)


def verdict_cache() -> dict[tuple[str, str], Any]:
    """Verdicts of this session by upload and run."""
    cache: dict[tuple[str, str], Any] = st.session_state.setdefault(_VERDICTS, {})
    return cache


def show_song(song: Song) -> None:
    """Name, length, player and a way to remove the song."""
    info = song.info
    channels = {1: "mono", 2: "stereo"}.get(info.n_channels, f"{info.n_channels} channels")
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{song.name}**", width="content")
        st.caption(
            f"{format_duration(info.duration_s)} · {info.sr_hz / 1000:g} kHz · {channels} · {info.format}",
            width="stretch",
        )
        st.button("Remove", icon=":material/close:", on_click=_remove, help="Forget this song and its results.")
    try:
        content, mime = playable_song(song)
    except GenreLabError as error:
        st.error(str(error), icon=":material/error:")
        return
    st.audio(content, format=mime, alt=f"Your song {song.name}")


def song_picture(song: Song) -> None:
    """Mel spectrogram of the song."""
    picture: tuple[NDArray[Any], MelSpectrogram] | None = st.session_state.get(_PICTURE)
    if picture is None:
        try:
            picture = song_spectrogram(song, services.MEL)
        except GenreLabError as error:
            st.caption(str(error))
            return
        st.session_state[_PICTURE] = picture
    level_db, front_end = picture
    figure = spectrogram_figure(level_db, front_end, theme=chart_theme(), height=280)
    st.plotly_chart(figure, key="classify:picture-chart", config=PLOT_CONFIG, alt=f"Mel spectrogram of {song.name}")
