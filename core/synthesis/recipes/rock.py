"""Rock: driven guitars, straight eighths, backbeat, I-bVII-IV and its relatives; some ballads and shuffles."""

from __future__ import annotations

from typing import Final

from core.synthesis import progressions as forms
from core.synthesis.recipes.recipe import LineUp, Recipe, Slot, Sound, Voice

ROCK: Final = Recipe(
    genre="rock",
    tempo_bpm=(86.0, 158.0),
    progressions=(
        forms.MIXOLYDIAN_ROCK,
        forms.MIXOLYDIAN_ROCK,
        forms.THREE_CHORDS,
        forms.AEOLIAN_ROCK,
        forms.MINOR_POP,
        forms.AXIS,
        forms.TWELVE_BAR_BLUES,
    ),
    major_scales=("major pentatonic", "mixolydian", "blues"),
    minor_scales=("minor pentatonic", "blues"),
    line_ups=(
        LineUp(
            "rock band",
            (
                Slot("bass", (Voice("driving eighths", ("picked bass", "electric bass")),)),
                Slot(
                    "chords",
                    (
                        Voice("power eighths", ("crunch guitar",), 2.0, level_db=4.5),
                        Voice("held power chords", ("crunch guitar", "distorted guitar"), 1.5, level_db=4.5),
                        Voice("shuffle riff", ("overdriven guitar",), 0.7, level_db=2.0),
                    ),
                ),
                Slot(
                    "colour",
                    (
                        Voice("strummed", ("acoustic guitar", "clean electric guitar"), level_db=1.0),
                        Voice("pad", ("organ",), centre=62),
                        Voice("riff", ("overdriven guitar",), centre=60, level_db=4.0, density=0.6),
                        Voice("eighth-note chords", ("piano",), centre=64),
                    ),
                    0.7,
                ),
                Slot(
                    "lead",
                    (
                        Voice(
                            "melody",
                            (
                                "male voice",
                                "shouter",
                            ),
                            2.0,
                            centre=65,
                            density=0.5,
                        ),
                        Voice("solo", ("blues guitar", "lead guitar"), centre=71, density=0.6),
                        Voice("answers", ("overdriven guitar",), centre=69, density=0.6),
                    ),
                    0.85,
                ),
            ),
            kits=("rock drums", "rock drums", "studio drums"),
            patterns=("rock eighths", "rock push", "rock ride", "half-time rock", "shuffle"),
            weight=2.5,
        ),
        LineUp(
            "clean ballad",
            (
                Slot("bass", (Voice("syncopated", ("electric bass",)), Voice("pedal", ("electric bass",)))),
                Slot(
                    "chords",
                    (
                        Voice("arpeggio", ("clean electric guitar", "acoustic guitar"), centre=60),
                        Voice("strummed", ("acoustic guitar",)),
                    ),
                ),
                Slot(
                    "colour",
                    (Voice("pad", ("organ", "strings"), centre=62), Voice("held power chords", ("crunch guitar",))),
                    0.6,
                ),
                Slot(
                    "lead", (Voice("melody", ("male voice", "shouter", "overdriven guitar"), centre=65, density=0.45),)
                ),
            ),
            kits=("rock drums", "studio drums"),
            patterns=("rock eighths", "pop ballad", "half-time rock"),
        ),
    ),
    sound=Sound(
        balance_db=(-9.6, -6.6, -7.2, -9.1, -10.5, -10.1, -14.3, -20.7),
        cutoff_hz=(5500.0, 10000.0),
        tilt_db=(-0.8, 0.8),
        room_s=(0.4, 1.1),
        wet=(0.15, 0.4),
        rms_db=(-17.5, -13.0),
        drive=(0.22, 0.45),
        drums_db=(-9.0, -5.5),
    ),
    relatives=(("metal", 1.2), ("blues", 1.0), ("pop", 0.7), ("country", 0.7)),
    swing=(0.0, 0.1),
    humanise_s=0.006,
)
