"""Parameters of a mel spectrogram, each with what it means in ms and Hz."""

from collections import ChainMap
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any, cast

import streamlit as st

from core.dsp.windows import WINDOWS
from core.errors import GenreLabError
from core.features.mel import MelSpectrogram
from dashboard.shared.forms.front_end_inputs.choices import HOPS, RATES_HZ, WINDOWS_SAMPLES
from dashboard.shared.forms.inputs import choose, number, pick_one, shown_values, steps, switch
from dashboard.shared.forms.values import read_front_end

_BANDS = (16, 32, 40, 64, 80, 96, 128, 192, 256)
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


def mel_inputs(key: str) -> None:
    """Draw the parameters of a mel spectrogram, each with what it means."""
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
        steps("Number of bands", f"{prefix}n_mels", _BANDS)
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
