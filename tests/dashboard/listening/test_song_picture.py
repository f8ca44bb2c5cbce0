"""The picture of a whole song: as wide as the song, whatever of it is heard."""

import io

import numpy as np
import pytest
from PIL import Image

from core.errors import FeatureError
from core.features.mel import MelSpectrogram
from dashboard.listening.pictures import song_webp
from tests.conftest import tone

MEL = MelSpectrogram()


def brightness(picture: bytes) -> np.ndarray:
    with Image.open(io.BytesIO(picture)) as image:
        return np.asarray(image.convert("L"), dtype=float)


def test_time_runs_across_the_whole_width():
    first = tone(200.0, duration_s=10.0)
    samples = np.concatenate([first, tone(4000.0, duration_s=30.0)])
    shown = brightness(song_webp(samples, MEL, duration_s=40.0))
    assert shown.shape[0] == MEL.n_mels
    loudest = shown.argmax(axis=0)  # from the top
    width = shown.shape[1]
    assert loudest[: round(0.24 * width)].min() > MEL.n_mels * 0.8
    assert loudest[round(0.26 * width) :].max() < MEL.n_mels * 0.5


def test_what_is_not_heard_of_a_long_song_is_dark():
    shown = brightness(song_webp(tone(440.0, duration_s=20.0), MEL, duration_s=80.0))
    width = shown.shape[1]
    assert shown[:, : width // 4 - 8].max() > 150
    assert shown[:, width // 4 + 8 :].max() < 30


def test_a_long_song_is_looked_at_in_wider_steps():
    few = MelSpectrogram(n_fft=2048, hop_length=256, n_mels=16)
    minutes = 6
    samples = np.concatenate([tone(300.0, duration_s=60.0 * minutes), tone(3000.0, duration_s=60.0 * minutes)])
    assert 1 + len(samples) // 256 > 20_000
    loudest = brightness(song_webp(samples, few, duration_s=120.0 * minutes)).argmax(axis=0)
    width = len(loudest)
    assert set(loudest[: width // 2 - 8]) != set(loudest[width // 2 + 8 :])
    assert loudest[: width // 2 - 8].min() > loudest[width // 2 + 8 :].max()


def test_silence_has_no_picture():
    with pytest.raises(FeatureError):
        song_webp(np.zeros(22_050 * 4, dtype=np.float32), MEL, duration_s=4.0)
