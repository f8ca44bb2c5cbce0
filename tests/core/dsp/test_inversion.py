"""Sound made of spectrograms again, beside librosa's."""

import librosa
import numpy as np
import pytest

from core.dsp import inversion, spectral
from core.dsp.bands import Bands
from core.dsp.spectral import Transform
from core.errors import FeatureError
from tests.core.dsp.test_spectral import SR_HZ, music

HOP = 512
TRANSFORM = Transform(n_fft=2048, hop_length=HOP)
BANDS = Bands(sr_hz=SR_HZ)


def apart(found: np.ndarray, wanted: np.ndarray) -> float:
    """Size of the difference as a share of what was wanted."""
    return float(np.linalg.norm(found - wanted) / np.linalg.norm(wanted))


def power_of(samples: np.ndarray) -> np.ndarray:
    return spectral.power_spectrogram(samples.astype(np.float32), n_fft=2048, hop_length=HOP)


def test_bins_give_the_bands_they_are_made_of_at_least_as_nearly_as_librosas():
    bands = Bands(sr_hz=SR_HZ, n_bands=96)
    wanted = bands.sum_power(power_of(music(n_samples=SR_HZ)))
    ours = inversion.power_of_bands(wanted, bands)
    theirs = librosa.feature.inverse.mel_to_stft(wanted, sr=SR_HZ, n_fft=2048, power=1.0)
    assert ours.min() >= 0
    assert apart(bands.sum_power(ours), wanted) <= apart(bands.sum_power(theirs.astype(np.float32)), wanted) + 0.01
    assert apart(bands.sum_power(ours), wanted) < 0.03


def test_bands_without_a_bin_stay_silent():
    narrow = Bands(sr_hz=SR_HZ, n_fft=512, n_bands=256)
    assert narrow.n_empty
    power = inversion.power_of_bands(np.ones((256, 3), dtype=np.float32), narrow)
    assert power.shape == (257, 3)
    assert np.isfinite(power).all()


def test_phases_are_found_as_well_as_librosas():
    samples = music(n_samples=2 * SR_HZ)
    magnitude = np.sqrt(power_of(samples))
    ours, theirs = [], []
    for seed in (1, 2, 3):  # a single guess may be a lucky one
        found = inversion.find_sound(np.ascontiguousarray(magnitude.T), TRANSFORM, len(samples), seed=seed)
        assert found.shape == samples.shape
        ours.append(apart(np.sqrt(power_of(found)), magnitude))
        other = librosa.griffinlim(magnitude, hop_length=HOP, n_iter=32, random_state=seed, length=len(samples))
        theirs.append(apart(np.sqrt(power_of(other)), magnitude))
    assert np.mean(ours) < 1.25 * np.mean(theirs)
    assert np.mean(ours) < 0.15


def test_the_same_seed_finds_the_same_sound():
    magnitude = np.ascontiguousarray(np.sqrt(power_of(music(n_samples=SR_HZ))).T)
    first, again, other = (
        inversion.find_sound(magnitude, TRANSFORM, SR_HZ, seed=seed, n_iterations=4) for seed in (1, 1, 2)
    )
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)


@pytest.mark.parametrize("n_samples", [300, 20 * 1024 + 3, 20 * 1024 + 1020])
def test_the_end_of_a_sound_is_no_louder_than_the_rest(n_samples):
    noise = (0.1 * np.random.default_rng(0).normal(size=n_samples)).astype(np.float32)
    half = Transform(n_fft=2048, hop_length=1024)
    power = spectral.power_spectrogram(noise, n_fft=2048, hop_length=1024)
    found = inversion.find_sound(np.ascontiguousarray(np.sqrt(power.T)), half, n_samples)
    assert found.shape == noise.shape
    assert np.abs(found).max() < 2 * np.abs(noise).max()
    assert found.std() == pytest.approx(noise.std(), rel=0.2)


def test_silence_stays_silent():
    sound = inversion.find_sound(np.zeros((10, 1025), dtype=np.float32), TRANSFORM, 9 * HOP, n_iterations=2)
    np.testing.assert_array_equal(sound, np.zeros(9 * HOP))


@pytest.mark.parametrize(("n_fft", "hop_length"), [(2048, 2048), (2048, 600), (1024, 1023)])
def test_frames_that_do_not_overlap_enough_are_refused(n_fft, hop_length):
    with pytest.raises(FeatureError, match="half of it at most") as refused:
        inversion.require_overlap(Transform(n_fft=n_fft, hop_length=hop_length))
    assert refused.value.field == "hop_length"


def test_the_level_of_coefficients_is_librosas():
    level = spectral.floor_below_peak_db(spectral.to_db(BANDS.sum_power(power_of(music()))))
    coefficients = spectral.mfcc(level, n_mfcc=13)
    ours = inversion.mel_of_mfcc(coefficients, 128)
    theirs = librosa.power_to_db(librosa.feature.inverse.mfcc_to_mel(coefficients, n_mels=128))
    np.testing.assert_allclose(np.maximum(ours, -90), np.maximum(theirs, -90), atol=0.01)
    np.testing.assert_allclose(spectral.mfcc(ours, n_mfcc=13), coefficients, atol=0.01)
    np.testing.assert_allclose(
        inversion.mel_of_mfcc(spectral.mfcc(level, n_mfcc=128), 128), level, atol=0.01
    )  # all of them say everything
