"""Real music is told from what is no music, by clips that took no part in learning it."""

import subprocess
from pathlib import Path

import numpy as np

from core.audio import read_audio
from core.embeddings.ears import EARS, patch_embeddings
from core.embeddings.unlike import Unlikeness, learn_unlikeness

SR_HZ = EARS.sr_hz
HEARD_S = 30.0
TEXTS = (
    "Yesterday we walked along the river and talked about the weather, until the rain began and we went home again.",
    "Ladies and gentlemen, the train leaves from platform nine in five minutes. Please keep your luggage with you.",
)
VOICES = ("en-gb", "en-us+f3", "de", "fr")


def embedding(samples: np.ndarray) -> np.ndarray:
    """Of three patches from all over a sound: all ten of each clip would take half a minute."""
    patch = EARS.hop_length
    starts = range(0, max(1, len(samples) - patch + 1), max(patch, len(samples) // 3))
    heard = np.concatenate([samples[start : start + patch] for start in starts]).astype(np.float32)
    return patch_embeddings(heard).mean(axis=0)


def spoken(program: str, text: str, voice: str) -> np.ndarray:
    said = subprocess.run([program, "-v", voice, "--stdout", text], capture_output=True, check=True).stdout
    return read_audio(said, sr_hz=SR_HZ, duration_s=HEARD_S)


def no_music() -> list[np.ndarray]:
    """Noise, silence with clicks, and tones."""
    rng = np.random.default_rng(0)
    n = round(HEARD_S * SR_HZ)
    time_s = np.arange(n) / SR_HZ
    clicks = [np.where(rng.random(n) < rate / SR_HZ, 0.7, 0.0) for rate in (1, 5)]
    tones = [0.3 * np.sin(2 * np.pi * hz * time_s) for hz in (110, 440, 3_000)]
    return [rng.normal(0, 0.02, n), rng.normal(0, 0.2, n), np.cumsum(rng.normal(0, 0.002, n)), *clicks, *tones]


def area(music: list[float], others: list[float]) -> float:
    """Share of pairs in which the other is the more unlike one (area under the ROC curve)."""
    return float(np.mean([[other > one for one in music] for other in others]))


def test_speech_noise_clicks_and_tones_are_unlike_music(shared: Path, ears: None, espeak: str) -> None:
    clips = sorted((shared / "data" / "gtzan_mini" / "genres").glob("*/*.flac"))
    heard = [embedding(read_audio(path, sr_hz=SR_HZ, duration_s=HEARD_S)) for path in clips]
    learnt: Unlikeness = learn_unlikeness(np.array(heard[::2]), clip_s=HEARD_S)
    songs = sorted((shared / "data" / "songs").glob("*.ogg"))
    music = heard[1::2] + [embedding(read_audio(path, sr_hz=SR_HZ, duration_s=HEARD_S)) for path in songs]
    others = [spoken(espeak, text, voice) for text in TEXTS for voice in VOICES] + no_music()
    of_music = [learnt.score(one) for one in music]
    of_others = [learnt.score(embedding(one)) for one in others]
    assert area(of_music, of_others) >= 0.99
    # Calibrated: what is no music is beyond nearly every training clip, music as rarely as it should be.
    assert np.mean([learnt.percentile_of(score) > 95 for score in of_others]) >= 0.9
    assert np.mean([learnt.percentile_of(score) > 95 for score in of_music]) <= 0.15
