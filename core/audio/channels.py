"""From channels to mono."""

import numpy as np
from numpy.typing import NDArray

_CANCELLED = 0.04
"""Share of the power that the mean of n channels has left, times n, below which they cancel: two correlate by -0.96."""
_LEAST_POWER = 1e-8
_EVERY = 16
"""Every so many frames are looked at first: most sound does not cancel, and looking is to cost nothing."""


def mix(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """Mean of the channels of samples of shape (frames, channels), shape (frames,).

    It is not finite where a sample is not, or where the sum overflows.
    """
    n_channels = samples.shape[1]
    if n_channels == 1:
        return samples[:, 0]
    with np.errstate(over="ignore", invalid="ignore"):  # read_audio looks at what comes out
        # Column by column: a mean along the short axis takes over twenty times as long for stereo.
        mono: NDArray[np.float32] = samples[:, 0] + samples[:, 1]
        for number in range(2, n_channels):
            mono += samples[:, number]
        mono /= np.float32(n_channels)
    return mono


class Mixer:
    """Mixes block after block, and remembers what was unusual."""

    def __init__(self) -> None:
        self._n_blocks = self._n_cancelled = 0

    def mix(self, samples: NDArray[np.float32]) -> NDArray[np.float32]:
        """Mean of the channels, shape (frames,); where they cancel each other (opposite phase), one of them."""
        mono = mix(samples)
        if samples.shape[1] == 1:
            return mono
        self._n_blocks += 1
        if _cancels(mono[::_EVERY], samples[::_EVERY]) and _cancels(mono, samples):
            self._n_cancelled += 1
            power = [float(np.dot(column, column)) for column in samples.T]
            # The first of those that are about as loud as the loudest: the same one in each block.
            return samples[:, next(number for number, one in enumerate(power) if one >= 0.5 * max(power))]
        return mono

    @property
    def notes(self) -> tuple[str, ...]:
        """In words for the user; empty when the mean of the channels was taken throughout."""
        if not self._n_cancelled:
            return ()
        where = "" if self._n_cancelled == self._n_blocks else " in a part of it"
        return (
            f"Its channels cancel each other{where} (opposite phase): their mean would be silent, and one channel was "
            "taken instead.",
        )


def _cancels(mono: NDArray[np.float32], samples: NDArray[np.float32]) -> bool:
    n_channels = samples.shape[1]
    with np.errstate(over="ignore", invalid="ignore"):
        power = sum(float(np.dot(samples[:, number], samples[:, number])) for number in range(n_channels)) / n_channels
        left = float(np.dot(mono, mono))
    # Not finite compares as False: read_audio refuses such samples.
    return bool(_LEAST_POWER * len(mono) < power < np.inf and left * n_channels < _CANCELLED * power)
