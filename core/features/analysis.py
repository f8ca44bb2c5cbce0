"""What several front ends need of one clip, computed once."""

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from core.features import spectral

Samples = NDArray[np.float32]


class ClipAnalysis:
    """The samples of a clip and the power spectrograms made of them so far.

    A spectrogram at twice the hop is every second frame of one that is there already: the study's two front ends (hops
    1,024 and 512) share one Fourier transform.

    Parameters
    ----------
    samples : array of float32, shape (samples,)
        Mono.

    Raises
    ------
    FeatureError
        The samples are empty, not finite or digital silence.
    """

    def __init__(self, samples: Samples) -> None:
        spectral.validate_samples(samples)
        self.samples = samples
        self._power: dict[tuple[int, int, str, int], NDArray[np.float32]] = {}

    def first(self, n_samples: int) -> Samples:
        """The clip's first samples."""
        return self.samples[:n_samples]

    def power(
        self, *, n_fft: int, hop_length: int, n_samples: int, padding: Literal["constant", "reflect"] = "constant"
    ) -> NDArray[np.float32]:
        """Power spectrogram of the first ``n_samples`` (see `spectral.power_spectrogram`). Do not modify."""
        n_samples = min(n_samples, len(self.samples))
        for (known_fft, known_hop, known_padding, known_samples), power in self._power.items():
            same = (known_fft, known_padding, known_samples) == (n_fft, padding, n_samples)
            if same and hop_length % known_hop == 0:
                return power[:, :: hop_length // known_hop][:, : 1 + n_samples // hop_length]
        power = spectral.power_spectrogram(self.first(n_samples), n_fft=n_fft, hop_length=hop_length, padding=padding)
        self._power[n_fft, hop_length, padding, n_samples] = power
        return power
