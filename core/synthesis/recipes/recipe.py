"""The shape of a recipe: what a genre's clips are drawn from.

A recipe is data. `core.synthesis.planning` draws one clip from it, and now and then borrows an ingredient from a
related genre's recipe, as musicians do: that is why the demo collection's genres overlap.
"""

from __future__ import annotations

from dataclasses import dataclass

from core.synthesis.progressions import Progression

Range = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Voice:
    """One way to fill a slot.

    Attributes
    ----------
    style : str
        Name of a bass, accompaniment or melody style; which of the three follows from the slot's role.
    instruments : tuple of str
        Instruments that play in this style; one is drawn.
    weight : float
        How often it is drawn, relative to the slot's other voices.
    level_db : float
        Level relative to the role's usual one.
    centre : int
        MIDI note round which it moves (no effect on a bass).
    density : float
        Share of notes in a melody, 0 to 1.
    """

    style: str
    instruments: tuple[str, ...]
    weight: float = 1.0
    level_db: float = 0.0
    centre: int = 60
    density: float = 0.5


@dataclass(frozen=True, slots=True)
class Slot:
    """A role in the band, who may fill it, and how often it is filled.

    Attributes
    ----------
    role : str
        ``"bass"``, ``"chords"``, ``"colour"`` or ``"lead"``.
    voices : tuple of Voice
        One is drawn.
    probability : float
        Share of the clips in which the role is filled.
    """

    role: str
    voices: tuple[Voice, ...]
    probability: float = 1.0


@dataclass(frozen=True, slots=True)
class LineUp:
    """A band.

    Attributes
    ----------
    name : str
        What to call it.
    slots : tuple of Slot
        The pitched roles.
    kits : tuple of str
        Drum kits, one is drawn; empty for a band without a drummer.
    patterns : tuple of str
        Drum patterns, one is drawn among those that suit the tempo; empty without a drummer.
    weight : float
        How often the band is drawn, relative to the recipe's others.
    metres : tuple of int
        Beats in a bar, drawn for a band without a drummer (a drum pattern brings its own).
    """

    name: str
    slots: tuple[Slot, ...]
    kits: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()
    weight: float = 1.0
    metres: tuple[int, ...] = (4,)


@dataclass(frozen=True, slots=True)
class Sound:
    """How a genre's recordings sound; every range is drawn from uniformly.

    Attributes
    ----------
    balance_db : tuple of float
        Typical level of the octaves round 62.5, 125 ... 8,000 Hz relative to the whole: the median of the genre's
        records (measured on the 559 clips and cuts of GTZAN that are at hand for building).
    cutoff_hz : (float, float)
        Where the top closes.
    tilt_db : (float, float)
        Tilt of that balance in decibels per octave; negative is darker.
    room_s : (float, float)
        Reverberation time.
    wet : (float, float)
        Level of the room relative to what is sent to it.
    rms_db : (float, float)
        Loudness of the finished clip below full scale.
    drive : (float, float)
        Density of the mix, see `core.synthesis.effects.glue`.
    drums_db : (float, float)
        Level of the drums.
    spread_db : float
        How far the balance of one record is from another's, a standard deviation.
    """

    balance_db: tuple[float, ...]
    cutoff_hz: Range
    tilt_db: Range
    room_s: Range
    wet: Range
    rms_db: Range
    drive: Range
    drums_db: Range = (-9.0, -5.0)
    spread_db: float = 2.5


@dataclass(frozen=True, slots=True)
class Recipe:
    """Everything that a genre's clips are drawn from.

    Attributes
    ----------
    genre : str
        One of `core.synthesis.GENRES`.
    tempo_bpm : (float, float)
        Slowest and fastest tempo.
    progressions : tuple of Progression
        One is drawn.
    major_scales, minor_scales : tuple of str
        Scales of the melody in a major and in a minor key.
    line_ups : tuple of LineUp
        Bands.
    sound : Sound
        How it is recorded.
    relatives : tuple of (str, float)
        Genres from which it borrows, with their weights.
    swing : (float, float)
        Range of the swing of straight-grid patterns, 0 to 1.
    swing_unit_beats : float
        0.5 to swing eighths, 0.25 to swing sixteenths.
    humanise_s : float
        Spread of the players' timing.
    rubato : (float, float)
        Range of the depth of tempo variation.
    dynamics : (float, float)
        Range of the depth of the swells of loudness, 0 to 1.
    """

    genre: str
    tempo_bpm: Range
    progressions: tuple[Progression, ...]
    major_scales: tuple[str, ...]
    minor_scales: tuple[str, ...]
    line_ups: tuple[LineUp, ...]
    sound: Sound
    relatives: tuple[tuple[str, float], ...]
    swing: Range = (0.0, 0.0)
    swing_unit_beats: float = 0.5
    humanise_s: float = 0.006
    rubato: Range = (0.0, 0.0)
    dynamics: Range = (0.05, 0.15)
