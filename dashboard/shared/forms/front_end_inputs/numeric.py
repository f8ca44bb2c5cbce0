"""Parameters of the 16 numeric features."""

import streamlit as st

from core.features.numeric import NumericFeatures
from dashboard.shared.forms.front_end_inputs.choices import HOPS, RATES_HZ, WINDOWS_SAMPLES
from dashboard.shared.forms.inputs import number, pick_one, steps


def numeric_inputs(key: str) -> None:
    """Draw the parameters of the 16 numeric features."""
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
