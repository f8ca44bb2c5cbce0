"""Blues: 12-bar forms, shuffles and slow 12/8, bending guitars and harps, from the porch to the electric club."""

from __future__ import annotations

from typing import Final

from core.synthesis import progressions as forms
from core.synthesis.recipes.recipe import LineUp, Recipe, Slot, Sound, Voice

BLUES: Final = Recipe(
    genre="blues",
    tempo_bpm=(62.0, 132.0),
    progressions=(
        forms.TWELVE_BAR_BLUES,
        forms.TWELVE_BAR_BLUES,
        forms.QUICK_CHANGE_BLUES,
        forms.QUICK_CHANGE_BLUES,
        forms.EIGHT_BAR_BLUES,
        forms.MINOR_BLUES,
    ),
    major_scales=("blues", "blues", "major blues"),
    minor_scales=("blues", "minor pentatonic"),
    line_ups=(
        LineUp(
            "electric band",
            (
                Slot(
                    "bass",
                    (
                        Voice("boogie", ("double bass", "electric bass"), 2.0, level_db=-3.0),
                        Voice("two-feel", ("electric bass",), level_db=-3.0),
                    ),
                ),
                Slot(
                    "chords",
                    (
                        Voice(
                            "shuffle riff", ("clean electric guitar", "clean electric guitar", "acoustic guitar"), 2.0
                        ),
                        Voice("triplet chords", ("piano",), 0.6, centre=60),
                    ),
                ),
                Slot(
                    "colour", (Voice("half-note chords", ("piano", "piano", "organ"), level_db=-3.0, centre=62),), 0.35
                ),
                Slot(
                    "lead",
                    (
                        Voice("answers", ("blues guitar",), 1.5, centre=67, density=0.6, level_db=3.0),
                        Voice(
                            "solo", ("blues guitar", "blues guitar", "harmonica"), centre=67, density=0.4, level_db=2.0
                        ),
                        Voice("melody", ("blues singer",), 2.0, centre=57, density=0.45, level_db=2.0),
                    ),
                ),
            ),
            kits=("jazz drums", "studio drums", "brushes"),
            patterns=("shuffle", "slow blues 12/8", "Texas shuffle"),
            weight=1.0,
        ),
        LineUp(
            "acoustic duo",
            (
                Slot("bass", (Voice("boogie", ("double bass",)),), 0.4),
                Slot(
                    "chords",
                    (
                        Voice("shuffle riff", ("acoustic guitar",), 2.0),
                        Voice("Travis picking", ("acoustic guitar", "nylon guitar")),
                    ),
                ),
                Slot(
                    "lead",
                    (
                        Voice(
                            "answers",
                            ("acoustic guitar", "slide guitar", "blues singer", "blues singer"),
                            centre=59,
                            density=0.6,
                            level_db=2.0,
                        ),
                    ),
                ),
            ),
            kits=("brushes", "jazz drums"),
            patterns=("foot stomp", "shuffle", "slow blues 12/8"),
            weight=2.0,
        ),
    ),
    sound=Sound(
        balance_db=(-17.6, -8.8, -5.9, -8.0, -12.8, -12.7, -17.9, -26.4),
        cutoff_hz=(4200.0, 9000.0),
        tilt_db=(-0.8, 0.8),
        room_s=(0.5, 1.3),
        wet=(0.2, 0.5),
        rms_db=(-20.0, -14.0),
        drive=(0.06, 0.2),
        drums_db=(-15.0, -9.0),
    ),
    relatives=(("jazz", 1.0), ("rock", 1.0), ("country", 1.0)),
    swing=(0.5, 1.0),
    humanise_s=0.009,
    dynamics=(0.1, 0.25),
)
