"""What the numeric features are called on the pages, their units, and what they mean."""

from dataclasses import dataclass


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
        "Spectral roll-off", "Hz", "Frequency below which 85 % of the spectrum's magnitude lies."
    ),
}

_MFCC_MEANING = {
    1: "Overall level of the log spectrum: how loud and dense the clip is.",
    2: "Balance of low against high frequencies: high for dark sounds, low for bright ones.",
}


def feature_name(feature: str) -> FeatureName:
    """Words for a feature by its name in the feature table."""
    if feature in _SPECTRAL:
        return _SPECTRAL[feature]
    if feature.startswith("mfcc_"):
        number = int(feature.removeprefix("mfcc_"))
        general = (
            f"Coefficient {number} of the mel-frequency cepstrum: finer shape of the spectrum's envelope, its timbre."
        )
        return FeatureName(f"MFCC {number}", "dB", _MFCC_MEANING.get(number, general))
    return FeatureName(feature.replace("_", " ").capitalize(), "", "")
