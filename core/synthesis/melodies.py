"""Melodies: seeded improvisers that build phrases from a motif.

Every style has the signature ``(sheet, centre, density, rng) -> list of NoteEvent``; `centre` is the MIDI note round
which the melody moves and `density`, 0 to 1, how many notes it has.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from core.synthesis.leadsheet import LeadSheet
from core.synthesis.score import NoteEvent

MelodyStyle = Callable[[LeadSheet, int, float, np.random.Generator], list[NoteEvent]]
RANGE_SEMITONES: Final = 9

_SPARSE: Final = (((0.0, 1.0),), ((0.0, 0.5), (0.5, 0.5)), (), ((0.0, 2.0),))
_MEDIUM: Final = (((0.0, 0.5), (0.5, 0.5)), ((0.0, 1.0),), ((0.5, 0.5),), ((0.0, 0.75), (0.75, 0.25)))
_DENSE: Final = (
    ((0.0, 0.5), (0.5, 0.5)),
    ((0.0, 0.5), (0.5, 0.25), (0.75, 0.25)),
    ((0.0, 0.25), (0.25, 0.25), (0.5, 0.5)),
    ((0.0, 0.25), (0.25, 0.25), (0.5, 0.25), (0.75, 0.25)),
)
_FORMS: Final = ((0, 0, 1, 0), (0, 1, 0, 1), (0, 0, 1, 2), (0, 1, 2, 1))


def _rhythm(n_beats: int, density: float, rng: np.random.Generator) -> list[tuple[float, float]]:
    """Onsets and lengths that fill `n_beats` beats; no two notes overlap, and the last beat has at most one."""
    cells: list[tuple[float, float]] = []
    busy_until = 0.0
    for beat in range(n_beats):
        if beat < busy_until:
            continue
        share = float(np.clip(rng.normal(density, 0.22), 0.0, 1.0))
        source = _SPARSE if share < 0.4 else _MEDIUM if share < 0.75 else _DENSE
        choice = source[int(rng.integers(len(source)))]
        if beat == n_beats - 1:
            choice = ((0.0, 1.0),) if rng.random() < 0.6 else ()
        for offset, length in choice:
            length = min(length, n_beats - beat - offset)
            cells.append((beat + offset, length))
            busy_until = beat + offset + length
    return cells or [(0.0, 1.0)]


def _ladder(scale: tuple[int, ...], centre: int) -> list[int]:
    return [midi for midi in range(centre - RANGE_SEMITONES, centre + RANGE_SEMITONES + 1) if midi % 12 in scale]


def _nearest(pitches: list[int], target: int) -> int:
    return min(pitches, key=lambda pitch: (abs(pitch - target), pitch))


def _chord_tone(sheet: LeadSheet, beat: float, target: int, ladder: list[int]) -> int:
    classes = sheet.chord_at(beat).pitch_classes
    near = [midi for midi in range(target - 6, target + 7) if midi % 12 in classes]
    in_range = [midi for midi in near if ladder[0] <= midi <= ladder[-1]]
    return _nearest(in_range or near, target)


def _place(
    sheet: LeadSheet,
    start: float,
    cells: list[tuple[float, float]],
    steps: list[int],
    ladder: list[int],
    centre: int,
) -> list[NoteEvent]:
    notes: list[NoteEvent] = []
    position = ladder.index(_nearest(ladder, centre))
    for (offset, length), step in zip(cells, steps, strict=True):
        position += step
        if position < 0 or position >= len(ladder):
            position = min(max(position - 2 * step, 0), len(ladder) - 1)
        beat = start + offset
        strong = offset == 0.0 or (float(offset).is_integer() and length >= 0.75)
        pitch = _chord_tone(sheet, beat, ladder[position], ladder) if strong else ladder[position]
        velocity = 0.8 if strong else 0.66
        notes.append(NoteEvent(beat, 0.94 * length, pitch, velocity))
    return notes


def melody(sheet: LeadSheet, centre: int, density: float, rng: np.random.Generator) -> list[NoteEvent]:
    """A song-like melody: two-bar motifs in a form such as A A B A, chord tones on the strong notes."""
    length = 2 * sheet.beats_per_bar
    ladder = _ladder(sheet.scale, centre)
    motifs = []
    for _ in range(3):
        cells = _rhythm(length, density, rng)
        steps = rng.choice((-2, -1, -1, 0, 1, 1, 2, 3, -3), size=len(cells)).tolist()
        motifs.append((cells, steps))
    form = _FORMS[int(rng.integers(len(_FORMS)))]
    notes: list[NoteEvent] = []
    for phrase in range((sheet.n_beats + length - 1) // length):
        cells, steps = motifs[form[phrase % 4]]
        notes += _place(sheet, float(phrase * length), cells, steps, ladder, centre + (3 if phrase % 4 == 2 else 0))
    return [note for note in notes if note.beat < sheet.n_beats]


def solo(sheet: LeadSheet, centre: int, density: float, rng: np.random.Generator) -> list[NoteEvent]:
    """An improvised line that seldom repeats: runs in eighths, approach notes from a semitone below, breaths."""
    ladder = _ladder(sheet.scale, centre)
    position = len(ladder) // 2
    notes: list[NoteEvent] = []
    beat = 0.0
    while beat < sheet.n_beats:
        run = int(rng.integers(3, 5 + round(9 * density)))
        direction = int(rng.choice((-1, 1)))
        for number in range(run):
            on_beat = float(beat).is_integer()
            if position <= 0 or position >= len(ladder) - 1 or rng.random() < 0.22:
                direction = 1 if position <= 0 else -1 if position >= len(ladder) - 1 else -direction
            position = min(max(position + direction * int(rng.choice((1, 1, 1, 2))), 0), len(ladder) - 1)
            target = ladder[position]
            pitch = _chord_tone(sheet, beat, target, ladder) if on_beat else target
            if not on_beat and number + 1 < run and rng.random() < 0.25:
                pitch = _chord_tone(sheet, beat + 0.5, target, ladder) - 1
            last = number == run - 1
            length = float(rng.choice((0.4, 0.9, 1.4))) if last else 0.48
            notes.append(NoteEvent(beat, length, pitch, 0.78 if on_beat else 0.64))
            beat += max(0.5, length)
        beat += float(rng.choice((0.5, 1.0, 1.5, 2.0))) * (1.6 - density)
        beat = float(np.ceil(2.0 * beat) / 2.0)
    return [note for note in notes if note.beat < sheet.n_beats]


def answers(sheet: LeadSheet, centre: int, density: float, rng: np.random.Generator) -> list[NoteEvent]:
    """Call and response: short fills in the second half of every two bars."""
    length = 2 * sheet.beats_per_bar
    ladder = _ladder(sheet.scale, centre)
    notes: list[NoteEvent] = []
    for phrase in range((sheet.n_beats + length - 1) // length):
        start = float(phrase * length + sheet.beats_per_bar)
        cells = _rhythm(sheet.beats_per_bar, min(1.0, density + 0.2), rng)
        steps = rng.choice((-2, -1, -1, 1, 1, 2), size=len(cells)).tolist()
        notes += _place(sheet, start, cells, steps, ladder, centre)
    return [note for note in notes if note.beat < sheet.n_beats]


def riff(sheet: LeadSheet, centre: int, density: float, rng: np.random.Generator) -> list[NoteEvent]:
    """A one-bar figure on the low notes of the scale, repeated with the chords' roots as its first note."""
    cells = _rhythm(sheet.beats_per_bar, max(0.55, density), rng)
    ladder = _ladder(sheet.scale, centre)
    steps = rng.choice((-1, 0, 1, 1, 2, -2), size=len(cells)).tolist()
    notes: list[NoteEvent] = []
    for bar in range(sheet.n_bars):
        start = float(bar * sheet.beats_per_bar)
        notes += _place(sheet, start, cells, [0, *steps[1:]], ladder, centre)
    return notes


def rap(sheet: LeadSheet, centre: int, density: float, rng: np.random.Generator) -> list[NoteEvent]:
    """Speech-like rhythm: mostly sixteenths on two or three neighbouring pitches, with a breath at the end of a bar."""
    ladder = _ladder(sheet.scale, centre)
    home = ladder.index(_nearest(ladder, centre))
    notes: list[NoteEvent] = []
    for bar in range(sheet.n_bars):
        start = float(bar * sheet.beats_per_bar)
        step = 0
        stop = 4 * sheet.beats_per_bar - int(rng.integers(1, 4))
        while step < stop:
            length = int(rng.choice((1, 1, 2, 2, 3)))
            if rng.random() < 0.55 + 0.4 * density:
                pitch = ladder[home + int(rng.choice((-1, 0, 0, 0, 1)))]
                velocity = 0.8 if step % 4 == 0 else 0.62
                notes.append(NoteEvent(start + step / 4.0, 0.2 * length, pitch, velocity))
            step += length
    return notes


def counterpoint(sheet: LeadSheet, centre: int, density: float, rng: np.random.Generator) -> list[NoteEvent]:
    """A slower second voice that moves by step between chord tones."""
    ladder = _ladder(sheet.scale, centre)
    position = centre
    notes: list[NoteEvent] = []
    beat = 0.0
    while beat < sheet.n_beats:
        length = float(rng.choice((1.0, 2.0, 2.0)))
        position = _chord_tone(sheet, beat, position + int(rng.choice((-3, -2, 2, 3))), ladder)
        notes.append(NoteEvent(beat, 0.96 * length, position, 0.62))
        beat += length
    return notes


MELODY_STYLES: Final[dict[str, MelodyStyle]] = {
    "melody": melody,
    "solo": solo,
    "answers": answers,
    "riff": riff,
    "rap": rap,
    "counterpoint": counterpoint,
}
