"""Classical: functional harmony, no drums; solo keyboard or guitar, strings, winds with harp; rubato and swells."""

from __future__ import annotations

from typing import Final

from core.synthesis import progressions as forms
from core.synthesis.recipes.recipe import LineUp, Recipe, Slot, Sound, Voice

CLASSICAL: Final = Recipe(
    genre="classical",
    tempo_bpm=(58.0, 132.0),
    progressions=(
        forms.CADENTIAL,
        forms.CANON,
        forms.CLASSICAL_PERIOD,
        forms.CLASSICAL_SECONDARY,
        forms.MINOR_CADENTIAL,
        forms.MINOR_SEQUENCE,
        forms.MINOR_SEQUENCE,
    ),
    major_scales=("major",),
    minor_scales=("minor", "harmonic minor"),
    line_ups=(
        LineUp(
            "solo piano",
            (
                Slot("bass", (Voice("cello line", ("piano",), level_db=-4.0),), 0.7),
                Slot(
                    "chords",
                    (
                        Voice("Alberti bass", ("piano",), 1.5, centre=55),
                        Voice("arpeggio", ("piano",), centre=54),
                        Voice("half-note chords", ("piano",), centre=57),
                    ),
                ),
                Slot("lead", (Voice("melody", ("piano",), centre=74, density=0.55),)),
            ),
            metres=(4, 4, 3),
            weight=1.3,
        ),
        LineUp(
            "string ensemble",
            (
                Slot("bass", (Voice("cello line", ("cello",), level_db=-4.0),)),
                Slot(
                    "chords",
                    (Voice("pad", ("strings",), centre=60), Voice("half-note chords", ("strings",), centre=60)),
                ),
                Slot("colour", (Voice("counterpoint", ("cello", "violin"), centre=62),), 0.6),
                Slot("lead", (Voice("melody", ("violin", "strings"), centre=76, density=0.45),)),
            ),
            metres=(4, 4, 3),
            weight=1.5,
        ),
        LineUp(
            "winds and harp",
            (
                Slot("bass", (Voice("cello line", ("cello",), level_db=-4.0),), 0.7),
                Slot("chords", (Voice("arpeggio", ("harp", "nylon guitar", "harpsichord"), centre=58),)),
                Slot("colour", (Voice("pad", ("strings",), level_db=-2.0, centre=60),), 0.5),
                Slot("lead", (Voice("melody", ("flute", "clarinet", "violin"), centre=76, density=0.5),)),
            ),
            metres=(4, 3),
        ),
        LineUp(
            "baroque",
            (
                Slot(
                    "bass", (Voice("two-feel", ("cello",), level_db=-4.0), Voice("walking", ("cello",), level_db=-4.0))
                ),
                Slot(
                    "chords",
                    (
                        Voice("arpeggio", ("harpsichord", "nylon guitar"), centre=60),
                        Voice("eighth-note chords", ("harpsichord",), centre=60),
                    ),
                ),
                Slot("colour", (Voice("counterpoint", ("violin", "clarinet"), centre=67),), 0.6),
                Slot("lead", (Voice("melody", ("violin", "flute", "trumpet"), centre=76, density=0.75),)),
            ),
            metres=(4, 3),
        ),
        LineUp(
            "guitar solo",
            (
                Slot(
                    "chords",
                    (Voice("Travis picking", ("nylon guitar",)), Voice("arpeggio", ("nylon guitar",), centre=54)),
                ),
                Slot("lead", (Voice("melody", ("nylon guitar",), centre=70, density=0.5),)),
            ),
            metres=(4, 3),
            weight=0.7,
        ),
    ),
    sound=Sound(
        balance_db=(-20.9, -12.0, -6.6, -5.7, -8.2, -11.6, -20.5, -32.5),
        cutoff_hz=(5500.0, 9500.0),
        tilt_db=(-0.8, 0.8),
        room_s=(1.0, 2.0),
        wet=(0.45, 0.9),
        rms_db=(-28.0, -19.0),
        drive=(0.06, 0.14),
    ),
    relatives=(("jazz", 1.0), ("country", 0.3), ("pop", 0.3)),
    humanise_s=0.011,
    rubato=(0.02, 0.09),
    dynamics=(0.3, 0.6),
)
