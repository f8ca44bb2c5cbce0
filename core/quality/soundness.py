"""What is wrong with the sound of one clip, measured on its decoded samples."""

import hashlib
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.audio import probe_audio
from core.audio.bandwidth import top_hz
from core.clips.clip import Clip
from core.clips.sound import read_clip
from core.errors import AudioError
from core.files import known_fields
from core.quality.fingerprint import Fingerprint, fingerprint

LONGEST_ANALYSED_S = 600.0
"""Of a longer clip its first ten minutes are looked at."""
SILENCE_DB = -60.0
FULL_SCALE = 0.999
CLIPPED_RUN = 3
"""So many samples at full scale in a row are a peak cut off; one alone may be a peak that fits."""
_BLOCK_S = 0.05

Samples = NDArray[np.float32]


@dataclass(frozen=True)
class Measurements:
    """Measurements of one clip.

    Attributes
    ----------
    error : str
        Why it cannot be read; empty when it can, and all else is meaningful only then.
    sr_hz : int
    duration_s : float
    sample_hash : str
        Of rate, length and decoded samples: equal for equal sound in any lossless container.
    level_db : float
        Root mean square in dB of full scale, not below -120.
    silent_share : float
        Share of 50 ms blocks below `SILENCE_DB` of full scale.
    clipped_share : float
        Share of samples in runs of `CLIPPED_RUN` or more at full scale. Channels are mixed first, so that what clips
        in one channel only is not seen.
    dc_offset : float
        Mean of the samples; full scale is 1.
    top_hz : float or None
        Frequency above which nothing is in it though its sample rate would allow it; see `core.audio.bandwidth`.
    notes : tuple of str
        What is wrong with the file though it can be read, and what was done about it.
    """

    error: str = ""
    sr_hz: int = 0
    duration_s: float = 0.0
    sample_hash: str = ""
    level_db: float = 0.0
    silent_share: float = 0.0
    clipped_share: float = 0.0
    dc_offset: float = 0.0
    top_hz: float | None = None
    notes: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON; `from_dict` reads them back."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> "Measurements":
        """Measurements of the values that `to_dict` gave."""
        known = known_fields(cls, values)
        return cls(**{**known, "notes": tuple(known.get("notes", ()))})


def examine_clip(clip: Clip) -> tuple[Measurements, Fingerprint | None]:
    """Decode a clip once and measure it; without a fingerprint where it cannot be read."""
    if clip.path is None:
        return Measurements(error="This collection has no audio for the clip."), None
    try:
        info = probe_audio(clip.path)
        length_s = info.duration_s if clip.passage is None else clip.duration_s
        sound = read_clip(clip, sr_hz=info.sr_hz, longest_s=min(length_s, LONGEST_ANALYSED_S))
    except AudioError as error:
        return Measurements(error=str(error)), None
    samples = sound.samples
    # What is decoded counts, not what the header says, unless there is more than is looked at.
    duration_s = length_s if length_s > LONGEST_ANALYSED_S else len(samples) / info.sr_hz
    measured = measure(samples, info.sr_hz, duration_s=duration_s)
    return replace(measured, notes=sound.notes), fingerprint(samples, info.sr_hz)


def measure(samples: Samples, sr_hz: int, *, duration_s: float | None = None) -> Measurements:
    """Measurements of decoded samples.

    Parameters
    ----------
    samples : array of float32, shape (samples,)
        Mono, full scale 1, at least one.
    sr_hz : int
    duration_s : float, optional
        Of the whole clip where the samples are only its beginning.
    """
    duration_s = len(samples) / sr_hz if duration_s is None else duration_s
    mean_square = float(np.mean(np.square(samples, dtype=np.float64)))
    return Measurements(
        sr_hz=sr_hz,
        duration_s=duration_s,
        sample_hash=_hash(samples, sr_hz, duration_s),
        level_db=10.0 * float(np.log10(max(mean_square, 1e-12))),
        silent_share=_silent_share(samples, sr_hz),
        clipped_share=_clipped_share(samples),
        dc_offset=float(samples.mean(dtype=np.float64)),
        top_hz=top_hz(samples, sr_hz),
    )


def _hash(samples: Samples, sr_hz: int, duration_s: float) -> str:
    digest = hashlib.sha256(f"{sr_hz} {duration_s:.3f} {len(samples)}\n".encode())
    # Adding zero turns -0.0 into 0.0: two ways to write the same sample.
    digest.update(np.ascontiguousarray(samples + np.float32(0.0), dtype="<f4").data)
    return digest.hexdigest()[:32]


def _silent_share(samples: Samples, sr_hz: int) -> float:
    block = max(1, round(_BLOCK_S * sr_hz))
    whole = samples[: len(samples) // block * block] if len(samples) >= block else samples
    blocks = whole.reshape(-1, min(block, len(whole)))
    power = np.mean(np.square(blocks, dtype=np.float64), axis=1)
    return float(np.mean(power < 10.0 ** (SILENCE_DB / 10.0)))


def _clipped_share(samples: Samples) -> float:
    n_clipped = 0
    # Above and below apart: full scale to minus full scale in one step is two runs.
    for at in (samples >= FULL_SCALE, samples <= -FULL_SCALE):
        edges = np.flatnonzero(np.diff(np.concatenate(([False], at, [False]))))
        lengths = edges[1::2] - edges[::2]
        n_clipped += int(lengths[lengths >= CLIPPED_RUN].sum())
    return n_clipped / len(samples)
