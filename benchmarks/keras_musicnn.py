"""MusiCNN as a Keras network, filled from the same checkpoint: what one would otherwise run.

References
----------
J. Pons et al., "End-to-end learning for music audio tagging at scale", ISMIR (2018).
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

_EPSILON = 1e-3


def build(weights: dict[str, NDArray[np.float32]]) -> Any:
    """The network: from patches of shape (187, 96) to tags, penultimate layer, maximum and mean of the maps."""
    import keras
    from keras import layers, ops

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

    patch = layers.Input((187, 96))
    picture = normalised(layers.Reshape((187, 96, 1))(patch))
    padded = layers.ZeroPadding2D(((3, 3), (0, 0)))(picture)
    front = [convolved(layers.Conv2D(204, (7, bands), activation="relu"), padded) for bands in (38, 67)]
    front += [
        convolved(layers.Conv2D(51, (frames, 1), padding="same", activation="relu"), picture)
        for frames in (128, 64, 32)
    ]
    maps = [layers.Concatenate()([ops.max(one, axis=2) for one in front])]
    for number in range(3):
        after = convolved(layers.Conv1D(64, 7, padding="same", activation="relu"), maps[-1])
        maps.append(after if number == 0 else layers.Add()([after, maps[-1]]))
    everything = layers.Concatenate()(maps)
    greatest, mean = ops.max(everything, axis=1), ops.mean(everything, axis=1)
    pooled = normalised(layers.Flatten()(ops.stack([greatest, mean], axis=2)))
    penultimate = normalised(filled(layers.Dense(200, activation="relu"), pooled, "kernel", "bias"))
    tags = filled(layers.Dense(50, activation="sigmoid"), penultimate, "kernel", "bias")
    return keras.Model(patch, [tags, penultimate, greatest, mean])
