"""Two front ends that Genre Lab does not have: levels of octaves over time, and the share of each octave."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from core.dsp.analysis import ClipAnalysis
from core.features.axes import BandAxis, LevelScale, below_peak
from core.features.base import AudioFrontEnd

CENTRES_HZ = 62.5 * 2.0 ** np.arange(8)
N_FFT = 2048


def octave_power(samples: NDArray[np.float32], sr_hz: int, hop_length: int) -> NDArray[np.float64]:
    """Power of each octave in each frame, shape (octaves, frames)."""
    frames = np.lib.stride_tricks.sliding_window_view(samples, N_FFT)[::hop_length] * np.hanning(N_FFT)
    power = np.abs(np.fft.rfft(frames, axis=1)) ** 2
    edges = np.searchsorted(np.fft.rfftfreq(N_FFT, 1 / sr_hz), [*(CENTRES_HZ / 2**0.5), CENTRES_HZ[-1] * 2**0.5])
    return np.add.reduceat(power[:, : edges[-1]], edges[:-1], axis=1).T


@dataclass(frozen=True, kw_only=True)
class OctaveLevels(AudioFrontEnd):
    """Level of eight octaves in dB below the clip's peak."""

    kind: ClassVar[str] = "octave-levels"
    code_version: ClassVar[int] = 1
    dtype: ClassVar[str] = "float32"
    title: ClassVar[str] = "Octave levels"

    sr_hz: int = 22_050
    hop_length: int = 1024
    n_frames: int = 40

    @property
    def shape(self) -> tuple[int, int]:
        return len(CENTRES_HZ), self.n_frames

    @property
    def max_samples(self) -> int:
        return (self.n_frames - 1) * self.hop_length + N_FFT

    @property
    def band_axis(self) -> BandAxis:
        return BandAxis("log", CENTRES_HZ)

    @property
    def level_scale(self) -> LevelScale:
        return below_peak(60.0)

    @property
    def known_scaling(self) -> tuple[float, float]:
        return 0.0, -60.0

    @property
    def meanings(self) -> dict[str, str]:
        return {"n_frames": f"The first {self.n_frames * self.frame_s:.1f} s of a clip."}

    def transform_analysed(self, analysis: ClipAnalysis) -> tuple[NDArray[Any], int]:
        power = octave_power(analysis.first(self.max_samples), self.sr_hz, self.hop_length)
        level = np.full(self.shape, -60.0, dtype=np.float32)
        level[:, : power.shape[1]] = np.maximum(10 * np.log10(np.maximum(power / power.max(), 1e-12)), -60.0)
        return level, power.shape[1]


@dataclass(frozen=True, kw_only=True)
class OctaveShares(AudioFrontEnd):
    """Share of each octave in the power of the first seconds of a clip."""

    kind: ClassVar[str] = "octave-shares"
    code_version: ClassVar[int] = 1
    dtype: ClassVar[str] = "float32"
    title: ClassVar[str] = "Octave shares"
    names = tuple(f"octave_{number}" for number in range(1, 9))

    sr_hz: int = 22_050
    hop_length: int = 2048
    seconds: float = 2.0

    @property
    def shape(self) -> tuple[int, int]:
        return len(CENTRES_HZ), 1

    @property
    def max_samples(self) -> int:
        return round(self.seconds * self.sr_hz)

    def transform_analysed(self, analysis: ClipAnalysis) -> tuple[NDArray[Any], int]:
        power = octave_power(analysis.first(self.max_samples), self.sr_hz, self.hop_length).sum(axis=1)
        return (power / power.sum()).astype(np.float32)[:, np.newaxis], 1
