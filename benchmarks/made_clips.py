"""Clips made for the benchmarks: chords, bursts and noise, the same at each run."""

from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

SR_HZ = 22_050


def write_clip(path: Path, *, duration_s: float, seed: int = 0) -> Path:
    """A 16-bit WAV with something of each kind of sound in it."""
    soundfile.write(path, made_samples(duration_s=duration_s, sr_hz=SR_HZ, seed=seed), SR_HZ, subtype="PCM_16")
    return path


def made_samples(*, duration_s: float, sr_hz: int, seed: int) -> NDArray[np.float64]:
    """Its samples, shape (samples,), full scale 1."""
    rng = np.random.default_rng(seed)
    time_s = np.arange(round(duration_s * sr_hz)) / sr_hz
    root_hz = rng.uniform(100, 400)
    chord = sum(np.sin(2 * np.pi * root_hz * ratio * time_s) / ratio for ratio in (1, 1.26, 1.5, 2, 3))
    bursts = np.where(time_s % 0.5 < 0.03, rng.normal(0, 1, len(time_s)), 0)
    swell = 0.6 + 0.4 * np.sin(2 * np.pi * 0.2 * time_s)
    return np.clip(0.1 * chord * swell + 0.2 * bursts + 0.02 * rng.normal(size=len(time_s)), -1, 1)


def write_collection(
    root: Path, n_clips: int, *, duration_s: float, first: int = 0, n_distinct: int | None = None
) -> Path:
    """A folder of clips in two genres; after ``n_distinct`` of them, the same files under other names."""
    for number in range(first, first + n_clips):
        path = _place(root, number)
        path.parent.mkdir(parents=True, exist_ok=True)
        if n_distinct is not None and number - first >= n_distinct:
            path.hardlink_to(_place(root, first + (number - first) % n_distinct))
        else:
            write_clip(path, duration_s=duration_s, seed=number)
    return root


def _place(root: Path, number: int) -> Path:
    genre = ("even", "odd")[number % 2]
    return root / genre / f"{genre}.{number:05d}.wav"
