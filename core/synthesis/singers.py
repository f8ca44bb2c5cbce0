"""The registry of singers: who they are, how high they sing, and how their voices differ."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Singer:
    """A singing or speaking voice.

    Attributes
    ----------
    name : str
        As descriptions show it.
    lowest, highest : int
        MIDI range; notes outside are sung in another octave.
    tract : float
        Formants relative to those of a man: about 1.17 for a woman.
    vibrato_cents : float
        Depth of the vibrato of long notes.
    breath : float
        Share of breath noise in the vowels, 0 to 1.
    effort : float
        0 (soft: the upper partials are weak) to 1 (shouted).
    glide_s : float
        Time in which the pitch moves from note to note.
    n_voices : int
        Voices in unison.
    speaks : bool
        Whether pitches are those of speech: each syllable falls, and the phrase with it.
    rasp : float
        Roughness, 0 to 1: vocal folds that swing unevenly.
    """

    name: str
    lowest: int
    highest: int
    tract: float
    vibrato_cents: float = 25.0
    breath: float = 0.08
    effort: float = 0.6
    glide_s: float = 0.03
    n_voices: int = 1
    speaks: bool = False
    rasp: float = 0.1

    def in_range(self, midi: int) -> int:
        """The same pitch class moved by octaves into the singer's range."""
        while midi < self.lowest:
            midi += 12
        while midi > self.highest:
            midi -= 12
        return midi


_ALL: Final = (
    Singer("male voice", 46, 67, tract=1.0),
    Singer("female voice", 55, 77, tract=1.17, breath=0.12),
    Singer("blues singer", 45, 68, tract=1.0, vibrato_cents=50.0, effort=0.8, glide_s=0.05, rasp=0.35),
    Singer("soul singer", 55, 77, tract=1.15, vibrato_cents=40.0, effort=0.8, glide_s=0.04, rasp=0.15),
    Singer("rapper", 43, 60, tract=1.0, vibrato_cents=0.0, effort=0.9, glide_s=0.015, n_voices=2, speaks=True),
    Singer("shouter", 50, 71, tract=1.02, vibrato_cents=10.0, breath=1.2, effort=1.0, glide_s=0.04, rasp=0.9),
    Singer("backing vocals", 50, 77, tract=1.1, vibrato_cents=15.0, breath=0.15, effort=0.45, n_voices=3),
)
SINGERS: Final[dict[str, Singer]] = {singer.name: singer for singer in _ALL}
