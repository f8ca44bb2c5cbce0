"""Uploading, hearing and seeing a song. It stays in the visitor's session."""

from collections.abc import Iterable
from typing import Any

import streamlit as st
from numpy.typing import NDArray

from core.audio import AUDIO_EXTENSIONS
from core.errors import GenreLabError
from core.features.base import AudioFrontEnd, Features
from core.runs.record import Run
from dashboard import services, sounds
from dashboard.charts.spectrograms.level_scale import spectrogram_name
from dashboard.charts.spectrograms.spectrogram import spectrogram_figure
from dashboard.classify.ears import PATCHES
from dashboard.classify.songs import Song, open_song, playable_song, song_spectrogram
from dashboard.listening.component import Track, listen
from dashboard.sentences.wording import escape_markdown, format_duration, name_with_seed
from dashboard.shared.player import PLOT_CONFIG
from dashboard.state import address_value, chart_theme, session_id, set_query_value

_SONG, _ERROR, _UPLOADER = "classify:song", "classify:error", "classify:uploader"
_VERDICTS, _PICTURE, _HEARD = "classify:verdicts", "classify:picture", "classify:heard"
_TAGS = "classify:tags-of-song"
_OF_SONG = (_SONG, _ERROR, _VERDICTS, _PICTURE, _HEARD, PATCHES, _TAGS)
_REMOVED = "classify:removed"
MAX_SONG_MB = 200
"""More is no song; decoded, it takes several times that in memory."""
_LINK = "song"
"""In the address while there is a song: a page that is loaded again, or a server that was, knows what it has lost."""
KEPT = (
    "The server keeps it in memory, not in a file, for this page alone: it can be played from no other page, and no "
    "longer once this page is closed."
)
LOST = (
    "The song that was uploaded here is gone: it lasts as long as the page in which it was chosen, and the page was "
    "loaded again, or the server restarted. Choose the file again."
)


def upload_song() -> Song | None:
    """The uploader, and the song in this session; None while there is none."""
    most_mb = min(MAX_SONG_MB, int(st.get_option("server.maxUploadSize")))
    st.file_uploader(
        "Your song",
        type=[extension.lstrip(".") for extension in AUDIO_EXTENSIONS],
        key=_uploader_key(),
        on_change=_uploaded,
        max_upload_size=most_mb,
        help=f"At most {most_mb:,} MB. {KEPT}",
    )
    if error := st.session_state.get(_ERROR):
        st.error(f"{escape_markdown(error)} Nothing was classified; choose another file.", icon=":material/error:")
    song: Song | None = st.session_state.get(_SONG)
    if song is not None:
        set_query_value(_LINK, "uploaded")
    elif address_value(_LINK) is not None:
        st.warning(LOST, icon=":material/upload_file:")
    return song


def _uploader_key() -> str:
    """Another one after each removal: an uploader cannot be emptied, only replaced by an empty one."""
    n_removed = st.session_state.get(_REMOVED, 0)
    return f"{_UPLOADER}:{n_removed}" if n_removed else _UPLOADER


def _uploaded() -> None:
    """Take the new upload in place of the song before, whose results are dropped; or drop the song."""
    _forget()
    uploaded = st.session_state[_uploader_key()]
    if uploaded is None:
        return
    try:
        st.session_state[_SONG] = open_song(uploaded.name, uploaded.file_id, uploaded.getvalue())
    except GenreLabError as error:
        st.session_state[_ERROR] = f"{uploaded.name}: {error}"


def _forget() -> None:
    for key in _OF_SONG:
        st.session_state.pop(key, None)
    set_query_value(_LINK, None)


def _remove() -> None:
    """Drop the song with its results, and its file from the uploader."""
    _forget()
    st.session_state[_REMOVED] = st.session_state.get(_REMOVED, 0) + 1


def verdict_cache() -> dict[tuple[str, str], Any]:
    """Verdicts of this session by upload and run."""
    cache: dict[tuple[str, str], Any] = st.session_state.setdefault(_VERDICTS, {})
    return cache


def tags_cache() -> dict[str, Any]:
    """What trained ears hear, or why they do not, by upload."""
    cache: dict[str, Any] = st.session_state.setdefault(_TAGS, {})
    return cache


def show_song(song: Song) -> None:
    """Name, length, player and a way to remove the song."""
    info = song.info
    channels = {1: "mono", 2: "stereo"}.get(info.n_channels, f"{info.n_channels} channels")
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{escape_markdown(song.name)}**", width="content")
        st.caption(
            f"{format_duration(info.duration_s)} · {info.sr_hz / 1000:g} kHz · {channels} · {info.format}",
            width="stretch",
        )
        st.button("Remove", icon=":material/close:", on_click=_remove, help="Remove this song and its results.")
    try:
        heard = _heard(song)
    except GenreLabError as error:
        st.error(escape_markdown(str(error)), icon=":material/error:")
        return
    track = Track(heard.address, song.name, "your song")
    listen(song.name, key=f"classify:player:{song.identity}", duration_s=info.duration_s, track=track)


def _heard(song: Song) -> sounds.HeardSong:
    """The song where its player fetches it, held by the session alone."""
    heard: sounds.HeardSong | None = st.session_state.get(_HEARD)
    if heard is None:
        content, mime = playable_song(song)
        heard = sounds.serve_song(content, mime, session_id=session_id())
        st.session_state[_HEARD] = heard
    return heard


def song_pictures(song: Song, runs: Iterable[Run]) -> None:
    """Spectrogram of the whole song as each run sees it: one picture for all runs of one front end."""
    viewers: dict[AudioFrontEnd, list[str]] = {}
    readers: list[str] = []
    for run in runs:
        seen = run.config.front_end
        if isinstance(seen, AudioFrontEnd) and not seen.is_numeric:
            viewers.setdefault(seen, []).append(name_with_seed(run))
        else:
            readers.append(name_with_seed(run))
    for front_end, names in viewers.items():
        _picture(song, front_end, f"input of {', '.join(names)}")
    if readers:
        if not viewers:
            _picture(song, services.MEL, "for display only")
        sees = "sees" if len(readers) == 1 else "see"
        st.caption(f"{escape_markdown(', '.join(readers))} {sees} no spectrogram, only numeric features of the song.")


def _picture(song: Song, front_end: AudioFrontEnd, about: str) -> None:
    cache: dict[str, tuple[NDArray[Any], Features]] = st.session_state.setdefault(_PICTURE, {})
    identity = front_end.identity
    name = spectrogram_name(front_end)
    if identity not in cache:
        try:
            cache[identity] = song_spectrogram(song, front_end)
        except GenreLabError as error:
            st.caption(escape_markdown(str(error)))
            return
    level, whole = cache[identity]
    scale = front_end.level_scale
    meaning = scale.meaning.replace("each clip", "the song")
    st.markdown(f"**{name}**, {escape_markdown(about)}")
    st.plotly_chart(
        spectrogram_figure(level, whole, theme=chart_theme(), height=280),
        key=f"classify:picture:{identity}",
        config=PLOT_CONFIG,
        alt=f"{name} of {song.name}",
    )
    st.caption(
        f"{meaning[0].upper()}{meaning[1:]}."
        + ("" if scale.in_decibels else " The model standardises each window separately.")
    )
