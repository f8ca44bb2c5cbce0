"""Parts of a training's configuration: segments, augmentation, optimisation. All off, or as the study, by default."""

from dataclasses import dataclass
from typing import Literal

from core.errors import ConfigError
from core.models.checks import check_choice, check_flag, check_whole, check_within

Optimiser = Literal["adam", "adamw", "sgd"]
Schedule = Literal["constant", "cosine", "step", "plateau"]
Keep = Literal["best_loss", "best_accuracy", "last"]
_OF_SPECTROGRAMS = (
    *("n_time_masks", "n_band_masks", "gain_db", "equaliser"),
    *("band_shift", "band_stretch", "time_stretch"),
)


@dataclass(frozen=True, kw_only=True)
class SegmentConfig:
    """The model sees segments of a clip, not the whole clip.

    Attributes
    ----------
    length_s : float
        Seconds of a segment, 0.5 to 60.
    per_epoch : int
        Segments drawn at random places of each training clip in each epoch, 1 to 20.
    n_verdict : int
        Evenly spaced segments whose mean probability is the clip's verdict, 1 to 50.
    """

    length_s: float = 10.0
    per_epoch: int = 1
    n_verdict: int = 9

    def __post_init__(self) -> None:
        check_within("Segment length", self.length_s, 0.5, 60.0, field="length_s")
        check_whole("Segments per clip and epoch", self.per_epoch, 1, 20, field="per_epoch")
        check_whole("Segments for the prediction", self.n_verdict, 1, 50, field="n_verdict")


@dataclass(frozen=True, kw_only=True)
class AugmentationConfig:
    """Random changes to the training examples, new in each epoch. All off by default.

    Attributes
    ----------
    n_time_masks, n_band_masks : int
        Stretches of frames, and of bands, that are set to the example's mean, 0 to 4 (SpecAugment: Park et al. 2019).
    time_mask, band_mask : float
        Longest stretch as a share of all frames or bands, 0 to 0.5.
    mixup : float
        Alpha of mixup, 0 to 2: each example is mixed with another, their shares drawn from a beta distribution (Zhang
        et al. 2018). 0 mixes nothing.
    gain_db : float
        Largest change of level up or down, 0 to 20 dB; for spectrograms in dB.
    noise : float
        Standard deviation of the noise added to each cell, 0 to 1, as a share of the input's range (spectrograms in
        dB) or of its standard deviation (standardised input, numeric features).
    band_shift : int
        Most bands by which a spectrogram is shifted up or down, 0 to 16.
    band_stretch : float
        Bands are stretched or squeezed from the lowest up, by a factor of up to exp(``band_stretch``), 0 to 0.5.
    time_stretch : float
        Segments are played faster or slower, by a factor of up to exp(``time_stretch``), 0 to 0.5.
    equaliser : float
        Standard deviation of a smooth curve added over the bands, 0 to 1, in the unit of ``noise``.
    """

    n_time_masks: int = 0
    time_mask: float = 0.1
    n_band_masks: int = 0
    band_mask: float = 0.1
    mixup: float = 0.0
    gain_db: float = 0.0
    noise: float = 0.0
    band_shift: int = 0
    band_stretch: float = 0.0
    time_stretch: float = 0.0
    equaliser: float = 0.0

    def __post_init__(self) -> None:
        check_whole("Time masks", self.n_time_masks, 0, 4, field="n_time_masks")
        check_within("Longest time mask", self.time_mask, 0.0, 0.5, field="time_mask")
        check_whole("Band masks", self.n_band_masks, 0, 4, field="n_band_masks")
        check_within("Widest band mask", self.band_mask, 0.0, 0.5, field="band_mask")
        check_within("Mixup", self.mixup, 0.0, 2.0, field="mixup")
        check_within("Gain", self.gain_db, 0.0, 20.0, field="gain_db")
        check_within("Noise", self.noise, 0.0, 1.0, field="noise")
        check_whole("Band shift", self.band_shift, 0, 16, field="band_shift")
        check_within("Band stretch", self.band_stretch, 0.0, 0.5, field="band_stretch")
        check_within("Time stretch", self.time_stretch, 0.0, 0.5, field="time_stretch")
        check_within("Equaliser", self.equaliser, 0.0, 1.0, field="equaliser")

    @property
    def for_spectrograms_only(self) -> tuple[str, ...]:
        """Names of what is on that numeric features have no axis for."""
        return tuple(name for name in _OF_SPECTROGRAMS if getattr(self, name))


@dataclass(frozen=True, kw_only=True)
class OptimisationConfig:
    """How the weights are adjusted. At its defaults as the study: Adam at a constant learning rate.

    Attributes
    ----------
    optimiser : "adam", "adamw" or "sgd"
    momentum : float
        Of SGD, 0 to 0.999.
    weight_decay : float
        Of AdamW, 0 to 1.
    schedule : "constant", "cosine", "step" or "plateau"
        Course of the learning rate: constant; down to 0 along a cosine; times ``factor`` every ``step_epochs``; times
        ``factor`` when the validation loss has not fallen for ``step_epochs``.
    warm_up_epochs : int
        Epochs over which the learning rate first rises from 0, 0 to 100.
    step_epochs : int
        1 to 1,000.
    factor : float
        0.01 to 0.99.
    label_smoothing : float
        Share of the label given to all genres alike, 0 to 0.5.
    class_weights : bool
        Weigh each genre by the inverse of its share of the training part.
    keep : "best_loss", "best_accuracy" or "last"
        Which epoch's weights are kept, by the validation part.
    averaging : float
        Momentum of an exponential moving average of the weights, which is what is validated and kept; 0 for none, else
        0.5 to 0.9999.
    """

    optimiser: Optimiser = "adam"
    momentum: float = 0.9
    weight_decay: float = 0.01
    schedule: Schedule = "constant"
    warm_up_epochs: int = 0
    step_epochs: int = 10
    factor: float = 0.5
    label_smoothing: float = 0.0
    class_weights: bool = False
    keep: Keep = "best_loss"
    averaging: float = 0.0

    def __post_init__(self) -> None:
        check_choice("Optimiser", self.optimiser, ("adam", "adamw", "sgd"), field="optimiser")
        check_within("Momentum", self.momentum, 0.0, 0.999, field="momentum")
        check_within("Weight decay", self.weight_decay, 0.0, 1.0, field="weight_decay")
        check_choice("Schedule", self.schedule, ("constant", "cosine", "step", "plateau"), field="schedule")
        check_whole("Warm-up", self.warm_up_epochs, 0, 100, field="warm_up_epochs")
        check_whole("Epochs per step", self.step_epochs, 1, 1000, field="step_epochs")
        check_within("Factor", self.factor, 0.01, 0.99, field="factor")
        check_within("Label smoothing", self.label_smoothing, 0.0, 0.5, field="label_smoothing")
        check_flag("Class weights", self.class_weights, field="class_weights")
        check_choice("Weights kept", self.keep, ("best_loss", "best_accuracy", "last"), field="keep")
        if self.averaging and not 0.5 <= self.averaging <= 0.9999:
            raise ConfigError(
                f"Averaging: expected 0 (none) or a value from 0.5 to 0.9999, got {self.averaging!r}.",
                field="averaging",
            )
