"""Choosing a front end and its parameters, each with what it means in ms and Hz. Used on Train and on Gallery.

The values live in the session under ``<key>:...``; `prepare_front_end_form` gives them their first values.
"""

from collections import ChainMap
from collections.abc import Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, cast

import streamlit as st

from core.clips.collection import Collection
from core.dsp.windows import WINDOWS
from core.errors import GenreLabError
from core.features.frontends import FrontEnd, MelSpectrogram, NumericFeatures
from dashboard import services
from dashboard.sentences.wording import escape_markdown
from dashboard.shared.form_inputs import choose, fill, number, pick_one, shown_values, steps, switch
from dashboard.shared.form_values import all_front_end_values, front_end_values, read_front_end

RATES_HZ = (8_000, 11_025, 16_000, 22_050, 32_000, 44_100, 48_000)
WINDOWS_SAMPLES = (256, 512, 1024, 2048, 4096, 8192)
HOPS = (128, 256, 512, 1024, 2048, 4096)
BANDS = (16, 32, 40, 64, 80, 96, 128, 192, 256)
_WINDOW_TITLES = {name: name.capitalize() for name in WINDOWS} | {"tukey": "Tukey", "boxcar": "None (rectangle)"}


@dataclass(frozen=True)
class _AtOdds:
    """Parameters that may not fit the others: values that always do, and the meanings that would then be untrue."""

    usual: Mapping[str, Any]
    unsaid: tuple[str, ...] = ()


_AT_ODDS = (
    _AtOdds({"width": "padded"}),
    _AtOdds({"hop_length": HOPS[0]}, ("hop_length", "n_frames")),
    _AtOdds({"fmin_hz": 0.0, "fmax_hz_own": False}, ("fmin_hz", "n_mels")),
)


def prepare_front_end_form(key: str, first: FrontEnd) -> None:
    """Give the inputs values where this visitor has none yet."""
    if f"{key}:kind" not in st.session_state:
        fill(all_front_end_values(key) | front_end_values(first, key))


def front_end_form(
    collection: Collection, offered: Sequence[FrontEnd], *, key: str, label: str = "Front end"
) -> FrontEnd:
    """The front end chosen, with its parameters.

    Parameters
    ----------
    collection : Collection
    offered : sequence of FrontEnd
        Of `services.front_ends_of`; not empty.
    key : str
        Begins the names of the inputs' values.
    label : str

    Raises
    ------
    FeatureError
        The parameters do not fit together.
    """
    prepare_front_end_form(key, offered[0])
    titles = _titles(collection, offered)
    chosen = st.session_state[f"{key}:kind"]
    if chosen not in titles:
        st.session_state[f"{key}:kind"] = _same(chosen, titles, collection)
    kind = choose(
        label,
        f"{key}:kind",
        titles,
        "Turns a clip into the model's input. A collection of pre-computed features has only those."
        if collection.front_ends
        else "Turns a clip into the model's input. Computed from the sound once, then stored.",
    )
    if collection.front_ends:
        front_end = read_front_end(key, shown_values(), collection.front_ends)
        n, n_frames = front_end.shape
        size = f"{n} bands × {n_frames} frames"
        if front_end.is_numeric:
            size = f"{n} values per clip" if n_frames == 1 else f"{n} values for each of {n_frames} parts of a clip"
        st.caption(f"{size}, pre-computed with the collection: nothing to set here.")
        return front_end
    with st.expander("Parameters", icon=":material/tune:"):
        if kind == MelSpectrogram.kind:
            _mel(key)
        elif kind == NumericFeatures.kind:
            _numeric(key)
        else:
            _others(key, kind)
    return read_front_end(key, shown_values())


def _titles(collection: Collection, offered: Sequence[FrontEnd]) -> dict[str, str]:
    """Names for people, by the value of the choice: an identity where the collection brought it, else a kind."""
    if collection.front_ends:
        return {each.identity: escape_markdown(each.title) for each in offered}
    return {each.kind: each.title for each in offered}


def _same(chosen: str, titles: Mapping[str, str], collection: Collection) -> str:
    """The same kind of front end under the name that this collection has for it, else the first."""
    for each in collection.front_ends:
        if each.identity in titles and chosen == each.kind:
            return each.identity
    return next(iter(titles))


def _meaning(about: Mapping[str, str], *names: str) -> None:
    text = " ".join(about[name] for name in names if about.get(name))
    if text:
        st.caption(text)


def mel_meanings(key: str, values: Mapping[str, Any]) -> dict[str, str]:
    """What the parameters of a mel spectrogram mean, by their names.

    Where some do not fit together, what the others mean is said all the same; the message about those stands where the
    form is used.

    Parameters
    ----------
    key : str
        Begins the names of the form's values.
    values : mapping
        Of the form.
    """
    prefix = f"{key}:{MelSpectrogram.kind}:"
    for n in range(len(_AT_ODDS) + 1):
        for mended in combinations(_AT_ODDS, n):
            changes = {f"{prefix}{name}": value for one in mended for name, value in one.usual.items()}
            try:
                made = read_front_end(key, ChainMap(changes, cast("MutableMapping[str, Any]", values)))
            except GenreLabError:
                continue
            assert isinstance(made, MelSpectrogram)
            unsaid = {name for one in mended for name in one.unsaid}
            return {name: text for name, text in made.meanings.items() if name not in unsaid}
    return {}


def _mel(key: str) -> None:
    prefix = f"{key}:{MelSpectrogram.kind}:"
    about = mel_meanings(key, shown_values())
    left, middle, right = st.columns(3)
    with left:
        steps("Sample rate (Hz)", f"{prefix}sr_hz", RATES_HZ, "The sound is resampled to this rate.")
        _meaning(about, "sr_hz")
    with middle:
        steps(
            "Window (n_fft, samples)", f"{prefix}n_fft", WINDOWS_SAMPLES, "Length of the Fourier transform of a frame."
        )
        _meaning(about, "n_fft")
    with right:
        steps("Hop (samples)", f"{prefix}hop_length", HOPS, "Distance from one frame to the next.")
        _meaning(about, "hop_length")
    left, middle, right = st.columns(3)
    with left:
        scales = {"mel": "Mel", "linear": "Linear"}
        pick_one(
            "Bands",
            f"{prefix}scale",
            scales,
            "Bands equally wide on the mel scale, which follows the ear's pitch resolution, or in Hz.",
        )
    with middle:
        steps("Number of bands", f"{prefix}n_mels", BANDS)
        _meaning(about, "n_mels")
    with right:
        choose("Window shape", f"{prefix}window", _WINDOW_TITLES, "Window function by which each frame is multiplied.")
    left, middle, right = st.columns(3)
    with left:
        number("Lowest (Hz)", f"{prefix}fmin_hz", 0.0, 40_000.0, 10.0, "Lower edge of the lowest band.")
        _meaning(about, "fmin_hz")
    with middle:
        number("Frames", f"{prefix}n_frames", 1, 20_000, 10, "A longer clip is cut, a shorter one padded.")
        _meaning(about, "n_frames")
    with right:
        number("Range (dB)", f"{prefix}top_db", 20.0, 120.0, 5.0, "Dynamic range kept below the clip's loudest cell.")
        _meaning(about, "top_db")
    if switch("Set the highest frequency", f"{prefix}fmax_hz_own", "Off: half the sample rate."):
        number("Highest (Hz)", f"{prefix}fmax_hz", 100.0, 48_000.0, 100.0, "Upper edge of the highest band.")
    left, right = st.columns(2)
    pick_one(
        "Normalisation",
        f"{prefix}normalisation",
        {"peak": "Below the peak", "standard": "Mean 0, variance 1"},
        "Levels in dB below the clip's own loudest cell; or scaled to mean 0 and variance 1 over the clip, so that "
        "neither loudness nor dynamic range distinguishes clips.",
        place=left,
    )
    pick_one(
        "Width",
        f"{prefix}width",
        {"padded": "Padded in time", "reflowed": "As the study did (broken)"},
        "Padded: the floor level is appended in time. The study reshaped the flat buffer instead, which shears the "
        "picture; use this only to reproduce its results.",
        place=right,
    )


def _numeric(key: str) -> None:
    prefix = f"{key}:{NumericFeatures.kind}:"
    values = st.session_state
    rate = values[f"{prefix}sr_hz"]
    left, middle, right = st.columns(3)
    with left:
        steps("Sample rate (Hz)", f"{prefix}sr_hz", RATES_HZ, "The sound is resampled to this rate.")
        st.caption(f"Frequencies above {rate / 2:,.0f} Hz are not used.")
    with middle:
        steps(
            "Window (n_fft, samples)", f"{prefix}n_fft", WINDOWS_SAMPLES, "Length of the Fourier transform of a frame."
        )
        st.caption(f"A window of {1000 * values[f'{prefix}n_fft'] / rate:.1f} ms.")
    with right:
        steps("Hop (samples)", f"{prefix}hop_length", HOPS, "Distance from one frame to the next.")
        st.caption(f"One frame every {1000 * values[f'{prefix}hop_length'] / rate:.1f} ms.")
    left, right = st.columns(2)
    pick_one(
        "At the clip's ends",
        f"{prefix}padding",
        {"constant": "Zeros", "reflect": "Mirrored"},
        "Zeros as in today's librosa; mirrored as in the librosa version of the study.",
        place=left,
    )
    number(
        "Seconds of a clip",
        f"{prefix}max_duration_s",
        1.0,
        600.0,
        5.0,
        "Seconds analysed, from the start of the clip.",
        place=right,
    )


def _others(key: str, kind: str) -> None:
    """Parameters of the front ends of the shared GTZAN sets, which are fixed for the most part."""
    prefix = f"{key}:{kind}:"
    longest = 31.0 if f"{prefix}rendering" in st.session_state else 120.0
    left, right = st.columns(2)
    if f"{prefix}variant" in st.session_state:
        titles = {"table": "As the public table", "librosa": "As librosa 0.11"}
        about = "The public table was made with an older librosa, which mirrors the clip at its ends."
        pick_one("Variant", f"{prefix}variant", titles, about, place=left)
    if f"{prefix}rendering" in st.session_state:
        about = "Which frames of the clip are picked: A as for most clips of the shared set, B as for 38 of them."
        pick_one("Rendering", f"{prefix}rendering", {"A": "A", "B": "B"}, about, place=left)
    if f"{prefix}n_parts" in st.session_state:
        number("Seconds of a part", f"{prefix}part_s", 1.0, 60.0, 5.0, "Each part is analysed on its own.", place=left)
        number(
            "Parts", f"{prefix}n_parts", 2, 60, 1, "Number of parts analysed, from the start of the clip.", place=right
        )
    else:
        about = "Seconds analysed, from the start of the clip."
        number("Seconds of a clip", f"{prefix}max_duration_s", 1.0, longest, 5.0, about, place=right)
    if f"{prefix}sr_hz" in st.session_state:
        steps("Sample rate (Hz)", f"{prefix}sr_hz", RATES_HZ, "The sound is resampled to this rate.")


def offered_front_ends(collection: Collection, *, numeric: bool | None = None) -> tuple[FrontEnd, ...]:
    """Those that the collection has or can have: all, or only numeric ones, or only spectrograms."""
    if numeric is None:
        return services.front_ends_of(collection)
    return services.numeric_front_ends(collection) if numeric else services.picture_front_ends(collection)
