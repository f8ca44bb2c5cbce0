"""Metal: palm-muted power chords in minor and Phrygian modes, double kick, gallops, screaming leads; loud and dense."""

from __future__ import annotations

from typing import Final

from core.synthesis import progressions as forms
from core.synthesis.recipes.recipe import LineUp, Recipe, Slot, Sound, Voice

METAL: Final = Recipe(
    genre="metal",
    tempo_bpm=(88.0, 176.0),
    progressions=(
        forms.METAL_AEOLIAN,
        forms.METAL_PHRYGIAN,
        forms.METAL_CHROMATIC,
        forms.METAL_GALLOP,
        forms.AEOLIAN_ROCK,
        forms.ANDALUSIAN,
    ),
    major_scales=("minor pentatonic", "mixolydian"),
    minor_scales=("minor", "phrygian", "harmonic minor"),
    line_ups=(
        LineUp(
            "two guitars",
            (
                Slot(
                    "bass",
                    (
                        Voice("chug roots", ("picked bass",), 2.0),
                        Voice("driving eighths", ("picked bass", "electric bass")),
                    ),
                ),
                Slot(
                    "chords",
                    (
                        Voice("power chug", ("distorted guitar",), 2.0, level_db=5.0),
                        Voice("power eighths", ("distorted guitar",), level_db=5.0),
                        Voice("held power chords", ("distorted guitar",), 3.0, level_db=5.0),
                    ),
                ),
                Slot(
                    "colour",
                    (
                        Voice(
                            "held power chords",
                            ("distorted guitar", "distorted guitar", "crunch guitar"),
                            4.0,
                            level_db=5.0,
                        ),
                        Voice("riff", ("lead guitar",), 0.7, centre=57, level_db=4.0, density=0.7),
                        Voice("pad", ("strings",), 0.4, centre=60, level_db=-1.0),
                    ),
                    0.8,
                ),
                Slot(
                    "lead",
                    (
                        Voice("solo", ("lead guitar",), centre=73, density=0.8, level_db=-1.0),
                        Voice(
                            "melody",
                            ("shouter", "shouter", "shouter", "male voice"),
                            3.0,
                            centre=62,
                            density=0.55,
                            level_db=2.0,
                        ),
                    ),
                    0.85,
                ),
            ),
            kits=("metal drums", "metal drums", "metal drums", "rock drums"),
            patterns=("double kick", "double kick", "thrash", "metal gallop", "metal gallop", "metal breakdown"),
        ),
    ),
    sound=Sound(
        balance_db=(-8.5, -6.8, -8.5, -11.5, -11.2, -9.1, -9.5, -16.4),
        cutoff_hz=(6500.0, 10000.0),
        tilt_db=(-0.8, 0.8),
        room_s=(0.3, 0.9),
        wet=(0.1, 0.3),
        rms_db=(-18.5, -13.0),
        drive=(0.35, 0.6),
        drums_db=(-8.0, -4.5),
    ),
    relatives=(("rock", 1.5),),
    humanise_s=0.004,
    dynamics=(0.0, 0.08),
)
