"""Drum sounds and kits: swept sines for skins, filtered noise and inharmonic partials for metal.

Every stroke is short, band-limited below about 9 kHz, and differs a little from the next of the same drum because the
noise is drawn anew.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from types import MappingProxyType
from typing import Final

import numpy as np

from core.errors import SynthesisError
from core.synthesis.constants import SAMPLE_RATE_HZ, Audio
from core.synthesis.effects import filter_audio, saturate
from core.synthesis.tones import decay_envelope, fade_edges, noise

CYMBAL_RATIOS: Final = (1.0, 1.342, 1.4925, 1.781, 2.115, 2.63)
"""Partials of a metal plate, relative to the lowest; no two are in a simple ratio."""

HEAD_RATIOS: Final = (1.0, 1.59, 2.14, 2.3)
"""Modes of an ideal circular membrane, relative to the lowest."""

DrumRenderer = Callable[[np.random.Generator], Audio]


def _n(duration_s: float) -> int:
    return int(duration_s * SAMPLE_RATE_HZ)


def _noise_burst(rng: np.random.Generator, decay_s: float, low_hz: float, high_hz: float) -> Audio:
    n_samples = _n(6.0 * decay_s)
    burst = filter_audio(noise(n_samples, rng), "band", low_hz, high_hz)
    return burst * decay_envelope(n_samples, decay_s)


def _layer(*sounds: tuple[float, Audio]) -> Audio:
    mixed = np.zeros(max(audio.size for _, audio in sounds), dtype=np.float32)
    for gain, audio in sounds:
        mixed[: audio.size] += np.float32(gain) * audio
    return mixed


def _unit_peak(audio: Audio) -> Audio:
    fade_edges(audio, 0.0005, 0.01)
    return np.asarray(audio / np.max(np.abs(audio)), dtype=np.float32)


def _near(rng: np.random.Generator, value: float, share: float) -> float:
    """`value` as one stroke has it: no two are struck at the same place with the same force."""
    return float(value * (1.0 + share * rng.standard_normal()))


def _head(rng: np.random.Generator, n_samples: int, pitch_hz: float, decay_s: float) -> Audio:
    """The overtones of a round head (Rossing 2000), the higher the shorter."""
    t = np.arange(n_samples, dtype=np.float32) / SAMPLE_RATE_HZ
    tone = np.zeros(n_samples, dtype=np.float32)
    for number, ratio in enumerate(HEAD_RATIOS):
        phase = np.float32(rng.uniform(0.0, 0.6))
        mode = np.sin(np.float32(2.0 * np.pi * _near(rng, pitch_hz * ratio, 0.01)) * t + phase)
        tone += np.float32(0.7**number) * mode * decay_envelope(n_samples, decay_s / (1.0 + 0.6 * number))
    return tone


def skin(
    rng: np.random.Generator,
    *,
    pitch_hz: float,
    sweep_hz: float,
    sweep_s: float,
    decay_s: float,
    click: float = 0.0,
    shell: float = 0.0,
) -> Audio:
    """Kick or tom: a sine that falls from ``pitch_hz + sweep_hz`` to `pitch_hz`, with a click and the shell's modes."""
    n_samples = _n(5.0 * decay_s)
    t = np.arange(n_samples, dtype=np.float32) / SAMPLE_RATE_HZ
    sweep = _near(rng, sweep_hz, 0.08)
    cycles = np.float32(pitch_hz) * t + np.float32(sweep * sweep_s) * (1.0 - np.exp(t / np.float32(-sweep_s)))
    body = np.sin(np.float32(2.0 * np.pi) * cycles) * decay_envelope(n_samples, _near(rng, decay_s, 0.06))
    body = saturate(body.astype(np.float32), 1.3)
    if click > 0.0:
        body = _layer((1.0, body), (_near(rng, click, 0.15), _noise_burst(rng, 0.005, 1200.0, 7000.0)))
    if shell > 0.0:
        n_shell = min(n_samples, _n(0.2))
        ring = _head(rng, n_shell, 2.3 * pitch_hz, 0.035)
        body = _layer((1.0, body), (shell, ring), (shell, _noise_burst(rng, 0.025, 150.0, 1500.0)))
    return _unit_peak(body)


def snare(
    rng: np.random.Generator,
    *,
    pitch_hz: float = 190.0,
    rattle: float = 0.8,
    decay_s: float = 0.09,
    top_hz: float = 9000.0,
    crack: float = 0.5,
) -> Audio:
    """Snare drum: the modes of its head, the crack of the stick and the rattle of the wires."""
    head = _head(rng, _n(0.25), _near(rng, pitch_hz, 0.01), 0.055)
    wires = _noise_burst(rng, _near(rng, decay_s, 0.08), 900.0, top_hz)
    stick = _noise_burst(rng, 0.006, 1500.0, 10000.0)
    return _unit_peak(_layer((0.35, head), (_near(rng, rattle, 0.08), wires), (_near(rng, crack, 0.15), stick)))


def rim(rng: np.random.Generator) -> Audio:
    """Cross-stick: a short woody click."""
    n_samples = _n(0.09)
    t = np.arange(n_samples, dtype=np.float32) / SAMPLE_RATE_HZ
    modes = np.sin(np.float32(2.0 * np.pi * 480.0) * t) + 0.8 * np.sin(np.float32(2.0 * np.pi * 1720.0) * t)
    wood = np.asarray(modes * decay_envelope(n_samples, 0.014), dtype=np.float32)
    return _unit_peak(_layer((1.0, wood), (0.3, _noise_burst(rng, 0.006, 1000.0, 5000.0))))


def clap(rng: np.random.Generator) -> Audio:
    """Hand clap: three quick bursts and a tail."""
    clapped = np.zeros(_n(0.3), dtype=np.float32)
    for delay, gain, decay in ((0.0, 0.7, 0.006), (0.011, 0.8, 0.006), (0.023, 1.0, 0.045)):
        burst = _noise_burst(rng, decay, 900.0, 4500.0)
        start = _n(delay)
        clapped[start : start + burst.size] += np.float32(gain) * burst[: clapped.size - start]
    return _unit_peak(clapped)


def hat(rng: np.random.Generator, *, decay_s: float = 0.03, low_hz: float = 4500.0, top_hz: float = 10500.0) -> Audio:
    """Hi-hat, closed (about 30 ms) or open (about 200 ms): hiss, and the clang of two plates that touch."""
    hiss = _noise_burst(rng, _near(rng, decay_s, 0.15), low_hz, top_hz)
    t = np.arange(hiss.size, dtype=np.float32) / SAMPLE_RATE_HZ
    clang = np.zeros(hiss.size, dtype=np.float32)
    for ratio in CYMBAL_RATIOS:
        clang += np.sign(np.sin(np.float32(2.0 * np.pi * 540.0 * ratio) * t + np.float32(rng.uniform(0.0, 6.0))))
    clang = filter_audio(clang, "band", low_hz + 1500.0, top_hz) * decay_envelope(hiss.size, 0.7 * decay_s)
    tip = _noise_burst(rng, 0.003, 2500.0, 9000.0)
    return _unit_peak(_layer((1.0, hiss), (0.25, clang), (0.5, tip)))


def cymbal(
    rng: np.random.Generator, *, decay_s: float, ping: float, lowest_hz: float = 2400.0, low_hz: float = 3000.0
) -> Audio:
    """Ride (a clear ping) or crash (mainly wash)."""
    wash = _noise_burst(rng, _near(rng, decay_s, 0.1), low_hz, 10000.0)
    t = np.arange(wash.size, dtype=np.float32) / SAMPLE_RATE_HZ
    ring = np.zeros(wash.size, dtype=np.float32)
    for ratio in CYMBAL_RATIOS:
        ring += np.sin(np.float32(2.0 * np.pi * lowest_hz * ratio) * t + np.float32(rng.uniform(0.0, 6.0)))
    ring *= decay_envelope(wash.size, 0.7 * decay_s)
    tip = _noise_burst(rng, 0.008, 3000.0, 8000.0)
    return _unit_peak(_layer((0.5, wash), (0.12 * ping, ring), (0.5 * ping, tip)))


def shaker(rng: np.random.Generator) -> Audio:
    """Shaker: a soft-edged puff of noise."""
    return _unit_peak(fade_edges(_noise_burst(rng, 0.03, 3500.0, 8000.0), 0.02))


def tambourine(rng: np.random.Generator) -> Audio:
    """Tambourine: jingles with a little decay."""
    return _unit_peak(
        _layer((1.0, _noise_burst(rng, 0.02, 4500.0, 8500.0)), (0.5, _noise_burst(rng, 0.09, 5500.0, 8500.0)))
    )


def brush_sweep(rng: np.random.Generator) -> Audio:
    """Wire brush drawn over a snare head."""
    swish = _noise_burst(rng, 0.09, 1200.0, 5500.0)
    return _unit_peak(fade_edges(swish, 0.05, 0.05))


def brush_tap(rng: np.random.Generator) -> Audio:
    """Wire brush tapped on a snare head."""
    return snare(rng, pitch_hz=210.0, rattle=1.0, decay_s=0.05, top_hz=5000.0)


@dataclass(frozen=True, slots=True)
class DrumSound:
    """A drum of a kit: how to render a stroke, and its level in the kit."""

    render: DrumRenderer
    level: float


@dataclass(frozen=True, slots=True)
class DrumKit:
    """A named set of drums.

    Attributes
    ----------
    name : str
        As descriptions show it.
    sounds : mapping
        Voice (``"kick"``, ``"snare"``, ``"hat"`` ...) to its sound.
    """

    name: str
    sounds: MappingProxyType[str, DrumSound] = field(hash=False)


_COMMON: Final = {
    "rim": DrumSound(rim, 0.32),
    "clap": DrumSound(clap, 0.4),
    "hat": DrumSound(hat, 0.13),
    "open": DrumSound(partial(hat, decay_s=0.11), 0.13),
    "ride": DrumSound(partial(cymbal, decay_s=0.25, ping=1.0), 0.14),
    "crash": DrumSound(partial(cymbal, decay_s=0.5, ping=0.25, lowest_hz=1900.0, low_hz=2200.0), 0.26),
    "tom": DrumSound(partial(skin, pitch_hz=110.0, sweep_hz=60.0, sweep_s=0.03, decay_s=0.12), 0.5),
    "low tom": DrumSound(partial(skin, pitch_hz=78.0, sweep_hz=45.0, sweep_s=0.03, decay_s=0.15), 0.55),
    "shaker": DrumSound(shaker, 0.12),
    "tambourine": DrumSound(tambourine, 0.15),
}


def _kit(name: str, **sounds: DrumSound) -> DrumKit:
    return DrumKit(name, MappingProxyType(_COMMON | sounds))


def _kick(pitch_hz: float, sweep_hz: float, decay_s: float, click: float, shell: float = 0.0) -> DrumRenderer:
    return partial(skin, pitch_hz=pitch_hz, sweep_hz=sweep_hz, sweep_s=0.018, decay_s=decay_s, click=click, shell=shell)


_KITS: Final = (
    _kit(
        "studio drums",
        kick=DrumSound(_kick(55.0, 90.0, 0.075, 0.15, 0.12), 0.75),
        snare=DrumSound(snare, 0.48),
    ),
    _kit(
        "rock drums",
        kick=DrumSound(_kick(58.0, 110.0, 0.085, 0.25, 0.2), 0.8),
        snare=DrumSound(partial(snare, pitch_hz=180.0, rattle=1.0, decay_s=0.13, crack=0.8), 0.6),
        crash=DrumSound(partial(cymbal, decay_s=0.45, ping=0.25, lowest_hz=1900.0, low_hz=2200.0), 0.3),
    ),
    _kit(
        "metal drums",
        kick=DrumSound(_kick(60.0, 140.0, 0.05, 0.7, 0.15), 0.75),
        snare=DrumSound(partial(snare, pitch_hz=205.0, rattle=1.0, decay_s=0.11, crack=1.0), 0.62),
        crash=DrumSound(partial(cymbal, decay_s=0.45, ping=0.3, lowest_hz=2000.0, low_hz=2200.0), 0.3),
    ),
    _kit(
        "jazz drums",
        kick=DrumSound(_kick(68.0, 40.0, 0.06, 0.05, 0.15), 0.45),
        snare=DrumSound(partial(snare, pitch_hz=215.0, rattle=0.7, decay_s=0.06, top_hz=6000.0), 0.3),
        ride=DrumSound(partial(cymbal, decay_s=0.35, ping=1.0), 0.24),
        hat=DrumSound(partial(hat, decay_s=0.02, low_hz=4000.0, top_hz=8000.0), 0.15),
    ),
    _kit(
        "brushes",
        kick=DrumSound(_kick(65.0, 30.0, 0.06, 0.03), 0.42),
        snare=DrumSound(brush_tap, 0.25),
        hat=DrumSound(partial(hat, decay_s=0.018, low_hz=3500.0, top_hz=7500.0), 0.1),
        ride=DrumSound(brush_sweep, 0.13),
        rim=DrumSound(rim, 0.22),
    ),
    _kit(
        "drum machine",
        kick=DrumSound(_kick(48.0, 130.0, 0.13, 0.1), 0.85),
        snare=DrumSound(partial(snare, pitch_hz=200.0, rattle=0.9, decay_s=0.07, top_hz=6500.0), 0.5),
        hat=DrumSound(partial(hat, decay_s=0.022, low_hz=5500.0), 0.13),
        open=DrumSound(partial(hat, decay_s=0.1, low_hz=5500.0), 0.14),
    ),
    _kit(
        "sampled drums",
        kick=DrumSound(_kick(54.0, 80.0, 0.1, 0.12), 0.85),
        snare=DrumSound(partial(snare, pitch_hz=175.0, rattle=0.8, decay_s=0.1, top_hz=5200.0), 0.58),
        hat=DrumSound(partial(hat, decay_s=0.03, low_hz=4000.0, top_hz=7500.0), 0.14),
    ),
    _kit(
        "disco drums",
        kick=DrumSound(_kick(54.0, 100.0, 0.08, 0.2, 0.1), 0.82),
        snare=DrumSound(partial(snare, pitch_hz=195.0, rattle=0.9, decay_s=0.08), 0.48),
        open=DrumSound(partial(hat, decay_s=0.08), 0.19),
    ),
    _kit(
        "reggae drums",
        kick=DrumSound(_kick(52.0, 60.0, 0.1, 0.08, 0.12), 0.8),
        snare=DrumSound(partial(snare, pitch_hz=230.0, rattle=0.6, decay_s=0.06), 0.42),
        rim=DrumSound(rim, 0.42),
    ),
)
KITS: Final[dict[str, DrumKit]] = {kit.name: kit for kit in _KITS}


def find_kit(name: str) -> DrumKit:
    """The kit of that name; `SynthesisError` where there is none."""
    try:
        return KITS[name]
    except KeyError:
        raise SynthesisError(f"Unknown drum kit {name!r}; known: {', '.join(KITS)}.") from None
