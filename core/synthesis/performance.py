"""From a score to audio: swing, rubato, humanised timing and touch, cached notes, and the mix of the parts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.synthesis.constants import SAMPLE_RATE_HZ, Audio
from core.synthesis.drum_sounds import find_kit
from core.synthesis.instruments import find_instrument, render_note
from core.synthesis.score import DrumPart, NoteEvent, Part
from core.synthesis.singers import SINGERS
from core.synthesis.singing import sing
from core.synthesis.theory import midi_to_hz

LEAD_IN_S = 0.02
TOUCHES = (0.45, 0.7, 0.95)
"""Velocities at which the timbre of a note is rendered; the level follows the velocity exactly."""
STROKES_PER_DRUM = 5
TAKES_OF_SHORT_NOTES = 3
"""Renderings of a short note that are taken in turn: no player repeats a stroke exactly."""
SHORT_NOTE_S = 0.45
SHORTEST_SYLLABLE_S = 0.05
DRUM_JITTER_SHARE = 0.4
"""Timing spread of a drummer relative to that of the other players."""


def swing_beats(beats: NDArray[np.float64], swing: float, unit_beats: float = 0.5) -> NDArray[np.float64]:
    """Move the off-beats.

    Time within every pair of units is stretched so that the second unit begins at ``1/2 + swing / 6`` of the pair: in
    the middle for 0, on the last triplet for 1. What lies between moves in proportion; the beats themselves stay.

    Parameters
    ----------
    beats : ndarray, any shape
        Times in beats.
    swing : float
        Amount, 0 to 1.
    unit_beats : float
        The swung value: 0.5 for eighths, 0.25 for sixteenths.
    """
    pair = 2.0 * unit_beats
    start = np.floor(beats / pair + 1e-9)
    within = beats / pair - start
    middle = 0.5 + swing / 6.0
    moved = np.where(within < 0.5 - 1e-9, within * (2.0 * middle), middle + (within - 0.5) * (2.0 * (1.0 - middle)))
    return np.asarray((start + moved) * pair)


@dataclass(frozen=True, slots=True)
class Timeline:
    """The clock of a performance.

    Attributes
    ----------
    tempo_bpm : float
        Mean tempo.
    swing : float
        0 to 1, see `swing_beats`.
    swing_unit_beats : float
        0.5 or 0.25.
    rubato : ndarray, shape (n_grid,)
        Seconds at every quarter of a beat from 0; strictly rising. Times beyond it continue at the mean tempo.
    """

    tempo_bpm: float
    swing: float
    swing_unit_beats: float
    rubato: NDArray[np.float64]

    def seconds(self, beats: NDArray[np.float64], *, swung: bool = True) -> NDArray[np.float64]:
        """Times in seconds of times in beats; any shape."""
        moved = swing_beats(beats, self.swing, self.swing_unit_beats) if swung and self.swing > 0.0 else beats
        grid = np.arange(self.rubato.size) / 4.0
        last = grid[-1]
        inside = np.interp(np.clip(moved, 0.0, last), grid, self.rubato)
        return np.asarray(inside + np.maximum(moved - last, 0.0) * 60.0 / self.tempo_bpm + LEAD_IN_S)


def make_timeline(
    tempo_bpm: float,
    n_beats: int,
    *,
    swing: float = 0.0,
    swing_unit_beats: float = 0.5,
    rubato: float = 0.0,
    phrase_beats: int = 16,
    rng: np.random.Generator,
) -> Timeline:
    """A clock at `tempo_bpm`, steady or with rubato.

    With rubato the tempo drifts slowly and each phrase presses on in its middle and broadens at its end; the mean tempo
    is kept.

    Parameters
    ----------
    rubato : float
        Relative depth of the tempo's variation; 0 is a click track, 0.1 clearly romantic.
    phrase_beats : int
        Length of a phrase in beats.
    """
    step = np.full(4 * n_beats, 60.0 / tempo_bpm / 4.0)
    if rubato > 0.0:
        beat = np.arange(step.size) / 4.0
        within = (beat % phrase_beats) / phrase_beats
        arch = -0.5 * np.sin(np.pi * within) + 1.6 * np.clip(within - 0.85, 0.0, None) / 0.15
        drift = 0.5 * np.sin(2.0 * np.pi * (beat / (2.7 * phrase_beats) + rng.uniform()))
        shape = arch + drift
        step *= 1.0 + rubato * (shape - shape.mean())
    return Timeline(tempo_bpm, swing, swing_unit_beats, np.concatenate([[0.0], np.cumsum(step)]))


def _touch(velocity: float) -> int:
    return int(np.argmin([abs(velocity - touch) for touch in TOUCHES]))


def _release(n_release: int) -> Audio:
    return (0.5 + 0.5 * np.cos(np.pi * np.arange(1, n_release + 1, dtype=np.float32) / n_release)).astype(np.float32)


def perform_part(
    part: Part, timeline: Timeline, n_samples: int, *, humanise_s: float, rng: np.random.Generator
) -> Audio:
    """Play a part.

    Every pitch and touch is rendered once, as long as its longest note, and cut to length with a smooth release.

    Parameters
    ----------
    part : Part
        The notes.
    timeline : Timeline
        The clock.
    n_samples : int
        Length of the result; notes that begin later are left out, notes that end later are cut.
    humanise_s : float
        Standard deviation of the timing.
    rng : numpy.random.Generator
        Draws timing, touch and timbre.

    Returns
    -------
    ndarray, shape (n_samples,), float32
        At the level of the part.
    """
    track = np.zeros(n_samples, dtype=np.float32)
    notes = part.notes
    if not notes:
        return track
    onsets = timeline.seconds(np.array([note.beat for note in notes]), swung=part.swung)
    ends = timeline.seconds(np.array([note.beat + note.duration_beats for note in notes]), swung=part.swung)
    delays = np.array([note.delay_s for note in notes])
    jitter = np.clip(rng.normal(0.0, humanise_s, len(notes)), -2.0 * humanise_s, 2.0 * humanise_s)
    starts = np.maximum(0, np.rint((onsets + delays + jitter) * SAMPLE_RATE_HZ)).astype(np.int64)
    holds = np.maximum(0.03, ends - onsets - delays)
    velocities = np.clip(
        np.array([note.velocity for note in notes]) * np.exp(rng.normal(0.0, 0.08, len(notes))), 0.05, 1.0
    )
    level = 10.0 ** (part.level_db / 20.0)
    if part.instrument in SINGERS:
        return np.float32(level) * _perform_line(part, starts / SAMPLE_RATE_HZ, holds, velocities, n_samples, rng)

    takes = np.where(holds < SHORT_NOTE_S, rng.integers(TAKES_OF_SHORT_NOTES, size=len(notes)), 0)
    keys = [
        (*_key(part.instrument, note, float(velocity)), take)
        for note, velocity, take in zip(notes, velocities, takes.tolist(), strict=True)
    ]
    longest: dict[tuple[str, int, int, int], float] = {}
    for key, hold, start in zip(keys, holds.tolist(), starts.tolist(), strict=True):
        if start < n_samples:
            player = find_instrument(key[0])
            longest[key] = max(longest.get(key, 0.0), min(hold + player.release_s, player.longest_s))
    rendered = {
        key: render_note(key[0], midi_to_hz(key[1]), duration, TOUCHES[key[2]], rng)
        for key, duration in longest.items()
    }
    tails = {name: _release(int(find_instrument(name).release_s * SAMPLE_RATE_HZ)) for name in {key[0] for key in keys}}
    gains = (level * velocities).astype(np.float32)
    for key, start, hold, gain in zip(keys, starts.tolist(), holds.tolist(), gains, strict=True):
        if start >= n_samples:
            continue
        audio, tail = rendered[key], tails[key[0]]
        length = min(audio.size, int(hold * SAMPLE_RATE_HZ) + tail.size)
        n_tail = min(tail.size, length)
        body = length - n_tail
        stop = min(n_samples, start + body)
        if stop > start:
            track[start:stop] += gain * audio[: stop - start]
        if start + body < n_samples:
            kept = min(n_samples - start - body, n_tail)
            ending = audio[body : body + kept] * tail[tail.size - n_tail : tail.size - n_tail + kept]
            track[start + body : start + body + kept] += gain * ending
    return track


def _perform_line(
    part: Part,
    starts_s: NDArray[np.float64],
    holds_s: NDArray[np.float64],
    velocities: NDArray[np.float64],
    n_samples: int,
    rng: np.random.Generator,
) -> Audio:
    """Sing a part: of notes that begin together only the highest, at full level."""
    singer = SINGERS[part.instrument]
    pitches = [singer.in_range(note.midi) for note in part.notes]
    order = np.lexsort((-np.array(pitches), starts_s))
    heard = [place for place in order if starts_s[place] * SAMPLE_RATE_HZ < n_samples]
    kept = [
        now
        for before, now in zip([None, *heard], heard, strict=False)
        if before is None or starts_s[now] - starts_s[before] > SHORTEST_SYLLABLE_S
    ]
    if not kept:
        return np.zeros(n_samples, dtype=np.float32)
    return sing(
        starts_s[kept],
        holds_s[kept],
        [pitches[place] for place in kept],
        velocities[kept].tolist(),
        singer,
        n_samples,
        rng,
    )


def _key(instrument: str, note: NoteEvent, velocity: float) -> tuple[str, int, int]:
    player = find_instrument(instrument)
    if note.muted and player.muted is not None:
        player = find_instrument(player.muted)
    return player.name, player.in_range(note.midi), _touch(velocity)


def perform_drums(
    part: DrumPart, timeline: Timeline, n_samples: int, *, humanise_s: float, rng: np.random.Generator
) -> Audio:
    """Play the drums; as `perform_part`, with a few renderings of every drum taken in turn."""
    track = np.zeros(n_samples, dtype=np.float32)
    hits = part.hits
    if not hits:
        return track
    kit = find_kit(part.kit)
    spread = DRUM_JITTER_SHARE * humanise_s
    onsets = timeline.seconds(np.array([hit.beat for hit in hits]), swung=part.swung)
    jitter = np.clip(rng.normal(0.0, spread, len(hits)), -2.0 * spread, 2.0 * spread)
    starts = np.maximum(0, np.rint((onsets + jitter) * SAMPLE_RATE_HZ)).astype(np.int64)
    touch = np.exp(rng.normal(0.0, 0.07, len(hits)))
    level = 10.0 ** (part.level_db / 20.0)
    drums = sorted({hit.drum for hit in hits})
    strokes = {drum: [kit.sounds[drum].render(rng) for _ in range(STROKES_PER_DRUM)] for drum in drums}
    takes = rng.integers(STROKES_PER_DRUM, size=len(hits)).tolist()
    for hit, start, take, accent in zip(hits, starts.tolist(), takes, touch.tolist(), strict=True):
        if start >= n_samples:
            continue
        audio = strokes[hit.drum][take]
        stop = min(n_samples, start + audio.size)
        gain = np.float32(level * kit.sounds[hit.drum].level * hit.velocity * accent)
        track[start:stop] += gain * audio[: stop - start]
    return track
