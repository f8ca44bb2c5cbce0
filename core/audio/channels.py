"""From channels to mono."""

import numpy as np
from numpy.typing import NDArray


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
