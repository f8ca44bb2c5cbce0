"""Keras models from configurations, and the one place where front-end output is scaled for them.

The scaling is the first layer of the model itself: a model takes what the front end gives (level in dB, or the 16 raw
figures), in training, in classification, and in any other program that opens the saved file. It has no
weights, so that the study's parameter counts stay as they are.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from core.errors import ConfigError, RunError
from core.models.base import ModelConfig
from core.models.estimators import load_classical, unopened
from core.models.head_files import load_head_file
from core.models.keras_start import import_keras
from core.models.kinds import kind_of
from core.models.layer_table import LayerRow, committee_rows
from core.models.networks import build_committee
from core.models.scaling import InputScaling, fit_scaling, scale_in_keras

if TYPE_CHECKING:
    import keras

__all__ = [
    "InputScaling",
    "build_model",
    "fit_scaling",
    "import_keras",
    "load_model_file",
    "predict_probabilities",
]


def build_model(
    config: ModelConfig,
    input_shape: tuple[int, int],
    n_genres: int,
    scaling: InputScaling,
    *,
    numeric_scaling: InputScaling | None = None,
    precision: str = "float32",
    members: int = 1,
) -> "keras.Model":
    """An untrained network for input of shape (batch, bands or features, frames), with softmax output.

    Parameters
    ----------
    config : ModelConfig
        Of a kind that is a network.
    input_shape : (int, int)
        Shape of the front end's output, or of a segment of it.
    n_genres : int
    scaling : InputScaling
        From `fit_scaling`.
    numeric_scaling : InputScaling, optional
        Of a hybrid's numeric features, with one value for each.
    precision : "float32" or "mixed_bfloat16"
        What the layers compute in; weights, input and probabilities are in single precision in any case.
    members : int
        Networks side by side, the mean of whose probabilities is given; see `committee_members`.

    Raises
    ------
    ConfigError
        A map would be pooled to nothing, or scikit-learn fits this model.
    """
    keras = import_keras()
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(precision)
    try:
        networks = [_build_one(config, input_shape, n_genres, scaling, numeric_scaling) for _ in range(members)]
        model = networks[0] if members == 1 else build_committee(networks)
    finally:
        keras.config.set_dtype_policy(before)
    rows = committee_rows(_rows(config, input_shape, n_genres, numeric_scaling), members)
    expected = sum(row.n_parameters + row.n_statistics for row in rows)
    if model.count_params() != expected:
        raise ConfigError(f"The model has {model.count_params():,} parameters; expected {expected:,}.")
    return model


def _build_one(
    config: ModelConfig,
    input_shape: tuple[int, int],
    n_genres: int,
    scaling: InputScaling,
    numeric_scaling: InputScaling | None,
) -> "keras.Model":
    scale = scale_in_keras(scaling)
    kind = kind_of(config)
    if kind.network is None:
        raise ConfigError(f"A model of kind {config.kind} is fitted by scikit-learn, not built as a network.")
    if kind.takes != "both":
        return kind.network(config, input_shape, n_genres, scale)
    if numeric_scaling is None:
        raise ConfigError(f"A {kind.name_within} also needs the scaling of its numeric features.")
    scale_numeric = scale_in_keras(numeric_scaling, "numeric_scaling")
    return kind.network(config, input_shape, len(numeric_scaling.offset), n_genres, scale, scale_numeric)


def _rows(
    config: ModelConfig, input_shape: tuple[int, int], n_genres: int, numeric_scaling: InputScaling | None
) -> list[LayerRow]:
    n_numeric = 0 if numeric_scaling is None else len(numeric_scaling.offset)
    return config.layers(input_shape, n_genres, n_numeric=n_numeric)


def load_model_file(path: Path) -> Any:
    """A saved model, for prediction only: `keras.Model` or `ClassicalModel`; code in the file is refused.

    Raises
    ------
    RunError
        The file is missing, damaged, or wants code of its own.
    """
    if path.suffix == ".skops":
        return load_classical(path)
    if path.suffix == ".npz":
        return load_head_file(path)
    keras = import_keras()
    try:
        return keras.saving.load_model(path, safe_mode=True, compile=False)
    except Exception as error:  # whatever the layers of a strange file raise: OpError, RecursionError, MemoryError ...
        raise unopened(path, error) from error


def predict_probabilities(model: Any, features: NDArray[Any] | tuple[NDArray[Any], ...]) -> NDArray[np.float64]:
    """Genre probabilities of one batch.

    Parameters
    ----------
    model : keras.Model or ClassicalModel
    features : array, shape (clips, bands or features, frames), or tuple of such
        Output of the front end, unscaled; for a hybrid, spectrogram and numeric features.

    Returns
    -------
    array, shape (clips, n_genres)
        Rows sum to 1 in double precision.

    Raises
    ------
    RunError
        The model gives values that are not numbers.
    """
    inputs = features if isinstance(features, tuple) else (features,)
    given = [np.asarray(values, dtype=np.float32) for values in inputs]
    raw = np.asarray(model.predict_on_batch(given if len(given) > 1 else given[0]), dtype=np.float64)
    if not np.isfinite(raw).all():
        raise RunError("The model's probabilities are not numbers. Train again with a lower learning rate.")
    probabilities: NDArray[np.float64] = raw / raw.sum(axis=1, keepdims=True)
    return probabilities
