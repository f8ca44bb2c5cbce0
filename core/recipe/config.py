"""Everything that decides a run, validated and written as plain values."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from core.errors import ConfigError
from core.features.base import Features
from core.features.mel import MelSpectrogram
from core.features.table import features_from_dict
from core.models.architectures import (
    CLASSICAL_KINDS,
    MODEL_TITLES,
    CnnConfig,
    HybridConfig,
    ModelConfig,
    model_config_from_dict,
)
from core.models.checks import check_choice, check_flag, check_whole, check_within
from core.models.layer_table import LayerRow, committee_rows
from core.models.segments import excerpt_width
from core.recipe.augmentation import check_augmentation
from core.recipe.settings import AugmentationConfig, OptimisationConfig, SegmentConfig
from core.splits.config import SplitConfig, split_config_from_dict

NumericScaling = Literal["standard", "clipped", "power"]
Precision = Literal["float32", "mixed_bfloat16"]


@dataclass(frozen=True, kw_only=True)
class TrainingConfig:
    """Everything that decides a run: collection, genres, front end, model, split and optimisation.

    Attributes
    ----------
    collection_id : str
    genres : tuple of str
        At least two; the label of a genre is its place in this tuple, which is kept in alphabetical order.
    model : ModelConfig
        `CnnConfig`, `FfnnConfig`, `HybridConfig` or a classical model.
    front_end : Features
    name : str
        Name of the preset, or what the user called it.
    epochs, batch_size : int
    learning_rate : float
        Of the optimiser; the highest of its schedule.
    patience : int or None
        Stop when the validation loss has not improved for so many epochs; None trains all epochs.
    seed : int
        Of the weights and the order of batches, and of the split where that has no seed of its own.
    split : SplitConfig
        How the clips are divided.
    numeric_front_end : Features or None
        Numeric features for the second branch of a hybrid.
    numeric_scaling : "standard", "clipped" or "power"
        Numeric features are standardised; besides, cut at 3.5 standard deviations, or first brought near a normal
        distribution (Yeo and Johnson 2000).
    segments : SegmentConfig or None
        None shows the model whole clips.
    augmentation : AugmentationConfig
    optimisation : OptimisationConfig
    train_on_validation : bool
        Fit on the training and validation parts together, for all epochs, without validation figures: for a model that
        is to be used, once its recipe is fixed.
    precision : "float32" or "mixed_bfloat16"
    members : int
        Networks of this architecture, 1 to 10, that are trained side by side from random weights of their own on the
        same batches, each by its own loss; the model gives the mean of their probabilities (a committee, or ensemble).
    """

    collection_id: str
    genres: tuple[str, ...]
    model: ModelConfig = field(default_factory=CnnConfig)
    front_end: Features = field(default_factory=MelSpectrogram)
    name: str = "Custom"
    epochs: int = 15
    batch_size: int = 16
    learning_rate: float = 1e-3
    patience: int | None = None
    seed: int = 42
    split: SplitConfig = field(default_factory=SplitConfig)
    numeric_front_end: Features | None = None
    numeric_scaling: NumericScaling = "standard"
    segments: SegmentConfig | None = None
    augmentation: AugmentationConfig = field(default_factory=AugmentationConfig)
    optimisation: OptimisationConfig = field(default_factory=OptimisationConfig)
    train_on_validation: bool = False
    precision: Precision = "float32"
    members: int = 1

    def __post_init__(self) -> None:
        object.__setattr__(self, "genres", tuple(sorted(set(self.genres))))
        if len(self.genres) < 2:
            raise ConfigError(f"Choose at least two genres, got {len(self.genres)}.")
        if not self.name.strip() or len(self.name) > 100:
            raise ConfigError("Expected a run name of 1 to 100 characters.")
        check_whole("Epochs", self.epochs, 1, 1000)
        check_whole("Batch size", self.batch_size, 1, 1024)
        check_within("Learning rate", self.learning_rate, 1e-7, 1.0)
        if self.patience is not None:
            check_whole("Patience", self.patience, 1, 1000)
        check_whole("Seed", self.seed, 0, 2**32 - 1)
        check_choice("Scaling of numeric features", self.numeric_scaling, ("standard", "clipped", "power"))
        check_choice("Precision", self.precision, ("float32", "mixed_bfloat16"))
        check_flag("Train on validation", self.train_on_validation)
        check_whole("Networks in a committee", self.members, 1, 10)
        self._check_inputs()
        self._check_validation()
        self.layers()

    def _check_inputs(self) -> None:
        title = MODEL_TITLES[self.model.kind]
        check_augmentation(self.augmentation, self.front_end)
        if isinstance(self.model, HybridConfig):
            if self.numeric_front_end is None or self.numeric_front_end.n_parts != 1:
                raise ConfigError(
                    "A hybrid needs numeric features in addition to its spectrogram; choose the 16 or the 57 numeric "
                    "features."
                )
        elif self.numeric_front_end is not None:
            raise ConfigError(f"Only a hybrid takes a second input; choose one for a model of kind {title}.")
        if self.is_classical and self.members > 1:
            raise ConfigError(f"A committee consists of networks; a model of kind {title} is a single model.")
        if self.is_numeric:
            self._check_numeric(title)
            if self.augmentation.for_spectrograms_only:
                raise ConfigError(
                    "Masks, gain, equaliser, shift and stretch change spectrograms; set them to 0 for numeric features."
                )
        elif self.augmentation.time_stretch and self.segments is None:
            raise ConfigError("Time stretch: only segments can be played faster or slower; choose a segment length.")
        if self.segments is not None and not self.front_end.frame_s > 0:
            raise ConfigError("Segment length: the duration of a frame of this front end is unknown; use whole clips.")
        if self.split.n_excerpts is not None:
            self._check_excerpts()
        if self.segments is not None and self._segment_frames > self.front_end.shape[1]:
            raise ConfigError(
                f"Segment length: {self.segments.length_s:g} s is longer than the "
                f"{self.front_end.shape[1] * self.front_end.frame_s:.1f} s of the front end. Choose shorter segments."
            )

    def _check_numeric(self, title: str) -> None:
        n_parts = self.front_end.n_parts
        if self.segments is not None and n_parts == 1:
            raise ConfigError("Segments are cut from a spectrogram; numeric features have no time axis.")
        if n_parts > 1 and self.model.kind != "ffnn":
            raise ConfigError(
                f"A model of kind {title} does not take numeric features of parts of clips; choose those of whole "
                "clips, or an FFNN."
            )

    def _check_excerpts(self) -> None:
        if self.is_numeric or self.numeric_front_end is not None:
            raise ConfigError(
                "Segments at random: excerpts are cut from spectrograms, and numeric features describe whole clips. "
                "Choose a spectrogram only, or import a table whose rows are segments, such as the 10 s table of "
                "GTZAN."
            )
        if self.split.n_excerpts is not None and self.split.n_excerpts > self.front_end.shape[1]:
            raise ConfigError(
                f"Segments at random: {self.front_end.shape[1]} frames cannot be cut into {self.split.n_excerpts} "
                "excerpts. Choose fewer."
            )

    def _check_validation(self) -> None:
        if not self.train_on_validation:
            return
        if self.patience is not None:
            raise ConfigError("Stopping early needs a validation set; switch it off to train on that set as well.")
        if self.optimisation.schedule == "plateau":
            raise ConfigError(
                "The plateau schedule needs a validation set; choose another schedule to train on that set."
            )

    @property
    def is_numeric(self) -> bool:
        """Whether the front end gives numeric features, not a spectrogram."""
        return self.front_end.is_numeric

    @property
    def is_classical(self) -> bool:
        """Whether scikit-learn fits the model, without epochs."""
        return self.model.kind in CLASSICAL_KINDS

    @property
    def front_ends(self) -> tuple[Features, ...]:
        """The front end, and the numeric one of a hybrid."""
        return (self.front_end,) if self.numeric_front_end is None else (self.front_end, self.numeric_front_end)

    @property
    def input_shape(self) -> tuple[int, int]:
        """(bands or features, frames) of what the model sees: of a segment, or of the whole clip.

        Where the split cuts clips into excerpts these take the place of clips, and no segment is longer than one.
        """
        n_bands, n_frames = self.front_end.shape
        if self.split.n_excerpts is not None:
            n_frames = excerpt_width(n_frames, self.split.n_excerpts)
        return n_bands, n_frames if self.segments is None else min(n_frames, self._segment_frames)

    @property
    def _segment_frames(self) -> int:
        assert self.segments is not None
        return max(1, round(self.segments.length_s / self.front_end.frame_s))

    def layers(self) -> list[LayerRow]:
        """Layer table of the model for this input and these genres."""
        if isinstance(self.model, HybridConfig):
            n_numeric = self.numeric_front_end.shape[0] if self.numeric_front_end is not None else 1
            rows = self.model.layers(self.input_shape, len(self.genres), n_numeric=n_numeric)
        else:
            rows = self.model.layers(self.input_shape, len(self.genres))
        return committee_rows(rows, self.members)

    @property
    def n_parameters(self) -> int:
        """Trainable parameters of the model; 0 for a classical model whose size depends on the clips."""
        return sum(row.n_parameters for row in self.layers())

    @property
    def n_statistics(self) -> int:
        """Moving means and variances of batch normalisation, which Keras counts besides."""
        return sum(row.n_statistics for row in self.layers())

    @property
    def receptive_field_s(self) -> float | None:
        """Seconds that one cell of the last feature map looks at; None for numeric features."""
        if self.is_numeric:
            return None
        n_frames = self.model.receptive_field(self.input_shape).n_frames
        return (n_frames - 1) * self.front_end.frame_s + self.front_end.window_s

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON; `training_config_from_dict` reads them back."""
        numeric = None if self.numeric_front_end is None else self.numeric_front_end.to_dict()
        split = self.split.to_dict()
        values = asdict(self)
        if self.members == 1:
            del values["members"]  # as in older stored configurations, whose hashes so stay
        return {**values, "split": split, "front_end": self.front_end.to_dict(), "numeric_front_end": numeric}


_PARTS: dict[str, type[Any]] = {
    "segments": SegmentConfig,
    "augmentation": AugmentationConfig,
    "optimisation": OptimisationConfig,
}


def _split_from_dict(given: dict[str, Any]) -> SplitConfig:
    """The split of a training; runs of the first version were all split by clip, with the shares written beside."""
    shares = {name: given.pop(name) for name in ("test_fraction", "validation_fraction") if name in given}
    return split_config_from_dict(given.get("split", shares))


def training_config_from_dict(values: Mapping[str, Any]) -> TrainingConfig:
    """Training configuration from plain values; `ConfigError` names what is wrong."""
    try:
        given = dict(values)
        given["genres"] = tuple(given["genres"])
        given["model"] = model_config_from_dict(given["model"])
        given["front_end"] = features_from_dict(given["front_end"])
        if given.get("numeric_front_end") is not None:
            given["numeric_front_end"] = features_from_dict(given["numeric_front_end"])
        given["split"] = _split_from_dict(given)
        for name, part in _PARTS.items():
            if given.get(name) is not None:
                given[name] = part(**given[name])
        return TrainingConfig(**given)
    except (TypeError, KeyError) as error:
        raise ConfigError(f"The training configuration is not valid: {error}.") from error
