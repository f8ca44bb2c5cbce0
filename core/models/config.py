"""Validated configurations of models and of a training, and the study's presets.

Nothing here imports TensorFlow: the shapes and parameter counts that a page shows while
sliders move are computed from the configuration alone.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from core.errors import ConfigError
from core.features.frontends import FrontEnd, MelSpectrogram, front_end_from_dict

ModelKind = Literal["cnn", "ffnn"]


def _within(name: str, value: float, low: float, high: float) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        raise ConfigError(f"{name} must lie between {low} and {high}; it is {value!r}.")


def _whole(name: str, value: int, low: int, high: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise ConfigError(f"{name} must be a whole number between {low} and {high}; it is {value!r}.")


@dataclass(frozen=True, kw_only=True)
class LayerRow:
    """One line of a layer table: output shape without the batch axis, and its parameters."""

    layer: str
    shape: tuple[int, ...]
    n_parameters: int


@dataclass(frozen=True, kw_only=True)
class CnnConfig:
    """Convolution blocks (convolution without padding, ReLU, maximum pooling), then dense layers.

    Attributes
    ----------
    filters : tuple of int
        Filters of each block, 1 to 6 blocks.
    kernel : int
        Side of the square kernel, in cells.
    pool : (int, int)
        Pooling over (mel bands, frames).
    dense : tuple of int
        Units of the dense layers before the output.
    dropout : float
        Share dropped before the output, 0 to 0.9.
    """

    kind: Literal["cnn"] = "cnn"
    filters: tuple[int, ...] = (16, 32)
    kernel: int = 3
    pool: tuple[int, int] = (2, 4)
    dense: tuple[int, ...] = (64,)
    dropout: float = 0.25

    def __post_init__(self) -> None:
        _whole("Number of blocks", len(self.filters), 1, 6)
        for n_filters in self.filters:
            _whole("Filters", n_filters, 1, 512)
        _whole("Kernel", self.kernel, 1, 15)
        if len(self.pool) != 2:
            raise ConfigError(f"Pool must be two numbers (mel bands, frames); it is {self.pool!r}.")
        for side in self.pool:
            _whole("Pool", side, 1, 16)
        _whole("Number of dense layers", len(self.dense), 0, 6)
        for units in self.dense:
            _whole("Dense units", units, 1, 4096)
        _within("Dropout", self.dropout, 0.0, 0.9)

    def layers(self, input_shape: tuple[int, int], n_genres: int) -> list[LayerRow]:
        """Layer table for an input of (mel bands, frames); `ConfigError` where a map is pooled to nothing."""
        height, width = input_shape
        if width == 1:
            raise ConfigError(
                f"A CNN needs a spectrogram: {height} numeric features have no time axis. Choose an FFNN for them "
                "(preset study-ffnn)."
            )
        channels = 1
        rows = [LayerRow(layer="Input", shape=(height, width, 1), n_parameters=0)]
        for number, n_filters in enumerate(self.filters, start=1):
            if min(height, width) < self.kernel:
                raise ConfigError(
                    f"Block {number}: its input is {height} x {width} cells, smaller than the "
                    f"{self.kernel} x {self.kernel} kernel. Use fewer blocks, a smaller kernel or less pooling."
                )
            height, width = height - self.kernel + 1, width - self.kernel + 1
            weights = n_filters * (channels * self.kernel**2 + 1)
            rows.append(
                LayerRow(layer=f"Convolution {number}", shape=(height, width, n_filters), n_parameters=weights)
            )
            if height < self.pool[0] or width < self.pool[1]:
                raise ConfigError(
                    f"Block {number}: pooling {self.pool[0]} x {self.pool[1]} would leave nothing of a "
                    f"{height} x {width} map. Use fewer blocks or less pooling."
                )
            height, width, channels = height // self.pool[0], width // self.pool[1], n_filters
            rows.append(LayerRow(layer=f"Pooling {number}", shape=(height, width, channels), n_parameters=0))
        return rows + _dense_rows(height * width * channels, self.dense, n_genres)


@dataclass(frozen=True, kw_only=True)
class FfnnConfig:
    """Dense layers with ReLU on the flattened input.

    Attributes
    ----------
    units : tuple of int
        Units of each hidden layer, 1 to 8 layers.
    dropout : float
        Share dropped after each hidden layer, 0 to 0.9.
    """

    kind: Literal["ffnn"] = "ffnn"
    units: tuple[int, ...] = (128, 128, 64)
    dropout: float = 0.0

    def __post_init__(self) -> None:
        _whole("Number of hidden layers", len(self.units), 1, 8)
        for units in self.units:
            _whole("Units", units, 1, 4096)
        _within("Dropout", self.dropout, 0.0, 0.9)

    def layers(self, input_shape: tuple[int, int], n_genres: int) -> list[LayerRow]:
        """Layer table for an input of (mel bands, frames)."""
        height, width = input_shape
        rows = [LayerRow(layer="Input", shape=(height, width), n_parameters=0)]
        return rows + _dense_rows(height * width, self.units, n_genres)


def _dense_rows(n_inputs: int, units: tuple[int, ...], n_genres: int) -> list[LayerRow]:
    rows = [LayerRow(layer="Flatten", shape=(n_inputs,), n_parameters=0)]
    for number, n_units in enumerate(units, start=1):
        rows.append(LayerRow(layer=f"Dense {number}", shape=(n_units,), n_parameters=n_inputs * n_units + n_units))
        n_inputs = n_units
    rows.append(LayerRow(layer="Output (softmax)", shape=(n_genres,), n_parameters=n_inputs * n_genres + n_genres))
    return rows


ModelConfig = CnnConfig | FfnnConfig
_MODELS: dict[str, type[CnnConfig] | type[FfnnConfig]] = {"cnn": CnnConfig, "ffnn": FfnnConfig}


@dataclass(frozen=True, kw_only=True)
class TrainingConfig:
    """Everything that decides a run: collection, genres, front end, model, split and optimisation.

    Attributes
    ----------
    collection_id : str
    genres : tuple of str
        At least two; the label of a genre is its place in this tuple, which is kept in alphabetical order.
    model : CnnConfig or FfnnConfig
    front_end : FrontEnd
    name : str
        Name of the preset, or what the user called it.
    epochs, batch_size : int
    learning_rate : float
        Of Adam.
    patience : int or None
        Stop when the validation loss has not improved for so many epochs; None trains all epochs.
    seed : int
        Of the split, the weights and the order of batches.
    test_fraction, validation_fraction : float
        Shares of all clips; the split is by clip and stratified by genre.
    """

    collection_id: str
    genres: tuple[str, ...]
    model: ModelConfig = field(default_factory=CnnConfig)
    front_end: FrontEnd = field(default_factory=MelSpectrogram)
    name: str = "Custom"
    epochs: int = 15
    batch_size: int = 16
    learning_rate: float = 1e-3
    patience: int | None = None
    seed: int = 42
    test_fraction: float = 0.2
    validation_fraction: float = 0.16

    def __post_init__(self) -> None:
        object.__setattr__(self, "genres", tuple(sorted(set(self.genres))))
        if len(self.genres) < 2:
            raise ConfigError(f"Choose at least two genres to tell apart; {len(self.genres)} chosen.")
        if not self.name.strip() or len(self.name) > 100:
            raise ConfigError("The name of a run must have 1 to 100 characters.")
        _whole("Epochs", self.epochs, 1, 1000)
        _whole("Batch size", self.batch_size, 1, 1024)
        _within("Learning rate", self.learning_rate, 1e-7, 1.0)
        if self.patience is not None:
            _whole("Patience", self.patience, 1, 1000)
        _whole("Seed", self.seed, 0, 2**32 - 1)
        _within("Test share", self.test_fraction, 0.05, 0.5)
        _within("Validation share", self.validation_fraction, 0.05, 0.5)
        if self.test_fraction + self.validation_fraction > 0.8:
            raise ConfigError("At least a fifth of the clips must be left to train on.")
        self.layers()

    def layers(self) -> list[LayerRow]:
        """Layer table of the model for this front end and these genres."""
        return self.model.layers(self.front_end.shape, len(self.genres))

    @property
    def n_parameters(self) -> int:
        """Trainable parameters of the model."""
        return sum(row.n_parameters for row in self.layers())

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON; `training_config_from_dict` reads them back."""
        return {**asdict(self), "front_end": self.front_end.to_dict()}


def model_config_from_dict(values: Mapping[str, Any]) -> ModelConfig:
    """Model configuration from plain values; `ConfigError` names what is wrong."""
    kind = values.get("kind")
    if kind not in _MODELS:
        raise ConfigError(f"A model is one of {', '.join(_MODELS)}; {kind!r} came.")
    listed: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in values.items()
    }
    try:
        return _MODELS[kind](**listed)
    except TypeError as error:
        raise ConfigError(f"The {kind} configuration does not fit: {error}.") from error


def training_config_from_dict(values: Mapping[str, Any]) -> TrainingConfig:
    """Training configuration from plain values; `ConfigError` names what is wrong."""
    try:
        given = dict(values)
        given["genres"] = tuple(given["genres"])
        given["model"] = model_config_from_dict(given["model"])
        given["front_end"] = front_end_from_dict(given["front_end"])
        return TrainingConfig(**given)
    except (TypeError, KeyError) as error:
        raise ConfigError(f"The training configuration does not fit: {error}.") from error


@dataclass(frozen=True, kw_only=True)
class Preset:
    """A named starting point: model and optimisation, without collection and genres."""

    id: str
    title: str
    note: str
    model: ModelConfig
    epochs: int
    batch_size: int = 16
    learning_rate: float = 1e-3

    def configure(self, collection_id: str, genres: tuple[str, ...], **changes: Any) -> TrainingConfig:
        """A training configuration from this preset, with ``changes`` to its fields."""
        given: dict[str, Any] = {
            "name": self.title,
            "model": self.model,
            "epochs": self.epochs,
            "batch_size": self.batch_size,
            "learning_rate": self.learning_rate,
        }
        return TrainingConfig(collection_id=collection_id, genres=genres, **(given | changes))


PRESETS: dict[str, Preset] = {
    preset.id: preset
    for preset in (
        Preset(
            id="study-cnn",
            title="Study CNN",
            note="Two convolution blocks on the mel spectrogram, as in the study.",
            model=CnnConfig(),
            epochs=15,
        ),
        Preset(
            id="study-ffnn",
            title="Study FFNN",
            note="Three dense layers on the flattened mel spectrogram, as in the study.",
            model=FfnnConfig(),
            epochs=40,
        ),
    )
}
