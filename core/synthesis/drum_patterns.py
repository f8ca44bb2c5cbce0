"""Drum patterns as grids that a drummer can read.

A row is one drum; ``X`` is an accent, ``x`` a stroke, ``o`` a ghost note and ``.`` a rest. Spaces only help the eye.
A grid has 4 steps in a beat (sixteenths), or 3 (triplets) where the pattern is in a shuffle or 12/8 feel.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from core.errors import SynthesisError
from core.synthesis.score import DrumHit

VELOCITIES: Final = {"X": 1.0, "x": 0.72, "o": 0.36}


@dataclass(frozen=True, slots=True)
class DrumPattern:
    """A repeating pattern.

    Attributes
    ----------
    name : str
        What drummers call it.
    beats_per_bar : int
        3 or 4.
    steps_per_beat : int
        4 (straight, may be swung) or 3 (triplets, never swung).
    rows : tuple of (str, str)
        Drum and grid; all the grids have the same length, one or two bars.
    tempo_bpm : (float, float)
        Slowest and fastest tempo at which it is played.
    """

    name: str
    beats_per_bar: int
    steps_per_beat: int
    rows: tuple[tuple[str, str], ...]
    tempo_bpm: tuple[float, float] = (0.0, 999.0)

    @property
    def n_bars(self) -> int:
        """Bars after which the pattern repeats."""
        return len(self.rows[0][1]) // (self.beats_per_bar * self.steps_per_beat)

    @property
    def triplets(self) -> bool:
        """Whether the grid is one of triplets, which swing leaves alone."""
        return self.steps_per_beat == 3

    def beats(self, drum: str) -> tuple[float, ...]:
        """Beats within the pattern on which `drum` is struck; empty where it is silent."""
        return tuple(
            step / self.steps_per_beat
            for name, grid in self.rows
            if name == drum
            for step, mark in enumerate(grid)
            if mark != "."
        )

    def bar_hits(self, bar: int) -> tuple[DrumHit, ...]:
        """Strokes of bar number `bar` of a piece, timed from the beginning of the piece."""
        steps_per_bar = self.beats_per_bar * self.steps_per_beat
        first_step = (bar % self.n_bars) * steps_per_bar
        start = float(bar * self.beats_per_bar)
        return tuple(
            DrumHit(beat=start + step / self.steps_per_beat, drum=name, velocity=VELOCITIES[mark])
            for name, grid in self.rows
            for step, mark in enumerate(grid[first_step : first_step + steps_per_bar])
            if mark != "."
        )


def _pattern(
    name: str,
    beats_per_bar: int = 4,
    steps_per_beat: int = 4,
    tempo_bpm: tuple[float, float] = (0.0, 999.0),
    **rows: str,
) -> DrumPattern:
    grids = tuple((drum.replace("_", " "), grid.replace(" ", "")) for drum, grid in rows.items())
    return DrumPattern(name, beats_per_bar, steps_per_beat, grids, tempo_bpm)


_ALL: Final = (
    _pattern(
        "rock eighths",
        kick="X... .... x.x. ....",
        snare=".... X... .... X...",
        hat="X.x. X.x. X.x. X.x.",
    ),
    _pattern(
        "rock push",
        kick="X... ..x. ..x. .... X... ..x. x.x. ....",
        snare=".... X... .... X... .... X... .... X..o",
        hat="X.x. X.x. X.x. X.x. X.x. X.x. X.x. X.x.",
    ),
    _pattern(
        "rock ride",
        kick="X.x. .... x.x. ....",
        snare=".... X... .... X...",
        ride="X.x. X.x. X.x. X.x.",
    ),
    _pattern(
        "half-time rock",
        tempo_bpm=(90.0, 999.0),
        kick="X... ..x. .... ..x.",
        snare=".... .... X... ....",
        hat="X.x. X.x. X.x. X.x.",
    ),
    _pattern(
        "pop four",
        kick="X... x... X... x...",
        snare=".... x... .... x...",
        clap=".... x... .... x...",
        hat="..x. ..x. ..x. ..xo",
    ),
    _pattern(
        "pop ballad",
        kick="X... .... ..x. ....",
        snare=".... X... .... X...",
        hat="x.o. x.o. x.o. x.o.",
    ),
    _pattern(
        "pop sixteenths",
        tempo_bpm=(0.0, 112.0),
        kick="X..x ..x. ..x. ....",
        snare=".... X... .... X...",
        hat="xoxo xoxo xoxo xoxo",
        tambourine=".... x... .... x...",
    ),
    _pattern(
        "pop claps",
        tempo_bpm=(0.0, 118.0),
        kick="X..x ..x. ..X. ...x X..x ..x. .xX. ....",
        clap=".... X... .... X... .... X... .... X...",
        snare=".... x... .... x..o .... x... .... x.oo",
        hat="x.xo x.xx x.xo x.x. x.xo x.xx x.xo xxxx",
        shaker="oooo oooo oooo oooo oooo oooo oooo oooo",
    ),
    _pattern(
        "disco",
        kick="X... X... X... X...",
        snare=".... X... .... X...",
        open="..X. ..X. ..X. ..X.",
        hat="x..o x..o x..o x..o",
    ),
    _pattern(
        "disco sixteenths",
        tempo_bpm=(0.0, 128.0),
        kick="X... X... X... X...",
        snare=".... X... .... X...",
        hat="xoXo xoXo xoXo xoXo",
        tambourine="..x. ..x. ..x. ..x.",
    ),
    _pattern(
        "disco claps",
        kick="X... X... X... X...",
        clap=".... X... .... X...",
        open="..X. ..X. ..X. ..X.",
        shaker="xoxo xoxo xoxo xoxo",
    ),
    _pattern(
        "boom bap",
        kick="X... .... ..X. .... X..x .... ..X. ....",
        snare=".... X... .... X... .... X... .... X...",
        hat="x.x. x.x. x.x. x.x. x.x. x.x. x.xo x.x.",
    ),
    _pattern(
        "boom bap busy",
        tempo_bpm=(0.0, 110.0),
        kick="X.x. .... .xX. .... X..x ...x ..X. .x..",
        snare=".... X..o .o.. X... .... X..o .o.. X..o",
        hat="x.x. x.x. x.x. x.x. x.x. x.x. x.x. x.x.",
    ),
    _pattern(
        "trap",
        kick="X... .... ..x. .... X..x .... ..x. ..x.",
        clap=".... .... X... .... .... .... X... ....",
        hat="x.x. x.x. x.x. x.xx x.x. x.xx x.x. xxxx",
    ),
    _pattern(
        "electro",
        tempo_bpm=(0.0, 130.0),
        kick="X..x ..x. ..x. ..x.",
        clap=".... X... .... X...",
        hat="xoxo xoxo xoxo xoxo",
    ),
    _pattern(
        "one drop",
        tempo_bpm=(0.0, 110.0),
        kick=".... .... X... ....",
        rim=".... .... X... ....",
        hat="x.x. x.x. x.x. x.xo",
    ),
    _pattern(
        "rockers",
        kick="X... .... X... ....",
        rim=".... .... X... ...o",
        hat="o.X. o.X. o.X. o.X.",
    ),
    _pattern(
        "steppers",
        kick="X... X... X... X...",
        rim=".... .... X... ....",
        hat="..X. ..Xo ..X. ..X.",
    ),
    _pattern(
        "train beat",
        tempo_bpm=(80.0, 170.0),
        kick="X... x... X... x...",
        snare="ooXo ooXo ooXo ooXo",
    ),
    _pattern(
        "country two-beat",
        kick="X... .... X... ....",
        rim=".... X... .... X...",
        hat="x.o. x.o. x.o. x.o.",
    ),
    _pattern(
        "country rock",
        kick="X... .... X.x. ....",
        snare=".... X... .... X...",
        hat="x.x. x.x. x.x. x.x.",
    ),
    _pattern(
        "country waltz",
        beats_per_bar=3,
        kick="X... .... ....",
        rim=".... x... x...",
        hat="x... o... o...",
    ),
    _pattern(
        "swing ride",
        ride="X... x.x. X... x.x.",
        hat=".... x... .... x...",
        kick="o... o... o... o...",
    ),
    _pattern(
        "swing ride comping",
        ride="X... x.x. X... x.x. X... x.x. X... x.x.",
        hat=".... x... .... x... .... x... .... x...",
        kick="o... o... o... o... o... ..x. o... o...",
        snare="..o. .... ..o. ..o. .... ..o. .... ....",
    ),
    _pattern(
        "brush ballad",
        tempo_bpm=(0.0, 110.0),
        ride="x... o... x... o...",
        snare=".... x... .... x.o.",
        hat=".... x... .... x...",
        kick="x... .... o... ....",
    ),
    _pattern(
        "bossa nova",
        kick="X..x X..x X..x X..x X..x X..x X..x X..x",
        rim="x... ..x. .... x... ..x. ..x. .... x...",
        hat="x.x. x.x. x.x. x.x. x.x. x.x. x.x. x.x.",
    ),
    _pattern(
        "jazz waltz",
        beats_per_bar=3,
        ride="X... x.x. x...",
        hat=".... x... ....",
        kick="o... .... ....",
    ),
    _pattern(
        "shuffle",
        tempo_bpm=(84.0, 170.0),
        steps_per_beat=3,
        kick="X.. ... X.x ...",
        snare="... X.. ... X..",
        hat="X.x X.x X.x X.x",
    ),
    _pattern(
        "slow blues 12/8",
        tempo_bpm=(0.0, 84.0),
        steps_per_beat=3,
        kick="X.. ... X.x ...",
        snare="... X.. ... X..",
        hat="xoo xoo xoo xoo",
    ),
    _pattern(
        "Texas shuffle",
        tempo_bpm=(96.0, 200.0),
        steps_per_beat=3,
        kick="X.. x.. X.. x..",
        snare="o.o X.o o.o X.o",
        ride="X.x X.x X.x X.x",
    ),
    _pattern(
        "foot stomp",
        kick="X... .... X... ....",
        tambourine=".... x... .... x...",
    ),
    _pattern(
        "double kick",
        tempo_bpm=(0.0, 160.0),
        kick="XxxxXxxxXxxxXxxx",
        snare=".... X... .... X...",
        hat="X... X... X... X...",
    ),
    _pattern(
        "thrash",
        kick="X... X... X... X...",
        snare="..X. ..X. ..X. ..X.",
        hat="X.x. X.x. X.x. X.x.",
    ),
    _pattern(
        "metal gallop",
        tempo_bpm=(0.0, 170.0),
        kick="X.xx X.xx X.xx X.xx",
        snare=".... X... .... X...",
        ride="X... x... X... x...",
    ),
    _pattern(
        "metal breakdown",
        tempo_bpm=(0.0, 170.0),
        kick="X..x ..x. X.x. .x.x",
        snare=".... .... X... ....",
        crash="X... x... x... x...",
    ),
)
PATTERNS: Final[dict[str, DrumPattern]] = {pattern.name: pattern for pattern in _ALL}

_FILLS: Final = (
    ("snare", "snare", "tom", "low tom"),
    ("snare", "tom", "tom", "low tom"),
    ("tom", "tom", "low tom", "low tom"),
    ("snare", "snare", "snare", "snare"),
)


def find_pattern(name: str) -> DrumPattern:
    """The pattern of that name; `SynthesisError` where there is none."""
    try:
        return PATTERNS[name]
    except KeyError:
        raise SynthesisError(f"Unknown drum pattern {name!r}; known: {', '.join(PATTERNS)}.") from None


def fill_hits(end_beat: float, steps_per_beat: int, rng: np.random.Generator) -> tuple[DrumHit, ...]:
    """A one-beat fill that leads to `end_beat`, getting louder."""
    drums = _FILLS[int(rng.integers(len(_FILLS)))]
    start = end_beat - 1.0
    return tuple(
        DrumHit(beat=start + step / steps_per_beat, drum=drums[step], velocity=0.6 + 0.1 * step)
        for step in range(steps_per_beat)
    )
