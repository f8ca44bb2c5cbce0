"""The lead sheet: which chord sounds on which beat, shared by everyone who improvises a part over it."""

from __future__ import annotations

from dataclasses import dataclass

from core.synthesis.progressions import Progression
from core.synthesis.theory import SCALES, Chord


@dataclass(frozen=True, slots=True)
class ChordSpan:
    """A chord with its start and its length in beats."""

    beat: float
    n_beats: float
    chord: Chord


@dataclass(frozen=True, slots=True)
class LeadSheet:
    """Harmony of a clip laid out in time.

    Attributes
    ----------
    tonic : int
        Pitch class of the key.
    mode : str
        ``"major"`` or ``"minor"``.
    scale : tuple of int
        Pitch classes that the melody uses.
    tempo_bpm : float
        Beats in a minute.
    beats_per_bar : int
        3 or 4.
    n_bars : int
        Number of bars.
    spans : tuple of ChordSpan
        Chords in order, without gaps.
    """

    tonic: int
    mode: str
    scale: tuple[int, ...]
    tempo_bpm: float
    beats_per_bar: int
    n_bars: int
    spans: tuple[ChordSpan, ...]

    @property
    def n_beats(self) -> int:
        """Length in beats."""
        return self.n_bars * self.beats_per_bar

    def chord_at(self, beat: float) -> Chord:
        """The chord that sounds at `beat`; the first before the beginning, the last after the end."""
        found = self.spans[0]
        low, high = 0, len(self.spans) - 1
        while low <= high:
            middle = (low + high) // 2
            if self.spans[middle].beat <= beat + 1e-6:
                found = self.spans[middle]
                low = middle + 1
            else:
                high = middle - 1
        return found.chord


def write_lead_sheet(
    progression: Progression, *, tonic: int, scale: str, tempo_bpm: float, beats_per_bar: int, n_bars: int
) -> LeadSheet:
    """Repeat a progression for `n_bars` bars in the key of `tonic`.

    A bar of two chords is halved; in a bar of three beats the first chord takes two of them.
    """
    cycle = progression.chords(tonic)
    spans: list[ChordSpan] = []
    for bar in range(n_bars):
        chords = cycle[bar % len(cycle)]
        start = float(bar * beats_per_bar)
        if len(chords) == 1:
            spans.append(ChordSpan(start, float(beats_per_bar), chords[0]))
            continue
        first = (beats_per_bar + 1) // 2
        spans.append(ChordSpan(start, float(first), chords[0]))
        spans.append(ChordSpan(start + first, float(beats_per_bar - first), chords[1]))
    return LeadSheet(
        tonic=tonic,
        mode=progression.mode,
        scale=tuple((tonic + step) % 12 for step in SCALES[scale]),
        tempo_bpm=tempo_bpm,
        beats_per_bar=beats_per_bar,
        n_bars=n_bars,
        spans=tuple(spans),
    )
