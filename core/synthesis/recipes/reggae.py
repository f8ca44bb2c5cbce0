"""Reggae: one-drop, rockers and steppers, skank on the off-beat, organ bubble, melodic bass in front."""

from __future__ import annotations

from typing import Final

from core.synthesis import progressions as forms
from core.synthesis.recipes.recipe import LineUp, Recipe, Slot, Sound, Voice

REGGAE: Final = Recipe(
    genre="reggae",
    tempo_bpm=(64.0, 98.0),
    progressions=(
        forms.REGGAE_MINOR,
        forms.REGGAE_MAJOR,
        forms.REGGAE_THREE,
        forms.REGGAE_TWO,
        forms.REGGAE_DESCENT,
        forms.THREE_CHORDS,
    ),
    major_scales=("major pentatonic", "major"),
    minor_scales=("minor pentatonic", "minor"),
    line_ups=(
        LineUp(
            "roots band",
            (
                Slot(
                    "bass",
                    (
                        Voice("reggae riff", ("electric bass",), 3.0, level_db=2.0),
                        Voice("reggae riff", ("sub bass", "synth bass"), level_db=2.0),
                    ),
                ),
                Slot(
                    "chords",
                    (
                        Voice("skank", ("clean electric guitar",), 2.5, centre=66, level_db=3.5),
                        Voice("skank", ("piano", "piano", "organ"), 2.0, centre=64, level_db=3.0),
                    ),
                ),
                Slot(
                    "colour",
                    (
                        Voice("bubble", ("organ",), 2.0, centre=64, level_db=2.0),
                        Voice("horn hits", ("brass section",), centre=64, level_db=4.0),
                        Voice("pad", ("organ", "backing vocals"), centre=64),
                    ),
                    0.75,
                ),
                Slot(
                    "lead",
                    (
                        Voice(
                            "melody",
                            (
                                "male voice",
                                "soul singer",
                            ),
                            2.0,
                            centre=63,
                            density=0.5,
                        ),
                        Voice("melody", ("trumpet", "saxophone", "flute"), centre=67, density=0.4),
                        Voice("answers", ("backing vocals", "clean electric guitar"), centre=66, density=0.5),
                        Voice("rap", ("rapper",), 0.4, centre=54, density=0.6),
                    ),
                    0.85,
                ),
            ),
            kits=("reggae drums", "studio drums"),
            patterns=("one drop", "one drop", "rockers", "steppers"),
        ),
    ),
    sound=Sound(
        balance_db=(-4.2, -5.6, -10.6, -10.9, -13.2, -14.2, -18.0, -21.8),
        cutoff_hz=(6500.0, 9500.0),
        tilt_db=(-0.8, 0.8),
        room_s=(0.5, 1.4),
        wet=(0.2, 0.5),
        rms_db=(-21.0, -15.0),
        drive=(0.22, 0.42),
        drums_db=(-9.5, -5.5),
    ),
    relatives=(("hiphop", 1.2), ("pop", 0.7), ("rock", 0.3)),
    swing=(0.0, 0.5),
    swing_unit_beats=0.25,
    humanise_s=0.007,
)
