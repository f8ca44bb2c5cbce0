"""From channels to mono."""

import numpy as np
from numpy.typing import NDArray


def mix(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """Mean of the channels of samples of shape (frames, channels), shape (frames,).

    It is not finite where a sample is not, or where the sum overflows.
    """
    if samples.shape[1] == 1:
        return samples[:, 0]
    with np.errstate(over="ignore", invalid="ignore"):  # read_audio looks at what comes out
        mono: NDArray[np.float32] = samples.mean(axis=1, dtype=np.float32)
    return mono
