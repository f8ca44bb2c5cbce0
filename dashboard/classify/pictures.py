"""Spectrograms of the whole song as each model sees it."""

from collections.abc import Iterable

import streamlit as st

from core.errors import GenreLabError
from core.features.base import AudioFrontEnd
from core.runs.record import Run
from dashboard.charts.spectrograms.level_scale import spectrogram_name
from dashboard.charts.spectrograms.spectrogram import spectrogram_figure
from dashboard.classify.hearing import heard_song
from dashboard.classify.songs import Song, song_spectrogram
from dashboard.classify.upload import picture_cache
from dashboard.sentences.wording import escape_markdown, name_with_seed
from dashboard.shared.player import PLOT_CONFIG
from dashboard.state import chart_theme


def song_pictures(song: Song, runs: Iterable[Run]) -> None:
    """One picture for all runs of one front end."""
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
        sees = "sees" if len(readers) == 1 else "see"
        st.caption(f"{escape_markdown(', '.join(readers))} {sees} no spectrogram, only numeric features of the song.")


def _picture(song: Song, front_end: AudioFrontEnd, about: str) -> None:
    cache = picture_cache()
    identity = front_end.identity
    name = spectrogram_name(front_end)
    if identity not in cache:
        try:
            cache[identity] = song_spectrogram(heard_song(song), front_end)
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
