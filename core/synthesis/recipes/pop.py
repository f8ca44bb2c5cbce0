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
            "produced pop",
            (
                Slot(
                    "bass",
                    (
                        Voice("syncopated", ("synth bass", "electric bass"), 1.5, level_db=1.0),
                        Voice("sub notes", ("sub bass", "synth bass"), 1.5, level_db=2.0),
                        Voice("octaves", ("synth bass",), 0.5),
                    ),
                ),
                Slot(
                    "chords",
                    (
                        Voice("pad", ("synth pad", "strings"), 1.5, centre=62),
                        Voice("half-note chords", ("electric piano", "piano"), 1.5, centre=62),
                        Voice("strummed", ("acoustic guitar",)),
                        Voice("eighth-note chords", ("synth pluck",), 0.7, centre=62),
                    ),
                ),
                Slot(
                    "colour",
                    (
                        Voice("answers", ("backing vocals",), 2.0, centre=67, density=0.5, level_db=4.0),
                        Voice("pad", ("backing vocals",), centre=66, level_db=2.0),
                        Voice("arpeggio", ("synth pluck", "clean electric guitar"), 0.7, centre=70),
                        Voice("chop", ("clean electric guitar",), 0.7, centre=66),
                    ),
                    0.8,
                ),
                Slot(
                    "lead",
                    (
                        Voice(
                            "melody",
                            ("female voice", "female voice", "female voice", "male voice"),
                            6.0,
                            centre=66,
                            density=0.6,
                            level_db=5.5,
                        ),
                        Voice("melody", ("synth lead",), centre=72, density=0.55),
                    ),
                ),
            ),
            kits=("drum machine", "drum machine", "studio drums"),
            patterns=("pop four", "pop sixteenths", "pop claps", "pop claps", "electro"),
            weight=2.5,
        ),
        LineUp(
            "singer with band",
            (
                Slot(
                    "bass",
                    (Voice("syncopated", ("electric bass",)), Voice("pedal", ("electric bass", "synth bass"))),
                ),
                Slot(
                    "chords",
                    (
                        Voice("quarter-note chords", ("piano", "electric piano"), 1.5, centre=62),
                        Voice("strummed", ("acoustic guitar",)),
                        Voice("arpeggio", ("clean electric guitar", "piano"), centre=62),
                    ),
                ),
                Slot("colour", (Voice("pad", ("strings", "backing vocals", "synth pad"), centre=65),), 0.8),
                Slot(
                    "lead",
                    (
                        Voice(
                            "melody",
                            ("female voice", "female voice", "male voice"),
                            centre=66,
                            density=0.5,
                            level_db=5.5,
                        ),
                    ),
                ),
            ),
            kits=("studio drums", "drum machine"),
            patterns=("pop ballad", "pop sixteenths", "pop claps", "rock push"),
        ),
    ),
    sound=Sound(
        balance_db=(-6.7, -7.3, -9.0, -9.8, -9.1, -11.7, -15.3, -15.8),
        cutoff_hz=(8000.0, 10000.0),
        tilt_db=(-0.8, 0.8),
        room_s=(0.4, 1.2),
        wet=(0.15, 0.45),
        rms_db=(-15.5, -11.5),
        drive=(0.3, 0.5),
        drums_db=(-7.0, -3.5),
    ),
    relatives=(("disco", 0.7), ("rock", 1.0), ("hiphop", 0.8), ("country", 0.4)),
    swing=(0.0, 0.1),
    humanise_s=0.005,
)
