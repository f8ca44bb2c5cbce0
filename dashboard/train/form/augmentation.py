"""Random changes to the training examples, and what they do to a spectrogram of this collection."""

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from core.clips.clip import Clip
from core.clips.collection import Collection
from core.errors import FeatureError, GenreLabError
from core.extraction.extract import transform_clip
from core.extraction.store import FeatureStore
from core.features.base import Features, require_audio_front_ends
from core.models.segments import cut_at_random
from core.recipe.augmentation import floor_of
from core.recipe.config import TrainingConfig
from core.training.augmentation import preview
from dashboard import services
from dashboard.charts.spectrograms.spectrogram_picture import spectrogram_svg
from dashboard.charts.style.palette import genre_colors
from dashboard.sentences.wording import escape_markdown
from dashboard.shared.forms.inputs import fill, slide
from dashboard.shared.forms.values import KEY
from dashboard.state import chart_theme

_AUGMENT = f"{KEY}augment_"
_OFF = {
    "n_time_masks": 0,
    "n_band_masks": 0,
    "mixup": 0.0,
    "gain_db": 0.0,
    "noise": 0.0,
    "band_shift": 0,
    "band_stretch": 0.0,
    "time_stretch": 0.0,
    "equaliser": 0.0,
}
_DRAW, _CLIP = "train:augment-draw", "train:augment-clip"


def augmentation_form(front_end: Features, *, segmented: bool) -> None:
    """All changes that make sense for this input; those that do not are not offered unless they are on."""
    st.caption("Random changes in each epoch, so that the model never sees exactly the same clip twice.")
    numeric = front_end.is_numeric
    left, right = st.columns(2)
    slide(
        "Mixup (alpha)",
        f"{_AUGMENT}mixup",
        0.0,
        2.0,
        0.05,
        "Each example is mixed with another, and so are their labels (Zhang et al. 2018). 0 turns it off; 0.2 to "
        "0.4 is usual.",
        place=left,
    )
    slide(
        "Noise",
        f"{_AUGMENT}noise",
        0.0,
        1.0,
        0.01,
        "Standard deviation of the noise added to each value, as a share of the input's range (spectrograms in dB) "
        "or of its standard deviation (everything else).",
        place=right,
    )
    if not numeric or _on("n_time_masks", "n_band_masks"):
        _masks()
    if not numeric or _on("gain_db", "equaliser", "band_shift", "band_stretch", "time_stretch"):
        _of_sound(front_end, segmented=segmented)


def _on(*names: str) -> bool:
    return any(st.session_state[f"{_AUGMENT}{name}"] for name in names)


def _masks() -> None:
    left, right = st.columns(2)
    about = "Stretches of {what} that are set to the mean (SpecAugment: Park et al. 2019)."
    slide("Time masks", f"{_AUGMENT}n_time_masks", 0, 4, 1, about.format(what="frames"), place=left)
    longest = "Longest mask, as a share of all frames."
    slide("Longest time mask", f"{_AUGMENT}time_mask", 0.0, 0.5, 0.005, longest, place=right)
    left, right = st.columns(2)
    slide("Band masks", f"{_AUGMENT}n_band_masks", 0, 4, 1, about.format(what="bands"), place=left)
    widest = "Widest mask, as a share of all bands."
    slide("Widest band mask", f"{_AUGMENT}band_mask", 0.0, 0.5, 0.005, widest, place=right)


def _of_sound(front_end: Features, *, segmented: bool) -> None:
    left, middle, right = st.columns(3)
    if floor_of(front_end) is not None or _on("gain_db"):
        slide("Gain (dB)", f"{_AUGMENT}gain_db", 0.0, 20.0, 0.5, "Louder or quieter by up to this many dB.", place=left)
    about = "A smooth random curve over the bands, like the frequency response of another recording."
    slide("Equaliser", f"{_AUGMENT}equaliser", 0.0, 1.0, 0.01, about, place=middle)
    about = "Up or down by up to this many bands, like a change of key."
    slide("Band shift", f"{_AUGMENT}band_shift", 0, 16, 1, about, place=right)
    left, right = st.columns(2)
    about = "Bands are stretched or compressed from the lowest up, by a factor of up to exp(value)."
    slide("Band stretch", f"{_AUGMENT}band_stretch", 0.0, 0.5, 0.01, about, place=left)
    if segmented or _on("time_stretch"):
        about = "Faster or slower by a factor of up to exp(value): 0.1 is about 10 %. For segments only."
        slide("Time stretch", f"{_AUGMENT}time_stretch", 0.0, 0.5, 0.01, about, place=right)


def switch_off() -> None:
    """Set every change to nothing."""
    fill({f"{_AUGMENT}{name}": value for name, value in _OFF.items()})


def augmentation_preview(collection: Collection, config: TrainingConfig) -> None:
    """A clip of the collection, and as a training epoch may see it, on one colour scale."""
    if config.is_numeric:
        st.caption("Numeric features have no picture; mixup and noise change their values.")
        return
    draw = int(st.session_state.get(_DRAW, 0))
    clips = [clip for clip in collection.clips if clip.genre in config.genres]
    place = int(st.session_state.get(_CLIP, 0)) % len(clips)
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.button(
            "Another random change",
            icon=":material/casino:",
            on_click=_count,
            args=(_DRAW, 1),
            key="train:augment-again",
        )
        st.button(
            "Another clip", icon=":material/shuffle:", on_click=_count, args=(_CLIP, 7919), key="train:augment-next"
        )
        st.button("All off", type="tertiary", on_click=switch_off, key="train:augment-off")
    clip, partner = clips[place], clips[(place + len(clips) // 2) % len(clips)]
    try:
        before = _level(collection, clip, config.front_end)
        other = _level(collection, partner, config.front_end)
    except GenreLabError as error:
        st.caption(f"No preview: {escape_markdown(str(error))}")
        return
    after, after_other = _cut(before, config, draw), _cut(other, config, draw)
    width = min(after.shape[1], after_other.shape[1])
    changed = preview(
        after[:, :width],
        config.augmentation,
        front_end=config.front_end,
        partner=after_other[:, :width] if config.augmentation.mixup else None,
        seed=draw,
    )
    what = "a segment" if config.segments is not None else "the whole clip"
    _pictures(clip, config, ((f"{clip.name}", before), (f"Example in one epoch: {what}", changed)))
    if config.augmentation.mixup:
        st.caption(f"Mixed with {escape_markdown(partner.name)} ({escape_markdown(partner.genre)}).")


def _count(key: str, step: int) -> None:
    st.session_state[key] = int(st.session_state.get(key, 0)) + step


def _level(collection: Collection, clip: Clip, front_end: Features) -> NDArray[np.float16]:
    if FeatureStore(collection.id, front_end).available([clip]) or not collection.has_audio:
        return services.spectrogram(collection, clip, front_end)
    return _computed(clip.key, front_end.identity, clip, front_end)


@st.cache_data(max_entries=32, show_spinner="Computing a spectrogram")
def _computed(clip_key: str, identity: str, _clip: Clip, _front_end: Features) -> NDArray[np.float16]:
    made = transform_clip(_clip, require_audio_front_ends([_front_end]))
    if isinstance(made, str):
        raise FeatureError(made)
    values, n_valid = made[0]
    return np.asarray(values[:, :n_valid], dtype=np.float16)


def _cut(level: NDArray[np.float16], config: TrainingConfig, draw: int) -> NDArray[np.float16]:
    """A segment as an epoch would draw it, or the whole clip."""
    n_frames = config.input_shape[1]
    if config.segments is None or level.shape[1] <= n_frames:
        return level
    rng = np.random.default_rng([draw, 2])
    cut: NDArray[np.float16] = cut_at_random(
        level[np.newaxis], np.array([level.shape[1]]), n_frames, stretch=config.augmentation.time_stretch, rng=rng
    )[0]
    return cut


def _pictures(clip: Clip, config: TrainingConfig, pictures: tuple[tuple[str, NDArray[np.generic]], ...]) -> None:
    places = st.columns(len(pictures), gap="small")
    for place, (caption, level) in zip(places, pictures, strict=True):
        with place:
            st.caption(escape_markdown(caption))
            picture = spectrogram_svg(
                level,
                config.front_end,
                theme=chart_theme(),
                name=caption,
                accent=genre_colors(config.genres)[clip.genre],
            )
            st.image(picture, width="stretch", alt=f"Spectrogram: {caption}, {clip.genre}")
