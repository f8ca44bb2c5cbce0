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
                Slot("bass", (Voice("root and fifth", ("double bass", "electric bass")),)),
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
                        Voice("high line", ("pedal steel", "fiddle"), centre=66),
                        Voice("arpeggio", ("banjo",), centre=64, level_db=2.0),
                        Voice("half-note chords", ("piano",), centre=62),
                    ),
                    0.7,
                ),
                Slot(
                    "lead",
                    (
                        Voice("melody", ("voice", "fiddle", "pedal steel"), 1.5, centre=66, density=0.5),
                        Voice("answers", ("pedal steel", "clean electric guitar", "fiddle"), centre=67, density=0.6),
                    ),
                ),
            ),
            kits=("studio drums", "brushes"),
            patterns=("train beat", "country two-beat", "country rock", "country waltz"),
            weight=2.5,
        ),
        LineUp(
            "bluegrass",
            (
                Slot("bass", (Voice("root and fifth", ("double bass",)),)),
                Slot(
                    "chords", (Voice("boom-chick", ("acoustic guitar",)), Voice("Travis picking", ("acoustic guitar",)))
                ),
                Slot("colour", (Voice("arpeggio", ("banjo",), centre=65, level_db=3.0),), 0.8),
                Slot("lead", (Voice("melody", ("fiddle", "banjo", "harmonica"), centre=71, density=0.75),)),
            ),
            metres=(4, 4, 3),
        ),
    ),
    sound=Sound(
        cutoff_hz=(4200.0, 6200.0),
        tilt_db=(-1.0, 0.4),
        room_s=(0.4, 1.1),
        wet=(0.15, 0.4),
        rms_db=(-21.5, -17.0),
        drive=(0.12, 0.3),
        drums_db=(-12.5, -8.5),
    ),
    relatives=(("rock", 1.0), ("blues", 1.0), ("pop", 0.7)),
    swing=(0.0, 0.35),
    humanise_s=0.007,
    dynamics=(0.05, 0.2),
)
