"""What WAV, FLAC and mp3 at 44.1 kHz in stereo take against plain librosa, on one core, and the share of each part."""

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median

import numpy as np
import soundfile
import soxr

from benchmarks import plain_librosa
from benchmarks.made_clips import made_samples
from benchmarks.timing import Result, compare, seconds
from core.audio import read_audio
from core.audio.channels import Mixer
from core.audio.decoding import open_decoder
from core.clips.clip import Clip
from core.extraction.extract import transform_clip
from core.features.mel import MelSpectrogram
from core.features.numeric import NumericFeatures

SR_HZ, MODEL_SR_HZ = 44_100, 22_050
_FORMATS = {"wav": ("WAV", 5.0), "flac": ("FLAC", None), "mp3": ("mp3", None)}
"""Name of each, and how many times faster it is promised to be."""


def run(*, quick: bool = False, duration_s: float = 30.0) -> Iterator[Result]:
    """The results, one by one."""
    n_rounds = 3 if quick else 15
    with tempfile.TemporaryDirectory() as folder:
        for extension, (name, at_least) in _FORMATS.items():
            path = write_stereo(Path(folder) / f"clip.{extension}", duration_s=duration_s)
            result = compare(
                f"Mel spectrogram and 16 features of {duration_s:g} s of 44.1 kHz stereo, {name}",
                lambda path=path: extracted(path, duration_s),
                "each by its own librosa call",
                lambda path=path: plain_librosa.study(path),
                at_least=at_least,
                n_rounds=n_rounds,
            )
            yield result
            yield from _shares(path, name, duration_s, n_rounds)


def write_stereo(path: Path, *, duration_s: float) -> Path:
    """A clip whose channels are alike, not equal, as in music; the format is the extension's."""
    left, right = (made_samples(duration_s=duration_s, sr_hz=SR_HZ, seed=seed) for seed in (0, 1))
    samples = np.stack([0.7 * left + 0.3 * right, 0.3 * left + 0.7 * right], axis=1)
    soundfile.write(path, np.clip(samples, -1, 1), SR_HZ)
    return path


def extracted(path: Path, duration_s: float) -> None:
    """What an extraction does with a clip."""
    outcome = transform_clip(Clip("clip", "genre", path, duration_s, 0, 0), [MelSpectrogram(), NumericFeatures()])
    if isinstance(outcome, str):
        raise RuntimeError(outcome)


def _shares(path: Path, name: str, duration_s: float, n_rounds: int) -> Iterator[Result]:
    """Seconds of each part by itself, median of the rounds."""
    with soundfile.SoundFile(path) as file:
        both = file.read(dtype="float32", always_2d=True)
    mono = Mixer().mix(both)
    samples = read_audio(path, sr_hz=MODEL_SR_HZ)
    front_ends = MelSpectrogram(), NumericFeatures()

    def decode() -> None:
        with open_decoder(path) as decoder:
            for _ in decoder.blocks(0, round(duration_s * SR_HZ)):
                pass

    mix_s = _median_s(lambda: Mixer().mix(both), n_rounds)
    parts = {
        "decoding": max(0.0, _median_s(decode, n_rounds) - mix_s),
        "mixing to mono": mix_s,
        "resampling": _median_s(lambda: soxr.resample(mono, SR_HZ, MODEL_SR_HZ, quality="HQ"), n_rounds),
        "features": _median_s(lambda: [front_end.transform(samples) for front_end in front_ends], n_rounds),
    }
    total_s = sum(parts.values())
    for part, part_s in parts.items():
        yield Result(name=f"of that, {name}: {part}, {100 * part_s / total_s:.0f} %", ours_s=part_s)


def _median_s(work: Callable[[], object], n_rounds: int) -> float:
    work()
    return median(seconds(work) for _ in range(n_rounds))
