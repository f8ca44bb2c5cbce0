"""Keras networks, layer by layer as their configurations announce them."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from core.models.cnn import CnnConfig
from core.models.ffnn import FfnnConfig, HybridConfig
from core.models.keras_start import import_keras

if TYPE_CHECKING:
    import keras

OUTPUT = "probabilities"
"""Name of a network's last layer, by which `core.models.taps` finds it in saved files too."""

Scale = Callable[[Any], Any]
"""Brings a front end's output to the network's range."""


def build_cnn(config: CnnConfig, input_shape: tuple[int, int], n_genres: int, scale: Scale) -> "keras.Model":
    """An untrained CNN."""
    keras = import_keras()
    spectrogram = keras.Input(shape=input_shape, dtype="float32", name="front_end")
    features = _trunk(config, input_shape, scale(spectrogram))
    if config.dropout:
        features = keras.layers.Dropout(config.dropout, name="dropout")(features)
    return keras.Model(spectrogram, _output(features, n_genres), name=config.kind)


def build_ffnn(config: FfnnConfig, input_shape: tuple[int, int], n_genres: int, scale: Scale) -> "keras.Model":
    """An untrained FFNN."""
    keras = import_keras()
    given = keras.Input(shape=input_shape, dtype="float32", name="front_end")
    features = keras.layers.Flatten(name="flatten")(scale(given))
    if config.input_dropout:
        features = keras.layers.Dropout(config.input_dropout, name="dropout_input")(features)
    for number, units in enumerate(config.units, start=1):
        features = _dense(features, units, f"dense_{number}", batch_norm=config.batch_norm, l2=config.l2)
        if config.dropout:
            features = keras.layers.Dropout(config.dropout, name=f"dropout_{number}")(features)
    return keras.Model(given, _output(features, n_genres), name=config.kind)


def build_hybrid(
    config: HybridConfig,
    input_shape: tuple[int, int],
    n_numeric: int,
    n_genres: int,
    scale: Scale,
    scale_numeric: Scale,
) -> "keras.Model":
    """An untrained hybrid; its inputs are the spectrogram and the numeric features, in this order."""
    keras = import_keras()
    layers = keras.layers
    spectrogram = keras.Input(shape=input_shape, dtype="float32", name="front_end")
    numeric = keras.Input(shape=(n_numeric, 1), dtype="float32", name="numeric_front_end")
    seen = _trunk(config.cnn, input_shape, scale(spectrogram))
    if config.cnn.dropout:
        seen = layers.Dropout(config.cnn.dropout, name="dropout")(seen)
    figures = layers.Flatten(name="numeric_flatten")(scale_numeric(numeric))
    for number, units in enumerate(config.numeric_units, start=1):
        name = f"numeric_dense_{number}"
        figures = _dense(figures, units, name, batch_norm=config.batch_norm, l2=config.l2)
        if config.dropout:
            figures = layers.Dropout(config.dropout, name=f"numeric_dropout_{number}")(figures)
    joined = layers.Concatenate(name="joined")([seen, figures])
    for number, units in enumerate(config.joined_units, start=len(config.cnn.dense) + 1):
        joined = _dense(joined, units, f"dense_{number}", batch_norm=False, l2=config.l2)
        if config.dropout:
            joined = layers.Dropout(config.dropout, name=f"dropout_{number}")(joined)
    return keras.Model([spectrogram, numeric], _output(joined, n_genres), name=config.kind)


_MEAN = "mean_of_networks"


def build_committee(networks: Sequence["keras.Model"]) -> "keras.Model":
    """Networks of one kind as one model, whose output is the mean of theirs."""
    keras = import_keras()
    inputs = [keras.Input(shape=given.shape[1:], dtype="float32", name=given.name) for given in networks[0].inputs]
    outputs = []
    for number, network in enumerate(networks, start=1):
        network.name = f"network_{number}"
        outputs.append(network(inputs if len(inputs) > 1 else inputs[0]))
    mean = keras.layers.Average(dtype="float32", name=_MEAN)(outputs)
    return keras.Model(inputs if len(inputs) > 1 else inputs[0], mean, name="committee")


def committee_members(model: "keras.Model") -> list[Any]:
    """What each network of a committee puts out, as tensors of the model; its own output where it is none."""
    if any(layer.name == _MEAN for layer in model.layers):
        return list(model.get_layer(_MEAN).input)
    return [model.output]


def committee_networks(model: "keras.Model") -> list["keras.Model"]:
    """The networks of a committee; the model itself where it is none."""
    keras = import_keras()
    return [layer for layer in model.layers if isinstance(layer, keras.Model)] or [model]


def _trunk(config: CnnConfig, input_shape: tuple[int, int], features: Any) -> Any:
    """Blocks, head and dense layers."""
    layers = import_keras().layers
    if config.axes == "time":
        # (bands, frames) -> one row of frames with the bands as channels.
        features = layers.Permute((2, 1), name="frames_first")(features)
        features = layers.Reshape((1, input_shape[1], input_shape[0]), name="channel")(features)
    else:
        features = layers.Reshape((*input_shape, 1), name="channel")(features)
    for place in range(len(config.filters)):
        features = _block(config, place, features)
    features = _head(config, features)
    for number, units in enumerate(config.dense, start=1):
        features = _dense(features, units, f"dense_{number}", batch_norm=False, l2=config.l2)
    return features


def _block(config: CnnConfig, place: int, features: Any) -> Any:
    layers = import_keras().layers
    n_filters, given = config.filters[place], features
    names = config.convolution_names(place)
    residual = config.block == "residual"
    for name in names:
        # A residual block's last rectification comes after the addition.
        rectified = not (residual and name == names[-1])
        features = _convolution(config, n_filters, name, features, rectified=rectified)
    if residual:
        if given.shape[-1] != n_filters:
            given = layers.Conv2D(
                n_filters, 1, use_bias=False, kernel_regularizer=_l2(config.l2), name=f"shortcut_{place + 1}"
            )(given)
        features = layers.Add(name=f"addition_{place + 1}")([features, given])
        features = layers.ReLU(name=f"relu_{place + 1}")(features)
    pooling = layers.MaxPooling2D if config.pooling == "max" else layers.AveragePooling2D
    features = pooling(config.pool_of(place), name=f"pooling_{place + 1}")(features)
    if config.block_dropout:
        features = layers.SpatialDropout2D(config.block_dropout, name=f"block_dropout_{place + 1}")(features)
    return features


def _convolution(config: CnnConfig, n_filters: int, name: str, features: Any, *, rectified: bool) -> Any:
    layers = import_keras().layers
    given: dict[str, Any] = {
        "padding": config.padding,
        "use_bias": not config.batch_norm,
        "name": f"convolution_{name}",
    }
    if rectified and not config.batch_norm:
        given["activation"] = "relu"
    if config.block == "separable":
        given |= {"depthwise_regularizer": _l2(config.l2), "pointwise_regularizer": _l2(config.l2)}
        features = layers.SeparableConv2D(n_filters, config.kernel_shape, **given)(features)
    else:
        features = layers.Conv2D(n_filters, config.kernel_shape, kernel_regularizer=_l2(config.l2), **given)(features)
    if config.batch_norm:
        features = layers.BatchNormalization(name=f"normalisation_{name}")(features)
        if rectified:
            features = layers.ReLU(name=f"relu_{name}")(features)
    return features


def _head(config: CnnConfig, features: Any) -> Any:
    layers = import_keras().layers
    if config.head == "flatten":
        return layers.Flatten(name="flatten")(features)
    average = layers.GlobalAveragePooling2D(name="average")(features)
    if config.head == "average":
        return average
    return layers.Concatenate(name="average_and_maximum")(
        [average, layers.GlobalMaxPooling2D(name="maximum")(features)]
    )


def _dense(features: Any, units: int, name: str, *, batch_norm: bool, l2: float) -> Any:
    layers = import_keras().layers
    if not batch_norm:
        return layers.Dense(units, activation="relu", kernel_regularizer=_l2(l2), name=name)(features)
    features = layers.Dense(units, use_bias=False, kernel_regularizer=_l2(l2), name=name)(features)
    features = layers.BatchNormalization(name=f"normalisation_{name}")(features)
    return layers.ReLU(name=f"relu_{name}")(features)


def _output(features: Any, n_genres: int) -> Any:
    # In single precision whatever the rest computes in: probabilities are summed and compared.
    return import_keras().layers.Dense(n_genres, activation="softmax", dtype="float32", name=OUTPUT)(features)


def _l2(weight: float) -> Any:
    return import_keras().regularizers.L2(weight) if weight else None
