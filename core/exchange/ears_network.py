"""MusiCNN as a Keras network, filled from its own weights, for whoever has no Genre Lab.

`core.ears.network` computes the same with numpy, in half of the time; the tests hold both side by side.

References
----------
J. Pons et al., "End-to-end learning for music audio tagging at scale", ISMIR (2018).
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.models.keras_start import import_keras

_EPSILON = 1e-3


def build(weights: dict[str, NDArray[np.float32]]) -> Any:
    """The network: from patches of shape (187, 96) to tags, penultimate layer, maximum and mean of the maps."""
    keras = import_keras()
    layers = keras.layers
    numbers = {"conv2d": 0, "batch_normalization": 0, "dense": 0}

    def filled(layer: Any, tensor: Any, *parts: str) -> Any:
        kind = {"Conv2D": "conv2d", "Conv1D": "conv2d", "BatchNormalization": "batch_normalization", "Dense": "dense"}[
            type(layer).__name__
        ]
        number = numbers[kind]
        numbers[kind] += 1
        name = f"{kind}_{number}" if number else kind
        output = layer(tensor)
        layer.set_weights([weights[f"{name}/{part}"].reshape(layer.weights[i].shape) for i, part in enumerate(parts)])
        return output

    def normalised(tensor: Any) -> Any:
        layer = layers.BatchNormalization(epsilon=_EPSILON)
        return filled(layer, tensor, "gamma", "beta", "moving_mean", "moving_variance")

    def convolved(layer: Any, tensor: Any) -> Any:
        return normalised(filled(layer, tensor, "kernel", "bias"))

    def over_bands(tensor: Any) -> Any:
        """Greatest value over the places of a pattern in pitch, shape (frames, maps)."""
        greatest = layers.MaxPooling2D((1, tensor.shape[2]))(tensor)
        return layers.Reshape((tensor.shape[1], tensor.shape[3]))(greatest)

    patch = layers.Input((187, 96))
    picture = normalised(layers.Reshape((187, 96, 1))(patch))
    padded = layers.ZeroPadding2D(((3, 3), (0, 0)))(picture)
    front = [convolved(layers.Conv2D(204, (7, bands), activation="relu"), padded) for bands in (38, 67)]
    front += [
        convolved(layers.Conv2D(51, (frames, 1), padding="same", activation="relu"), picture)
        for frames in (128, 64, 32)
    ]
    maps = [layers.Concatenate()([over_bands(one) for one in front])]
    for number in range(3):
        after = convolved(layers.Conv1D(64, 7, padding="same", activation="relu"), maps[-1])
        maps.append(after if number == 0 else layers.Add()([after, maps[-1]]))
    everything = layers.Concatenate()(maps)
    greatest, mean = layers.GlobalMaxPooling1D()(everything), layers.GlobalAveragePooling1D()(everything)
    columns = [layers.Reshape((greatest.shape[1], 1))(one) for one in (greatest, mean)]
    pooled = normalised(layers.Flatten()(layers.Concatenate(axis=2)(columns)))
    penultimate = normalised(filled(layers.Dense(200, activation="relu"), pooled, "kernel", "bias"))
    tags = filled(layers.Dense(50, activation="sigmoid"), penultimate, "kernel", "bias")
    return keras.Model(patch, [tags, penultimate, greatest, mean], name="musicnn")
