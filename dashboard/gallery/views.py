"""Gallery's wall: which clips, and a card for each."""

import random
from collections.abc import Sequence

import streamlit as st

from core.clips.clip import Clip
from core.clips.collection import Collection
from core.collections.registry import holdings
from core.extraction.store import FeatureStore
from core.features.base import AudioFrontEnd, Features
from dashboard import navigation, services
from dashboard.charts.spectrograms.color_maps import COLOR_MAPS
from dashboard.charts.spectrograms.level_scale import frequency_scale, level_text
from dashboard.charts.spectrograms.spectrogram_picture import HEIGHT, LEGEND_WIDTH, level_legend_svg
from dashboard.gallery.grid import filling_grid
from dashboard.gallery.settings import Settings
from dashboard.listening.looks import look_picture
from dashboard.listening.samples import longest_s
from dashboard.sentences.facts import clip_credit
from dashboard.sentences.places import clip_place
from dashboard.sentences.wording import escape_markdown, format_plural
from dashboard.shared.feedback import empty_state
from dashboard.shared.player import NO_SOUND, NO_SOUND_HELP, clip_player
from dashboard.state import address_value, chart_theme, linked_key, query_value, set_query_value

MAX_CARDS = 40
N_SHUFFLES = 1000
CARD_PX = 270
"""Least width of a card."""


VIEWS = {"clips": "Clips", "clip": "One clip", "two": "Two clips", "genres": "Genres"}


def pick_view() -> str:
    """Which view of the collection; the address says so."""
    view = query_value("show", list(VIEWS), "clips", what="view", titled=VIEWS.__getitem__) or "clips"
    key, changed = linked_key("show", view)
    st.segmented_control(
        "View",
        list(VIEWS),
        format_func=lambda name: VIEWS[name],
        required=True,
        key=key,
        on_change=changed,
        label_visibility="collapsed",
    )
    return view


def choose_clips(clips: Sequence[Clip], genres: Sequence[str], *, n_per_genre: int, shuffle: int) -> list[Clip]:
    """Clips to show of each genre: the first by name at shuffle 0, drawn by that seed otherwise.

    The clips of a genre do not depend on which other genres are shown.
    """
    chosen: list[Clip] = []
    for genre in genres:
        own = [clip for clip in clips if clip.genre == genre]
        if shuffle:
            random.Random(f"{shuffle}:{genre}").shuffle(own)
        chosen.extend(own[:n_per_genre])
    return chosen


def shown_clips(collection: Collection, front_end: Features) -> list[Clip]:
    """Clips that have a picture by this front end, stored or to be computed; how many have none is said."""
    store = FeatureStore(collection.id, front_end)
    failed = store.failures(collection.clips)
    if not isinstance(front_end, AudioFrontEnd):
        available = store.available(collection.clips)
    else:
        available = [clip for clip in collection.clips if clip.name not in failed]
    if n_without := len(collection.clips) - len(available):
        said = f"{format_plural(n_without, 'clip')} without a picture, which Collections gives the reasons of."
        st.caption(f":material/hide_image: {said}")
    return available


def pick_clips(available: Sequence[Clip], genres: tuple[str, ...]) -> list[Clip]:
    """Controls for how many clips and which, and what they choose; a clip in the URL (``?clip=NAME``) comes first."""
    names = {clip.name: clip for clip in available}
    shuffle = int(query_value("shuffle", [str(number) for number in range(N_SHUFFLES)], "0", what="shuffle") or 0)
    most = max(1, min(6, MAX_CARDS // len(genres)))
    n_per_genre = st.segmented_control(
        "Clips per genre",
        list(range(1, most + 1)),
        default=1,
        required=True,
        key=f"gallery-n:{most}",
        persist_state="session",
    )
    st.button(
        "Other clips",
        icon=":material/shuffle:",
        on_click=set_query_value,
        args=("shuffle", str((shuffle + 1) % N_SHUFFLES)),
        help="Draw other clips at random. The same page address shows the same clips again.",
    )
    if shuffle:
        st.button("First clips", type="tertiary", on_click=set_query_value, args=("shuffle", None))
    clips = choose_clips(available, genres, n_per_genre=n_per_genre or 1, shuffle=shuffle)
    linked = address_value("clip")
    if linked is not None:
        query_value("clip", list(names), None, what="clip")
        if linked in names and names[linked] not in clips:
            clips.insert(0, names[linked])
    return clips


_HELP = "A spectrogram shows which frequencies sound at which time."
_MEL_HELP = (
    "A mel spectrogram shows which frequencies sound at which time. The mel scale follows human hearing: equal "
    "steps sound about equally far apart."
)
_STANDARD_HELP = (
    "Bright is louder than the rest of the same clip: 0 is its mean level, and 1 SD is one standard deviation of its "
    "levels. The loudness of clips relative to each other is not known."
)


def show_wall(collection: Collection, genres: tuple[str, ...], settings: Settings) -> None:
    """Cards of clips of each genre, in as many columns as fill the width."""
    available = shown_clips(collection, settings.front_end)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        clips = pick_clips(available, genres)
        show_scale(settings, format_plural(len(clips), "clip"))
    if not collection.has_audio:
        _say_sound(collection, clips)
    filling_grid("gallery-wall", least_px=CARD_PX)
    with st.container(key="gallery-wall"):
        for clip in clips:
            with st.container(border=True):
                _card(collection, clip, settings)


def show_scale(settings: Settings, what: str) -> None:
    """The colour scale of all pictures, and what it means.

    Parameters
    ----------
    settings : Settings
    what : str
        What is shown: ``10 clips``.
    """
    front_end, scale = settings.front_end, settings.scale
    is_mel = front_end.band_axis.scale == "mel"
    with st.container(horizontal=True, vertical_alignment="center", gap="small", width="content"):
        if settings.reference != "fitted":
            ends = f"{level_text(scale.low)} {scale.unit} to {level_text(scale.high)} {scale.unit}"
            colors = COLOR_MAPS[settings.color_map]
            legend = level_legend_svg(scale, colors=colors, theme=chart_theme())
            st.image(legend, width=LEGEND_WIDTH, alt=f"Colour scale from {ends}")
        st.caption(
            " · ".join(filter(None, (what, scale.meaning, frequency_scale(front_end)))),
            width="content",
            help=f"{_MEL_HELP if is_mel else _HELP} {'Bright is loud.' if scale.in_decibels else _STANDARD_HELP}",
        )


def _say_sound(collection: Collection, clips: Sequence[Clip]) -> None:
    """Once for all cards: where the sound comes from, or that there is none."""
    sounds = [sound for clip in clips if (sound := services.sound(collection, clip)) is not None]
    if not sounds:
        st.caption(f":material/volume_off: {NO_SOUND}", help=NO_SOUND_HELP)
        return
    titles = ", ".join(dict.fromkeys(escape_markdown(sound.collection_title) for sound in sounds))
    all_of_them = "Sound" if len(sounds) == len(clips) else f"Sound of {len(sounds):,} of {len(clips):,} clips"
    st.caption(
        f":material/volume_up: {all_of_them} from {titles}",
        help="This collection has only features. Clips of GTZAN are matched by name with collections that have sound.",
    )


def _card(collection: Collection, clip: Clip, settings: Settings) -> None:
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute", gap="small"):
        st.markdown(f"**{escape_markdown(clip.genre)}**", width="content")
        if services.numeric_front_ends(collection):
            navigation.page_link(
                "explore",
                escape_markdown(clip.name),
                query={"collection": collection.id, "clip": clip.name, "view": "map"},
                help="Find it on the map in Explore",
            )
        else:
            st.caption(escape_markdown(clip.name), width="content")
    if said := " · ".join(filter(None, (clip_credit(collection, clip), clip_place(clip)))):
        st.caption(escape_markdown(said))
    clip_player(
        collection,
        clip,
        key=f"gallery:{clip.name}",
        picture=look_picture(collection, clip, settings.look(span_of(clip, settings.front_end)), height=HEIGHT),
        in_list="gallery",
        say_source=False,
    )
    st.button(
        "Look closer",
        icon=":material/zoom_in:",
        type="tertiary",
        key=f"gallery-closer:{clip.name}",
        on_click=_look_closer,
        args=(clip.name,),
        help="All its pictures under each other, and what a model hears of it",
    )


def _look_closer(clip_name: str) -> None:
    set_query_value("clip", clip_name)
    set_query_value("show", "clip")


def span_of(clip: Clip, front_end: Features) -> float:
    """Seconds that the pictures of a clip show: all of it, or as much as is looked at."""
    if clip.duration_s <= 0:
        return front_end.shape[1] * (front_end.frame_s or 1.0)
    return min(clip.duration_s, longest_s(front_end.sr_hz)) if isinstance(front_end, AudioFrontEnd) else clip.duration_s


def say_no_pictures(collection: Collection) -> None:
    """Where to go with a collection that consists of figures only."""
    empty_state(
        "No pictures in this collection",
        f"{escape_markdown(collection.title)} has {holdings(collection)} for each clip and no spectrograms. "
        "Explore shows them.",
        page="explore",
        label="Explore it",
        query={"collection": collection.id},
    )
