"""Which augmentations a front end can take."""

from core.errors import ConfigError
from core.features.base import Features
from core.recipe.settings import AugmentationConfig


def check_augmentation(config: AugmentationConfig, front_end: Features) -> None:
    """`ConfigError` where an augmentation says nothing for this front end."""
    if config.gain_db and floor_of(front_end) is None:
        raise ConfigError(
            "Gain: this front end standardises the level of each clip, so a gain has no effect. "
            "Set it to 0, or choose a spectrogram in dB below its peak.",
            field="augmentation.gain_db",
        )


def floor_of(front_end: Features) -> float | None:
    """Lowest level of a spectrogram in dB; None where the front end gives something else."""
    if front_end.is_numeric or not front_end.level_scale.in_decibels:
        return None
    return front_end.level_scale.low
