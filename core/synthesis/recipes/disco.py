"""Disco: four on the floor with open hats on the off-beat, octave bass, chopped guitar, high strings."""

from __future__ import annotations

from typing import Final

from core.synthesis import progressions as forms
from core.synthesis.recipes.recipe import LineUp, Recipe, Slot, Sound, Voice

DISCO: Final = Recipe(
    genre="disco",
    tempo_bpm=(104.0, 130.0),
    progressions=(
        forms.DISCO_MINOR,
        forms.DISCO_FALLING,
        forms.DISCO_MAJOR,
        forms.MODAL_DORIAN,
        forms.AEOLIAN_ROCK,
        forms.AXIS_FROM_SIXTH,
    ),
    major_scales=("major", "major pentatonic"),
    minor_scales=("dorian", "minor pentatonic"),
    line_ups=(
        LineUp(
            "disco orchestra",
            (
                Slot(
                    "bass",
                    (
                        Voice("octaves", ("electric bass", "synth bass"), 2.0),
                        Voice("syncopated", ("electric bass",), 0.7),
                    ),
                ),
                Slot(
                    "chords",
                    (
                        Voice("chop", ("clean electric guitar",), 2.0, centre=66),
                        Voice("stabs", ("electric piano", "piano"), centre=62),
                        Voice("eighth-note chords", ("piano",), centre=62),
                    ),
                ),
                Slot(
                    "colour",
                    (
                        Voice("high line", ("strings",), 3.0, centre=73, level_db=3.0),
                        Voice("horn hits", ("brass section",), centre=65, level_db=4.0),
                        Voice("pad", ("strings", "synth pad"), centre=66),
                    ),
                    0.85,
                ),
                Slot(
                    "lead",
                    (
                        Voice("melody", ("soul singer", "backing vocals"), 1.5, centre=68, density=0.5),
                        Voice("answers", ("brass section", "strings", "saxophone"), centre=69, density=0.6),
                        Voice("melody", ("synth lead",), centre=70, density=0.6),
                    ),
                    0.8,
                ),
            ),
            kits=("disco drums", "studio drums", "drum machine"),
            patterns=("disco", "disco", "disco sixteenths", "disco claps"),
        ),
    ),
    sound=Sound(
        balance_db=(-7.0, -6.6, -10.2, -10.7, -9.9, -10.1, -13.3, -16.1),
        cutoff_hz=(6500.0, 10000.0),
        tilt_db=(-0.8, 0.8),
        room_s=(0.4, 1.1),
        wet=(0.15, 0.4),
        rms_db=(-17.0, -13.0),
        drive=(0.18, 0.36),
        drums_db=(-8.5, -5.5),
    ),
    relatives=(("pop", 1.2), ("hiphop", 0.8), ("rock", 0.4)),
    swing=(0.0, 0.1),
    humanise_s=0.004,
)
