"""Pop: four-chord loops, sung melodies, keyboards and synthesisers, tidy drums."""

from __future__ import annotations

from typing import Final

from core.synthesis import progressions as forms
from core.synthesis.recipes.recipe import LineUp, Recipe, Slot, Sound, Voice

POP: Final = Recipe(
    genre="pop",
    tempo_bpm=(84.0, 132.0),
    progressions=(
        forms.AXIS,
        forms.AXIS,
        forms.AXIS_FROM_SIXTH,
        forms.FIFTIES,
        forms.POP_FOUR,
        forms.MINOR_POP,
    ),
    major_scales=("major", "major pentatonic"),
    minor_scales=("minor", "minor pentatonic"),
    line_ups=(
        LineUp(
            "synth pop",
            (
                Slot(
                    "bass",
                    (
                        Voice("syncopated", ("synth bass", "electric bass")),
                        Voice("driving eighths", ("synth bass",)),
                        Voice("octaves", ("synth bass",), 0.6),
                    ),
                ),
                Slot(
                    "chords",
                    (
                        Voice("pad", ("synth pad",), centre=62),
                        Voice("arpeggio", ("synth pluck",), centre=67),
                        Voice("eighth-note chords", ("synth pluck", "piano"), centre=62),
                    ),
                ),
                Slot(
                    "colour",
                    (
                        Voice("arpeggio", ("synth pluck",), centre=72),
                        Voice("pad", ("backing vocals", "strings", "synth pad"), centre=64),
                        Voice("chop", ("clean electric guitar",), centre=66),
                    ),
                    0.7,
                ),
                Slot(
                    "lead",
                    (
                        Voice("melody", ("voice",), 2.5, centre=68, density=0.55, level_db=2.5),
                        Voice("melody", ("synth lead",), centre=72, density=0.55),
                    ),
                ),
            ),
            kits=("drum machine", "studio drums"),
            patterns=("pop four", "pop sixteenths", "rock eighths", "electro"),
            weight=2.5,
        ),
        LineUp(
            "singer with band",
            (
                Slot(
                    "bass",
                    (
                        Voice("syncopated", ("electric bass",)),
                        Voice("driving eighths", ("electric bass",)),
                        Voice("pedal", ("electric bass",)),
                    ),
                ),
                Slot(
                    "chords",
                    (
                        Voice("quarter-note chords", ("piano", "electric piano"), 1.5, centre=62),
                        Voice("strummed", ("acoustic guitar",)),
                        Voice("arpeggio", ("clean electric guitar", "piano"), centre=62),
                    ),
                ),
                Slot(
                    "colour",
                    (Voice("pad", ("strings", "backing vocals", "organ"), centre=65),),
                    0.7,
                ),
                Slot("lead", (Voice("melody", ("voice",), centre=67, density=0.5, level_db=2.5),)),
            ),
            kits=("studio drums", "rock drums", "drum machine"),
            patterns=("pop ballad", "rock eighths", "pop sixteenths", "rock push"),
        ),
    ),
    sound=Sound(
        cutoff_hz=(4400.0, 6200.0),
        tilt_db=(-1.2, -0.1),
        room_s=(0.4, 1.2),
        wet=(0.15, 0.45),
        rms_db=(-18.5, -16.0),
        drive=(0.18, 0.38),
        drums_db=(-9.5, -5.5),
    ),
    relatives=(("disco", 0.7), ("rock", 1.0), ("hiphop", 0.8), ("country", 0.4)),
    swing=(0.0, 0.1),
    humanise_s=0.005,
)
