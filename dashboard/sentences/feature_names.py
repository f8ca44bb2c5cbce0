"""What the numeric features are called on the pages, their units, and what they mean."""

from dataclasses import dataclass, replace

from core.names import readable_name


@dataclass(frozen=True)
class FeatureName:
    """Words for a feature: ``label`` for axes and pickers, ``unit`` (may be empty), ``meaning`` for the help."""

    label: str
    unit: str
    meaning: str

    @property
    def axis_title(self) -> str:
        """Label with its unit."""
        return f"{self.label} ({self.unit})" if self.unit else self.label

    def written(self, value: float) -> str:
        """A value with its unit: ``"1,784 Hz"``; shares and features without a unit stand alone."""
        figure = format_value(value)
        return f"{figure} {self.unit}" if self.unit in _WRITTEN_UNITS else figure


_WRITTEN_UNITS = {"Hz", "dB", "BPM", "Hz²", "dB²"}

_SPECTRAL = {
    "zero_crossing_rate": FeatureName(
        "Zero-crossing rate",
        "share of samples",
        "How often the waveform changes sign. High for noisy sounds such as cymbals and distorted guitars.",
    ),
    "spectral_centroid": FeatureName(
        "Spectral centroid", "Hz", "Centre of gravity of the spectrum: the brightness of the sound."
    ),
    "spectral_rolloff": FeatureName(
        "Spectral roll-off", "Hz", "Frequency below which 85 % of the spectrum's magnitude is found."
    ),
    "tempo": FeatureName(
        "Tempo", "BPM", "Beats per minute as librosa estimates them; half or double the true tempo is a common error."
    ),
}

# The columns of the public GTZAN tables: what each figure is, before its mean or variance over frames.
_TABLE = {
    "chroma_stft": FeatureName(
        "Chroma",
        "share of the strongest",
        "Mean level of the twelve pitch classes relative to the strongest: high for dense harmony and for noise.",
    ),
    "rms": FeatureName("RMS level", "of full scale", "Root mean square of the samples: loudness."),
    "spectral_centroid": _SPECTRAL["spectral_centroid"],
    "spectral_bandwidth": FeatureName(
        "Spectral bandwidth",
        "Hz",
        "Spread of the spectrum around its centroid: small for a pure tone, large for noise.",
    ),
    "rolloff": _SPECTRAL["spectral_rolloff"],
    "zero_crossing_rate": _SPECTRAL["zero_crossing_rate"],
    "harmony": FeatureName(
        "Harmonic part", "of full scale", "Samples of the steady, tonal part after harmonic-percussive separation."
    ),
    "perceptr": FeatureName(
        "Percussive part", "of full scale", "Samples of the short, drum-like part after harmonic-percussive separation."
    ),
}

_MFCC_MEANING = {
    1: "Overall level of the log spectrum: how loud and dense the clip is.",
    2: "Balance of low and high frequencies: high for dark sounds, low for bright ones.",
}

_MOMENTS = {
    "mean": ("", "Mean over the frames of the clip."),
    "var": (", variance", "Variance over the frames of the clip: how much it changes."),
}


def feature_name(feature: str) -> FeatureName:
    """Words for a feature by its name in the feature table; a column that is not known keeps its own name."""
    if feature in _SPECTRAL:
        return _SPECTRAL[feature]
    if feature.startswith("mfcc_") and feature.removeprefix("mfcc_").isdecimal():
        return _mfcc(int(feature.removeprefix("mfcc_")))
    figure, _, moment = feature.rpartition("_")
    if moment in _MOMENTS:
        if figure in _TABLE:
            return _of_moment(_TABLE[figure], moment)
        if figure.startswith("mfcc") and figure.removeprefix("mfcc").isdecimal():
            return _of_moment(_mfcc(int(figure.removeprefix("mfcc"))), moment)
    return FeatureName(readable_name(feature).replace("_", " ").strip().capitalize() or feature, "", "")


def _mfcc(number: int) -> FeatureName:
    general = f"Coefficient {number} of the mel-frequency cepstrum: a finer detail of the spectral envelope (timbre)."
    return FeatureName(f"MFCC {number}", "dB", _MFCC_MEANING.get(number, general))


def _of_moment(name: FeatureName, moment: str) -> FeatureName:
    suffix, meaning = _MOMENTS[moment]
    named = replace(name, label=f"{name.label}{suffix}", meaning=f"{name.meaning} {meaning}")
    if moment != "var":
        return named
    return replace(named, unit=f"{name.unit}²" if name.unit in ("Hz", "dB") else "")


def format_value(value: float) -> str:
    """A value of any feature in about four digits: ``"1,784"``, ``"0.0831"``, ``"1.2e-06"``, ``"−3.67"``."""
    size = abs(value)
    if size >= 1000:
        figure = f"{value:,.0f}"
    elif size >= 100:
        figure = f"{value:.1f}"
    elif size >= 1 or size == 0:
        figure = f"{value:.2f}"
    elif size >= 1e-3:
        figure = f"{value:.4f}"
    else:
        figure = f"{value:.1e}"
    return figure.replace("-", "−", 1) if value < 0 else figure


def table_format(largest: float) -> str:
    """Format of a table's column by its largest absolute value, with about four digits."""
    if largest >= 1000:
        return "%.0f"
    if largest >= 10:
        return "%.1f"
    return "%.4f" if largest >= 0.01 else "%.2e"
