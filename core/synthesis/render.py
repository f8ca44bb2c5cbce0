"""The public functions: synthesise a clip of the demo collection, or say what it will be."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from core.errors import SynthesisError
from core.synthesis.arranging import arrange
from core.synthesis.constants import (
    CLIP_DURATION_S,
    GENRES,
    MAX_DURATION_S,
    MIN_DURATION_S,
    SAMPLE_RATE_HZ,
    Audio,
)
from core.synthesis.effects import add_room_and_equalise, glue, room_impulse_response
from core.synthesis.mastering import finish
from core.synthesis.performance import make_timeline, perform_drums, perform_part
from core.synthesis.planning import ClipPlan, plan_clip
from core.synthesis.score import Score

SPARE_BARS = 2
_INAUDIBLE = 1e-9
"""Greatest value of a mix below which there is nothing to hear, or to balance."""


@dataclass(frozen=True, slots=True)
class ClipDescription:
    """What the seed chose for a clip.

    Attributes
    ----------
    genre : str
        Genre.
    tempo_bpm : float
        Mean tempo in beats per minute.
    metre : str
        Time signature, for example ``"4/4"``.
    key : str
        Key, for example ``"E minor"``.
    swing : float
        0 (straight) to 1 (triplets).
    progression : str
        Name and roman numerals of the chord progression.
    instruments : tuple of str
        Instruments without repetition, the drum kit last.
    """

    genre: str
    tempo_bpm: float
    metre: str
    key: str
    swing: float
    progression: str
    instruments: tuple[str, ...]


def _streams(genre: str, index: int, seed: int) -> list[np.random.Generator]:
    """Independent generators for the plan, the notes and the sound of a clip."""
    if genre not in GENRES:
        raise SynthesisError(f"Expected one of the genres {', '.join(GENRES)}; got {genre!r}.")
    for name, value in (("index", index), ("seed", seed)):
        if value < 0:
            raise SynthesisError(f"Expected {name} to be 0 or more, got {value}.")
    sequence = np.random.SeedSequence([seed, GENRES.index(genre), index])
    return [np.random.default_rng(child) for child in sequence.spawn(3)]


def describe_clip(genre: str, index: int, *, seed: int = 0) -> ClipDescription:
    """Say what a clip is without making it.

    Parameters
    ----------
    genre : str
        One of `GENRES`.
    index : int
        Number of the clip, 0 or more.
    seed : int
        Seed of the collection, 0 or more.

    Raises
    ------
    SynthesisError
        If the genre is unknown, or the index or the seed negative.
    """
    plan = plan_clip(genre, _streams(genre, index, seed)[0])
    instruments = [layer.instrument for layer in plan.layers]
    if plan.kit is not None:
        instruments.append(plan.kit)
    return ClipDescription(
        genre=genre,
        tempo_bpm=plan.tempo_bpm,
        metre=plan.metre,
        key=plan.key,
        swing=plan.swing,
        progression=f"{plan.progression.name}: {plan.progression.text}",
        instruments=tuple(dict.fromkeys(instruments)),
    )


def compose_clip(
    genre: str, index: int, *, seed: int = 0, duration_s: float = CLIP_DURATION_S
) -> tuple[ClipPlan, Score]:
    """Plan and score of a clip; arguments and errors as for `synthesise_clip`."""
    if not MIN_DURATION_S <= duration_s <= MAX_DURATION_S:
        raise SynthesisError(
            f"Expected a duration of {MIN_DURATION_S:g} to {MAX_DURATION_S:g} seconds, got {duration_s:g}."
        )
    plan_rng, notes_rng, _ = _streams(genre, index, seed)
    plan = plan_clip(genre, plan_rng)
    n_bars = math.ceil(duration_s * plan.tempo_bpm / 60.0 / plan.beats_per_bar) + SPARE_BARS
    return plan, arrange(plan, n_bars, notes_rng)


def synthesise_clip(genre: str, index: int, *, seed: int = 0, duration_s: float = CLIP_DURATION_S) -> Audio:
    """Synthesise a clip of the demo collection.

    Parameters
    ----------
    genre : str
        One of `GENRES`.
    index : int
        Number of the clip, 0 or more.
    seed : int
        Seed of the collection, 0 or more.
    duration_s : float
        Length in seconds, 0.1 to 600.

    Returns
    -------
    ndarray, shape (round(duration_s * SAMPLE_RATE_HZ),), float32
        Mono audio, finite, peak at most 0.85; the same samples for the same arguments on one machine.

    Raises
    ------
    SynthesisError
        If the genre is unknown, the index or the seed negative, or the duration out of range.
    """
    plan, score = compose_clip(genre, index, seed=seed, duration_s=duration_s)
    rng = _streams(genre, index, seed)[2]
    n_samples = round(duration_s * SAMPLE_RATE_HZ)
    n_beats = math.ceil(duration_s * plan.tempo_bpm / 60.0) + SPARE_BARS * plan.beats_per_bar
    timeline = make_timeline(
        plan.tempo_bpm,
        n_beats,
        swing=plan.swing,
        swing_unit_beats=plan.swing_unit_beats,
        rubato=plan.rubato,
        phrase_beats=4 * plan.beats_per_bar,
        rng=rng,
    )
    dry = np.zeros(n_samples, dtype=np.float32)
    send = np.zeros(n_samples, dtype=np.float32)
    for part in score.parts:
        track = perform_part(part, timeline, n_samples, humanise_s=plan.humanise_s, rng=rng)
        dry += track
        send += np.float32(part.send) * track
    if score.drums is not None:
        track = perform_drums(score.drums, timeline, n_samples, humanise_s=plan.humanise_s, rng=rng)
        dry += track
        send += np.float32(score.drums.send) * track
    if np.max(np.abs(dry)) < _INAUDIBLE:  # of a very short clip whose first note has hardly begun
        return np.zeros_like(dry)
    sound = plan.sound
    mixed = add_room_and_equalise(
        glue(dry, sound.drive),
        send,
        room_impulse_response(sound.room_s, 0.7 * sound.cutoff_hz, rng),
        wet=sound.wet,
        balance_db=sound.balance_db,
        cutoff_hz=sound.cutoff_hz,
        tilt_db_per_octave=sound.tilt_db,
    )
    return finish(mixed, target_rms_db=sound.rms_db)
