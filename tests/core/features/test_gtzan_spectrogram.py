"""The front end of the shared spectrogram set: against scipy, and against the set."""

import numpy as np
import pytest
import scipy.signal

from core.audio import read_audio
from core.errors import FeatureError
from core.features.gtzan_spectrogram import GtzanSpectrogram, song_level, standardise
from core.features.table import features_from_dict
from tests.conftest import tone


def noise(duration_s: float) -> np.ndarray:
    swell = np.linspace(0.01, 1, round(duration_s * 22_050))
    return (np.random.default_rng(0).normal(0, 0.1, len(swell)) * swell).astype(np.float32)


@pytest.mark.parametrize("rendering", ["A", "B"])
def test_columns_are_frames_of_scipys_spectrogram(rendering):
    samples = noise(30)
    _, _, density = scipy.signal.spectrogram(samples, 22_050)
    n = density.shape[1]
    picked = [
        int(np.ceil((j + 1) * (n - 1) / 496)) - 1 if rendering == "A" else int((j + 0.5) * n / 496) for j in range(496)
    ]
    expected = standardise(np.log(density[:128][:, picked]))
    level, n_valid = GtzanSpectrogram(rendering=rendering).transform(samples)
    assert level.shape == (128, 496)
    assert n_valid == 496
    np.testing.assert_allclose(level.astype(np.float64), expected, atol=5e-3)


def test_clips_of_the_set_are_found_again_from_their_audio(shared):
    with np.load(shared / "data" / "gtzan_spectrograms.npz") as stored:
        place = {name: number for number, name in enumerate(stored["clip"].tolist())}
        levels, renderings = stored["level"], stored["rendering"]
    correlations = []
    for path in sorted((shared / "data" / "gtzan_mini" / "genres").rglob("*.flac")):
        number = place[path.stem]
        ours, n_valid = GtzanSpectrogram(rendering=str(renderings[number])).transform(read_audio(path))
        assert n_valid == 496
        # Both have mean 0 and variance 1: the mean product is the correlation.
        correlations.append(float((ours.astype(np.float32) * standardise(levels[number])).mean()))
    assert len(correlations) == 80
    assert min(correlations) > 0.99
    assert np.median(correlations) > 0.999


def test_a_short_clip_keeps_its_pace_and_is_padded():
    long = noise(661_504 / 22_050)  # 2,953 frames, as most clips of the set
    short = long[: 10 * 22_050]
    level, n_valid = GtzanSpectrogram().transform(short)
    assert n_valid == pytest.approx(496 / 3, abs=1)
    assert (level[:, n_valid:] == level.min()).all()
    whole, _ = GtzanSpectrogram().transform(long)
    start = whole[:, :n_valid].astype(np.float64)
    assert np.corrcoef(start.ravel(), level[:, :n_valid].astype(np.float64).ravel())[0, 1] > 0.999


def test_a_sine_is_loudest_in_its_band():
    front_end = GtzanSpectrogram()
    level, n_valid = front_end.transform(tone(86.1328125 * 40))
    assert (level[:, :n_valid].argmax(axis=0) == 40).all()
    assert front_end.band_axis.centres_hz[40] == pytest.approx(86.1328125 * 40)


def test_digital_silence_within_a_clip_is_its_lowest_level():
    samples = noise(20)
    samples[: 5 * 22_050] = 0
    level, _ = GtzanSpectrogram().transform(samples)
    assert np.isfinite(level).all()
    assert (level[:, :70] == level.min()).all()


def test_parameters_are_checked_and_kept():
    front_end = GtzanSpectrogram(rendering="B")
    assert features_from_dict(front_end.to_dict()) == front_end
    assert front_end.identity.startswith("gtzan-linear-")
    assert front_end.frame_s == pytest.approx(0.0605, abs=1e-4)
    for make, words in (
        (lambda: GtzanSpectrogram(rendering="C"), "Rendering"),
        (lambda: GtzanSpectrogram(max_duration_s=60), "Duration"),
        (lambda: front_end.transform(tone(440)[:200]), "too short"),
        (lambda: front_end.transform(tone(440)[:600]), "ends before the first"),
    ):
        with pytest.raises(FeatureError, match=words):
            make()


def test_the_picture_of_a_song_is_as_long_as_the_song():
    long = noise(661_504 / 22_050)  # 2,953 frames, of which 496 are picked
    level, _ = GtzanSpectrogram(rendering="B").transform(long)
    np.testing.assert_allclose(song_level(long), level.astype(np.float64), atol=5e-3)
    twice = song_level(np.concatenate([long, long]))
    assert twice.shape[1] == pytest.approx(2 * 496, abs=1)
    assert (twice.mean(), twice.std()) == (pytest.approx(0, abs=1e-4), pytest.approx(1, abs=1e-4))
    assert song_level(long[:300]).shape == (128, 1)
    with pytest.raises(FeatureError, match="too short"):
        song_level(long[:255])
