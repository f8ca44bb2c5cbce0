"""MusiCNN as plain matrix products: what it hears in stretches of a mel spectrogram.

The network is small and looks at a patch of 3 s at a time. Written with NumPy it needs neither TensorFlow's seconds of
start nor its memory in each process of an extraction, and takes as much processor time as Keras does with the same
network; Keras spreads it over the cores, an extraction spreads clips (``python -m benchmarks ears``). The tests
hold it against the original graph's output and against the same network in Keras.

References
----------
J. Pons and X. Serra, "musicnn: Pre-trained convolutional neural networks for music audio tagging", ISMIR late-breaking
session (2019); J. Pons et al., "End-to-end learning for music audio tagging at scale", ISMIR (2018).
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from core.ears.weights import load_weights

Float32 = NDArray[np.float32]

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

_FRAMES_AT_ONCE = 8
"""Frames whose products are made together: they stay in a core's cache until their maximum is taken."""


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


@dataclass(frozen=True)
class _Layer:
    """A convolution or dense layer with what follows it: bias, rectifier, then a scale and an offset."""

    kernel: Float32
    bias: Float32
    scale: Float32
    offset: Float32

    def activate(self, sums: Float32) -> Float32:
        rectified: Float32 = np.maximum(sums + self.bias, np.float32(0.0))
        rectified *= self.scale
        rectified += self.offset
        return rectified

    def activate_greatest(self, sums: Float32) -> Float32:
        """The greatest activation over axis 1 of sums, shape (frames, places, maps); shape (frames, maps).

        What follows the sums rises with them, or falls where the scale is negative: activating the extreme is enough.
        """
        extreme = sums.max(axis=1)
        if self._falling.any():
            extreme[:, self._falling] = sums[:, :, self._falling].min(axis=1)
        return self.activate(extreme)

    @property
    def _falling(self) -> NDArray[np.bool_]:
        return self.scale < 0


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

        def convolution(number: int) -> _Layer:
            name = f"conv2d_{number}" if number else "conv2d"
            kernel = weights[f"{name}/kernel"][:, :, 0]
            return _Layer(kernel, weights[f"{name}/bias"], *normalisation(number + 1))

        self._input_scale, self._input_offset = normalisation(0)
        self._timbral = [convolution(number) for number in (0, 1)]
        self._temporal = [convolution(number) for number in (2, 3, 4)]
        self._middle = [convolution(number) for number in (5, 6, 7)]
        self._pooled_scale, self._pooled_offset = normalisation(9)
        self._dense = _Layer(weights["dense/kernel"], weights["dense/bias"], *normalisation(10))
        self._output_kernel, self._output_bias = weights["dense_1/kernel"], weights["dense_1/bias"]

    def hear(self, patches: Float32) -> Heard:
        """What the network makes of patches.

        Parameters
        ----------
        patches : array of float32, shape (patches, 187, 96)
            ``log10(10000 * power + 1)`` of each frame and mel band.
        """
        # Extraction runs one process a core: threads of their own would only wait for each other.
        with _linear_algebra().limit(limits=1):
            maps = [self._feature_maps(patch) for patch in patches]
        max_pool = np.array([one.max(axis=0) for one in maps], dtype=np.float32).reshape(-1, N_POOLED)
        mean_pool = np.array([one.mean(axis=0) for one in maps], dtype=np.float32).reshape(-1, N_POOLED)
        # The two are interleaved: both of the first map, both of the second, ...
        pooled = np.stack([max_pool, mean_pool], axis=2).reshape(len(maps), -1)
        scaled: Float32 = pooled * self._pooled_scale + self._pooled_offset
        penultimate = self._dense.activate(scaled @ self._dense.kernel)
        tags = expit(penultimate @ self._output_kernel + self._output_bias)
        return Heard(tags.astype(np.float32), penultimate, max_pool, mean_pool)

    def _feature_maps(self, patch: Float32) -> Float32:
        """All feature maps of a patch, shape (187, 753)."""
        picture = patch * self._input_scale + self._input_offset
        front = np.concatenate(
            [_timbral(picture, layer) for layer in self._timbral]
            + [_temporal(picture, layer) for layer in self._temporal],
            axis=1,
        )
        maps = [front]
        for number, layer in enumerate(self._middle):
            before = maps[-1]
            after = _middle(before, layer)
            maps.append(after if number == 0 else after + before)
        return np.concatenate(maps, axis=1)


def _timbral(picture: Float32, layer: _Layer) -> Float32:
    """Patterns of a few frames by many bands, wherever in pitch they are strongest; shape (frames, maps)."""
    n_taps, n_bands, n_maps = layer.kernel.shape
    kernel = layer.kernel.reshape(n_taps * n_bands, n_maps)
    places = np.lib.stride_tricks.sliding_window_view(_padded(picture, n_taps), (n_taps, n_bands))
    n_frames, n_places = places.shape[:2]
    strongest = np.empty((n_frames, n_maps), dtype=np.float32)
    for start in range(0, n_frames, _FRAMES_AT_ONCE):
        block = places[start : start + _FRAMES_AT_ONCE]
        sums = np.ascontiguousarray(block).reshape(-1, n_taps * n_bands) @ kernel
        strongest[start : start + len(block)] = layer.activate_greatest(sums.reshape(len(block), n_places, n_maps))
    return strongest


def _temporal(picture: Float32, layer: _Layer) -> Float32:
    """Patterns along time in a single band, in whichever band they are strongest; shape (frames, maps)."""
    n_taps, _, n_maps = layer.kernel.shape
    kernel = layer.kernel.reshape(n_taps, n_maps)
    places = np.lib.stride_tricks.sliding_window_view(_padded(picture, n_taps), n_taps, axis=0)
    n_frames, n_bands = places.shape[:2]
    strongest = np.empty((n_frames, n_maps), dtype=np.float32)
    for start in range(0, n_frames, _FRAMES_AT_ONCE):
        block = places[start : start + _FRAMES_AT_ONCE]
        sums = np.ascontiguousarray(block).reshape(-1, n_taps) @ kernel
        strongest[start : start + len(block)] = layer.activate_greatest(sums.reshape(len(block), n_bands, n_maps))
    return strongest


def _middle(maps: Float32, layer: _Layer) -> Float32:
    """Patterns of a few frames over all maps; shape (frames, maps)."""
    n_taps, n_before, n_maps = layer.kernel.shape
    places = np.lib.stride_tricks.sliding_window_view(_padded(maps, n_taps), n_taps, axis=0).transpose(0, 2, 1)
    sums: Float32 = places.reshape(len(maps), n_taps * n_before) @ layer.kernel.reshape(-1, n_maps)
    return layer.activate(sums)


def _padded(picture: Float32, n_taps: int) -> Float32:
    """Silence (zeros) before and after, so that there are as many places for a pattern as there are frames."""
    before = (n_taps - 1) // 2
    return np.pad(picture, ((before, n_taps - 1 - before), (0, 0)))


@lru_cache(maxsize=1)
def _linear_algebra() -> Any:
    """The libraries behind matrix products in this process; finding them takes some milliseconds."""
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()


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
