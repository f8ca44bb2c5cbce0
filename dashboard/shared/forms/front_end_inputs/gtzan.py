"""Parameters of the front ends of the shared GTZAN sets, which are fixed for the most part."""

import streamlit as st

from core.features.gtzan_parts import GtzanTableParts
from core.features.gtzan_spectrogram import GtzanSpectrogram
from core.features.gtzan_table import GtzanTableFeatures
from dashboard.shared.forms.front_end_inputs.choices import RATES_HZ
from dashboard.shared.forms.inputs import Place, number, pick_one, steps


def table_inputs(key: str) -> None:
    """Draw the parameters of the 57 features of the public tables."""
    prefix = f"{key}:{GtzanTableFeatures.kind}:"
    left, right = st.columns(2)
    _variant(prefix, left)
    number(
        "Seconds of a clip",
        f"{prefix}max_duration_s",
        1.0,
        120.0,
        5.0,
        "Seconds analysed, from the start of the clip.",
        place=right,
    )
    steps("Sample rate (Hz)", f"{prefix}sr_hz", RATES_HZ, "The sound is resampled to this rate.")


def parts_inputs(key: str) -> None:
    """Draw the parameters of the 57 features of each part of a clip."""
    prefix = f"{key}:{GtzanTableParts.kind}:"
    left, right = st.columns(2)
    _variant(prefix, left)
    number("Seconds of a part", f"{prefix}part_s", 1.0, 60.0, 5.0, "Each part is analysed on its own.", place=left)
    number("Parts", f"{prefix}n_parts", 2, 60, 1, "Number of parts analysed, from the start of the clip.", place=right)
    steps("Sample rate (Hz)", f"{prefix}sr_hz", RATES_HZ, "The sound is resampled to this rate.")


def spectrogram_inputs(key: str) -> None:
    """Draw the parameters of the linear spectrogram of the shared set."""
    prefix = f"{key}:{GtzanSpectrogram.kind}:"
    left, right = st.columns(2)
    about = "Which frames of the clip are picked: A as for most clips of the shared set, B as for 38 of them."
    pick_one("Rendering", f"{prefix}rendering", {"A": "A", "B": "B"}, about, place=left)
    number(
        "Seconds of a clip",
        f"{prefix}max_duration_s",
        1.0,
        31.0,
        5.0,
        "Seconds analysed, from the start of the clip.",
        place=right,
    )


def _variant(prefix: str, place: Place) -> None:
    titles = {"table": "As the public table", "librosa": "As librosa 0.11"}
    about = "The public table was made with an older librosa, which mirrors the clip at its ends."
    pick_one("Variant", f"{prefix}variant", titles, about, place=place)
