"""Hearing and seeing one clip."""

from collections.abc import Mapping

import streamlit as st

from core.clips.clip import Clip
from core.clips.collection import Collection
from core.errors import GenreLabError
from core.features.base import Features
from dashboard import services, sounds
from dashboard.charts.features.figures import distance_chart
from dashboard.charts.runs.probabilities import probability_chart
from dashboard.charts.spectrograms.level_scale import spectrogram_name
from dashboard.charts.spectrograms.spectrogram import spectrogram_figure
from dashboard.sentences.facts import clip_credit, clip_source
from dashboard.sentences.wording import escape_markdown
from dashboard.shared.feedback import show_errors
from dashboard.shared.names import clip_and_genre
from dashboard.state import chart_theme
from dashboard.tables.features import unusual_figures

PLOT_CONFIG = {"displayModeBar": False}
"""Of every Plotly chart: no tool bar over the picture."""

MAX_BARS = 12
"""Genres shown on a card, the most probable and always the actual one."""


NO_SOUND = "No sound in this collection"
NO_SOUND_HELP = (
    "Its features are pre-computed. Clips of GTZAN can be played once a collection with their sound is here: get "
    "GTZAN or GTZAN mini on Collections."
)


def clip_player(
    collection: Collection,
    clip: Clip,
    *,
    label: str | None = None,
    start_s: float | None = None,
    say_source: bool = True,
) -> None:
    """An audio player with a name for screen readers; says so where a clip has no audio.

    Parameters
    ----------
    collection, clip
    label : str, optional
        For screen readers.
    start_s : float, optional
        Where to begin.
    say_source : bool
        Say which other collection the sound comes from, where it does.
    """
    with show_errors():
        sound = services.sound(collection, clip)
        # Also found here that it cannot be played: at the address there would only be silence.
        if sound is None or (audio := services.playable(sound.clip)) is None:
            st.caption(f":material/volume_off: {NO_SOUND}", help=NO_SOUND_HELP)
            return
        credit = clip_credit(collection, clip)
        known = f", {credit}" if credit else ""
        begin_s = (sound.start_s or 0.0) + (start_s or 0.0)
        st.audio(
            sounds.clip_address(sound.collection_id, sound.clip.name),
            format=audio[1],
            start_time=begin_s,
            end_time=sound.end_s,
            alt=label or f"{clip.name}, {clip.genre}{known}, from {sound.collection_title}",
        )
        if clip.path is None and say_source:
            part = "" if sound.start_s is None else f", {sound.start_s:.0f} to {sound.end_s or 0:.0f} s"
            st.caption(f"Sound from {escape_markdown(sound.collection_title)}{part}")


def card_front_end(collection: Collection, seen: Features | None = None) -> Features:
    """What a card shows of a clip: what the model sees if that is a picture, else a picture, else its figures.

    Parameters
    ----------
    collection : Collection
    seen : Features, optional
        That of a model.
    """
    pictures = services.picture_front_ends(collection)
    if seen is not None and not seen.is_numeric and (collection.has_audio or seen in pictures):
        return seen
    return pictures[0] if pictures else collection.front_ends[0]


def clip_spectrogram(
    collection: Collection, clip: Clip, *, key: str, front_end: Features = services.MEL, height: int = 240
) -> None:
    """The stored spectrogram of a clip, or why there is none."""
    try:
        level = services.spectrogram(collection, clip, front_end)
    except GenreLabError as error:
        st.caption(escape_markdown(str(error)))
        return
    figure = spectrogram_figure(level, front_end, theme=chart_theme(), height=height)
    st.plotly_chart(figure, key=key, config=PLOT_CONFIG, alt=f"{spectrogram_name(front_end)} of {clip.name}")


def clip_figures(collection: Collection, clip: Clip, front_end: Features, *, key: str) -> None:
    """The figures in which a clip is least like the rest of its genre, for a clip that has no picture."""
    try:
        table = unusual_figures(services.feature_table(collection, None, front_end), clip)
    except GenreLabError as error:
        st.caption(escape_markdown(str(error)))
        return
    if table.empty:
        st.caption("No features of this clip, or too few clips of its genre to compare it with.")
        return
    st.caption(
        "Least like its genre",
        help="The features in which this clip is farthest from the mean of all clips of its genre, in standard "
        "deviations (SD) of that genre.",
    )
    chart = distance_chart(table, clip.genre, genres=collection.genres, theme=chart_theme())
    st.altair_chart(chart, key=key, alt=f"Features in which {clip.name} is least like {clip.genre}")


def clip_card(
    collection: Collection,
    clip: Clip,
    *,
    probabilities: Mapping[str, float] | None = None,
    front_end: Features | None = None,
    key: str | None = None,
) -> None:
    """Name, player and spectrogram of a clip, and what a model thinks of it.

    Parameters
    ----------
    collection, clip
    probabilities : mapping of genre to probability, optional
        In the order to show.
    front_end : Features, optional
        Of the spectrogram, or of the figures where the collection has no spectrograms; its features must be there.
        That of `card_front_end` when not given.
    key : str, optional
        Needed only where one page shows the same clip twice.
    """
    name = f"card:{key or ''}:{collection.id}:{clip.name}"
    shown = front_end or card_front_end(collection)
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            clip_and_genre(clip.name, clip.genre)
        notes = [clip_credit(collection, clip), clip_source(collection, clip)]
        if clip.place_s is not None:
            start_s, end_s = clip.place_s
            notes.append(f"{start_s:.1f} to {end_s:.1f} s of {clip.whole.name}")
        if any(notes):
            st.caption(escape_markdown(" · ".join(filter(None, notes))))
        clip_player(collection, clip)
        if shown.is_numeric:
            clip_figures(collection, clip, shown, key=f"{name}:figures")
        else:
            clip_spectrogram(collection, clip, key=f"{name}:spectrogram", front_end=shown)
        if probabilities is not None:
            chart = probability_chart(probabilities, actual=clip.genre, most=MAX_BARS, theme=chart_theme())
            st.altair_chart(chart, key=f"{name}:probabilities", alt=f"Probabilities of genres for {clip.name}")
