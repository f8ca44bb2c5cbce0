"""Metal: palm-muted power chords in minor and Phrygian modes, double kick, gallops, screaming leads; loud and dense."""

from __future__ import annotations

from typing import Final

from core.synthesis import progressions as forms
from core.synthesis.recipes.recipe import LineUp, Recipe, Slot, Sound, Voice

METAL: Final = Recipe(
    genre="metal",
    tempo_bpm=(96.0, 188.0),
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
                    (Voice("chug roots", ("picked bass",), 2.0), Voice("driving eighths", ("picked bass",))),
                ),
                Slot(
                    "chords",
                    (
                        Voice("power chug", ("distorted guitar",), 3.0, level_db=5.0),
                        Voice("power eighths", ("distorted guitar", "crunch guitar"), level_db=5.0),
                        Voice("held power chords", ("distorted guitar",), level_db=4.0),
                    ),
                ),
                Slot(
                    "colour",
                    (
                        Voice("held power chords", ("distorted guitar", "crunch guitar"), level_db=5.0),
                        Voice("riff", ("lead guitar",), centre=57, level_db=4.0, density=0.7),
                        Voice("pad", ("strings", "synth pad"), centre=60, level_db=-1.0),
                    ),
                    0.6,
                ),
                Slot(
                    "lead",
                    (
                        Voice("solo", ("lead guitar",), 1.5, centre=73, density=0.8, level_db=-1.0),
                        Voice("melody", ("lead guitar", "voice"), centre=67, density=0.6),
                    ),
                    0.7,
                ),
            ),
            kits=("metal drums", "metal drums", "rock drums"),
            patterns=("double kick", "thrash", "metal gallop", "metal breakdown", "half-time rock"),
        ),
    ),
    sound=Sound(
        cutoff_hz=(4400.0, 6000.0),
        tilt_db=(-0.2, 1.0),
        room_s=(0.3, 0.9),
        wet=(0.1, 0.3),
        rms_db=(-18.0, -15.0),
        drive=(0.35, 0.6),
        drums_db=(-8.0, -4.5),
    ),
    relatives=(("rock", 1.5), ("pop", 0.2)),
    humanise_s=0.004,
    dynamics=(0.0, 0.08),
)
