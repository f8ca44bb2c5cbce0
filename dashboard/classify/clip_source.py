"""A clip of a collection at hand as the song, and what a run may have learnt of it before."""

import random
from collections.abc import Mapping

import streamlit as st

from core.audio import encode_wav, probe_audio, read_audio
from core.clips.collection import Collection
from core.clips.excerpts import whole_name
from core.clips.sound import playable_clip
from core.collections.clip_facts import is_gtzan
from core.collections.sound import Sound
from core.errors import AudioError, GenreLabError
from core.runs.record import Run
from core.runs.results import load_split
from dashboard import services
from dashboard.classify.answer import model_names
from dashboard.classify.songs import Song, open_song
from dashboard.classify.upload import song_in_session, take_song
from dashboard.sentences.collections import collection_option
from dashboard.sentences.places import song_and_place
from dashboard.sentences.wording import escape_markdown, quoted_value
from dashboard.state import set_address_value, warn_of_link

_COLLECTION, _CLIP = "classify:clip-collection", "classify:clip"
_MOST_LISTED = 2_000
"""Clips of a collection whose names can be chosen here; more would keep the page from opening at once."""
_MOST_BYTES = 200_000_000
_PARTS = {"train": "learnt from it", "validation": "chose its best epoch by it", "test": "was tested on it"}


def offer_clips() -> None:
    """A clip by chance, or by its name; nothing where no collection with sound is here."""
    try:
        able = {one.id: one for one in services.collections() if one.ready and one.holds == "audio"}
        if not able:
            return
        if st.session_state.get(_COLLECTION) not in able:
            st.session_state[_COLLECTION] = next(iter(able))
        st.button(
            "Any clip",
            icon=":material/casino:",
            on_click=_take_any,
            help="A clip of this collection, by chance. Its genre is said with the answer.",
        )
        st.selectbox("of", list(able), format_func=lambda one: collection_option(able[one]), key=_COLLECTION, width=300)
        collection = services.collection(st.session_state[_COLLECTION])
    except GenreLabError as error:
        st.caption(escape_markdown(str(error)))
        return
    if len(collection.clips) <= _MOST_LISTED:
        st.selectbox(
            "or by its name",
            [clip.name for clip in collection.clips],
            index=None,
            key=_CLIP,
            on_change=_take_chosen,
            placeholder="Choose a clip",
            width=220,
        )


def take_clip(collection_id: str, clip_name: str) -> None:
    """Take a clip as the song; one that is not here is warned of."""
    try:
        collection = services.collection(collection_id, with_excluded=True)
        clip = collection.by_name.get(clip_name)
    except GenreLabError:
        clip = None
    if clip is None:
        warn_of_link(
            f"The link asks for the clip {quoted_value(clip_name)} of the collection {quoted_value(collection_id)}, "
            "which is not here. Choose another song."
        )
        kept = song_in_session()
        of = kept.clip if kept is not None else None
        set_address_value("collection", None if of is None else of[0])
        set_address_value("clip", None if of is None else of[1])
        return
    title = song_and_place(clip)
    identity = f"clip:{collection.id}:{clip.key}"
    take_song(
        title,
        lambda: open_song(
            title, identity, _content(services.sound(collection, clip)), origin="clip", clip=(collection.id, clip.name)
        ),
    )


def show_clip(song: Song, runs: Mapping[str, Run]) -> None:
    """Of a clip: what its collection calls it, and which of the runs have met it in their training."""
    if song.clip is None:
        return
    try:
        collection = services.collection(song.clip[0], with_excluded=True)
        clip = collection.by_name.get(song.clip[1])
    except GenreLabError:
        clip = None
    if clip is None:
        return
    text = f"A clip of {collection.title}, which calls it {clip.genre}."
    for part, names in _met(collection, clip.whole.name, runs).items():
        text += f" {', '.join(names)} {_PARTS[part]}."
    st.caption(f":material/library_music: {escape_markdown(text)}")


def _met(collection: Collection, clip_name: str, runs: Mapping[str, Run]) -> dict[str, list[str]]:
    """Names of the runs that have the clip in a part of their split, by that part."""
    met: dict[str, list[str]] = {}
    gtzan, names = None, model_names(runs)
    for run in runs.values():
        if run.config.collection_id != collection.id:
            # What comes with Genre Lab learnt from GTZAN, whose clips have the same names in every copy.
            gtzan = is_gtzan(collection.clips, collection.facts) if gtzan is None else gtzan
            if not (run.shipped and gtzan):
                continue
        try:
            split = load_split(run.id)
        except GenreLabError:
            continue
        for part in _PARTS:
            if any(whole_name(name, run.config.split.n_excerpts) == clip_name for name in split.get(part, ())):
                met.setdefault(part, []).append(names[run.id])
                break
    return met


def _take_any() -> None:
    song = song_in_session()
    try:
        collection = services.collection(st.session_state[_COLLECTION])
    except GenreLabError:
        return  # which is said where the collections are offered
    others = [clip.name for clip in collection.clips if song is None or song.clip != (collection.id, clip.name)]
    if others:
        take_clip(collection.id, random.choice(others))


def _take_chosen() -> None:
    chosen = st.session_state[_CLIP]
    if chosen is not None:
        take_clip(st.session_state[_COLLECTION], chosen)


def _content(sound: Sound | None) -> bytes:
    """Bytes of a file of the clip's sound."""
    if sound is None or sound.clip.path is None:
        raise AudioError("This collection has no sound of the clip, and no other has it. Choose another clip.")
    path = sound.clip.path
    if sound.start_s is not None:
        sr_hz = probe_audio(path).sr_hz
        duration_s = None if sound.end_s is None else sound.end_s - sound.start_s
        return encode_wav(read_audio(path, sr_hz=sr_hz, offset_s=sound.start_s, duration_s=duration_s), sr_hz)
    if sound.clip.passage is not None:
        content, _ = playable_clip(sound.clip)
        return content if isinstance(content, bytes) else content.read_bytes()
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise AudioError(f"The clip's file has more than {_MOST_BYTES / 1e6:.0f} MB. Choose another clip.")
        return path.read_bytes()
    except OSError as error:
        raise AudioError(f"{path.name} cannot be read ({error.strerror}). Choose another clip.") from error
