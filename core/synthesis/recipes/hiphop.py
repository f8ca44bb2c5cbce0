"""Hip-hop: boom-bap and drum-machine beats with swung sixteenths, deep bass, a two-bar loop, speech-like vocals."""

from __future__ import annotations

from typing import Final

from core.synthesis import progressions as forms
from core.synthesis.recipes.recipe import LineUp, Recipe, Slot, Sound, Voice

HIPHOP: Final = Recipe(
    genre="hiphop",
    tempo_bpm=(76.0, 114.0),
    progressions=(
        forms.SOUL_LOOP,
        forms.HIPHOP_MINOR,
        forms.HIPHOP_ONE,
        forms.HIPHOP_JAZZ,
        forms.AEOLIAN_ROCK,
        forms.REGGAE_DESCENT,
    ),
    major_scales=("major pentatonic",),
    minor_scales=("minor pentatonic", "minor", "dorian"),
    line_ups=(
        LineUp(
            "sampled loop",
            (
                Slot(
                    "bass",
                    (
                        Voice("sub notes", ("sub bass", "electric bass", "double bass"), 2.0, level_db=4.0),
                        Voice("syncopated", ("electric bass", "synth bass"), level_db=1.0),
                    ),
                ),
                Slot(
                    "chords",
                    (
                        Voice(
                            "loop", ("electric piano", "piano", "vibraphone", "jazz guitar", "strings"), 3.0, centre=62
                        ),
                        Voice("stabs", ("electric piano", "organ"), centre=61),
                    ),
                ),
                Slot(
                    "colour",
                    (
                        Voice("horn hits", ("brass section", "strings"), centre=64, level_db=2.0),
                        Voice("pad", ("strings", "synth pad"), centre=62, level_db=-2.0),
                        Voice("riff", ("flute", "synth pluck"), centre=72, density=0.4),
                    ),
                    0.5,
                ),
                Slot("lead", (Voice("rap", ("voice",), centre=52, density=0.7, level_db=1.0),), 0.8),
            ),
            kits=("sampled drums", "drum machine", "studio drums"),
            patterns=("boom bap", "boom bap", "boom bap busy", "half-time rock"),
            weight=2.0,
        ),
        LineUp(
            "drum machine",
            (
                Slot("bass", (Voice("sub notes", ("sub bass",), level_db=5.0), Voice("syncopated", ("synth bass",)))),
                Slot(
                    "chords",
                    (
                        Voice("loop", ("synth pluck", "piano", "strings", "synth pad"), centre=64),
                        Voice("pad", ("synth pad",), centre=60),
                    ),
                ),
                Slot("colour", (Voice("riff", ("synth lead", "flute", "synth pluck"), centre=74, density=0.4),), 0.5),
                Slot("lead", (Voice("rap", ("voice",), centre=53, density=0.6, level_db=1.0),), 0.8),
            ),
            kits=("drum machine",),
            patterns=("trap", "electro", "boom bap"),
        ),
    ),
    sound=Sound(
        cutoff_hz=(3400.0, 5400.0),
        tilt_db=(-2.4, -0.8),
        room_s=(0.2, 0.7),
        wet=(0.08, 0.25),
        rms_db=(-18.5, -15.0),
        drive=(0.2, 0.42),
        drums_db=(-6.5, -3.0),
    ),
    relatives=(("reggae", 1.0), ("pop", 1.0), ("disco", 0.8), ("jazz", 0.4)),
    swing=(0.0, 0.6),
    swing_unit_beats=0.25,
    humanise_s=0.005,
)
