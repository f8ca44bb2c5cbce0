"""Which augmentations a front end can take."""

from core.errors import ConfigError
from core.features.frontends import FrontEnd
from core.recipe.settings import AugmentationConfig


def check_augmentation(config: AugmentationConfig, front_end: FrontEnd) -> None:
    """`ConfigError` where an augmentation says nothing for this front end."""
    if config.gain_db and floor_of(front_end) is None:
        raise ConfigError(
            "Gain: this front end standardises the level of each clip, which leaves no gain to learn from. "
            "Set it to 0, or choose a spectrogram in dB below its peak.",
            field="augmentation.gain_db",
        )


def floor_of(front_end: FrontEnd) -> float | None:
    """Lowest level of a spectrogram in dB; None where the front end gives something else."""
    known = front_end.known_scaling
    return known[1] if known is not None and known[1] < 0 else None
