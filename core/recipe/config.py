"""Everything that decides a run, validated and written as plain values."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from core.collections.corrections import Corrected
from core.errors import ConfigError, NewerConfigError, in_field
from core.features.base import Features
from core.features.mel import MelSpectrogram
from core.features.musicnn import MusicnnFeatures
from core.features.table import features_from_dict
from core.files import require_known_fields
from core.models.architectures import (
    CnnConfig,
    ModelConfig,
    model_config_from_dict,
)
from core.models.checks import check_choice, check_flag, check_whole, check_within
from core.models.kinds import ModelKind, kind_of
from core.models.layer_table import LayerRow, committee_rows
from core.models.segments import excerpt_width
from core.recipe.augmentation import check_augmentation
from core.recipe.settings import AugmentationConfig, OptimisationConfig, SegmentConfig
from core.splits.config import SplitConfig, split_config_from_dict

MAX_CORRECTED = 2_000
"""Corrected labels of one training: they are kept with the run."""
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
        Name of the preset, or what the user called it; what a run of it is called is in `core.runs.naming`.
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
    corrected_labels : tuple of (str, str)
        Genre by clip name, in place of that of the collection, for training and test alike; in the order of the names.
        Kept with the run, so that it stays what it is when labels are corrected later.
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
    corrected_labels: Corrected = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "genres", tuple(sorted(set(self.genres))))
        if len(self.genres) < 2:
            raise ConfigError(f"Expected at least two genres, got {len(self.genres)}.", field="genres")
        if not self.name.strip() or len(self.name) > 100:
            raise ConfigError("Expected a run name of 1 to 100 characters.", field="name")
        check_whole("Epochs", self.epochs, 1, 1000, field="epochs")
        check_whole("Batch size", self.batch_size, 1, 1024, field="batch_size")
        check_within("Learning rate", self.learning_rate, 1e-7, 1.0, field="learning_rate")
        if self.patience is not None:
            check_whole("Patience", self.patience, 1, 1000, field="patience")
        check_whole("Seed", self.seed, 0, 2**32 - 1, field="seed")
        check_choice(
            "Scaling of numeric features",
            self.numeric_scaling,
            ("standard", "clipped", "power"),
            field="numeric_scaling",
        )
        check_choice("Precision", self.precision, ("float32", "mixed_bfloat16"), field="precision")
        check_flag("Train on validation", self.train_on_validation, field="train_on_validation")
        check_whole("Networks in a committee", self.members, 1, 10, field="members")
        self._check_corrected()
        self._check_inputs()
        self._check_validation()
        self.layers()

    def _check_corrected(self) -> None:
        object.__setattr__(self, "corrected_labels", tuple(sorted(self.corrected_labels)))
        if len(self.corrected_labels) > MAX_CORRECTED:
            raise ConfigError(
                f"At most {MAX_CORRECTED:,} corrected labels go into one training; got "
                f"{len(self.corrected_labels):,}. Give so many clips their genre in the collection itself: by its "
                "folders, its table, or what its labels become.",
                field="corrected_labels",
            )
        texts = [text for pair in self.corrected_labels for text in pair]
        names = {name for name, _ in self.corrected_labels}
        if not all(isinstance(text, str) and text for text in texts) or len(names) < len(self.corrected_labels):
            raise ConfigError("Corrected labels: expected one genre for each clip.", field="corrected_labels")

    def _check_inputs(self) -> None:
        kind = self.model_kind
        check_augmentation(self.augmentation, self.front_end)
        if kind.takes == "both":
            if self.numeric_front_end is None or self.numeric_front_end.n_parts != 1:
                raise ConfigError(
                    f"A {kind.name_within} needs numeric features in addition to its spectrogram; choose the 16 or the "
                    "57 numeric features.",
                    field="numeric_front_end",
                )
        elif self.numeric_front_end is not None:
            raise ConfigError(
                f"Only a hybrid takes a second input; choose one for a model of kind {kind.title}.",
                field="numeric_front_end",
            )
        if self.is_classical and self.members > 1:
            raise ConfigError(
                f"A committee consists of networks; a model of kind {kind.title} is a single model.", field="members"
            )
        if self.is_numeric:
            self._check_numeric(kind)
            if unfit := self.augmentation.for_spectrograms_only:
                raise ConfigError(
                    "Masks, gain, equaliser, shift and stretch change spectrograms; set them to 0 for numeric "
                    "features.",
                    field=f"augmentation.{unfit[0]}",
                )
        elif kind.takes == "numeric":
            raise ConfigError(
                "A classical model needs numeric features, not a spectrogram. Choose the 16 or the 57 numeric "
                "features.",
                field="front_end",
            )
        elif self.augmentation.time_stretch and self.segments is None:
            raise ConfigError(
                "Time stretch: only segments can be played faster or slower; choose a segment length.",
                field="augmentation.time_stretch",
            )
        if self.segments is not None and not self.front_end.frame_s > 0:
            raise ConfigError(
                "Segment length: the duration of a frame of this front end is unknown; use whole clips.",
                field="segments",
            )
        if self.split.n_excerpts is not None:
            self._check_excerpts(self.split.n_excerpts)
        if self.segments is not None and self._segment_frames > self.front_end.shape[1]:
            raise ConfigError(
                f"Segment length: {self.segments.length_s:g} s is longer than the "
                f"{self.front_end.shape[1] * self.front_end.frame_s:.1f} s of the front end. Choose shorter segments.",
                field="segments.length_s",
            )

    def _check_numeric(self, kind: ModelKind) -> None:
        n_values, n_parts = self.front_end.shape[0], self.front_end.n_parts
        if self.segments is not None and n_parts == 1:
            raise ConfigError(
                "Segments are cut from a spectrogram; numeric features have no time axis.", field="segments"
            )
        if n_parts > 1 and not kind.takes_parts:
            raise ConfigError(
                f"A model of kind {kind.title} does not take numeric features of parts of clips; choose those of whole "
                "clips, or an FFNN.",
                field="front_end",
            )
        if kind.takes in ("spectrogram", "both"):
            raise ConfigError(
                f"A {kind.name_within} needs a spectrogram: {n_values} numeric features have no time axis. Choose an "
                "FFNN for them (preset study-ffnn).",
                field="front_end",
            )

    def _check_excerpts(self, n_excerpts: int) -> None:
        if self.is_numeric or self.numeric_front_end is not None:
            raise ConfigError(
                f"{self.split.rules.title}: excerpts are cut from spectrograms, and numeric features describe whole "
                "clips. Choose a spectrogram only, or import a table whose rows are segments, such as the 10 s table "
                "of GTZAN.",
                field="split.n_excerpts",
            )
        if n_excerpts > self.front_end.shape[1]:
            raise ConfigError(
                f"{self.split.rules.title}: {self.front_end.shape[1]} frames cannot be cut into {n_excerpts} excerpts. "
                "Choose fewer.",
                field="split.n_excerpts",
            )

    def _check_validation(self) -> None:
        if not self.train_on_validation:
            return
        if self.patience is not None:
            raise ConfigError(
                "Stopping early needs a validation set; switch it off to train on that set as well.",
                field="patience",
            )
        if self.optimisation.schedule == "plateau":
            raise ConfigError(
                "The plateau schedule needs a validation set; choose another schedule to train on that set.",
                field="optimisation.schedule",
            )

    @property
    def is_numeric(self) -> bool:
        """Whether the front end gives numeric features, not a spectrogram."""
        return self.front_end.is_numeric

    @property
    def model_kind(self) -> ModelKind:
        """What there is to know of the kind of model."""
        return kind_of(self.model)

    @property
    def trained_ears(self) -> MusicnnFeatures | None:
        """The ears, trained by others, that the model listens with, where it does."""
        return next((one for one in self.front_ends if isinstance(one, MusicnnFeatures)), None)

    @property
    def is_classical(self) -> bool:
        """Whether scikit-learn fits the model, without epochs."""
        return self.model_kind.fitted_by == "sklearn"

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
        n_numeric = 0 if self.numeric_front_end is None else self.numeric_front_end.shape[0]
        with in_field("model"):
            rows = self.model.layers(self.input_shape, len(self.genres), n_numeric=n_numeric)
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
        if not self.corrected_labels:
            del values["corrected_labels"]
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
        if "corrected_labels" in given:
            given["corrected_labels"] = tuple((name, genre) for name, genre in given["corrected_labels"])
        with in_field("model"):
            given["model"] = model_config_from_dict(given["model"])
        with in_field("front_end"):
            given["front_end"] = features_from_dict(given["front_end"])
        if given.get("numeric_front_end") is not None:
            with in_field("numeric_front_end"):
                given["numeric_front_end"] = features_from_dict(given["numeric_front_end"])
        with in_field("split"):
            given["split"] = _split_from_dict(given)
        for name, part in _PARTS.items():
            if given.get(name) is not None:
                with in_field(name):
                    require_known_fields(part, given[name], f"The {name} of the training", error=NewerConfigError)
                    given[name] = part(**given[name])
        require_known_fields(TrainingConfig, given, "The training configuration", error=NewerConfigError)
        return TrainingConfig(**given)
    except (TypeError, KeyError, ValueError) as error:
        raise ConfigError(f"The training configuration is not valid: {error}.") from error
