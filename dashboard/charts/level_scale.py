"""What the colours and the axes of a spectrogram mean, for each front end that gives one."""

from dataclasses import dataclass

import numpy as np

from core.features.frontends import FrontEnd, GtzanSpectrogram, MelSpectrogram

_LOG_TICKS_HZ = (50, 100, 300, 1000, 3000, 8000, 16000)
_LINEAR_STEPS_HZ = (500, 1000, 2000, 2500, 5000, 10000)
_STANDARD_RANGE = 3.0
"""Standard deviations each way: 99 % of the cells of GTZAN's spectrograms lie within."""


@dataclass(frozen=True)
class LevelScale:
    """Range of the colours.

    Attributes
    ----------
    low, high : float
        Levels of the darkest and the brightest colour; what lies outside has that colour.
    unit : str
        ``"dB"`` or ``"SD"``.
    meaning : str
        What the level is, in words for a caption.
    """

    low: float
    high: float
    unit: str
    meaning: str

    @property
    def in_decibels(self) -> bool:
        """Whether the level is in dB below the peak; otherwise in standard deviations from the clip's mean."""
        return self.unit == "dB"

    def ticks(self, n: int) -> list[float]:
        """Levels, evenly spaced over the range."""
        return [float(level) for level in np.linspace(self.low, self.high, n)]


def level_scale(front_end: FrontEnd) -> LevelScale:
    """The scale on which all pictures of a front end are drawn."""
    if isinstance(front_end, MelSpectrogram) and front_end.normalisation == "peak":
        return LevelScale(-front_end.top_db, 0.0, "dB", "level in dB below the loudest cell of each clip")
    meaning = "level in standard deviations (SD) from the mean of each clip"
    return LevelScale(-_STANDARD_RANGE, _STANDARD_RANGE, "SD", meaning)


def level_text(level: float) -> str:
    """Tick text of a level: ``−40``, ``0``, ``1.5``."""
    return f"{level:g}".replace("-0", "0") if level == 0 else f"{level:g}".replace("-", "−")


def spectrogram_name(front_end: FrontEnd) -> str:
    """What a picture of it is called: ``Mel spectrogram``."""
    if isinstance(front_end, MelSpectrogram) and front_end.scale == "mel":
        return "Mel spectrogram"
    return "Linear spectrogram" if has_frequencies(front_end) else "Spectrogram"


def frequency_scale(front_end: FrontEnd) -> str:
    """The axis of frequency in words for a caption."""
    if not has_frequencies(front_end):
        return "bands from low to high, frequencies unknown"
    return (
        "mel scale" if isinstance(front_end, MelSpectrogram) and front_end.scale == "mel" else "linear frequency axis"
    )


def has_frequencies(front_end: FrontEnd) -> bool:
    """Whether the frequencies of its bands are known."""
    return isinstance(front_end, MelSpectrogram | GtzanSpectrogram)


def column_s(front_end: FrontEnd) -> float:
    """Seconds from column to column, 1 where they are unknown: then time is counted in columns."""
    return float(getattr(front_end, "frame_s", 0.0)) or 1.0


def time_title(front_end: FrontEnd) -> str:
    """Title of the axis of time."""
    return "Time (s)" if getattr(front_end, "frame_s", 0.0) else "Column"


def frequency_title(front_end: FrontEnd) -> str:
    """Title of the axis of frequency."""
    return "Frequency (Hz)" if has_frequencies(front_end) else "Band"


def frequency_label(frequency_hz: float) -> str:
    """Tick text of a frequency: ``300``, ``1k``, ``1.5k``."""
    return f"{frequency_hz / 1000:g}k" if frequency_hz >= 1000 else f"{frequency_hz:g}"


def frequency_ticks(front_end: FrontEnd) -> tuple[list[float], list[str]]:
    """Places of round frequencies on the axis of bands (in bands from the lowest), and their texts."""
    n_bands = front_end.shape[0]
    if not isinstance(front_end, MelSpectrogram | GtzanSpectrogram):
        step = max(1, round(n_bands / 4))
        return [float(band) for band in range(0, n_bands, step)], [str(band) for band in range(0, n_bands, step)]
    centres = front_end.band_centres_hz
    shown: list[float]
    if isinstance(front_end, MelSpectrogram) and front_end.scale == "mel":
        shown = [hz for hz in _LOG_TICKS_HZ if centres[0] <= hz <= centres[-1]]
    else:
        step_hz = next((step for step in _LINEAR_STEPS_HZ if centres[-1] / step <= 6), _LINEAR_STEPS_HZ[-1])
        shown = [float(hz) for hz in np.arange(0, centres[-1] + 1, step_hz) if hz >= centres[0]]
    places = np.interp(shown, centres, np.arange(n_bands))
    kept: list[int] = []
    for place in range(len(shown)):
        if not kept or places[place] - places[kept[-1]] >= n_bands / 12:
            kept.append(place)
    return [float(places[place]) for place in kept], [frequency_label(shown[place]) for place in kept]
