"""Country: boom-chick and train beats, alternating bass, banjo, fiddle, pedal steel; sometimes a waltz."""

from __future__ import annotations

from typing import Final

from core.synthesis import progressions as forms
from core.synthesis.recipes.recipe import LineUp, Recipe, Slot, Sound, Voice

COUNTRY: Final = Recipe(
    genre="country",
    tempo_bpm=(78.0, 150.0),
    progressions=(
        forms.COUNTRY_EIGHT,
        forms.COUNTRY_EIGHT,
        forms.COUNTRY_FOUR,
        forms.COUNTRY_SIXTEEN,
        forms.THREE_CHORDS,
        forms.AXIS,
        forms.FIFTIES,
    ),
    major_scales=("major pentatonic", "major", "major blues"),
    minor_scales=("minor pentatonic",),
    line_ups=(
        LineUp(
            "honky-tonk band",
            (
                Slot("bass", (Voice("root and fifth", ("electric bass", "electric bass", "double bass")),)),
                Slot(
                    "chords",
                    (
                        Voice("boom-chick", ("acoustic guitar",), 2.0),
                        Voice("strummed", ("acoustic guitar",)),
                        Voice("boom-chick", ("clean electric guitar",)),
                    ),
                ),
                Slot(
                    "colour",
                    (
                        Voice("high line", ("pedal steel", "fiddle"), 2.0, centre=66),
                        Voice("answers", ("pedal steel", "fiddle"), 1.5, centre=69, density=0.5),
                        Voice("arpeggio", ("banjo",), 0.7, centre=64),
                    ),
                    0.7,
                ),
                Slot(
                    "lead",
                    (
                        Voice(
                            "melody",
                            ("male voice", "female voice"),
                            4.0,
                            centre=62,
                            density=0.5,
                            level_db=2.0,
                        ),
                        Voice("melody", ("fiddle", "pedal steel"), centre=67, density=0.5),
                    ),
                ),
            ),
            kits=("studio drums", "studio drums", "brushes"),
            patterns=("train beat", "country two-beat", "country rock", "country rock", "country waltz"),
            weight=4.0,
        ),
        LineUp(
            "bluegrass",
            (
                Slot("bass", (Voice("root and fifth", ("double bass",)),)),
                Slot(
                    "chords", (Voice("boom-chick", ("acoustic guitar",)), Voice("Travis picking", ("acoustic guitar",)))
                ),
                Slot("colour", (Voice("arpeggio", ("banjo",), centre=65, level_db=3.0),), 0.8),
                Slot("lead", (Voice("melody", ("fiddle", "banjo"), centre=71, density=0.75),)),
            ),
            metres=(4, 4, 3),
        ),
    ),
    sound=Sound(
        balance_db=(-8.4, -7.6, -7.9, -8.5, -10.2, -11.1, -14.0, -19.9),
        cutoff_hz=(6000.0, 10000.0),
        tilt_db=(-0.8, 0.8),
        room_s=(0.4, 1.1),
        wet=(0.15, 0.4),
        rms_db=(-18.5, -13.5),
        drive=(0.12, 0.3),
        drums_db=(-12.5, -8.5),
    ),
    relatives=(("rock", 1.0), ("blues", 1.0), ("pop", 0.7)),
    swing=(0.0, 0.35),
    humanise_s=0.007,
    dynamics=(0.05, 0.2),
)
