"""Bass lines: each style turns a lead sheet into notes for one bass instrument.

Every style has the signature ``(sheet, rng) -> list of NoteEvent`` and keeps between E1 (MIDI 28) and about C3.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from core.synthesis.leadsheet import ChordSpan, LeadSheet
from core.synthesis.score import NoteEvent
from core.synthesis.theory import Chord, pitch_at_or_above, pitch_nearest

LOWEST: Final = 28
BassStyle = Callable[[LeadSheet, np.random.Generator], list[NoteEvent]]


def _root(chord: Chord) -> int:
    return pitch_at_or_above(chord.root, LOWEST)


def _fifth(chord: Chord) -> int:
    fifth = _root(chord) + chord.fifth
    return fifth if fifth <= 41 else fifth - 12 if fifth - 12 >= LOWEST else fifth


def _beats(span: ChordSpan) -> range:
    return range(round(span.n_beats))


def root_fifth(sheet: LeadSheet, rng: np.random.Generator) -> list[NoteEvent]:
    """Country: root and fifth on alternate strong beats, now and then a scale walk into the next chord."""
    notes: list[NoteEvent] = []
    for number, span in enumerate(sheet.spans):
        chord = span.chord
        stride = 3 if sheet.beats_per_bar == 3 else 2
        following = sheet.spans[(number + 1) % len(sheet.spans)].chord
        walk = stride == 2 and span.n_beats == 4 and following.root != chord.root and rng.random() < 0.4
        for count, offset in enumerate(range(0, round(span.n_beats), stride)):
            if walk and offset == 2:
                target = pitch_nearest(following.root, _root(chord))
                step = -1 if target > _root(chord) else 1
                notes.append(NoteEvent(span.beat + 2, 0.9, target + 3 * step - step, 0.75))
                notes.append(NoteEvent(span.beat + 3, 0.9, target + step, 0.75))
                continue
            pitch = _fifth(chord) if count % 2 else _root(chord)
            notes.append(NoteEvent(span.beat + offset, 0.9, pitch, 0.85))
    return notes


def walking(sheet: LeadSheet, rng: np.random.Generator) -> list[NoteEvent]:
    """Jazz: a note on every beat, chord tones and steps, the last one a semitone from the next root."""
    notes: list[NoteEvent] = []
    previous = _root(sheet.spans[0].chord)
    for number, span in enumerate(sheet.spans):
        chord = span.chord
        following = sheet.spans[(number + 1) % len(sheet.spans)].chord
        for offset in _beats(span):
            last = offset == round(span.n_beats) - 1 and offset > 0
            if offset == 0:
                pitch = pitch_nearest(chord.root, min(max(previous, 34), 46))
            elif last:
                pitch = pitch_nearest(following.root, previous) + int(rng.choice((-1, 1)))
            else:
                tones = [pitch_nearest(tone, previous) for tone in chord.pitch_classes]
                moves = [tone for tone in tones if tone != previous and LOWEST <= tone <= 52] or tones
                pitch = int(moves[int(rng.integers(len(moves)))])
            pitch = pitch + 12 if pitch < LOWEST else pitch
            notes.append(NoteEvent(span.beat + offset, 0.9, pitch, 0.85 if offset % 2 == 0 else 0.75))
            if rng.random() < 0.08:
                notes.append(NoteEvent(span.beat + offset + 0.5, 0.3, pitch, 0.45))
            previous = pitch
    return notes


def two_feel(sheet: LeadSheet, rng: np.random.Generator) -> list[NoteEvent]:
    """Half notes on root and fifth, a bar's single note in three-four."""
    notes: list[NoteEvent] = []
    for span in sheet.spans:
        stride = 3 if sheet.beats_per_bar == 3 else 2
        for count, offset in enumerate(range(0, round(span.n_beats), stride)):
            pitch = _fifth(span.chord) if count % 2 else _root(span.chord)
            length = min(stride, span.n_beats - offset) * 0.92
            notes.append(NoteEvent(span.beat + offset, length, pitch, 0.8))
    return notes


def octaves(sheet: LeadSheet, rng: np.random.Generator) -> list[NoteEvent]:
    """Disco: the root on the beat, its octave on the off-beat."""
    notes: list[NoteEvent] = []
    turn = rng.random() < 0.5
    for span in sheet.spans:
        root = _root(span.chord)
        for offset in _beats(span):
            low = root
            if turn and span.n_beats == 4 and offset == 3:
                low = root + span.chord.fifth if root + span.chord.fifth <= 44 else root - 2
            notes.append(NoteEvent(span.beat + offset, 0.42, low, 0.85))
            notes.append(NoteEvent(span.beat + offset + 0.5, 0.38, low + 12, 0.75))
    return notes


def driving_eighths(sheet: LeadSheet, rng: np.random.Generator) -> list[NoteEvent]:
    """Rock: the root in steady eighths with a push towards the next chord."""
    notes: list[NoteEvent] = []
    for number, span in enumerate(sheet.spans):
        root = _root(span.chord)
        following = _root(sheet.spans[(number + 1) % len(sheet.spans)].chord)
        for offset in _beats(span):
            final = offset == round(span.n_beats) - 1
            lead = following + (-2 if following > root else 2)
            second = lead if final and following != root and abs(lead - root) < 8 and rng.random() < 0.35 else root
            notes.append(NoteEvent(span.beat + offset, 0.45, root, 0.9))
            notes.append(NoteEvent(span.beat + offset + 0.5, 0.42, max(LOWEST, second), 0.75))
    return notes


_SYNCOPATIONS: Final = (
    (0.0, 1.5, 2.5),
    (0.0, 0.75, 2.0, 2.75),
    (0.0, 1.5, 2.0, 3.5),
    (0.0, 0.75, 1.5, 2.5, 3.0),
    (0.0, 2.5, 3.25),
)


def syncopated(sheet: LeadSheet, rng: np.random.Generator) -> list[NoteEvent]:
    """Pop and funk: one syncopated bar rhythm, kept for the whole clip, on root, fifth and octave."""
    rhythm = _SYNCOPATIONS[int(rng.integers(len(_SYNCOPATIONS)))]
    colours = rng.choice((0, 0, 7, 12), size=len(rhythm))
    notes: list[NoteEvent] = []
    for bar in range(sheet.n_bars):
        start = bar * sheet.beats_per_bar
        inside = [beat for beat in rhythm if beat < sheet.beats_per_bar]
        for count, beat in enumerate(inside):
            chord = sheet.chord_at(start + beat)
            end = inside[count + 1] if count + 1 < len(inside) else float(sheet.beats_per_bar)
            colour = 0 if count == 0 else int(colours[count])
            pitch = _root(chord) + (chord.fifth if colour == 7 else colour)
            notes.append(NoteEvent(start + beat, 0.85 * (end - beat), min(pitch, 50), 0.85))
    return notes


def sub_notes(sheet: LeadSheet, rng: np.random.Generator) -> list[NoteEvent]:
    """Hip-hop: few, long, deep roots that answer the kick."""
    rhythm = ((0.0, 1.6), (2.5, 1.2)) if rng.random() < 0.5 else ((0.0, 2.2), (2.75, 0.5), (3.5, 0.4))
    notes: list[NoteEvent] = []
    for bar in range(sheet.n_bars):
        start = float(bar * sheet.beats_per_bar)
        for beat, length in rhythm:
            if beat < sheet.beats_per_bar and not (beat > 3.0 and bar % 2 == 0):
                notes.append(NoteEvent(start + beat, length, _root(sheet.chord_at(start + beat)), 0.9))
    return notes


_REGGAE_RIFFS: Final = (
    ((0.0, 0, 0.45), (0.5, 0, 0.45), (1.5, 4, 0.45), (2.0, 7, 0.7), (3.0, 4, 0.4), (3.5, 0, 0.4)),
    ((0.5, 0, 0.4), (1.0, 0, 0.45), (2.0, 7, 0.45), (2.5, 7, 0.4), (3.0, 4, 0.8)),
    ((0.0, 0, 0.9), (1.5, 7, 0.45), (2.0, 12, 0.6), (3.0, 7, 0.45), (3.5, 4, 0.4)),
    ((0.0, 0, 0.7), (0.75, 0, 0.2), (2.0, 4, 0.45), (2.5, 7, 0.9)),
)


def reggae_riff(sheet: LeadSheet, rng: np.random.Generator) -> list[NoteEvent]:
    """Reggae: a melodic riff on root, third and fifth with rests in unexpected places."""
    riffs = [_REGGAE_RIFFS[int(pick)] for pick in rng.integers(len(_REGGAE_RIFFS), size=2)]
    notes: list[NoteEvent] = []
    for bar in range(sheet.n_bars):
        start = float(bar * sheet.beats_per_bar)
        for beat, interval, length in riffs[bar % 2]:
            if beat >= sheet.beats_per_bar:
                continue
            chord = sheet.chord_at(start + beat)
            above = {4: chord.third, 7: chord.fifth}.get(interval, interval)
            notes.append(NoteEvent(start + beat, length, _root(chord) + above, 0.9))
    return notes


def boogie(sheet: LeadSheet, rng: np.random.Generator) -> list[NoteEvent]:
    """Blues: up and down root, third, fifth, sixth on the beats."""
    upward = (0, 4, 7, 9) if rng.random() < 0.6 else (0, 7, 9, 10)
    notes: list[NoteEvent] = []
    for span in sheet.spans:
        root = _root(span.chord)
        minor = span.chord.third == 3
        for offset in _beats(span):
            interval = upward[offset % 4]
            interval = {4: 3, 9: 10}.get(interval, interval) if minor else interval
            notes.append(NoteEvent(span.beat + offset, 0.85, root + interval, 0.85))
            if rng.random() < 0.12:
                notes.append(NoteEvent(span.beat + offset + 0.5, 0.35, root + interval, 0.5))
    return notes


def pedal(sheet: LeadSheet, rng: np.random.Generator) -> list[NoteEvent]:
    """One sustained root for each chord."""
    return [NoteEvent(span.beat, 0.96 * span.n_beats, _root(span.chord), 0.75) for span in sheet.spans]


def chug_roots(sheet: LeadSheet, rng: np.random.Generator) -> list[NoteEvent]:
    """Metal: the root in sixteenths or a gallop, locked to the guitars."""
    gallop = rng.random() < 0.5
    cell = ((0.0, 0.45), (0.5, 0.22), (0.75, 0.22)) if gallop else ((0.0, 0.45), (0.5, 0.45))
    return [
        NoteEvent(span.beat + offset + beat, length, _root(span.chord), 0.9 if beat == 0.0 else 0.75)
        for span in sheet.spans
        for offset in _beats(span)
        for beat, length in cell
    ]


def cello_line(sheet: LeadSheet, rng: np.random.Generator) -> list[NoteEvent]:
    """Classical: roots, sometimes the third (a first inversion), an octave higher than a bass guitar."""
    notes: list[NoteEvent] = []
    for number, span in enumerate(sheet.spans):
        inverted = number % 4 in (1, 2) and rng.random() < 0.35
        pitch = pitch_at_or_above(span.chord.root + (span.chord.third if inverted else 0), 38)
        notes.append(NoteEvent(span.beat, 0.97 * span.n_beats, pitch, 0.7))
    return notes


BASS_STYLES: Final[dict[str, BassStyle]] = {
    "root and fifth": root_fifth,
    "walking": walking,
    "two-feel": two_feel,
    "octaves": octaves,
    "driving eighths": driving_eighths,
    "syncopated": syncopated,
    "sub notes": sub_notes,
    "reggae riff": reggae_riff,
    "boogie": boogie,
    "pedal": pedal,
    "chug roots": chug_roots,
    "cello line": cello_line,
}
