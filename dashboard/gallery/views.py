"""The parts of Gallery: which clips, the wall of cards, and the study's defect."""

import random
from collections.abc import Sequence

import streamlit as st

from core.clips.clip import Clip
from core.clips.collection import Collection
from core.collections.registry import holdings
from core.errors import GenreLabError
from core.extraction.store import FeatureStore
from core.features.base import Features
from core.features.mel import MelSpectrogram
from core.features.study_resize import pad_with_floor, resize_damage, study_resize
from dashboard import navigation, services
from dashboard.charts.spectrograms.level_scale import frequency_scale, level_text
from dashboard.charts.spectrograms.spectrogram_picture import HEIGHT, WIDTH, level_legend_svg, spectrogram_svg
from dashboard.sentences.places import clip_place
from dashboard.sentences.wording import escape_markdown, format_percent, format_plural
from dashboard.shared.feedback import empty_state
from dashboard.shared.player import NO_SOUND, NO_SOUND_HELP, clip_player, stored_picture
from dashboard.state import address_value, chart_theme, query_value, set_query_value

MAX_CARDS = 40
N_SHUFFLES = 1000
CARD_WIDTH = WIDTH + 34


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


def pick_clips(collection: Collection, genres: tuple[str, ...], front_end: Features = services.MEL) -> list[Clip]:
    """Controls for how many clips and which, and what they choose; a clip in the URL (``?clip=NAME``) comes first."""
    available = FeatureStore(collection.id, front_end).available(collection.clips)
    names = {clip.name: clip for clip in available}
    shuffle = int(query_value("shuffle", [str(number) for number in range(N_SHUFFLES)], "0", what="shuffle") or 0)
    most = max(1, min(6, MAX_CARDS // len(genres)))
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
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


def show_clips(collection: Collection, clips: Sequence[Clip], front_end: Features = services.MEL) -> None:
    """Cards in as many columns as fit, under one colour scale."""
    theme = chart_theme()
    scale = front_end.level_scale
    is_mel = front_end.band_axis.scale == "mel"
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        ends = f"{level_text(scale.low)} {scale.unit} to {level_text(scale.high)} {scale.unit}"
        st.image(level_legend_svg(front_end, theme=theme), width=300, alt=f"Colour scale from {ends}")
        st.caption(
            f"{format_plural(len(clips), 'clip')} · {scale.meaning} · {frequency_scale(front_end)}",
            width="content",
            help=f"{_MEL_HELP if is_mel else _HELP} {'Bright is loud.' if scale.in_decibels else _STANDARD_HELP}",
        )
    if not collection.has_audio:
        _say_sound(collection, clips)
    with st.container(horizontal=True, gap="small"):
        for clip in clips:
            with st.container(border=True, width=CARD_WIDTH):
                _card(collection, clip, front_end)


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


def _card(collection: Collection, clip: Clip, front_end: Features) -> None:
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
    if place := clip_place(clip):
        st.caption(place)
    clip_player(
        collection,
        clip,
        key=f"gallery:{front_end.identity}:{clip.name}",
        picture=stored_picture(collection, clip, front_end, height=HEIGHT),
        in_list="gallery",
        say_source=False,
    )


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


def show_resize_defect(collection: Collection, clips: Sequence[Clip]) -> None:
    """The study's picture of the first clip beside the right one."""
    front_end = services.MEL
    with st.expander("The study's resize defect", icon=":material/broken_image:"):
        clip = clips[0] if clips else None
        if clip is None:
            return
        try:
            level_db = services.spectrogram(collection, clip)
        except GenreLabError as error:
            st.caption(escape_markdown(str(error)))
            return
        _explain(level_db.shape, front_end)
        wrong = study_resize(level_db, front_end.n_frames)
        right = pad_with_floor(level_db, front_end.n_frames, top_db=front_end.top_db)
        with st.container(horizontal=True, gap="medium"):
            for caption, level in (("Padded in time with the floor level", right), ("As in the study", wrong)):
                with st.container(width=CARD_WIDTH):
                    st.markdown(f"**{caption}** · {escape_markdown(clip.name)}")
                    picture = spectrogram_svg(level, front_end, theme=chart_theme(), name=f"{caption}: {clip.name}")
                    st.image(picture, width=WIDTH, alt=f"{caption}: {clip.name}")


def _explain(shape: tuple[int, ...], front_end: MelSpectrogram) -> None:
    damage = resize_damage((shape[0], shape[1]), front_end.n_frames)
    if damage.shear_frames <= 0:
        st.markdown(f"This clip fills all {front_end.n_frames} frames, so nothing is resized. Choose a shorter one.")
        return
    st.markdown(
        f"The study widened each picture from {shape[1]} to {front_end.n_frames} frames with numpy's in-place "
        f"`resize`, which reshapes the flat buffer. Each band is shifted by {damage.shear_frames} frames relative to "
        f"the one below, only {format_percent(damage.kept)} of the cells keep their place, and {damage.n_loudest:,} "
        "cells become 0 dB, the loudest value. Genre Lab pads the time axis with the floor level instead."
    )
