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
                Slot("bass", (Voice("boogie", ("electric bass",), 2.0), Voice("two-feel", ("electric bass",)))),
                Slot(
                    "chords",
                    (
                        Voice(
                            "shuffle riff", ("clean electric guitar", "clean electric guitar", "acoustic guitar"), 2.0
                        ),
                        Voice("triplet chords", ("piano", "organ"), centre=60),
                        Voice("stabs", ("clean electric guitar",), 0.6, centre=60),
                    ),
                ),
                Slot("colour", (Voice("half-note chords", ("organ", "piano"), level_db=-2.0, centre=62),), 0.5),
                Slot(
                    "lead",
                    (
                        Voice("answers", ("overdriven guitar", "harmonica"), centre=67, density=0.6, level_db=3.0),
                        Voice("solo", ("overdriven guitar", "harmonica"), centre=67, density=0.4, level_db=3.0),
                        Voice("melody", ("voice",), centre=60, density=0.45),
                    ),
                ),
            ),
            kits=("studio drums", "rock drums"),
            patterns=("shuffle", "slow blues 12/8", "Texas shuffle", "rock eighths"),
            weight=3.0,
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
                Slot("lead", (Voice("answers", ("harmonica", "acoustic guitar", "voice"), centre=66, density=0.6),)),
            ),
            kits=("brushes", "jazz drums"),
            patterns=("foot stomp", "shuffle", "slow blues 12/8"),
        ),
    ),
    sound=Sound(
        cutoff_hz=(3800.0, 5400.0),
        tilt_db=(-1.3, -0.3),
        room_s=(0.5, 1.3),
        wet=(0.2, 0.5),
        rms_db=(-21.5, -17.0),
        drive=(0.1, 0.3),
        drums_db=(-12.5, -7.5),
    ),
    relatives=(("jazz", 1.0), ("rock", 1.0), ("country", 1.0)),
    swing=(0.5, 1.0),
    humanise_s=0.009,
    dynamics=(0.1, 0.25),
)
