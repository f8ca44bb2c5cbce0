"""Gallery's one clip: all its pictures under each other, and what a model hears of it."""

from dataclasses import replace

import streamlit as st

from core.clips.clip import Clip
from core.clips.collection import Collection
from core.depiction.rebuilt import Source, as_rebuilt, most_seconds, why_not
from core.errors import GenreLabError
from core.features.mel import MelSpectrogram
from core.features.study_resize import resize_damage
from dashboard import services
from dashboard.gallery.grid import filling_grid
from dashboard.gallery.pictures import looks_at, pick_looks, stacked
from dashboard.gallery.settings import Settings
from dashboard.gallery.views import show_scale, shown_clips, span_of
from dashboard.listening.component import Track, listen
from dashboard.listening.looks import Look, look_picture
from dashboard.listening.rebuilt import rebuilt, rebuilt_address
from dashboard.sentences.facts import clip_credit
from dashboard.sentences.places import clip_place
from dashboard.sentences.wording import escape_markdown, format_percent
from dashboard.shared.player import clip_player
from dashboard.state import linked_key, query_value

_HEIGHT = 150
_CARD_PX = 290


def pick_clip(collection: Collection, clips: list[Clip], *, name: str, default: Clip, label: str = "Clip") -> Clip:
    """A clip, by its genre and its name; the address says which.

    Parameters
    ----------
    collection : Collection
    clips : list of Clip
        Not empty.
    name : str
        Of the choice in the address.
    default : Clip
    label : str
        Of the list of clips.
    """
    by_name = {clip.name: clip for clip in clips}
    chosen = by_name[query_value(name, list(by_name), default.name, what="clip") or default.name]
    genres = [genre for genre in collection.genres if any(clip.genre == genre for clip in clips)]
    genre_key, _ = linked_key(f"{name}-genre", chosen.genre)

    def first_of_genre() -> None:
        wanted = st.session_state[genre_key]
        st.session_state[key] = next(clip.name for clip in clips if clip.genre == wanted)
        changed()

    key, changed = linked_key(name, chosen.name)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        st.selectbox(
            f"Genre of {label.lower()}" if label != "Clip" else "Genre",
            genres,
            key=genre_key,
            on_change=first_of_genre,
            width=160,
        )
        own = [clip.name for clip in clips if clip.genre == chosen.genre]
        st.selectbox(label, own, key=key, on_change=changed, width=260)
    return chosen


def describe(collection: Collection, clip: Clip) -> None:
    """Name, genre, artist and title of a clip in one line."""
    said = [f"**{escape_markdown(clip.name)}**", escape_markdown(clip.genre)]
    said += [escape_markdown(each) for each in (clip_credit(collection, clip), clip_place(clip)) if each]
    st.markdown(" · ".join(said))


def show_one_clip(collection: Collection, settings: Settings) -> None:
    """A clip in all pictures on one axis of time, and rebuilt from what a model is told of it."""
    clips = shown_clips(collection, settings.front_end)
    if not clips:
        st.info("No clip of this collection has such a picture.", icon=":material/info:")
        return
    clip = pick_clip(collection, clips, name="clip", default=clips[0])
    has_sound = services.sound(collection, clip) is not None
    span_s = span_of(clip, settings.front_end)
    looks = pick_looks(looks_at(settings, span_s, has_sound=has_sound), key="gallery-pictures")
    show_scale(settings, f"{span_s:.1f} s" if settings.front_end.frame_s else "")
    if not looks:
        st.info("Choose at least one picture above.", icon=":material/filter_alt:")
    describe(collection, clip)
    pictures = stacked(collection, clip, looks)
    clip_player(
        collection,
        clip,
        key="gallery-one",
        picture=pictures[0] if pictures else None,
        below=pictures[1:],
        in_list="gallery-one",
        in_step="gallery-one",
        span_s=span_s if settings.front_end.frame_s else None,
    )
    if span_s < clip.duration_s:
        st.caption(f"The first {span_s:.0f} s of {clip.duration_s:.0f} s are drawn.")
    if has_sound:
        _show_rebuilt(collection, clip, settings, span_s)
        _show_sheared(collection, clip, settings)


def _show_rebuilt(collection: Collection, clip: Clip, settings: Settings, span_s: float) -> None:
    front_end = as_rebuilt(settings.mel)
    st.header("What a model hears", anchor=False)
    n_samples = round(span_s * front_end.sr_hz)
    if reason := why_not(front_end, "mel", n_samples):
        st.info(escape_markdown(reason), icon=":material/info:")
        return
    length_s = min(span_s, most_seconds(front_end))
    look = Look(front_end=front_end, color_map=settings.color_map, span_s=length_s)
    filling_grid("gallery-rebuilt", least_px=_CARD_PX)
    sources: tuple[tuple[Source, str], ...] = (
        ("mel", f"Rebuilt from its {front_end.n_mels} mel bands"),
        ("mfcc", "Rebuilt from 13 MFCC"),
    )
    notes = {}
    with st.container(key="gallery-rebuilt"):
        with st.container(border=True):
            st.markdown("**The clip itself**")
            clip_player(
                collection,
                clip,
                key="gallery-original",
                picture=look_picture(collection, clip, look, height=_HEIGHT),
                in_list="gallery-rebuilt",
                in_step="gallery-one",
                span_s=length_s,
                say_source=False,
            )
        for source, title in sources:
            with st.container(border=True):
                _rebuilt_player(collection, clip, look, front_end, source=source, title=title, length_s=length_s)
                notes[source] = st.empty()
    st.caption(
        "A model is told levels, not phases: these are guessed anew (Griffin and Lim, 32 steps), and loudness is made "
        "that of the clip. Start one while another plays: it goes on at the same place."
        + (f" The first {length_s:.0f} s." if length_s < span_s - 0.5 else "")
    )
    for source, note in notes.items():
        _say_off(collection, clip, front_end, source, note)


def _rebuilt_player(
    collection: Collection,
    clip: Clip,
    look: Look,
    front_end: MelSpectrogram,
    *,
    source: Source,
    title: str,
    length_s: float,
) -> None:
    st.markdown(f"**{title}**")
    listen(
        f"{clip.name}: {title.lower()}",
        key=f"gallery-rebuilt-{source}",
        duration_s=length_s,
        track=Track(
            rebuilt_address(collection, clip, front_end, source),
            clip.name,
            title,
            in_list="gallery-rebuilt",
            in_step="gallery-one" if source != "sheared" else "",
        ),
        picture=look_picture(
            collection,
            clip,
            replace(look, source=source) if source != "sheared" else replace(look, resized="study"),
            height=_HEIGHT,
            alt=f"Spectrogram of {clip.name}, {title.lower()}",
        ),
    )


def _say_off(collection: Collection, clip: Clip, front_end: MelSpectrogram, source: Source, place: object) -> None:
    try:
        with place, st.spinner("Rebuilding the sound"):  # type: ignore[attr-defined]
            made = rebuilt(collection, clip, front_end, source)
    except GenreLabError as error:
        place.caption(escape_markdown(str(error)))  # type: ignore[attr-defined]
        return
    place.caption(  # type: ignore[attr-defined]
        f"Its own mel spectrogram is {made.off_db:.1f} dB off the clip's on average, over the cells above the floor."
    )


def _show_sheared(collection: Collection, clip: Clip, settings: Settings) -> None:
    """The study's padding beside the right one, both to be heard."""
    front_end = as_rebuilt(settings.mel)
    n_frames = 1 + round(clip.duration_s * front_end.sr_hz) // front_end.hop_length
    with st.expander("The study's resize defect", icon=":material/broken_image:"):
        if reason := why_not(front_end, "sheared", round(clip.duration_s * front_end.sr_hz)):
            st.markdown(escape_markdown(reason))
            return
        damage = resize_damage((front_end.n_mels, n_frames), front_end.n_frames)
        st.markdown(
            f"The study widened each picture from {n_frames} to {front_end.n_frames} frames with numpy's in-place "
            f"`resize`, which reshapes the flat buffer. Each band is shifted by {damage.shear_frames} frames relative "
            f"to the one below, only {format_percent(damage.kept)} of the cells keep their place, and "
            f"{damage.n_loudest:,} cells become 0 dB, the loudest value. Genre Lab pads the time axis with the floor "
            "level instead. Hear what the study's networks were told:"
        )
        span_s = front_end.n_frames * front_end.frame_s
        look = Look(front_end=front_end, color_map=settings.color_map, span_s=span_s)
        filling_grid("gallery-sheared", least_px=_CARD_PX)
        with st.container(key="gallery-sheared"):
            with st.container(border=True):
                st.markdown("**Padded in time with the floor level**")
                clip_player(
                    collection,
                    clip,
                    key="gallery-padded",
                    picture=look_picture(
                        collection,
                        clip,
                        replace(look, resized="padded"),
                        height=_HEIGHT,
                        alt=f"Spectrogram of {clip.name}, padded in time",
                    ),
                    in_list="gallery-sheared",
                    span_s=span_s,
                    say_source=False,
                )
            with st.container(border=True):
                _rebuilt_player(
                    collection,
                    clip,
                    look,
                    front_end,
                    source="sheared",
                    title="As in the study, rebuilt",
                    length_s=span_s,
                )
