"""Chord progressions that the genres are known for, in roman numerals, one entry per bar."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from core.synthesis.theory import Chord, parse_roman


@dataclass(frozen=True, slots=True)
class Progression:
    """A repeating chord progression.

    Attributes
    ----------
    name : str
        What musicians call it.
    mode : str
        ``"major"`` or ``"minor"``: the mode of the key it is in.
    bars : tuple of tuple of str
        Roman numerals of every bar; a bar with two chords gives each half of it.
    """

    name: str
    mode: str
    bars: tuple[tuple[str, ...], ...]

    @classmethod
    def from_text(cls, name: str, mode: str, text: str) -> Progression:
        """Read ``"ii7 | V7 | Imaj7 I6"``: bars between bars, chords between spaces."""
        return cls(name=name, mode=mode, bars=tuple(tuple(bar.split()) for bar in text.split("|")))

    @property
    def text(self) -> str:
        """The numerals with ``|`` between the bars."""
        return " | ".join(" ".join(bar) for bar in self.bars)

    def chords(self, tonic: int) -> tuple[tuple[Chord, ...], ...]:
        """The chords of every bar in the key of `tonic` (a pitch class)."""
        return tuple(tuple(parse_roman(numeral, tonic) for numeral in bar) for bar in self.bars)


_major = "major"
_minor = "minor"
_read = Progression.from_text

TWELVE_BAR_BLUES: Final = _read("12-bar blues", _major, "I7 | I7 | I7 | I7 | IV7 | IV7 | I7 | I7 | V7 | IV7 | I7 | V7")
QUICK_CHANGE_BLUES: Final = _read(
    "quick-change 12-bar blues", _major, "I7 | IV7 | I7 | I7 | IV7 | IV7 | I7 | I7 | V7 | IV7 | I7 | V7"
)
EIGHT_BAR_BLUES: Final = _read("8-bar blues", _major, "I7 | V7 | IV7 | IV7 | I7 | V7 | I7 IV7 | I7 V7")
MINOR_BLUES: Final = _read(
    "minor 12-bar blues", _minor, "i7 | i7 | i7 | i7 | iv7 | iv7 | i7 | i7 | bVI7 | V7 | i7 | V7"
)
JAZZ_BLUES: Final = _read(
    "jazz blues", _major, "I7 | IV7 | I7 | I7 | IV7 | IV7 | I7 | VI7 | ii7 | V7 | I7 VI7 | ii7 V7"
)
TWO_FIVE_ONE: Final = _read("ii-V-I", _major, "ii7 | V7 | Imaj7")
TWO_FIVE_ONE_LONG: Final = _read("ii-V-I with turnaround", _major, "ii7 | V7 | Imaj7 | vi7")
MINOR_TWO_FIVE_ONE: Final = _read("minor ii-V-i", _minor, "iim7b5 | V7 | i7 | i7")
RHYTHM_CHANGES: Final = _read("rhythm changes", _major, "I6 vi7 | ii7 V7 | iii7 VI7 | ii7 V7")
AUTUMN_CYCLE: Final = _read(
    "falling fifths (minor)", _minor, "iv7 | bVII7 | bIIImaj7 | bVImaj7 | iim7b5 | V7 | i7 | i7"
)
MODAL_DORIAN: Final = _read("modal i-IV vamp", _minor, "i7 | IV7 | i7 | IV7")
AXIS: Final = _read("I-V-vi-IV", _major, "I | V | vi | IV")
AXIS_FROM_SIXTH: Final = _read("vi-IV-I-V", _major, "vi | IV | I | V")
FIFTIES: Final = _read("I-vi-IV-V", _major, "I | vi | IV | V")
POP_FOUR: Final = _read("I-iii-IV-V", _major, "I | iii | IV | V")
MIXOLYDIAN_ROCK: Final = _read("I-bVII-IV-I", _major, "I | bVII | IV | I")
THREE_CHORDS: Final = _read("I-IV-V-IV", _major, "I | IV | V | IV")
COUNTRY_EIGHT: Final = _read("I-I-IV-I-I-I-V-I", _major, "I | I | IV | I | I | I | V | I")
COUNTRY_FOUR: Final = _read("I-IV-I-V", _major, "I | IV | I | V7")
COUNTRY_SIXTEEN: Final = _read("I-IV-I-V ... V-I", _major, "I | I | IV | I | I | vi | V7 | I")
ANDALUSIAN: Final = _read("Andalusian cadence", _minor, "i | bVII | bVI | V")
AEOLIAN_ROCK: Final = _read("i-bVII-bVI-bVII", _minor, "i | bVII | bVI | bVII")
MINOR_POP: Final = _read("i-bVI-bIII-bVII", _minor, "i | bVI | bIII | bVII")
METAL_AEOLIAN: Final = _read("i-i-bVI-bVII", _minor, "i5 | i5 | bVI5 | bVII5")
METAL_PHRYGIAN: Final = _read("i-bII riff", _minor, "i5 | i5 | bII5 i5 | bIII5 bII5")
METAL_CHROMATIC: Final = _read("i-bVI-bV riff", _minor, "i5 | bVI5 | i5 | bV5 bVII5")
METAL_GALLOP: Final = _read("i-bVI-bVII-i", _minor, "i5 | bVI5 | bVII5 | i5")
DISCO_MINOR: Final = _read("i-iv disco", _minor, "i7 | i7 | iv7 | iv7")
DISCO_FALLING: Final = _read(
    "disco circle of fifths", _minor, "i | iv7 | bVII7 | bIIImaj7 | bVImaj7 | iim7b5 | V7 | V7"
)
DISCO_MAJOR: Final = _read("Imaj7-vi-ii-V disco", _major, "Imaj7 | vi7 | ii7 | V7")
SOUL_LOOP: Final = _read("i-iv loop", _minor, "i9 | iv7")
HIPHOP_MINOR: Final = _read("i-bVI-iv-V loop", _minor, "i7 | bVImaj7 | iv7 | v7")
HIPHOP_ONE: Final = _read("i-bII loop", _minor, "i | i | i | bII")
HIPHOP_JAZZ: Final = _read("ii-V loop", _major, "ii9 | V9 | Imaj9 | vi7")
REGGAE_MINOR: Final = _read("i-iv reggae", _minor, "i | i | iv | iv")
REGGAE_MAJOR: Final = _read("I-IV reggae", _major, "I | I | IV | IV")
REGGAE_THREE: Final = _read("I-V-vi-IV reggae", _major, "I | V | vi | IV")
REGGAE_TWO: Final = _read("I-ii reggae", _major, "I | ii | I | ii")
REGGAE_DESCENT: Final = _read("i-bVII reggae", _minor, "i | bVII | i | bVII")
CADENTIAL: Final = _read("I-IV-V-I", _major, "I | IV | V7 | I | vi | ii | V7 | I")
CANON: Final = _read("canon sequence", _major, "I V | vi iii | IV I | IV V")
CLASSICAL_PERIOD: Final = _read("classical period", _major, "I | V7 | V7 | I | I | ii | I V7 | I")
CLASSICAL_SECONDARY: Final = _read("period to the dominant", _major, "I | vi | II7 | V | IV | I | ii V7 | I")
MINOR_CADENTIAL: Final = _read("i-iv-V-i", _minor, "i | iv | V7 | i | bVI | iv | V7 | i")
MINOR_SEQUENCE: Final = _read("falling fifths sequence", _minor, "i | iv | bVII | bIII | bVI | iidim | V7 | i")
