"""Jazz: ii-V-I and its relatives, walking bass, swung ride, comping, an improvised line; sometimes bossa."""

from __future__ import annotations

from typing import Final

from core.synthesis import progressions as forms
from core.synthesis.recipes.recipe import LineUp, Recipe, Slot, Sound, Voice

JAZZ: Final = Recipe(
    genre="jazz",
    tempo_bpm=(80.0, 192.0),
    progressions=(
        forms.TWO_FIVE_ONE_LONG,
        forms.RHYTHM_CHANGES,
        forms.RHYTHM_CHANGES,
        forms.AUTUMN_CYCLE,
        forms.AUTUMN_CYCLE,
        forms.JAZZ_BLUES,
        forms.MODAL_DORIAN,
        forms.MINOR_TWO_FIVE_ONE,
    ),
    major_scales=("major", "mixolydian", "major blues"),
    minor_scales=("dorian", "harmonic minor", "blues"),
    line_ups=(
        LineUp(
            "quartet",
            (
                Slot(
                    "bass",
                    (
                        Voice("walking", ("double bass",), 3.0, level_db=-1.5),
                        Voice("two-feel", ("double bass",), level_db=-1.5),
                    ),
                ),
                Slot(
                    "chords",
                    (
                        Voice("stabs", ("piano",), 2.0, centre=61),
                        Voice("stabs", ("jazz guitar", "vibraphone"), centre=60),
                        Voice("quarter-note chords", ("jazz guitar",), centre=58, level_db=-2.0),
                    ),
                ),
                Slot(
                    "lead",
                    (
                        Voice("solo", ("saxophone", "trumpet", "clarinet"), 2.0, centre=67, density=0.55),
                        Voice("melody", ("saxophone", "trumpet"), centre=66, density=0.55),
                    ),
                ),
            ),
            kits=("jazz drums", "jazz drums", "brushes"),
            patterns=("swing ride", "swing ride comping", "jazz waltz", "brush ballad"),
            weight=2.0,
        ),
        LineUp(
            "trio",
            (
                Slot(
                    "bass",
                    (
                        Voice("walking", ("double bass",), 2.0, level_db=-1.5),
                        Voice("two-feel", ("double bass",), level_db=-1.5),
                    ),
                ),
                Slot(
                    "chords",
                    (Voice("stabs", ("piano", "jazz guitar"), centre=58), Voice("pad", ("piano",), centre=58)),
                ),
                Slot("lead", (Voice("solo", ("piano", "vibraphone", "jazz guitar"), centre=73, density=0.65),)),
            ),
            kits=("jazz drums", "brushes"),
            patterns=("swing ride", "swing ride comping", "brush ballad", "jazz waltz"),
        ),
        LineUp(
            "bossa",
            (
                Slot("bass", (Voice("two-feel", ("double bass", "electric bass")),)),
                Slot("chords", (Voice("stabs", ("nylon guitar",), 2.0, centre=58), Voice("loop", ("electric piano",)))),
                Slot(
                    "lead",
                    (Voice("melody", ("flute", "saxophone", "female voice", "vibraphone"), centre=70, density=0.5),),
                ),
            ),
            kits=("brushes", "jazz drums"),
            patterns=("bossa nova",),
            weight=0.35,
        ),
        LineUp(
            "big band",
            (
                Slot("bass", (Voice("walking", ("double bass",), level_db=-1.5),)),
                Slot("chords", (Voice("quarter-note chords", ("jazz guitar", "piano"), centre=59, level_db=-2.0),)),
                Slot("colour", (Voice("horn hits", ("brass section",), centre=63, level_db=4.0),)),
                Slot("lead", (Voice("answers", ("trumpet", "saxophone", "clarinet"), centre=69, density=0.6),)),
            ),
            kits=("jazz drums",),
            patterns=("swing ride", "swing ride comping"),
            weight=0.6,
        ),
    ),
    sound=Sound(
        balance_db=(-10.8, -9.1, -7.6, -6.6, -8.7, -12.4, -19.3, -30.9),
        cutoff_hz=(4500.0, 9500.0),
        tilt_db=(-0.8, 0.8),
        room_s=(0.5, 1.3),
        wet=(0.2, 0.5),
        rms_db=(-24.0, -15.0),
        drive=(0.08, 0.2),
        drums_db=(-11.0, -6.0),
    ),
    relatives=(("blues", 1.2), ("classical", 0.6), ("country", 0.2), ("hiphop", 0.3)),
    swing=(0.55, 1.0),
    humanise_s=0.009,
    dynamics=(0.1, 0.3),
)
