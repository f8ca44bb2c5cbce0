"""What the seed chooses: the plan of a clip, drawn from its genre's recipe with ingredients lent by its relatives."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

import numpy as np

from core.synthesis.drum_patterns import PATTERNS, DrumPattern
from core.synthesis.progressions import Progression
from core.synthesis.recipes import RECIPES, LineUp, Recipe, Slot, Voice
from core.synthesis.recipes.recipe import Range
from core.synthesis.theory import key_name

T = TypeVar("T")
BORROW_PROBABILITY: Final = 0.03
"""Chance that an ordinary clip takes any one ingredient from a relative."""
CROSSOVER_PROBABILITY: Final = 0.05
"""Share of clips that are crossovers, which take each ingredient from one relative with even odds."""
BLOCK_BARS: Final = 4
N_BLOCKS: Final = 64


@dataclass(frozen=True, slots=True)
class PlannedLayer:
    """One player: the role, the style, the instrument, and the level, register and density of what it plays."""

    role: str
    style: str
    instrument: str
    level_db: float
    centre: int
    density: float


@dataclass(frozen=True, slots=True)
class PlannedSound:
    """The drawn values of `core.synthesis.recipes.recipe.Sound`."""

    balance_db: tuple[float, ...]
    cutoff_hz: float
    tilt_db: float
    room_s: float
    wet: float
    rms_db: float
    drive: float
    drums_db: float


@dataclass(frozen=True, slots=True)
class ClipPlan:
    """Everything about a clip but its notes.

    Attributes
    ----------
    genre : str
        The genre whose recipe was used.
    tempo_bpm : float
        Mean tempo.
    beats_per_bar : int
        3 or 4.
    tonic : int
        Pitch class of the key.
    swing : float
        0 (straight) to 1 (triplets).
    swing_unit_beats : float
        Swung value: 0.5 or 0.25 beats.
    progression : Progression
        Chords.
    scale : str
        Scale of the melody.
    layers : tuple of PlannedLayer
        Pitched players.
    pattern : DrumPattern or None
        Drum pattern; None without drums.
    kit : str or None
        Drum kit; None without drums.
    blocks : tuple of frozenset of str
        Roles that play in each block of `BLOCK_BARS` bars; ``"drums"`` is one of them.
    sound : PlannedSound
        The recording.
    rubato, dynamics, humanise_s : float
        See `core.synthesis.recipes.recipe.Recipe`.
    """

    genre: str
    tempo_bpm: float
    beats_per_bar: int
    tonic: int
    swing: float
    swing_unit_beats: float
    progression: Progression
    scale: str
    layers: tuple[PlannedLayer, ...]
    pattern: DrumPattern | None
    kit: str | None
    blocks: tuple[frozenset[str], ...]
    sound: PlannedSound
    rubato: float
    dynamics: float
    humanise_s: float

    @property
    def metre(self) -> str:
        """Time signature, for example ``"4/4"``."""
        if self.pattern is not None and "12/8" in self.pattern.name:
            return "12/8"
        return f"{self.beats_per_bar}/4"

    @property
    def key(self) -> str:
        """Key, for example ``"E minor"``."""
        return key_name(self.tonic, self.progression.mode)


class _Draw:
    """Draws from a recipe and, by chance, from its relatives."""

    def __init__(self, recipe: Recipe, rng: np.random.Generator) -> None:
        self.recipe = recipe
        self.rng = rng
        self.crossover = rng.random() < CROSSOVER_PROBABILITY
        self.partner = self._relative()

    def pick(self, options: Sequence[T], weights: Sequence[float] | None = None) -> T:
        shares = None if weights is None else np.asarray(weights) / np.sum(weights)
        return options[int(self.rng.choice(len(options), p=shares))]

    def uniform(self, bounds: Range) -> float:
        return float(self.rng.uniform(*bounds))

    def _relative(self) -> Recipe:
        names = [name for name, _ in self.recipe.relatives]
        return RECIPES[self.pick(names, [weight for _, weight in self.recipe.relatives])]

    def source(self) -> Recipe:
        """The recipe that the next ingredient comes from."""
        if self.crossover:
            return self.partner if self.rng.random() < 0.5 else self.recipe
        return self._relative() if self.rng.random() < BORROW_PROBABILITY else self.recipe

    def line_up(self, recipe: Recipe) -> LineUp:
        return self.pick(recipe.line_ups, [line_up.weight for line_up in recipe.line_ups])


def _draw_drums(draw: _Draw, line_up: LineUp, tempo_bpm: float) -> tuple[DrumPattern | None, str | None]:
    if not line_up.patterns:
        return None, None
    source = draw.source()
    lender = line_up if source is draw.recipe else draw.line_up(source)
    for band in (lender, line_up):
        suited = [
            PATTERNS[name]
            for name in band.patterns
            if PATTERNS[name].tempo_bpm[0] <= tempo_bpm <= PATTERNS[name].tempo_bpm[1]
        ]
        if suited:
            return draw.pick(suited), draw.pick(band.kits)
    return PATTERNS[line_up.patterns[0]], draw.pick(line_up.kits)


def _draw_voice(draw: _Draw, slot: Slot) -> Voice:
    source = draw.source()
    voices = slot.voices
    if source is not draw.recipe:
        lent = [other.voices for other in draw.line_up(source).slots if other.role == slot.role]
        voices = lent[0] if lent else voices
    return draw.pick(voices, [voice.weight for voice in voices])


def _draw_layers(draw: _Draw, line_up: LineUp) -> tuple[PlannedLayer, ...]:
    layers = []
    for slot in line_up.slots:
        filled = draw.rng.random() < slot.probability
        voice = _draw_voice(draw, slot)
        layer = PlannedLayer(
            role=slot.role,
            style=voice.style,
            instrument=draw.pick(voice.instruments),
            level_db=voice.level_db + draw.uniform((-1.5, 1.5)),
            centre=voice.centre + int(draw.rng.integers(-2, 3)),
            density=float(np.clip(voice.density + draw.rng.normal(0.0, 0.08), 0.15, 0.95)),
        )
        if filled:
            layers.append(layer)
    return tuple(layers)


def _draw_blocks(draw: _Draw) -> tuple[frozenset[str], ...]:
    blocks = []
    for number in range(N_BLOCKS):
        roles = {"bass", "chords"}
        thin = number == 0 and draw.rng.random() < 0.2
        if not thin or draw.rng.random() < 0.5:
            roles.add("drums")
        if draw.rng.random() < 0.8:
            roles.add("colour")
        if not thin and draw.rng.random() < 0.85:
            roles.add("lead")
        if draw.rng.random() < 0.04:
            roles.discard("drums")
        blocks.append(frozenset(roles))
    return tuple(blocks)


def _draw_sound(draw: _Draw) -> PlannedSound:
    sound = draw.partner.sound if draw.crossover else draw.recipe.sound
    level = draw.recipe.sound
    wander = np.interp(np.arange(8), (0, 2, 4.5, 7), draw.rng.normal(0.0, sound.spread_db, 4))
    return PlannedSound(
        balance_db=tuple((np.array(sound.balance_db) + wander).tolist()),
        cutoff_hz=draw.uniform(sound.cutoff_hz),
        tilt_db=draw.uniform(sound.tilt_db),
        room_s=draw.uniform(sound.room_s),
        wet=draw.uniform(sound.wet),
        rms_db=draw.uniform(level.rms_db),
        drive=draw.uniform(sound.drive),
        drums_db=draw.uniform(level.drums_db),
    )


def plan_clip(genre: str, rng: np.random.Generator) -> ClipPlan:
    """Draw a clip of a known genre; cheap, no audio.

    Ingredients that may come from a related genre are the drums, each player's part and the progression, and in a
    crossover the recording too. The tempo, the loudness and the band's make-up are always the genre's own, and so is
    the swing unless the drums play triplets, which make it 1. A band without a drummer stays without one.
    """
    recipe = RECIPES[genre]
    draw = _Draw(recipe, rng)
    tempo = draw.uniform(recipe.tempo_bpm)
    line_up = draw.line_up(recipe)
    pattern, kit = _draw_drums(draw, line_up, tempo)
    beats_per_bar = draw.pick(line_up.metres) if pattern is None else pattern.beats_per_bar
    progression = draw.pick(draw.source().progressions)
    scales = recipe.minor_scales if progression.mode == "minor" else recipe.major_scales
    scale = draw.pick(scales)
    straight = draw.uniform(recipe.swing)
    return ClipPlan(
        genre=genre,
        tempo_bpm=tempo,
        beats_per_bar=beats_per_bar,
        tonic=int(rng.integers(12)),
        swing=1.0 if pattern is not None and pattern.triplets else straight,
        swing_unit_beats=0.5 if pattern is not None and pattern.triplets else recipe.swing_unit_beats,
        progression=progression,
        scale=scale,
        layers=_draw_layers(draw, line_up),
        pattern=pattern,
        kit=kit,
        blocks=_draw_blocks(draw),
        sound=_draw_sound(draw),
        rubato=draw.uniform(recipe.rubato),
        dynamics=draw.uniform(recipe.dynamics),
        humanise_s=recipe.humanise_s,
    )
