"""The convolutions of MusiCNN, each in the form that takes the fewest products, for one processor core.

The front layers keep of each pattern only its greatest activation, over places in pitch or over bands. An activation
rises with the sums of products, or falls where its scale is negative: kernels of falling maps are turned round once, so
that always the greatest sum is wanted, and nothing but that is activated.

The patterns over many bands, nine tenths of all products, are sought by a Fourier transform along the bands. About the
middle of the places, what comes back is an even part E and an odd part O: at two places equally far from the middle the
sums are E + O and E - O, of which E + abs(O) is the greater. So half of the places are computed, and a fifth of the
products are left.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Float32 = NDArray[np.float32]

_FRAMES_AT_ONCE = 16
"""Frames whose products are made together: they stay in a core's cache until their maximum is taken."""


@dataclass(frozen=True)
class Activation:
    """What follows the sums of a layer: bias, rectifier, then a scale and an offset, each of shape (maps,)."""

    bias: Float32
    scale: Float32
    offset: Float32

    def __call__(self, sums: Float32) -> Float32:
        """Activations of sums, shape (..., maps)."""
        rectified: Float32 = np.maximum(sums + self.bias, np.float32(0.0))
        rectified *= self.scale
        rectified += self.offset
        return rectified

    @property
    def sign(self) -> Float32:
        """-1 for maps that fall as their sums rise, else 1."""
        return np.where(self.scale < 0, np.float32(-1.0), np.float32(1.0))


class Timbral:
    """Patterns of a few frames by many bands, wherever in pitch they are strongest.

    Parameters
    ----------
    kernel : array, shape (taps, bands of the pattern, maps)
    activation : Activation
    n_bands : int
        Of the picture.
    """

    def __init__(self, kernel: Float32, activation: Activation, n_bands: int) -> None:
        n_taps, height, n_maps = kernel.shape
        n_places = n_bands - height + 1
        bins = np.arange(n_bands // 2 + 1)
        self._activation, self._n_taps, self._n_maps = activation, n_taps, n_maps
        # Each bin stands for two, but the first and the last.
        shares = np.where((bins == 0) | (2 * bins == n_bands), 1, 2) / n_bands
        to_middle = np.exp(1j * np.pi * bins * (n_places - 1) / n_bands)
        turned = np.conj(np.fft.rfft(kernel.astype(np.float64), n_bands, axis=1)) * activation.sign
        spectra = (turned * (shares * to_middle)[:, np.newaxis]).transpose(1, 2, 0)
        # A complex product as four real ones: real and imaginary sums from real and imaginary parts of the picture.
        real = np.concatenate([spectra.real, -spectra.imag], axis=2)
        imaginary = np.concatenate([spectra.imag, spectra.real], axis=2)
        self._spectra = np.concatenate([real, imaginary], axis=1).astype(np.float32)
        from_middle = np.arange((n_places + 1) // 2) + (0.0 if n_places % 2 else 0.5)
        angles = 2 * np.pi * np.outer(from_middle, bins) / n_bands
        self._even, self._odd = np.cos(angles).astype(np.float32), np.sin(angles).astype(np.float32)
        angles = 2 * np.pi * np.outer(bins, np.arange(n_bands)) / n_bands
        self._transform = np.concatenate([np.cos(angles), -np.sin(angles)]).astype(np.float32)

    def __call__(self, picture: Float32) -> Float32:
        """Activations, shape (frames, maps), of a picture of shape (frames, bands)."""
        n_frames, n_maps, n_bins = len(picture), self._n_maps, len(self._spectra)
        windows = self._spectrum_windows(picture)
        strongest = np.empty((n_maps, n_frames), dtype=np.float32)
        sums = np.empty(n_bins * 2 * n_maps * _FRAMES_AT_ONCE, dtype=np.float32)
        even = np.empty(len(self._even) * n_maps * _FRAMES_AT_ONCE, dtype=np.float32)
        odd = np.empty_like(even)
        for start in range(0, n_frames, _FRAMES_AT_ONCE):
            given = windows[:, :, start : start + _FRAMES_AT_ONCE]
            n = given.shape[2]
            block = sums[: n_bins * 2 * n_maps * n].reshape(n_bins, 2 * n_maps, n)
            np.matmul(self._spectra, given, out=block)
            parts = block.reshape(n_bins, 2, n_maps * n)
            shape = len(self._even), n_maps * n
            best, other = (part[: shape[0] * shape[1]].reshape(shape) for part in (even, odd))
            np.matmul(self._even, parts[:, 0], out=best)
            np.matmul(self._odd, parts[:, 1], out=other)
            np.abs(other, out=other)
            best += other
            strongest[:, start : start + n] = best.max(axis=0).reshape(n_maps, n)
        return self._activation(strongest.T * self._activation.sign)

    def _spectrum_windows(self, picture: Float32) -> Float32:
        """The picture's spectrum along its bands as each tap sees it, shape (bins, real and imaginary taps, frames)."""
        padded = pad_time(picture, self._n_taps)
        spectrum = (self._transform @ padded.T).reshape(2, -1, len(padded)).transpose(1, 0, 2)
        windows = np.lib.stride_tricks.sliding_window_view(spectrum, len(picture), axis=2)
        return np.ascontiguousarray(windows).reshape(len(self._spectra), 2 * self._n_taps, len(picture))


class Temporal:
    """Patterns along time in a single band, in whichever band they are strongest.

    Parameters
    ----------
    kernel : array, shape (taps, 1, maps)
    activation : Activation
    """

    def __init__(self, kernel: Float32, activation: Activation) -> None:
        self._activation = activation
        self._kernel = np.ascontiguousarray((kernel[:, 0] * activation.sign).T)

    def __call__(self, picture: Float32) -> Float32:
        """Activations, shape (frames, maps), of a picture of shape (frames, bands)."""
        (n_maps, n_taps), (n_frames, n_bands) = self._kernel.shape, picture.shape
        before = (n_taps - 1) // 2
        windows = np.lib.stride_tricks.sliding_window_view(pad_time(picture, n_taps), n_taps, axis=0)
        strongest = np.empty((n_frames, n_maps), dtype=np.float32)
        sums = np.empty((_FRAMES_AT_ONCE, n_maps, n_bands), dtype=np.float32)
        for start in range(0, n_frames, _FRAMES_AT_ONCE):
            stop = min(start + _FRAMES_AT_ONCE, n_frames)
            # Taps that none of these frames has within the picture meet silence alone.
            taps = slice(max(0, before - stop + 1), min(n_taps, n_frames + before - start))
            heard = windows[start:stop, :, taps].transpose(0, 2, 1)
            np.matmul(self._kernel[:, taps], heard, out=sums[: stop - start])
            sums[: stop - start].max(axis=2, out=strongest[start:stop])
        return self._activation(strongest * self._activation.sign)


class Middle:
    """Patterns of a few frames over all maps.

    Parameters
    ----------
    kernel : array, shape (taps, maps before, maps)
    activation : Activation
    """

    def __init__(self, kernel: Float32, activation: Activation) -> None:
        self._kernel, self._activation = kernel, activation

    def __call__(self, maps: Float32) -> Float32:
        """Activations, shape (frames, maps), of maps of shape (frames, maps before)."""
        n_taps, n_before, n_maps = self._kernel.shape
        windows = np.lib.stride_tricks.sliding_window_view(pad_time(maps, n_taps), n_taps, axis=0)
        seen = windows.transpose(0, 2, 1).reshape(len(maps), n_taps * n_before)
        return self._activation(seen @ self._kernel.reshape(-1, n_maps))


def pad_time(picture: Float32, n_taps: int) -> Float32:
    """Silence (zeros) before and after, so that there are as many places for a pattern as there are frames."""
    before = (n_taps - 1) // 2
    return np.pad(picture, ((before, n_taps - 1 - before), (0, 0)))
