"""The axes and levels of a spectrogram in words, and the ticks of its bands."""

import numpy as np
from numpy.typing import NDArray

from core.features.axes import BandScale
from core.features.base import Features

_PITCH_TICKS_HZ = (50, 100, 300, 1000, 3000, 8000, 16000)
_LINEAR_STEPS_HZ = (500, 1000, 2000, 2500, 5000, 10000)
_NAMES: dict[BandScale, str] = {"mel": "Mel spectrogram", "linear": "Linear spectrogram"}
_SCALES: dict[BandScale, str] = {
    "mel": "mel scale",
    "log": "logarithmic frequency axis",
    "linear": "linear frequency axis",
    "unknown": "bands from low to high, their frequencies unknown",
}


def level_text(level: float) -> str:
    """Tick text of a level: ``−40``, ``0``, ``1.5``."""
    return f"{level:g}".replace("-0", "0") if level == 0 else f"{level:g}".replace("-", "−")


def spectrogram_name(front_end: Features) -> str:
    """What a picture of it is called: ``Mel spectrogram``."""
    return _NAMES.get(front_end.band_axis.scale, "Spectrogram")


def frequency_scale(front_end: Features) -> str:
    """The axis of frequency in words for a caption."""
    return _SCALES[front_end.band_axis.scale]


def is_even_in_pitch(front_end: Features) -> bool:
    """Whether bands are spaced as hearing is, not evenly in Hz."""
    return front_end.band_axis.scale in ("mel", "log")


def has_frequencies(front_end: Features) -> bool:
    """Whether the frequencies of its bands are known."""
    return front_end.band_axis.centres_hz is not None


def band_values(front_end: Features) -> NDArray[np.float64]:
    """Centre of each band in Hz, shape (bands,); its number from 0 where frequencies are unknown."""
    centres = front_end.band_axis.centres_hz
    return np.arange(front_end.shape[0], dtype=np.float64) if centres is None else centres


def column_s(front_end: Features) -> float:
    """Seconds from column to column, 1 where they are unknown: then time is counted in columns."""
    return front_end.frame_s or 1.0


def time_title(front_end: Features) -> str:
    """Title of the axis of time."""
    return "Time (s)" if front_end.frame_s else "Column"


def time_hover(front_end: Features) -> str:
    """Template of a place on the axis of time, for Plotly."""
    return "%{x:.1f} s" if front_end.frame_s else "column %{x:.0f}"


def frequency_title(front_end: Features) -> str:
    """Title of the axis of frequency."""
    return "Frequency (Hz)" if has_frequencies(front_end) else "Band"


def frequency_label(frequency_hz: float) -> str:
    """Tick text of a frequency: ``300``, ``1,500``."""
    return f"{frequency_hz:,.6g}" if frequency_hz % 1 else f"{frequency_hz:,.0f}"


def frequency_ticks(front_end: Features) -> tuple[list[float], list[str]]:
    """Places of round frequencies on the axis of bands (in bands from the lowest), and their texts."""
    n_bands = front_end.shape[0]
    centres = front_end.band_axis.centres_hz
    if centres is None:
        step = max(1, round(n_bands / 4))
        return [float(band) for band in range(0, n_bands, step)], [str(band) for band in range(0, n_bands, step)]
    shown: list[float]
    if is_even_in_pitch(front_end):
        shown = [hz for hz in _PITCH_TICKS_HZ if centres[0] <= hz <= centres[-1]]
    else:
        step_hz = next((step for step in _LINEAR_STEPS_HZ if centres[-1] / step <= 6), _LINEAR_STEPS_HZ[-1])
        shown = [float(hz) for hz in np.arange(0, centres[-1] + 1, step_hz) if hz >= centres[0]]
    places = np.interp(shown, centres, np.arange(n_bands))
    kept: list[int] = []
    for place in range(len(shown)):
        if not kept or places[place] - places[kept[-1]] >= n_bands / 12:
            kept.append(place)
    return [float(places[place]) for place in kept], [frequency_label(shown[place]) for place in kept]
