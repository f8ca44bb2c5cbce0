"""Accompaniment: each style turns a lead sheet into chords for one instrument.

Every style has the signature ``(sheet, centre, rng) -> list of NoteEvent``; `centre` is the MIDI note round which the
chords are voiced.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Final

import numpy as np

from core.synthesis.leadsheet import LeadSheet
from core.synthesis.score import NoteEvent
from core.synthesis.theory import Chord, close_voicing, guitar_voicing, pitch_at_or_above

CompStyle = Callable[[LeadSheet, int, np.random.Generator], list[NoteEvent]]
STRUM_GAP_S: Final = 0.011


def _chord(
    beat: float, length: float, pitches: Iterable[int], velocity: float, *, gap_s: float = 0.0, muted: bool = False
) -> list[NoteEvent]:
    return [
        NoteEvent(beat, length, pitch, velocity, muted=muted, delay_s=number * gap_s)
        for number, pitch in enumerate(pitches)
    ]


def _voicing(chord: Chord, centre: int) -> tuple[int, ...]:
    return close_voicing(chord, centre)


def _repeat(
    sheet: LeadSheet, rhythm: Iterable[tuple[float, float, float]], centre: int, *, gap_s: float = 0.0
) -> list[NoteEvent]:
    """Play a bar's rhythm of (beat, length, velocity) in every bar."""
    cells = tuple(rhythm)
    notes: list[NoteEvent] = []
    for bar in range(sheet.n_bars):
        start = float(bar * sheet.beats_per_bar)
        for beat, length, velocity in cells:
            if beat < sheet.beats_per_bar:
                pitches = _voicing(sheet.chord_at(start + beat), centre)
                notes += _chord(start + beat, length, pitches, velocity, gap_s=gap_s)
    return notes


_STRUMS: Final = (
    ((0.0, 1, 0.85), (1.0, 1, 0.75), (1.5, -1, 0.5), (2.5, -1, 0.6), (3.0, 1, 0.75), (3.5, -1, 0.5)),
    ((0.0, 1, 0.85), (1.0, 1, 0.7), (2.0, 1, 0.8), (2.5, -1, 0.5), (3.0, 1, 0.7), (3.5, -1, 0.5)),
    ((0.0, 1, 0.8), (0.5, -1, 0.45), (1.0, 1, 0.8), (1.5, -1, 0.5), (2.0, 1, 0.75), (2.5, -1, 0.5), (3.0, 1, 0.8)),
)


def strum(sheet: LeadSheet, centre: int, rng: np.random.Generator) -> list[NoteEvent]:
    """Guitar strummed down and up, the up-strokes softer and on the upper strings."""
    cells = _STRUMS[int(rng.integers(len(_STRUMS)))]
    notes: list[NoteEvent] = []
    for bar in range(sheet.n_bars):
        start = float(bar * sheet.beats_per_bar)
        inside = [cell for cell in cells if cell[0] < sheet.beats_per_bar]
        for number, (beat, direction, velocity) in enumerate(inside):
            end = inside[number + 1][0] if number + 1 < len(inside) else float(sheet.beats_per_bar)
            pitches = guitar_voicing(sheet.chord_at(start + beat), 40)
            struck = pitches if direction > 0 else pitches[:1:-1]
            notes += _chord(start + beat, end - beat, struck, velocity, gap_s=STRUM_GAP_S)
    return notes


def boom_chick(sheet: LeadSheet, centre: int, rng: np.random.Generator) -> list[NoteEvent]:
    """Country: short chords on the weak beats (the bass has the strong ones), sometimes doubled."""
    doubled = rng.random() < 0.5
    weak = (1, 2) if sheet.beats_per_bar == 3 else (1, 3)
    notes: list[NoteEvent] = []
    for bar in range(sheet.n_bars):
        for beat in weak:
            when = float(bar * sheet.beats_per_bar + beat)
            pitches = guitar_voicing(sheet.chord_at(when), 45, 5)[1:]
            notes += _chord(when, 0.4, pitches, 0.75, gap_s=0.006)
            if doubled:
                notes += _chord(when + 0.5, 0.3, pitches[:0:-1], 0.45, gap_s=0.006)
    return notes


def skank(sheet: LeadSheet, centre: int, rng: np.random.Generator) -> list[NoteEvent]:
    """Reggae: a clipped chord on every off-beat."""
    double = rng.random() < 0.25
    rhythm = [(beat + 0.5, 0.2, 0.8) for beat in range(4)]
    if double:
        rhythm += [(beat + 0.75, 0.14, 0.5) for beat in range(4)]
    return _repeat(sheet, rhythm, centre, gap_s=0.004)


def bubble(sheet: LeadSheet, centre: int, rng: np.random.Generator) -> list[NoteEvent]:
    """Reggae organ: sixteenths round the off-beat, left hand and right hand in turn."""
    notes: list[NoteEvent] = []
    for bar in range(sheet.n_bars):
        for beat in range(sheet.beats_per_bar):
            when = float(bar * sheet.beats_per_bar + beat)
            pitches = _voicing(sheet.chord_at(when), centre)
            notes += _chord(when + 0.25, 0.2, [pitch - 12 for pitch in pitches[:2]], 0.45)
            notes += _chord(when + 0.5, 0.2, pitches, 0.75)
            notes += _chord(when + 0.75, 0.18, [pitch - 12 for pitch in pitches[:2]], 0.5)
    return notes


def _struck_sixteenths(sheet: LeadSheet, grid: str) -> Iterator[tuple[float, int, str]]:
    """Beat, place in the bar and mark of every sixteenth that a one-bar grid does not leave out (``.``)."""
    for bar in range(sheet.n_bars):
        for step, mark in enumerate(grid[: 4 * sheet.beats_per_bar]):
            if mark != ".":
                yield bar * sheet.beats_per_bar + step / 4.0, step, mark


_CHOPS: Final = ("x.oo.xo.x.oo.xoo", "xooxooxox.oxooxo", "x.ox.ox.x.ox.oxo")


def chop(sheet: LeadSheet, centre: int, rng: np.random.Generator) -> list[NoteEvent]:
    """Disco and funk guitar: sixteenths of which some ring for a moment and most are stopped."""
    grid = _CHOPS[int(rng.integers(len(_CHOPS)))]
    notes: list[NoteEvent] = []
    for when, _, mark in _struck_sixteenths(sheet, grid):
        pitches = _voicing(sheet.chord_at(when), centre)[-3:]
        ringing = mark == "x"
        notes += _chord(when, 0.22, pitches, 0.8 if ringing else 0.4, gap_s=0.003, muted=not ringing)
    return notes


_STABS: Final = (
    ((0.0, 0.9, 0.75), (1.5, 0.4, 0.7)),
    ((0.5, 0.35, 0.7), (2.0, 0.8, 0.65)),
    ((1.5, 0.35, 0.7), (3.5, 0.4, 0.7)),
    ((0.0, 0.4, 0.7), (2.5, 0.35, 0.75)),
    ((1.0, 0.3, 0.6), (2.5, 1.2, 0.7)),
)


def stabs(sheet: LeadSheet, centre: int, rng: np.random.Generator) -> list[NoteEvent]:
    """Jazz comping: the Charleston rhythm and its relatives, another in almost every bar."""
    notes: list[NoteEvent] = []
    for bar in range(sheet.n_bars):
        start = float(bar * sheet.beats_per_bar)
        for beat, length, velocity in _STABS[int(rng.integers(len(_STABS)))]:
            if beat < sheet.beats_per_bar:
                ahead = sheet.chord_at(start + beat + 0.5)
                notes += _chord(start + beat, length, _voicing(ahead, centre), velocity, gap_s=0.004)
    return notes


def pad(sheet: LeadSheet, centre: int, rng: np.random.Generator) -> list[NoteEvent]:
    """Each chord held for its whole length."""
    notes: list[NoteEvent] = []
    for span in sheet.spans:
        notes += _chord(span.beat, span.n_beats, _voicing(span.chord, centre), 0.6)
    return notes


def half_notes(sheet: LeadSheet, centre: int, rng: np.random.Generator) -> list[NoteEvent]:
    """Block chords twice in a bar."""
    long = (sheet.beats_per_bar + 1) // 2
    rhythm = ((0.0, 0.95 * long, 0.7), (float(long), 0.95 * (sheet.beats_per_bar - long), 0.6))
    return _repeat(sheet, rhythm, centre, gap_s=0.005)


def quarter_chords(sheet: LeadSheet, centre: int, rng: np.random.Generator) -> list[NoteEvent]:
    """Block chords on every beat."""
    return _repeat(sheet, [(float(beat), 0.85, 0.75 if beat % 2 == 0 else 0.62) for beat in range(4)], centre)


def eighth_chords(sheet: LeadSheet, centre: int, rng: np.random.Generator) -> list[NoteEvent]:
    """Block chords in eighths, accented on the beat."""
    return _repeat(sheet, [(beat / 2.0, 0.4, 0.7 if beat % 2 == 0 else 0.5) for beat in range(8)], centre)


def _broken(sheet: LeadSheet, centre: int, order: tuple[int, ...], step: float, length: float) -> list[NoteEvent]:
    notes: list[NoteEvent] = []
    for span in sheet.spans:
        pitches = list(close_voicing(span.chord, centre, 3))
        pitches.append(pitches[0] + 12)
        for number in range(round(span.n_beats / step)):
            pitch = pitches[order[number % len(order)] % len(pitches)]
            accent = 0.72 if number % len(order) == 0 else 0.55
            notes.append(NoteEvent(span.beat + number * step, length, pitch, accent))
    return notes


def arpeggio(sheet: LeadSheet, centre: int, rng: np.random.Generator) -> list[NoteEvent]:
    """Broken chords upward or up and down, in eighths or sixteenths."""
    order = ((0, 1, 2, 3), (0, 1, 2, 3, 2, 1))[int(rng.integers(2))]
    step = 0.25 if sheet.tempo_bpm < 96.0 and rng.random() < 0.6 else 0.5
    return _broken(sheet, centre, order, step, 2.5 * step)


def alberti(sheet: LeadSheet, centre: int, rng: np.random.Generator) -> list[NoteEvent]:
    """Alberti bass: lowest, highest, middle, highest."""
    return _broken(sheet, centre, (0, 2, 1, 2), 0.5 if sheet.tempo_bpm > 104.0 else 0.25, 0.45)


def travis(sheet: LeadSheet, centre: int, rng: np.random.Generator) -> list[NoteEvent]:
    """Finger-picking: the thumb alternates root and fifth, the fingers answer on the off-beats."""
    notes: list[NoteEvent] = []
    for span in sheet.spans:
        pitches = guitar_voicing(span.chord, 40, 5)
        for beat in range(round(span.n_beats)):
            notes.append(NoteEvent(span.beat + beat, 0.9, pitches[beat % 2], 0.75))
            notes.append(NoteEvent(span.beat + beat + 0.5, 0.8, pitches[2 + int(rng.integers(3))], 0.55))
            if rng.random() < 0.4:
                notes.append(NoteEvent(span.beat + beat, 0.8, pitches[4], 0.5))
    return notes


def shuffle_riff(sheet: LeadSheet, centre: int, rng: np.random.Generator) -> list[NoteEvent]:
    """Blues and rock-and-roll guitar: root and fifth, root and sixth, in eighths."""
    with_seventh = rng.random() < 0.5
    upper = (7, 7, 9, 9, 10, 10, 9, 9) if with_seventh else (7, 7, 9, 9, 7, 7, 9, 9)
    notes: list[NoteEvent] = []
    for span in sheet.spans:
        root = pitch_at_or_above(span.chord.root, 40)
        for number in range(round(2 * span.n_beats)):
            strength = 0.75 if number % 2 == 0 else 0.55
            pitches = (root, root + upper[number % 8])
            notes += _chord(span.beat + number / 2.0, 0.4, pitches, strength)
    return notes


def triplet_chords(sheet: LeadSheet, centre: int, rng: np.random.Generator) -> list[NoteEvent]:
    """Slow blues and doo-wop piano: chords in triplets."""
    rhythm = [(beat / 3.0, 0.28, 0.7 if beat % 3 == 0 else 0.5) for beat in range(12)]
    return _repeat(sheet, rhythm, centre)


_CHUGS: Final = ("XoooXoooXooXoXoo", "XooXooXooXooXoXo", "X.ooX.ooX.ooX.oo", "X.o.o.X.o.o.X.o.", "XoXoooXoXooooooo")


def power_chug(sheet: LeadSheet, centre: int, rng: np.random.Generator) -> list[NoteEvent]:
    """Metal: palm-muted sixteenths on the low string with open power chords on the accents."""
    grid = _CHUGS[int(rng.integers(len(_CHUGS)))]
    notes: list[NoteEvent] = []
    for when, step, mark in _struck_sixteenths(sheet, grid):
        root = pitch_at_or_above(sheet.chord_at(when).root, 38)
        accent = mark == "X" and step % 16 in (0, 4, 6, 11, 12, 13)
        notes.append(NoteEvent(when, 0.45 if accent else 0.24, root, 0.9 if accent else 0.75, muted=not accent))
    return notes


def power_held(sheet: LeadSheet, centre: int, rng: np.random.Generator) -> list[NoteEvent]:
    """Power chords that ring: one or two in a bar."""
    push = rng.random() < 0.6
    notes: list[NoteEvent] = []
    for span in sheet.spans:
        root = pitch_at_or_above(span.chord.root, 40)
        if push and span.n_beats >= 4:
            notes.append(NoteEvent(span.beat, 1.4, root, 0.9))
            notes.append(NoteEvent(span.beat + 1.5, span.n_beats - 1.6, root, 0.85))
        else:
            notes.append(NoteEvent(span.beat, 0.97 * span.n_beats, root, 0.9))
    return notes


def power_eighths(sheet: LeadSheet, centre: int, rng: np.random.Generator) -> list[NoteEvent]:
    """Rock and punk: power chords in eighths, muted between the accents."""
    tight = rng.random() < 0.6
    notes: list[NoteEvent] = []
    for span in sheet.spans:
        root = pitch_at_or_above(span.chord.root, 40)
        for number in range(round(2 * span.n_beats)):
            accent = number % 8 in (0, 3, 6)
            muted = tight and not accent
            notes.append(NoteEvent(span.beat + number / 2.0, 0.46, root, 0.9 if accent else 0.7, muted=muted))
    return notes


def loop(sheet: LeadSheet, centre: int, rng: np.random.Generator) -> list[NoteEvent]:
    """Hip-hop: a sparse figure of chord and broken chord, two bars long and never changed, like a sample."""
    rhythm = sorted({0.0, *(float(beat) for beat in rng.choice(np.arange(1, 16) / 2.0, size=4, replace=False))})
    broken = rng.random() < 0.5
    notes: list[NoteEvent] = []
    picks = rng.integers(3, size=len(rhythm)).tolist()
    for pair in range((sheet.n_bars + 1) // 2):
        start = float(2 * pair * sheet.beats_per_bar)
        for number, beat in enumerate(rhythm):
            if beat >= 2 * sheet.beats_per_bar:
                continue
            pitches = _voicing(sheet.chord_at(start + beat), centre)
            struck = (pitches[picks[number] % len(pitches)],) if broken and number % 3 else pitches
            notes += _chord(start + beat, 1.2, struck, 0.7, gap_s=0.008)
    return notes


def horn_hits(sheet: LeadSheet, centre: int, rng: np.random.Generator) -> list[NoteEvent]:
    """Section hits: two or three short chords in every other bar."""
    rhythms = (((0.0, 0.3), (1.5, 0.3)), ((2.5, 0.3), (3.0, 0.3), (3.5, 0.4)), ((0.0, 0.25), (0.75, 0.25), (1.5, 0.8)))
    rhythm = rhythms[int(rng.integers(len(rhythms)))]
    notes: list[NoteEvent] = []
    for bar in range(1, sheet.n_bars, 2):
        start = float(bar * sheet.beats_per_bar)
        for beat, length in rhythm:
            if beat < sheet.beats_per_bar:
                notes += _chord(start + beat, length, _voicing(sheet.chord_at(start + beat), centre)[-3:], 0.8)
    return notes


def high_line(sheet: LeadSheet, centre: int, rng: np.random.Generator) -> list[NoteEvent]:
    """A high sustained line on the top chord tones, with a rising run now and then."""
    notes: list[NoteEvent] = []
    for number, span in enumerate(sheet.spans):
        pitches = close_voicing(span.chord, centre, 3)
        if number % 4 == 3 and span.n_beats >= 3:
            ladder = [*pitches, *(pitch + 12 for pitch in pitches)]
            for step, pitch in enumerate(ladder[:6]):
                notes.append(NoteEvent(span.beat + span.n_beats - 1.5 + 0.25 * step, 0.24, pitch, 0.6))
            notes.append(NoteEvent(span.beat, span.n_beats - 1.6, pitches[-1], 0.6))
        else:
            notes += _chord(span.beat, 0.98 * span.n_beats, pitches[-2:], 0.6)
    return notes


COMP_STYLES: Final[dict[str, CompStyle]] = {
    "strummed": strum,
    "boom-chick": boom_chick,
    "skank": skank,
    "bubble": bubble,
    "chop": chop,
    "stabs": stabs,
    "pad": pad,
    "half-note chords": half_notes,
    "quarter-note chords": quarter_chords,
    "eighth-note chords": eighth_chords,
    "arpeggio": arpeggio,
    "Alberti bass": alberti,
    "Travis picking": travis,
    "shuffle riff": shuffle_riff,
    "triplet chords": triplet_chords,
    "power chug": power_chug,
    "held power chords": power_held,
    "power eighths": power_eighths,
    "loop": loop,
    "horn hits": horn_hits,
    "high line": high_line,
}
TRIPLET_STYLES: Final = frozenset({"triplet chords"})
