"""From a plan to a score: every player improvises over the lead sheet, the blocks decide who plays when."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from core.synthesis.bass_lines import BASS_STYLES
from core.synthesis.comping import COMP_STYLES, TRIPLET_STYLES
from core.synthesis.drum_patterns import DrumPattern, fill_hits
from core.synthesis.leadsheet import LeadSheet, write_lead_sheet
from core.synthesis.melodies import MELODY_STYLES
from core.synthesis.planning import BLOCK_BARS, ClipPlan, PlannedLayer
from core.synthesis.score import DrumHit, DrumPart, NoteEvent, Part, Score

ROLE_LEVEL_DB: Final = {"bass": 0.0, "chords": -3.5, "colour": -5.5, "lead": 0.5}
ROLE_SEND: Final = {"bass": 0.05, "chords": 0.4, "colour": 0.6, "lead": 0.5}
DRUM_SEND: Final = 0.18
FILL_PROBABILITY: Final = 0.6
CRASH_PROBABILITY: Final = 0.6
SOFT_PATTERNS: Final = frozenset(
    {
        "swing ride",
        "swing ride comping",
        "brush ballad",
        "jazz waltz",
        "bossa nova",
        "country waltz",
        "foot stomp",
        "train beat",
    }
)
"""Patterns that take neither a tom fill nor a crash."""


def arrange(plan: ClipPlan, n_bars: int, rng: np.random.Generator) -> Score:
    """Compose `n_bars` bars of the planned clip.

    Parameters
    ----------
    plan : ClipPlan
        What to play.
    n_bars : int
        Length in bars, at least 1.
    rng : numpy.random.Generator
        The players' imagination.
    """
    sheet = write_lead_sheet(
        plan.progression,
        tonic=plan.tonic,
        scale=plan.scale,
        tempo_bpm=plan.tempo_bpm,
        beats_per_bar=plan.beats_per_bar,
        n_bars=n_bars,
    )
    parts = tuple(_arrange_layer(plan, layer, sheet, rng) for layer in plan.layers)
    drums = None
    if plan.pattern is not None and plan.kit is not None:
        drums = DrumPart(
            kit=plan.kit,
            hits=_arrange_drums(plan, plan.pattern, n_bars, rng),
            level_db=plan.sound.drums_db,
            send=DRUM_SEND,
            swung=not plan.pattern.triplets,
        )
    return Score(parts=parts, drums=drums)


def _plays(plan: ClipPlan, role: str, beat: float) -> bool:
    block = int(beat / (BLOCK_BARS * plan.beats_per_bar))
    return role in plan.blocks[block % len(plan.blocks)]


def _swell(plan: ClipPlan, beat: float) -> float:
    """Gain of the clip's swell of loudness at `beat`, at most 1."""
    phrase = 2.0 * BLOCK_BARS * plan.beats_per_bar
    return 1.0 - plan.dynamics * (0.5 + 0.5 * float(np.cos(2.0 * np.pi * beat / phrase)))


def _arrange_layer(plan: ClipPlan, layer: PlannedLayer, sheet: LeadSheet, rng: np.random.Generator) -> Part:
    notes: list[NoteEvent]
    if layer.style in BASS_STYLES:
        notes = BASS_STYLES[layer.style](sheet, rng)
    elif layer.style in COMP_STYLES:
        notes = COMP_STYLES[layer.style](sheet, layer.centre, rng)
    else:
        notes = MELODY_STYLES[layer.style](sheet, layer.centre, layer.density, rng)
    played = tuple(
        replace(note, velocity=note.velocity * _swell(plan, note.beat))
        for note in notes
        if _plays(plan, layer.role, note.beat)
    )
    return Part(
        instrument=layer.instrument,
        notes=played,
        level_db=ROLE_LEVEL_DB[layer.role] + layer.level_db,
        send=ROLE_SEND[layer.role],
        swung=layer.style not in TRIPLET_STYLES,
    )


def _arrange_drums(plan: ClipPlan, pattern: DrumPattern, n_bars: int, rng: np.random.Generator) -> tuple[DrumHit, ...]:
    hits: list[DrumHit] = []
    soft = pattern.name in SOFT_PATTERNS
    for bar in range(n_bars):
        start = float(bar * plan.beats_per_bar)
        if not _plays(plan, "drums", start):
            continue
        bar_hits = list(pattern.bar_hits(bar))
        end = start + plan.beats_per_bar
        if not soft and bar % BLOCK_BARS == BLOCK_BARS - 1 and rng.random() < FILL_PROBABILITY:
            bar_hits = [hit for hit in bar_hits if hit.beat < end - 1.0 or hit.drum == "kick"]
            bar_hits += fill_hits(end, pattern.steps_per_beat, rng)
        if not soft and bar % BLOCK_BARS == 0 and rng.random() < CRASH_PROBABILITY:
            bar_hits.append(DrumHit(start, "crash", 0.8))
        hits += bar_hits
    return tuple(hits)
