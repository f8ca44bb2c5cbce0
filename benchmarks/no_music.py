"""Sounds that are no music: speech of several voices and languages, noise, silence with clicks, and tones."""

import subprocess
from collections.abc import Iterator

import numpy as np

from core.audio import read_audio

TEXTS = (
    "Yesterday we walked along the river and talked about the weather for an hour, until the rain began and everyone "
    "went home again.",
    "Ladies and gentlemen, the train to Edinburgh leaves from platform nine in five minutes. Please keep your luggage "
    "with you and mind the gap between the train and the platform edge.",
    "Two hundred years ago this valley was covered by forest. People came up the stream with axes and oxen and built "
    "the first mill, whose walls you can still see behind the church.",
)
VOICES = ("en-gb", "en-us", "de", "fr", "it", "es", "pl", "en-gb+f3", "en-us+m4", "de+f2")
LEVELS = (0.003, 0.01, 0.03, 0.1, 0.3)


def spoken(program: str, text: str, voice: str, *, sr_hz: int) -> np.ndarray:
    """A text read out by espeak-ng, shape (samples,)."""
    said = subprocess.run([program, "-v", voice, "--stdout", text], capture_output=True, check=True).stdout
    return read_audio(said, sr_hz=sr_hz)


def speech(program: str, *, sr_hz: int, texts: tuple[str, ...] = TEXTS) -> Iterator[np.ndarray]:
    """Every text by every voice."""
    for text in texts:
        for voice in VOICES:
            yield spoken(program, text, voice, sr_hz=sr_hz)


def noise(*, sr_hz: int, duration_s: float) -> Iterator[np.ndarray]:
    """White, pink and brown, from quiet to loud."""
    rng = np.random.default_rng(0)
    n = round(duration_s * sr_hz)
    frequencies = np.maximum(np.fft.rfftfreq(n, 1 / sr_hz), 20.0)
    for level in LEVELS:
        spectrum = np.fft.rfft(rng.normal(size=n))
        for fall in (0.0, 0.5, 1.0):
            samples = np.fft.irfft(spectrum / frequencies**fall, n)
            yield np.clip(level * samples / samples.std(), -1.0, 1.0)


def clicks(*, sr_hz: int, duration_s: float) -> Iterator[np.ndarray]:
    """Silence with 0.3 to 10 clicks a second, and silence alone."""
    rng = np.random.default_rng(1)
    n = round(duration_s * sr_hz)
    yield np.zeros(n)
    for rate in (0.3, 1.0, 3.0, 10.0):
        for level in (0.1, 0.5, 0.9):
            samples = rng.normal(0, 1e-5, n)
            samples[rng.integers(0, n, max(1, round(rate * duration_s)))] = level
            yield samples


def tones(*, sr_hz: int, duration_s: float) -> Iterator[np.ndarray]:
    """Sines, a sweep and a chord."""
    time_s = np.arange(round(duration_s * sr_hz)) / sr_hz
    for hz in (50, 110, 440, 1_000, 3_000, 6_000):
        for level in (0.05, 0.5):
            yield level * np.sin(2 * np.pi * hz * time_s)
    yield 0.5 * np.sin(2 * np.pi * (100 * time_s + 190 * time_s**2))
    yield 0.2 * sum((np.sin(2 * np.pi * hz * time_s) for hz in (261.6, 329.6, 392.0)), start=np.zeros(len(time_s)))
