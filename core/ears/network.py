"""MusiCNN as plain matrix products: what it hears in stretches of a mel spectrogram.

The network is small and looks at a patch of 3 s at a time. Written with NumPy it needs neither TensorFlow's seconds of
start nor its memory in each process of an extraction, and takes half of the processor time that Keras does with
the same network (``python -m benchmarks ears``; how is in `core.ears.layers`). Patches are spread over the cores
where this process may use several; an extraction spreads clips instead. The tests hold it against the original graph's
output and against the same network in Keras.

References
----------
J. Pons and X. Serra, "musicnn: Pre-trained convolutional neural networks for music audio tagging", ISMIR late-breaking
session (2019); J. Pons et al., "End-to-end learning for music audio tagging at scale", ISMIR (2018).
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock
from typing import Any

import numpy as np
from scipy.special import expit

from core.ears.layers import Activation, Float32, Middle, Temporal, Timbral
from core.ears.weights import load_weights

SR_HZ = 16_000
N_FFT = 512
HOP_LENGTH = 256
N_MELS = 96
PATCH_FRAMES = 187
"""The network hears patches of so many frames: 3 s."""

N_TAGS = 50
N_PENULTIMATE = 200
N_POOLED = 753
"""Feature maps, of which the greatest value and the mean over a patch's time are kept."""

_NORMALISATION_EPSILON = 1e-3
"""Added to a variance by the layers that the network was trained with."""

_HEARING = Lock()
"""One thread hears at a time: it may use all cores, and how many the libraries use is set for the whole process."""


@dataclass(frozen=True)
class Heard:
    """What the ears made of patches.

    Attributes
    ----------
    tags : array of float32, shape (patches, 50)
        Probability of each tag, 0..1.
    penultimate : array of float32, shape (patches, 200)
        The layer before.
    max_pool, mean_pool : arrays of float32, shape (patches, 753)
        Greatest value and mean of each feature map over the patch.
    """

    tags: Float32
    penultimate: Float32
    max_pool: Float32
    mean_pool: Float32

    def part(self, start: int, stop: int) -> "Heard":
        """What was made of some of the patches."""
        return Heard(
            self.tags[start:stop], self.penultimate[start:stop], self.max_pool[start:stop], self.mean_pool[start:stop]
        )


class MusicnnNetwork:
    """The trained network.

    Parameters
    ----------
    weights : dict of arrays
        By their names in the checkpoint, see `core.ears.weights.load_weights`.
    """

    def __init__(self, weights: dict[str, Float32]) -> None:
        def normalisation(number: int) -> tuple[Float32, Float32]:
            prefix = f"batch_normalization_{number}/" if number else "batch_normalization/"
            scale = weights[prefix + "gamma"] / np.sqrt(weights[prefix + "moving_variance"] + _NORMALISATION_EPSILON)
            offset = weights[prefix + "beta"] - weights[prefix + "moving_mean"] * scale
            return scale.astype(np.float32), offset.astype(np.float32)

        def convolution(number: int) -> tuple[Float32, Activation]:
            name = f"conv2d_{number}" if number else "conv2d"
            kernel = weights[f"{name}/kernel"][:, :, 0]
            return kernel, Activation(weights[f"{name}/bias"], *normalisation(number + 1))

        self._input_scale, self._input_offset = normalisation(0)
        timbral = [Timbral(*convolution(number), N_MELS) for number in (0, 1)]
        self._front: list[Timbral | Temporal] = [*timbral, *(Temporal(*convolution(number)) for number in (2, 3, 4))]
        self._middle = [Middle(*convolution(number)) for number in (5, 6, 7)]
        self._pooled_scale, self._pooled_offset = normalisation(9)
        self._dense_kernel = weights["dense/kernel"]
        self._dense_activation = Activation(weights["dense/bias"], *normalisation(10))
        self._output_kernel, self._output_bias = weights["dense_1/kernel"], weights["dense_1/bias"]

    def hear(self, patches: Float32) -> Heard:
        """What the network makes of patches.

        Parameters
        ----------
        patches : array of float32, shape (patches, 187, 96)
            ``log10(10000 * power + 1)`` of each frame and mel band.
        """
        with _HEARING:
            n_threads = min(_cores_allowed(), len(patches))
            with _linear_algebra().limit(limits=1), ThreadPoolExecutor(max(1, n_threads)) as threads:
                pooled = np.array(list(threads.map(self._pool, patches)), dtype=np.float32).reshape(-1, N_POOLED, 2)
        scaled: Float32 = pooled.reshape(len(patches), -1) * self._pooled_scale + self._pooled_offset
        penultimate = self._dense_activation(scaled @ self._dense_kernel)
        tags = expit(penultimate @ self._output_kernel + self._output_bias)
        return Heard(tags.astype(np.float32), penultimate, pooled[:, :, 0], pooled[:, :, 1])

    def _pool(self, patch: Float32) -> Float32:
        """Greatest value and mean of each feature map of a patch, shape (753, 2)."""
        picture = patch * self._input_scale + self._input_offset
        front = np.concatenate([layer(picture) for layer in self._front], axis=1)
        maps = [front]
        for number, layer in enumerate(self._middle):
            before = maps[-1]
            after = layer(before)
            maps.append(after if number == 0 else after + before)
        every = np.concatenate(maps, axis=1)
        return np.stack([every.max(axis=0), every.mean(axis=0)], axis=1)


@lru_cache(maxsize=1)
def _linear_algebra() -> Any:
    """The libraries behind matrix products in this process; finding them takes some milliseconds."""
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()


def _cores_allowed() -> int:
    """Cores that matrix products may use in this process: one in those of an extraction, which share the clips."""
    libraries = [library for library in _linear_algebra().lib_controllers if library.user_api == "blas"]
    return max((int(library.num_threads) for library in libraries), default=1)


@lru_cache(maxsize=2)
def trained_network(training: str) -> MusicnnNetwork:
    """The network with its trained weights, loaded once a process; `FeatureError` where they are missing."""
    return MusicnnNetwork(load_weights(training))


def patch_starts(n_frames: int) -> list[int]:
    """First frames of the patches that a sound of so many frames is heard in.

    Patches do not overlap where they divide the sound, or leave less than half a patch; a longer rest is heard too, by
    patches that are spread evenly and overlap a little. A sound shorter than a patch is one, repeated to fill it.

    >>> patch_starts(1876)[:3], len(patch_starts(1876)), patch_starts(300), patch_starts(100)
    ([0, 187, 374], 10, [0, 113], [0])
    """
    n_patches = max(1, int(n_frames / PATCH_FRAMES + 0.5))
    last = n_frames - PATCH_FRAMES
    if n_patches * PATCH_FRAMES <= n_frames or n_patches == 1:
        return [number * PATCH_FRAMES for number in range(n_patches)]
    return [round(number * last / (n_patches - 1)) for number in range(n_patches)]


def cut_patches(level: Float32) -> Float32:
    """Patches of a spectrogram, shape (patches, 187, 96), from levels of shape (frames, 96)."""
    if len(level) < PATCH_FRAMES:
        level = np.tile(level, (-(-PATCH_FRAMES // len(level)), 1))[:PATCH_FRAMES]
    return np.stack([level[start : start + PATCH_FRAMES] for start in patch_starts(len(level))])
