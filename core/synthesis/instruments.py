"""The registry of pitched instruments: a name, a renderer, a range and how a note ends."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from core.errors import SynthesisError
from core.synthesis import plucked, sustained
from core.synthesis.constants import SAMPLE_RATE_HZ, Audio

NOTE_RMS: Final = 0.1
LOUDNESS_WINDOW_S: Final = 0.08

Renderer = Callable[[float, int, float, np.random.Generator], Audio]


@dataclass(frozen=True, slots=True)
class Instrument:
    """A pitched instrument.

    Attributes
    ----------
    name : str
        Its name, as descriptions show it.
    render : callable
        (frequency_hz, n_samples, velocity, rng) -> audio of that length at any level.
    lowest, highest : int
        MIDI range; notes outside are played in another octave.
    release_s : float
        Time in which a note that is let go falls silent.
    longest_s : float
        Longest note rendered; a longer one ends here.
    muted : str or None
        Instrument that plays its muted notes, where it has one.
    """

    name: str
    render: Renderer
    lowest: int
    highest: int
    release_s: float = 0.08
    longest_s: float = 3.0
    muted: str | None = None

    def in_range(self, midi: int) -> int:
        """The same pitch class moved by octaves into the instrument's range."""
        while midi < self.lowest:
            midi += 12
        while midi > self.highest:
            midi -= 12
        return midi


_ALL: Final = (
    Instrument("acoustic guitar", plucked.steel_guitar, 40, 84, release_s=0.12, longest_s=2.5, muted="muted guitar"),
    Instrument("nylon guitar", plucked.nylon_guitar, 40, 83, release_s=0.15, longest_s=2.5),
    Instrument("clean electric guitar", plucked.clean_guitar, 40, 86, release_s=0.06, muted="muted guitar"),
    Instrument("jazz guitar", plucked.jazz_guitar, 40, 84, release_s=0.08, longest_s=2.0),
    Instrument("muted guitar", plucked.muted_guitar, 40, 86, release_s=0.03, longest_s=0.3),
    Instrument("banjo", plucked.banjo, 48, 86, release_s=0.05, longest_s=1.0),
    Instrument("harp", plucked.harp, 36, 96, release_s=0.4, longest_s=2.5),
    Instrument("harpsichord", plucked.harpsichord, 36, 88, release_s=0.06, longest_s=1.8),
    Instrument("double bass", plucked.upright_bass, 28, 60, release_s=0.07, longest_s=1.6),
    Instrument("electric bass", plucked.finger_bass, 28, 62, release_s=0.05, longest_s=2.0),
    Instrument("picked bass", plucked.picked_bass, 28, 62, release_s=0.04, longest_s=2.0),
    Instrument("piano", plucked.piano, 28, 100, release_s=0.14, longest_s=2.8),
    Instrument("electric piano", plucked.electric_piano, 36, 92, release_s=0.1, longest_s=2.5),
    Instrument("vibraphone", plucked.vibraphone, 53, 89, release_s=0.25, longest_s=2.2),
    Instrument("distorted guitar", plucked.power_chord, 38, 60, release_s=0.05, longest_s=2.4, muted="palm mute"),
    Instrument("palm mute", plucked.palm_mute, 38, 60, release_s=0.03, longest_s=0.35),
    Instrument("crunch guitar", plucked.crunch_chord, 40, 62, release_s=0.06, longest_s=2.2, muted="crunch mute"),
    Instrument("crunch mute", plucked.crunch_mute, 40, 62, release_s=0.03, longest_s=0.4),
    Instrument("overdriven guitar", plucked.overdriven_guitar, 45, 88, release_s=0.06, longest_s=2.0),
    Instrument("blues guitar", sustained.blues_guitar, 45, 88, release_s=0.06, longest_s=2.0),
    Instrument("slide guitar", sustained.slide_guitar, 45, 84, release_s=0.08, longest_s=2.0),
    Instrument("lead guitar", sustained.lead_distortion, 50, 90, release_s=0.07, longest_s=2.4),
    Instrument("strings", sustained.string_section, 40, 96, release_s=0.2),
    Instrument("violin", sustained.solo_violin, 55, 96, release_s=0.12),
    Instrument("fiddle", sustained.fiddle, 55, 93, release_s=0.06),
    Instrument("cello", sustained.cello, 36, 72, release_s=0.15),
    Instrument("flute", sustained.flute, 60, 96, release_s=0.08),
    Instrument("clarinet", sustained.clarinet, 50, 88, release_s=0.07),
    Instrument("trumpet", sustained.trumpet, 54, 84, release_s=0.06),
    Instrument("brass section", sustained.brass_section, 45, 82, release_s=0.06),
    Instrument("saxophone", sustained.saxophone, 44, 80, release_s=0.06),
    Instrument("harmonica", sustained.harmonica, 55, 90, release_s=0.06),
    Instrument("pedal steel", sustained.pedal_steel, 50, 86, release_s=0.15),
    Instrument("organ", sustained.drawbar_organ, 41, 89, release_s=0.03),
    Instrument("synth pad", sustained.synth_pad, 40, 88, release_s=0.3),
    Instrument("synth lead", sustained.synth_lead, 48, 91, release_s=0.06),
    Instrument("synth pluck", sustained.synth_pluck, 45, 91, release_s=0.08, longest_s=1.2),
    Instrument("synth bass", sustained.synth_bass, 28, 60, release_s=0.03, longest_s=1.6),
    Instrument("sub bass", sustained.sub_bass, 28, 50, release_s=0.06, longest_s=2.0),
)
INSTRUMENTS: Final[dict[str, Instrument]] = {instrument.name: instrument for instrument in _ALL}


def find_instrument(name: str) -> Instrument:
    """The instrument of that name; `SynthesisError` where there is none."""
    try:
        return INSTRUMENTS[name]
    except KeyError:
        raise SynthesisError(f"Unknown instrument {name!r}; known: {', '.join(INSTRUMENTS)}.") from None


def render_note(name: str, frequency_hz: float, duration_s: float, velocity: float, rng: np.random.Generator) -> Audio:
    """Render one held note at the common loudness, so that parts can be balanced by their level alone.

    Parameters
    ----------
    name : str
        Name of the instrument.
    frequency_hz : float
        Pitch, above 0.
    duration_s : float
        Length in seconds, above 0; the note is not released within it.
    velocity : float
        Touch in (0, 1]: it changes the timbre, not the level.
    rng : numpy.random.Generator
        Draws phases and noise.

    Returns
    -------
    ndarray, shape (max(1, round(duration_s * SAMPLE_RATE_HZ)),), float32
        Its loudest 80 ms have an RMS of `NOTE_RMS`.
    """
    n_samples = max(1, round(duration_s * SAMPLE_RATE_HZ))
    audio = find_instrument(name).render(frequency_hz, n_samples, velocity, rng)
    window = min(n_samples, int(LOUDNESS_WINDOW_S * SAMPLE_RATE_HZ))
    blocks = audio[: n_samples - n_samples % window].reshape(-1, window)
    loudest = float(np.sqrt(np.max(np.mean(blocks**2, axis=1))))
    return np.asarray(audio * np.float32(NOTE_RMS / max(loudest, 1e-9)), dtype=np.float32)
