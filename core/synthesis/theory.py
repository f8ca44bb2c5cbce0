"""Music theory facts: pitch, scales, chords and roman numerals.

Conventions: a *pitch class* is an integer 0 to 11 with C = 0; a *MIDI* number has middle C = 60 and A4 = 69;
tuning is equal temperament at A4 = 440 Hz. Roman numerals are relative to the major scale of the tonic in both modes,
so the submediant of a minor key is written ``bVI``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from core.errors import SynthesisError

A4_HZ: Final = 440.0
A4_MIDI: Final = 69

FLAT_NAMES: Final = ("C", "Db", "D", "Eb", "E", "F", "Gb", "G", "Ab", "A", "Bb", "B")
MAJOR_KEY_NAMES: Final = ("C", "Db", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")
MINOR_KEY_NAMES: Final = ("C", "C#", "D", "Eb", "E", "F", "F#", "G", "G#", "A", "Bb", "B")

SCALES: Final[dict[str, tuple[int, ...]]] = {
    "major": (0, 2, 4, 5, 7, 9, 11),
    "minor": (0, 2, 3, 5, 7, 8, 10),
    "harmonic minor": (0, 2, 3, 5, 7, 8, 11),
    "dorian": (0, 2, 3, 5, 7, 9, 10),
    "phrygian": (0, 1, 3, 5, 7, 8, 10),
    "mixolydian": (0, 2, 4, 5, 7, 9, 10),
    "major pentatonic": (0, 2, 4, 7, 9),
    "minor pentatonic": (0, 3, 5, 7, 10),
    "blues": (0, 3, 5, 6, 7, 10),
    "major blues": (0, 2, 3, 4, 7, 9),
}
"""Semitones above the tonic."""

QUALITIES: Final[dict[str, tuple[int, ...]]] = {
    "": (0, 4, 7),
    "m": (0, 3, 7),
    "5": (0, 7),
    "6": (0, 4, 7, 9),
    "m6": (0, 3, 7, 9),
    "7": (0, 4, 7, 10),
    "maj7": (0, 4, 7, 11),
    "m7": (0, 3, 7, 10),
    "9": (0, 4, 7, 10, 14),
    "maj9": (0, 4, 7, 11, 14),
    "m9": (0, 3, 7, 10, 14),
    "sus4": (0, 5, 7),
    "dim": (0, 3, 6),
    "dim7": (0, 3, 6, 9),
    "m7b5": (0, 3, 6, 10),
}
"""Semitones above the root for each chord quality, by its usual suffix."""

_DEGREES: Final = {"I": 0, "II": 2, "III": 4, "IV": 5, "V": 7, "VI": 9, "VII": 11}
_ROMAN: Final = re.compile(r"^([b#]?)(VII|VI|V|IV|III|II|I|vii|vi|v|iv|iii|ii|i)(.*)$")


def midi_to_hz(midi: float) -> float:
    """Frequency in hertz of a MIDI note number; 69 is 440 Hz and 12 more doubles it."""
    return float(A4_HZ * 2.0 ** ((midi - A4_MIDI) / 12.0))


def key_name(tonic: int, mode: str) -> str:
    """Name of a key as musicians write it, for example ``"E minor"`` for tonic 4 and mode ``"minor"``."""
    names = MINOR_KEY_NAMES if mode == "minor" else MAJOR_KEY_NAMES
    return f"{names[tonic % 12]} {mode}"


@dataclass(frozen=True, slots=True)
class Chord:
    """A chord as a root and a quality.

    Attributes
    ----------
    root : int
        Pitch class of the root, 0 to 11.
    quality : str
        Suffix, a key of `QUALITIES`.
    """

    root: int
    quality: str

    @property
    def intervals(self) -> tuple[int, ...]:
        """Semitones of the chord tones above the root."""
        return QUALITIES[self.quality]

    @property
    def pitch_classes(self) -> tuple[int, ...]:
        """Pitch classes of the chord tones, root first."""
        return tuple((self.root + interval) % 12 for interval in self.intervals)

    @property
    def symbol(self) -> str:
        """Chord symbol with a flat spelling, for example ``"Dm7"``."""
        return FLAT_NAMES[self.root] + self.quality

    @property
    def third(self) -> int:
        """Semitones from the root to the third (to the fourth or fifth where the chord has no third)."""
        return self.intervals[1]

    @property
    def fifth(self) -> int:
        """Semitones from the root to the fifth, 6 in a diminished chord."""
        return 6 if 6 in self.intervals else 7


def parse_roman(numeral: str, tonic: int) -> Chord:
    """Chord of a roman numeral in the key of `tonic`.

    Parameters
    ----------
    numeral : str
        Upper case for major and dominant (``"IV"``, ``"V7"``, ``"Imaj7"``), lower case for minor (``"ii7"`` is the
        minor seventh chord on the second degree), with an optional accidental in front (``"bVI"``).
    tonic : int
        Pitch class of the tonic.

    Raises
    ------
    SynthesisError
        If the numeral cannot be read.
    """
    match = _ROMAN.match(numeral)
    if match is None:
        raise SynthesisError(f"Expected a roman numeral such as 'ii7' or 'bVI', got {numeral!r}.")
    accidental, degree, suffix = match.groups()
    root = _DEGREES[degree.upper()] + {"": 0, "b": -1, "#": 1}[accidental]
    quality = suffix
    if degree.islower() and suffix != "5" and not suffix.startswith(("dim", "m7b5")):
        quality = "m" + suffix
    if quality not in QUALITIES:
        raise SynthesisError(f"Unknown chord quality {quality!r} in {numeral!r}; known: {', '.join(QUALITIES)}.")
    return Chord(root=(tonic + root) % 12, quality=quality)


def pitch_at_or_above(pitch_class: int, lowest: int) -> int:
    """Lowest MIDI note of a pitch class that is not below `lowest`."""
    return lowest + (pitch_class - lowest) % 12


def pitch_nearest(pitch_class: int, centre: int) -> int:
    """MIDI note of a pitch class nearest to `centre`: at most 6 below and 5 above it."""
    return pitch_at_or_above(pitch_class, centre - 6)


def close_voicing(chord: Chord, centre: int, n_notes: int = 4) -> tuple[int, ...]:
    """Chord tones placed as near as possible to `centre`, ascending.

    Because every tone takes the octave nearest to one fixed centre, successive chords share their common tones and move
    by small steps.

    Parameters
    ----------
    chord : Chord
        The chord.
    centre : int
        MIDI note round which to voice.
    n_notes : int
        Most notes to keep. A five-note chord loses its fifth first, then its root.
    """
    intervals = list(chord.intervals)
    for expendable in (7, 0):
        if len(intervals) > n_notes and expendable in intervals:
            intervals.remove(expendable)
    pitches = {pitch_nearest((chord.root + interval) % 12, centre) for interval in intervals[:n_notes]}
    return tuple(sorted(pitches))


def guitar_voicing(chord: Chord, lowest: int = 40, n_notes: int = 5) -> tuple[int, ...]:
    """Open guitar-like voicing: the root in the bass, then the nearest chord tones three or more semitones apart."""
    pitches = [pitch_at_or_above(chord.root, lowest)]
    classes = chord.pitch_classes
    while len(pitches) < n_notes:
        gap = 5 if len(pitches) == 1 else 3
        pitches.append(min(pitch_at_or_above(pitch_class, pitches[-1] + gap) for pitch_class in classes))
    return tuple(pitches)
