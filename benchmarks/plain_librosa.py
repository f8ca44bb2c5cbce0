"""What a user would write with librosa: the other side of the comparison."""

from pathlib import Path
from typing import Any

import librosa
import numpy as np
from numpy.typing import NDArray


def study(path: Path) -> tuple[NDArray[Any], list[float]]:
    """The study's way: decode, then each feature by its own call."""
    samples, sr_hz = librosa.load(path, sr=22_050)
    mel = librosa.feature.melspectrogram(y=samples, sr=sr_hz, n_fft=2048, hop_length=1024)
    level = librosa.power_to_db(mel, ref=np.max)
    numeric = [
        librosa.feature.zero_crossing_rate(samples).mean(),
        librosa.feature.spectral_centroid(y=samples, sr=sr_hz).mean(),
        librosa.feature.spectral_rolloff(y=samples, sr=sr_hz).mean(),
        *librosa.feature.mfcc(y=samples, sr=sr_hz, n_mfcc=13).mean(axis=1),
    ]
    return level, numeric


def study_with_one_transform(path: Path) -> tuple[NDArray[Any], list[float]]:
    """The same by somebody who knows that librosa takes a spectrogram that is there already."""
    samples, sr_hz = librosa.load(path, sr=22_050)
    magnitude = np.abs(librosa.stft(samples, n_fft=2048, hop_length=512))
    mel = librosa.feature.melspectrogram(S=magnitude**2, sr=sr_hz)
    level = librosa.power_to_db(mel[:, ::2], ref=np.max)
    numeric = [
        librosa.feature.zero_crossing_rate(samples).mean(),
        librosa.feature.spectral_centroid(S=magnitude, sr=sr_hz).mean(),
        librosa.feature.spectral_rolloff(S=magnitude, sr=sr_hz).mean(),
        *librosa.feature.mfcc(S=librosa.power_to_db(mel), n_mfcc=13).mean(axis=1),
    ]
    return level, numeric


def table(path: Path) -> dict[str, float]:
    """The 57 columns of the public GTZAN tables, each feature by its own call."""
    samples, sr_hz = librosa.load(path, sr=22_050)
    harmonic, percussive = librosa.effects.hpss(samples)
    series = {
        "chroma_stft": librosa.feature.chroma_stft(y=samples, sr=sr_hz),
        "rms": librosa.feature.rms(y=samples),
        "spectral_centroid": librosa.feature.spectral_centroid(y=samples, sr=sr_hz),
        "spectral_bandwidth": librosa.feature.spectral_bandwidth(y=samples, sr=sr_hz),
        "rolloff": librosa.feature.spectral_rolloff(y=samples, sr=sr_hz),
        "zero_crossing_rate": librosa.feature.zero_crossing_rate(samples),
        "harmony": harmonic,
        "perceptr": percussive,
        **{f"mfcc{n}": row for n, row in enumerate(librosa.feature.mfcc(y=samples, sr=sr_hz), start=1)},
    }
    values = {"tempo": float(np.squeeze(librosa.beat.beat_track(y=samples, sr=sr_hz)[0]))}
    for name, of_frames in series.items():
        values[f"{name}_mean"], values[f"{name}_var"] = float(np.mean(of_frames)), float(np.var(of_frames))
    return values
