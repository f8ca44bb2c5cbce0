"""Keras models from configurations, and the one place where front-end output is scaled for them.

The scaling is the first layer of the model itself: a model takes what the front end gives (level in dB, or the 16 raw
figures), in training, in classification, and in any other program that opens the saved file. It has no
weights, so that the study's parameter counts stay as they are.
"""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from core.errors import ConfigError, RunError
from core.features.frontends import FrontEnd
from core.models.config import CnnConfig, FfnnConfig, ModelConfig

if TYPE_CHECKING:
    import keras


@dataclass(frozen=True)
class InputScaling:
    """Affine scaling of a model's input: ``(x - offset) / scale`` for each band or feature.

    Attributes
    ----------
    offset, scale : tuple of float
        One value for all, or one for each of the 16 features.
    """

    offset: tuple[float, ...]
    scale: tuple[float, ...]


def import_keras() -> Any:
    """Keras on TensorFlow, quiet, and taking GPU memory only as it needs it."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    os.environ.setdefault("KERAS_BACKEND", "tensorflow")
    if "tensorflow" in sys.modules:
        import keras

        return keras
    with _quiet_start():
        import keras
        import tensorflow as tf

        for device in tf.config.list_physical_devices("GPU"):
            try:
                tf.config.experimental.set_memory_growth(device, True)
            except RuntimeError:
                break  # already in use by this process: too late to change, and no harm
    return keras


@contextmanager
def _quiet_start() -> Iterator[None]:
    """Honour ``TF_CPP_MIN_LOG_LEVEL=3`` (set by the command line), which TensorFlow itself ignores as it starts."""
    if os.environ["TF_CPP_MIN_LOG_LEVEL"] != "3":
        yield
        return
    sys.stderr.flush()
    kept = os.dup(2)
    try:
        with open(os.devnull, "wb") as nowhere:
            os.dup2(nowhere.fileno(), 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)


def fit_scaling(front_end: FrontEnd, read_train: Callable[[], NDArray[Any]]) -> InputScaling:
    """Scaling of a front end's output, learnt from the training part only.

    A spectrogram needs nothing learnt: the front end knows its own range (level in dB, -top_db..0, becomes 1 for the
    floor and 0 for the loudest, as in the study). Numeric features are standardised by their mean and standard deviation.

    Parameters
    ----------
    front_end : FrontEnd
    read_train : callable
        Gives the features of the training part, shape (clips, bands or features, frames); called only where
        something is to be learnt.

    Raises
    ------
    ConfigError
        A numeric feature is the same in all training clips.
    """
    if front_end.known_scaling is not None:
        offset, scale = front_end.known_scaling
        return InputScaling(offset=(offset,), scale=(scale,))
    train = read_train()
    values = np.asarray(train, dtype=np.float64).reshape(len(train), -1)
    mean, deviation = values.mean(axis=0), values.std(axis=0)
    if not (deviation > 0).all():
        raise ConfigError("A numeric feature has one value in all training clips; choose more, or other, clips.")
    return InputScaling(offset=tuple(mean.tolist()), scale=tuple(deviation.tolist()))


def build_model(
    config: ModelConfig, input_shape: tuple[int, int], n_genres: int, scaling: InputScaling
) -> "keras.Model":
    """An untrained model for input of shape (batch, bands or features, frames), with softmax output.

    Parameters
    ----------
    config : CnnConfig or FfnnConfig
    input_shape : (int, int)
        Shape of the front end's output.
    n_genres : int
    scaling : InputScaling
        From `fit_scaling`.

    Raises
    ------
    ConfigError
        A map would be pooled to nothing.
    """
    expected = sum(row.n_parameters for row in config.layers(input_shape, n_genres))
    keras = import_keras()
    layers = [keras.Input(shape=input_shape, dtype="float32", name="front_end"), _scaling_layer(scaling, input_shape)]
    layers += _cnn_layers(config, input_shape) if isinstance(config, CnnConfig) else _ffnn_layers(config)
    layers.append(keras.layers.Dense(n_genres, activation="softmax", name="probabilities"))
    model = keras.Sequential(layers, name=config.kind)
    if model.count_params() != expected:
        raise ConfigError(f"The model has {model.count_params():,} parameters where {expected:,} were announced.")
    return model


def _scaling_layer(scaling: InputScaling, input_shape: tuple[int, int]) -> Any:
    keras = import_keras()
    scale = [1.0 / value for value in scaling.scale]
    offset = [-mean / value for mean, value in zip(scaling.offset, scaling.scale, strict=True)]
    if len(scale) == 1:
        return keras.layers.Rescaling(scale[0], offset=offset[0], name="scaling")
    # One value a row: shape (features, 1) spreads over the frames.
    columns = [[value] for value in scale], [[value] for value in offset]
    return keras.layers.Rescaling(columns[0], offset=columns[1], name="scaling")


def _cnn_layers(config: CnnConfig, input_shape: tuple[int, int]) -> list[Any]:
    layers = import_keras().layers
    stack = [layers.Reshape((*input_shape, 1), name="channel")]
    for number, n_filters in enumerate(config.filters, start=1):
        stack.append(layers.Conv2D(n_filters, config.kernel, activation="relu", name=f"convolution_{number}"))
        stack.append(layers.MaxPooling2D(config.pool, name=f"pooling_{number}"))
    stack.append(layers.Flatten(name="flatten"))
    for number, units in enumerate(config.dense, start=1):
        stack.append(layers.Dense(units, activation="relu", name=f"dense_{number}"))
    if config.dropout:
        stack.append(layers.Dropout(config.dropout, name="dropout"))
    return stack


def _ffnn_layers(config: FfnnConfig) -> list[Any]:
    layers = import_keras().layers
    stack = [layers.Flatten(name="flatten")]
    for number, units in enumerate(config.units, start=1):
        stack.append(layers.Dense(units, activation="relu", name=f"dense_{number}"))
        if config.dropout:
            stack.append(layers.Dropout(config.dropout, name=f"dropout_{number}"))
    return stack


def load_model_file(path: Path) -> "keras.Model":
    """A saved model, for prediction only; code in the file is refused.

    Raises
    ------
    RunError
        The file is missing, damaged, or wants code of its own.
    """
    keras = import_keras()
    try:
        return keras.saving.load_model(path, safe_mode=True, compile=False)
    except (ValueError, TypeError, OSError, KeyError) as error:
        reason = str(error).strip().splitlines()[0][:200] if str(error).strip() else type(error).__name__
        raise RunError(f"The model file {path} cannot be opened: {reason}. Train the run again.") from error


def predict_probabilities(model: "keras.Model", features: NDArray[Any]) -> NDArray[np.float64]:
    """Genre probabilities of one batch.

    Parameters
    ----------
    model : keras.Model
    features : array, shape (clips, bands or features, frames)
        Output of the front end, unscaled.

    Returns
    -------
    array, shape (clips, n_genres)
        Rows sum to 1 in double precision.

    Raises
    ------
    RunError
        The model gives values that are not numbers.
    """
    raw = np.asarray(model.predict_on_batch(np.asarray(features, dtype=np.float32)), dtype=np.float64)
    if not np.isfinite(raw).all():
        raise RunError("The model gives probabilities that are not numbers. Train again with a lower learning rate.")
    probabilities: NDArray[np.float64] = raw / raw.sum(axis=1, keepdims=True)
    return probabilities
