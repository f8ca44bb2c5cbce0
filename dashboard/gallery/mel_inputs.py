"""Gallery's inputs for a mel spectrogram: what is moved most in sight, the rest at hand."""

import streamlit as st

from core.dsp.windows import WINDOWS
from core.features.mel import MelSpectrogram
from dashboard.shared.forms.front_end_inputs.choices import HOPS, RATES_HZ, WINDOWS_SAMPLES
from dashboard.shared.forms.front_end_inputs.mel import mel_meanings
from dashboard.shared.forms.inputs import choose, number, pick_one, shown_values, steps, switch

_BANDS = (16, 32, 40, 64, 80, 96, 128, 192, 256)
_WINDOW_TITLES = {name: name.capitalize() for name in WINDOWS} | {"tukey": "Tukey", "boxcar": "None (rectangle)"}
_WIDTH = 150


def mel_inputs(key: str) -> None:
    """Window, hop and number of bands, beside each other; each says in its help what it means in ms and Hz.

    Parameters
    ----------
    key : str
        Begins the names of the form's values.
    """
    prefix = f"{key}:{MelSpectrogram.kind}:"
    about = mel_meanings(key, shown_values())
    for label, name, values in (
        ("Window (n_fft)", "n_fft", WINDOWS_SAMPLES),
        ("Hop", "hop_length", HOPS),
        ("Bands", "n_mels", _BANDS),
    ):
        with st.container(width=_WIDTH, gap=None):
            steps(label, f"{prefix}{name}", values, about.get(name))


def mel_further_inputs(key: str) -> None:
    """All other parameters but those of the width: a clip is shown from beginning to end.

    Parameters
    ----------
    key : str
        Begins the names of the form's values.
    """
    prefix = f"{key}:{MelSpectrogram.kind}:"
    pick_one("Bands", f"{prefix}scale", {"mel": "Mel", "linear": "Linear"}, "Equally wide to the ear, or in Hz.")
    steps("Sample rate (Hz)", f"{prefix}sr_hz", RATES_HZ, "The sound is resampled to this rate.")
    choose("Window shape", f"{prefix}window", _WINDOW_TITLES, "Function by which each frame is multiplied.")
    number("Lowest (Hz)", f"{prefix}fmin_hz", 0.0, 40_000.0, 10.0, "Lower edge of the lowest band.")
    if switch("Set the highest frequency", f"{prefix}fmax_hz_own", "Off: half the sample rate."):
        number("Highest (Hz)", f"{prefix}fmax_hz", 100.0, 48_000.0, 100.0, "Upper edge of the highest band.")
    number("Range (dB)", f"{prefix}top_db", 20.0, 120.0, 5.0, "Dynamic range kept below the clip's loudest cell.")
    pick_one(
        "Normalisation",
        f"{prefix}normalisation",
        {"peak": "Below the peak", "standard": "Mean 0, variance 1"},
        "Levels below the clip's own loudest cell; or scaled to mean 0 and variance 1 over the clip.",
    )
