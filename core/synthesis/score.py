"""What a composed clip is before it sounds: notes, drum hits and parts, all timed in beats."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NoteEvent:
    """One note.

    Attributes
    ----------
    beat : float
        Start in beats from the beginning, before swing.
    duration_beats : float
        Length in beats, above 0.
    midi : int
        MIDI note number.
    velocity : float
        Loudness of the stroke, above 0 and at most 1.
    muted : bool
        Whether the instrument's muted variant plays it (a palm mute, a stopped chop).
    delay_s : float
        Extra delay in seconds, for the strings of a strummed chord.
    """

    beat: float
    duration_beats: float
    midi: int
    velocity: float
    muted: bool = False
    delay_s: float = 0.0


@dataclass(frozen=True, slots=True)
class DrumHit:
    """One stroke on a drum: `beat` before swing, `drum` a voice of the kit, `velocity` in (0, 1]."""

    beat: float
    drum: str
    velocity: float


@dataclass(frozen=True, slots=True)
class Part:
    """The notes of one instrument with its place in the mix.

    Attributes
    ----------
    instrument : str
        Name in the registry of instruments.
    notes : tuple of NoteEvent
        The notes, in any order.
    level_db : float
        Level of the part in the mix.
    send : float
        Share of the part that goes to the reverb, 0 to 1.
    swung : bool
        Whether swing moves its off-beats.
    """

    instrument: str
    notes: tuple[NoteEvent, ...]
    level_db: float = 0.0
    send: float = 0.3
    swung: bool = True


@dataclass(frozen=True, slots=True)
class DrumPart:
    """The strokes of a drummer: the kit, the hits, the level, the reverb send and whether swing moves them."""

    kit: str
    hits: tuple[DrumHit, ...]
    level_db: float = 0.0
    send: float = 0.1
    swung: bool = True


@dataclass(frozen=True, slots=True)
class Score:
    """A composed clip.

    Attributes
    ----------
    parts : tuple of Part
        Pitched parts.
    drums : DrumPart or None
        The drums; None where the clip has none.
    """

    parts: tuple[Part, ...]
    drums: DrumPart | None
