"""Hearing and seeing one clip."""

from collections.abc import Callable, Mapping, Sequence

import streamlit as st

from core.clips.clip import Clip
from core.clips.collection import Collection
from core.collections.sound import Sound
from core.errors import GenreLabError
from core.features.base import Features
from dashboard import services, sounds
from dashboard.charts.features.figures import distance_chart
from dashboard.charts.runs.probabilities import probability_chart
from dashboard.listening.asking import asked
from dashboard.listening.component import Picture, Track, listen
from dashboard.listening.pictures import clip_picture
from dashboard.sentences.facts import clip_credit, clip_source
from dashboard.sentences.places import clip_place, song_and_place
from dashboard.sentences.wording import escape_markdown
from dashboard.shared.clip_menu import clip_menu
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


def stored_picture(collection: Collection, clip: Clip, front_end: Features, *, height: int = 160) -> Picture | None:
    """The stored spectrogram of a clip for its player; None, with the reason said, where there is none."""
    try:
        services.spectrogram(collection, clip, front_end)
    except GenreLabError as error:
        st.caption(escape_markdown(str(error)))
        return None
    return clip_picture(collection, clip, front_end, height=height)


def clip_player(
    collection: Collection,
    clip: Clip,
    *,
    key: str,
    picture: Picture | None = None,
    below: Sequence[Picture] = (),
    in_list: str = "",
    in_step: str = "",
    span_s: float | None = None,
    start_s: float = 0.0,
    ask: str = "",
    say_source: bool = True,
    queue: Sequence[Clip] = (),
    on_step: Callable[[str], None] | None = None,
) -> None:
    """The player of a clip, and the clip's menu; says so where a clip has no sound.

    Parameters
    ----------
    collection, clip
    key : str
        The player's own on this page.
    picture : Picture, optional
        The spectrogram that is shown with it.
    below : sequence of Picture
        Further ones under it.
    in_list : str
        Players of the same list follow each other by *previous* and *next*.
    in_step : str
        Players with the same one go in step (`dashboard.listening.component.Track`).
    span_s : float, optional
        Seconds that the pictures show, where that is not the clip's length.
    start_s : float
        Where playing begins at first.
    ask : str
        Play now, once for each such text; without one, once for each time that this clip is asked for by its name.
    say_source : bool
        Say which other collection the sound comes from, where it does, and that there is none.
    queue, on_step
        See `dashboard.listening.component.listen`: the clip among those of the collection in view, of which those with
        sound are heard.
    """
    sound, track, problem = None, None, ""
    tracks: tuple[Track, ...] = ()
    try:
        sound = services.sound(collection, clip)
        if sound is not None:
            services.require_playable(sound.clip)
            track = _track(collection, clip, sound, in_list, in_step)
            tracks = _tracks(collection, queue)
    except GenreLabError as error:
        problem = str(error)
    if track is not None or picture is not None:
        listen(
            song_and_place(clip),
            key=key,
            duration_s=span_s or clip.duration_s or (0.0 if sound is None else _length_s(sound)),
            track=track,
            picture=picture,
            below=below,
            begin_s=start_s,
            ask=ask or asked(clip.name),
            queue=tracks,
            on_step=on_step,
        )
    if problem:
        st.error(escape_markdown(problem), icon=":material/error:")
    elif say_source and sound is None:
        st.caption(f":material/volume_off: {NO_SOUND}", help=NO_SOUND_HELP)
    elif say_source and sound is not None and clip.path is None:
        part = "" if sound.start_s is None else f", {sound.start_s:.0f} to {sound.end_s or 0:.0f} s"
        st.caption(f"Sound from {escape_markdown(sound.collection_title)}{part}")
    clip_menu(collection, clip, key=f"{key}:menu", sound=sound)


def _tracks(collection: Collection, clips: Sequence[Clip]) -> tuple[Track, ...]:
    heard = zip(clips, services.sounds_of(collection, clips), strict=True)
    return tuple(_track(collection, clip, sound) for clip, sound in heard if sound is not None)


def _track(collection: Collection, clip: Clip, sound: Sound, in_list: str = "", in_step: str = "") -> Track:
    credit = clip_credit(collection, clip)
    return Track(
        sounds.clip_address(sound.collection_id, sound.clip.name),
        song_and_place(clip),
        " · ".join(filter(None, (clip.genre, credit))),
        start_s=sound.start_s or 0.0,
        is_part=sound.end_s is not None,
        in_list=in_list,
        in_step=in_step,
        length_s=clip.duration_s or _length_s(sound),
        name=clip.name,
    )


def _length_s(sound: Sound) -> float:
    return (sound.end_s or sound.clip.duration_s) - (sound.start_s or 0.0)


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


def clip_figures(collection: Collection, clip: Clip, front_end: Features, *, key: str) -> None:
    """The figures in which a clip is least like the rest of its genre, for a clip that has no picture."""
    try:
        # Its genre alone, and that which the collection has for it: a table of 100,000 clips would be read for one.
        own = collection.by_name.get(clip.name, clip)
        genres = sorted({clip.genre, own.genre})
        table = unusual_figures(services.feature_table(collection, genres, front_end), clip)
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
    ask: str = "",
    queue: Sequence[Clip] = (),
    on_step: Callable[[str], None] | None = None,
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
        Needed only where one page shows the same clip twice; cards with the same one follow each other by *previous*
        and *next*.
    ask, queue, on_step
        See `clip_player`.
    """
    name = f"card:{key or ''}:{collection.id}:{clip.name}"
    shown = front_end or card_front_end(collection)
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            clip_and_genre(clip.name, clip.genre)
        notes = [clip_credit(collection, clip), clip_place(clip), clip_source(collection, clip)]
        if clip.place_s is not None:
            start_s, end_s = clip.place_s
            notes.append(f"{start_s:.1f} to {end_s:.1f} s of {clip.whole.name}")
        if any(notes):
            st.caption(escape_markdown(" · ".join(filter(None, notes))))
        picture = None if shown.is_numeric else stored_picture(collection, clip, shown)
        clip_player(
            collection,
            clip,
            key=f"{name}:player",
            picture=picture,
            in_list=key or "",
            ask=ask,
            queue=queue,
            on_step=on_step,
        )
        if shown.is_numeric:
            clip_figures(collection, clip, shown, key=f"{name}:figures")
        if probabilities is not None:
            chart = probability_chart(probabilities, actual=clip.genre, most=MAX_BARS, theme=chart_theme())
            st.altair_chart(chart, key=f"{name}:probabilities", alt=f"Probabilities of genres for {clip.name}")
