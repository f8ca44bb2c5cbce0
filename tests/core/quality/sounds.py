"""Music-like sound made on the spot: chords with a melody and drums, different for each seed."""

import numpy as np

SR_HZ = 22_050


def music(seed: int, *, duration_s: float = 12.0, sr_hz: int = SR_HZ) -> np.ndarray:
    """Notes at random times and pitches over noise bursts, float32, peak below 1."""
    rng = np.random.default_rng(seed)
    n = round(duration_s * sr_hz)
    samples = np.zeros(n)
    for start_s in np.arange(0, duration_s - 0.1, 0.125):
        length = min(round(rng.uniform(0.1, 0.6) * sr_hz), n - round(start_s * sr_hz))
        time_s = np.arange(length) / sr_hz
        note_hz = 110.0 * 2.0 ** (rng.integers(0, 40) / 12.0)
        tone = sum(np.sin(2 * np.pi * note_hz * k * time_s + rng.uniform(0, 6)) / k for k in (1, 2, 3))
        hit = rng.normal(0, 0.3, length) * np.exp(-time_s * 60)
        samples[round(start_s * sr_hz) :][:length] += rng.uniform(0.3, 1.0) * (tone * np.exp(-time_s * 5) + hit)
    return (0.7 * samples / np.abs(samples).max()).astype(np.float32)
