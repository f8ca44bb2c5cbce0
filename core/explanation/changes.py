"""What a song may be changed by: one table, a line a change, each with its range and the value that changes nothing."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.audio.lossy import through_mp3
from core.dsp import impairments, stretching
from core.errors import ConfigError
from core.explanation.grids import even_grid, ratio_grid

Samples = NDArray[np.float32]

_LOW_CUTS_HZ = (20.0, 50.0, 100.0, 200.0, 400.0, 800.0, 1_500.0, 3_000.0, 5_000.0)
_HIGH_CUTS_HZ = (500.0, 1_000.0, 1_500.0, 2_000.0, 3_000.0, 4_000.0, 6_000.0, 10_000.0, 20_000.0)
_MP3_KBPS = tuple(map(float, (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)))
"""Bit rates that mp3 has, but 144, which only low sample rates have."""


@dataclass(frozen=True)
class Change:
    """A way to change a song.

    Attributes
    ----------
    id, title : str
        Its name in options, and for people.
    unit : str
        Of its values.
    values : tuple of float
        Nine over its range, ascending: the points of a curve. One of them is neutral.
    neutral : float
        The value that leaves the song as it is.
    neutral_text : str
        What that value means.
    meaning : str
        What is done, in a sentence.
    grid : tuple of float
        All values that can be chosen, ascending, the nine among them: neighbours are as close as a flip is told.
    work : callable
        Gives the changed samples of samples, sample rate and value.
    is_logarithmic : bool
        Whether equal factors, not equal steps, sound equally far apart.
    """

    id: str
    title: str
    unit: str
    values: tuple[float, ...]
    neutral: float
    neutral_text: str
    meaning: str
    grid: tuple[float, ...]
    work: Callable[[Samples, int, float], Samples]
    is_logarithmic: bool = False

    @property
    def low(self) -> float:
        """Lowest value."""
        return self.values[0]

    @property
    def high(self) -> float:
        """Highest value."""
        return self.values[-1]

    def check(self, value: float) -> float:
        """The same value; `ConfigError` where it is out of range."""
        if not self.low <= value <= self.high:
            raise ConfigError(f"{self.title}: expected {self.low:g} to {self.high:g} {self.unit}, got {value:g}.")
        return value

    def apply(self, samples: Samples, sr_hz: int, value: float) -> Samples:
        """The changed song; the very same samples at the neutral value.

        Parameters
        ----------
        samples : array of float32, shape (n,)
            Mono, full scale ±1. Not modified.
        sr_hz : int
        value : float
            Within the range.

        Returns
        -------
        array of float32
            Shape (n,), save for a change of tempo.

        Raises
        ------
        ConfigError
            The value is out of range.
        """
        if self.check(value) == self.neutral:
            return samples
        return self.work(samples, sr_hz, value)

    def value_text(self, value: float) -> str:
        """A value with its unit: ``"+2 semitones"``; of the neutral one what it means."""
        if value == self.neutral:
            return self.neutral_text
        sign = "+" if self.low < 0 < value else ""
        return f"{sign}{value:,.5g} {self.unit}".replace("-", "\N{MINUS SIGN}")


CHANGES: dict[str, Change] = {
    change.id: change
    for change in (
        Change(
            "pitch",
            "Pitch",
            "semitones",
            (-8.0, -6.0, -4.0, -2.0, 0.0, 2.0, 4.0, 6.0, 8.0),
            0.0,
            "pitch as it is",
            "Higher or lower at the same tempo.",
            even_grid(-8, 8, 0.1),
            lambda samples, sr_hz, value: stretching.change_pitch(samples, value, sr_hz=sr_hz),
        ),
        Change(
            "tempo",
            "Tempo",
            "times as fast",
            (0.5, 0.6, 0.7, 0.85, 1.0, 1.2, 1.4, 1.7, 2.0),
            1.0,
            "tempo as it is",
            "Faster or slower at the same pitch.",
            even_grid(0.5, 2, 0.01),
            lambda samples, _, value: stretching.change_tempo(samples, value),
            is_logarithmic=True,
        ),
        Change(
            "low-cut",
            "Low cut",
            "Hz",
            _LOW_CUTS_HZ,
            20.0,
            "no low cut",
            "Takes out what is below this frequency: 3 dB less at it, 48 dB less an octave further down.",
            ratio_grid(_LOW_CUTS_HZ, 1.05),
            lambda samples, sr_hz, value: impairments.cut_frequencies(samples, value, sr_hz=sr_hz, keep="above"),
            is_logarithmic=True,
        ),
        Change(
            "high-cut",
            "High cut",
            "Hz",
            _HIGH_CUTS_HZ,
            20_000.0,
            "no high cut",
            "Takes out what is above this frequency: 3 dB less at it, 48 dB less an octave further up.",
            ratio_grid(_HIGH_CUTS_HZ, 1.05),
            lambda samples, sr_hz, value: impairments.cut_frequencies(samples, value, sr_hz=sr_hz, keep="below"),
            is_logarithmic=True,
        ),
        Change(
            "noise",
            "Noise",
            "dB SNR",
            (0.0, 5.0, 10.0, 15.0, 20.0, 30.0, 40.0, 50.0, 60.0),
            60.0,
            "no noise",
            "White noise added; the signal-to-noise ratio (SNR) says how much weaker it is than the music.",
            even_grid(0, 60, 1),
            lambda samples, _, value: impairments.add_noise(samples, value),
        ),
        Change(
            "loudness",
            "Loudness",
            "dB",
            (-24.0, -18.0, -12.0, -6.0, 0.0, 6.0, 12.0, 18.0, 24.0),
            0.0,
            "loudness as it is",
            "Louder or quieter; what goes beyond full scale is clipped.",
            even_grid(-24, 24, 0.5),
            lambda samples, _, value: impairments.amplify(samples, value),
        ),
        Change(
            "mp3",
            "Quality of an mp3",
            "kbit/s",
            (8.0, 16.0, 24.0, 32.0, 48.0, 64.0, 96.0, 128.0, 320.0),
            320.0,
            "no mp3 made of it",
            "Encoded as mono mp3 at this bit rate by LAME, and decoded.",
            _MP3_KBPS,
            lambda samples, sr_hz, value: through_mp3(samples, value, sr_hz=sr_hz),
            is_logarithmic=True,
        ),
        Change(
            "reverb",
            "Reverb",
            "s",
            (0.0, 0.2, 0.4, 0.7, 1.0, 1.5, 2.0, 3.0, 4.0),
            0.0,
            "no reverb",
            "A room whose sound decays by 60 dB in this time, as strong as the direct sound.",
            even_grid(0, 4, 0.05),
            lambda samples, sr_hz, value: impairments.reverberate(samples, value, sr_hz=sr_hz),
        ),
    )
}
"""Every change by its id, in the order in which they are offered."""


def named_changes(text: str) -> tuple[Change, ...]:
    """The changes of a list with commas between them, each once; ``all`` for every one.

    >>> [change.id for change in named_changes("pitch, mp3")]
    ['pitch', 'mp3']

    Raises
    ------
    ConfigError
        One is not known, or none is named.
    """
    names = [name.strip().lower() for name in text.split(",") if name.strip()]
    if names == ["all"]:
        return tuple(CHANGES.values())
    if unknown := [name for name in names if name not in CHANGES]:
        raise ConfigError(f"Expected changes of {', '.join(CHANGES)}, or all, got {unknown[0]!r}.")
    if not names:
        raise ConfigError(f"Expected at least one change of {', '.join(CHANGES)}, or all, got none.")
    return tuple(CHANGES[name] for name in dict.fromkeys(names))
