"""What several front ends need of one clip, computed once, frame by frame while the frame is in the cache."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from core.dsp import spectral
from core.dsp.bands import Bands
from core.dsp.spectral import Transform

Samples = NDArray[np.float32]


@dataclass(frozen=True)
class FrameFigures:
    """Figures of each frame of a clip.

    Attributes
    ----------
    level_db : array of float32, shape (bands, frames)
        Level of each band in dB re 1, not below -100 dB. Do not modify.
    centroid_hz, rolloff_hz : arrays, shape (frames,), or None
        Of the magnitude spectrum; None where nobody asked.
    """

    level_db: NDArray[np.float32]
    centroid_hz: NDArray[np.float64] | None = None
    rolloff_hz: NDArray[np.float64] | None = None

    def every(self, step: int, n_frames: int) -> "FrameFigures":
        """Every ``step``-th frame, the first ``n_frames`` of them."""
        chosen = slice(0, step * n_frames, step)
        return FrameFigures(
            self.level_db[:, chosen],
            None if self.centroid_hz is None else self.centroid_hz[chosen],
            None if self.rolloff_hz is None else self.rolloff_hz[chosen],
        )


class ClipAnalysis:
    """The samples of a clip and the figures made of them so far.

    No spectrogram is kept: each figure is taken of some dozens of frames at a time, while they are in the processor's
    cache. Figures at twice the hop are every second one of those that are there already: the study's two front ends
    (hops 1,024 and 512) share one Fourier transform.

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
        self._known: dict[tuple[Transform, Bands, int], FrameFigures] = {}

    def first(self, n_samples: int) -> Samples:
        """The clip's first samples, shape (at most ``n_samples``,)."""
        return self.samples[:n_samples]

    def measure(
        self,
        transform: Transform,
        bands: Bands,
        *,
        n_samples: int,
        n_frames: int | None = None,
        with_magnitude: bool = False,
    ) -> FrameFigures:
        """Figures of the first frames of a clip.

        Parameters
        ----------
        transform : Transform
        bands : Bands
        n_samples : int
            Samples looked at, from the clip's start.
        n_frames : int, optional
            Frames wanted at most; default all.
        with_magnitude : bool
            Whether centroid and roll-off are wanted too.
        """
        n_samples = min(n_samples, len(self.samples))
        n_frames = min(n_frames or transform.n_frames(n_samples), transform.n_frames(n_samples))
        last_sample = (n_frames - 1) * transform.hop_length + transform.n_fft // 2
        for (known, known_bands, known_samples), figures in self._known.items():
            step = transform.hop_length // known.hop_length
            if (
                replace(known, hop_length=transform.hop_length) == transform
                and known_bands == bands
                and step * known.hop_length == transform.hop_length
                # Frames that do not reach beyond either end are the same.
                and (known_samples == n_samples or last_sample <= min(known_samples, n_samples))
                and step * (n_frames - 1) < figures.level_db.shape[1]
                and (figures.centroid_hz is not None or not with_magnitude)
            ):
                return figures.every(step, n_frames)
        figures = _measure(self.first(n_samples), transform, bands, n_frames, with_magnitude=with_magnitude)
        self._known[transform, bands, n_samples] = figures
        return figures


def _measure(
    samples: Samples, transform: Transform, bands: Bands, n_frames: int, *, with_magnitude: bool
) -> FrameFigures:
    level_db = np.empty((bands.n_bands, n_frames), dtype=np.float32)
    centroid, rolloff = np.empty(n_frames), np.empty(n_frames)
    magnitude = spectral.MagnitudeFigures(transform.n_fft, sr_hz=bands.sr_hz)
    for place, power in spectral.power_blocks(samples, transform, n_frames):
        spectral.to_db(bands.sum_power(power.T), out=level_db[:, place])
        if with_magnitude:
            centroid[place], rolloff[place], _ = magnitude.centroid_and_rolloff_hz(power)
    return FrameFigures(level_db, centroid, rolloff) if with_magnitude else FrameFigures(level_db)
