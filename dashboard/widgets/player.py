"""Hearing and seeing one clip."""

from collections.abc import Mapping

import streamlit as st

from core.collections.base import Clip, Collection
from core.errors import GenreLabError
from core.features.frontends import FrontEnd, MelSpectrogram
from dashboard import services
from dashboard.charts.probabilities import probability_chart
from dashboard.charts.spectrogram import spectrogram_figure
from dashboard.state import chart_theme
from dashboard.widgets.feedback import show_errors
from dashboard.wording import escape_markdown

PLOT_CONFIG = {"displayModeBar": False}
"""Of every Plotly chart: no tool bar over the picture."""

MAX_BARS = 12
"""Genres shown on a card, the most probable and always the actual one."""


def clip_player(collection: Collection, clip: Clip, *, label: str | None = None) -> None:
    """An audio player with a name for screen readers; says so where a clip has no audio."""
    with show_errors():
        audio = services.playable(clip)
        if audio is None:
            st.caption("This collection has no audio for the clip.")
            return
        content, mime = audio
        credit = clip_credit(collection, clip)
        known = f", {credit}" if credit else ""
        st.audio(content, format=mime, alt=label or f"{clip.name}, {clip.genre}{known}, from {collection.title}")


def clip_credit(collection: Collection, clip: Clip) -> str:
    """Artist and title where they are known, else empty."""
    facts = collection.facts.get(clip.name)
    return "" if facts is None else facts.credit


def picture_front_end(seen: FrontEnd) -> MelSpectrogram:
    """The mel spectrogram to show for a model: the one it sees, or the standard one where it sees no picture."""
    return seen if isinstance(seen, MelSpectrogram) else services.MEL


def clip_spectrogram(
    collection: Collection, clip: Clip, *, key: str, front_end: MelSpectrogram = services.MEL, height: int = 240
) -> None:
    """The stored mel spectrogram of a clip, or why there is none."""
    try:
        level_db = services.spectrogram(collection, clip, front_end)
    except GenreLabError as error:
        st.caption(escape_markdown(str(error)))
        return
    figure = spectrogram_figure(level_db, front_end, theme=chart_theme(), height=height)
    st.plotly_chart(figure, key=key, config=PLOT_CONFIG, alt=f"Mel spectrogram of {clip.name}")


def clip_card(
    collection: Collection,
    clip: Clip,
    *,
    probabilities: Mapping[str, float] | None = None,
    front_end: MelSpectrogram = services.MEL,
    key: str | None = None,
) -> None:
    """Name, player and spectrogram of a clip, and what a model thinks of it.

    Parameters
    ----------
    collection, clip
    probabilities : mapping of genre to probability, optional
        In the order to show.
    front_end : MelSpectrogram
        Of the spectrogram; its features must have been extracted.
    key : str, optional
        Needed only where one page shows the same clip twice.
    """
    name = f"card:{key or ''}:{collection.id}:{clip.name}"
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(f"**{escape_markdown(clip.name)}**", width="content")
            st.badge(escape_markdown(clip.genre), color="gray")
        if credit := clip_credit(collection, clip):
            st.caption(escape_markdown(credit))
        clip_player(collection, clip)
        clip_spectrogram(collection, clip, key=f"{name}:spectrogram", front_end=front_end)
        if probabilities is not None:
            chart = probability_chart(probabilities, actual=clip.genre, most=MAX_BARS, theme=chart_theme())
            st.altair_chart(chart, key=f"{name}:probabilities", alt=f"Probabilities of genres for {clip.name}")
