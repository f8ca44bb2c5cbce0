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
                        Voice("sub notes", ("sub bass", "sub bass", "double bass"), 3.0, level_db=4.0),
                        Voice("syncopated", ("electric bass", "synth bass"), level_db=1.0),
                    ),
                ),
                Slot(
                    "chords",
                    (
                        Voice(
                            "loop",
                            ("electric piano", "vibraphone", "jazz guitar", "strings", "synth pad"),
                            3.0,
                            centre=62,
                            level_db=-3.0,
                        ),
                        Voice("stabs", ("electric piano", "organ"), 0.6, centre=61, level_db=-3.0),
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
                Slot("lead", (Voice("rap", ("rapper",), centre=51, density=0.8, level_db=4.0),), 0.95),
            ),
            kits=("sampled drums", "drum machine"),
            patterns=("boom bap", "boom bap", "boom bap busy"),
            weight=2.0,
        ),
        LineUp(
            "drum machine",
            (
                Slot("bass", (Voice("sub notes", ("sub bass",), level_db=5.0), Voice("syncopated", ("synth bass",)))),
                Slot(
                    "chords",
                    (
                        Voice("loop", ("synth pluck", "strings", "synth pad"), centre=64, level_db=-2.0),
                        Voice("pad", ("synth pad",), centre=60),
                    ),
                ),
                Slot("colour", (Voice("riff", ("synth lead", "flute", "synth pluck"), centre=74, density=0.4),), 0.5),
                Slot("lead", (Voice("rap", ("rapper",), centre=52, density=0.8, level_db=4.0),), 0.95),
            ),
            kits=("drum machine",),
            patterns=("trap", "electro", "boom bap"),
        ),
    ),
    sound=Sound(
        balance_db=(-4.9, -7.1, -10.1, -11.4, -11.9, -13.1, -14.7, -18.2),
        cutoff_hz=(7000.0, 10000.0),
        tilt_db=(-0.8, 0.8),
        room_s=(0.2, 0.7),
        wet=(0.08, 0.25),
        rms_db=(-14.5, -10.0),
        drive=(0.35, 0.6),
        drums_db=(-6.5, -3.0),
    ),
    relatives=(("reggae", 1.0), ("pop", 1.0), ("disco", 0.8), ("jazz", 0.4)),
    swing=(0.0, 0.6),
    swing_unit_beats=0.25,
    humanise_s=0.005,
)
