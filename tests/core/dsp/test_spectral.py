"""Spectral figures against answers known by hand and against librosa."""

import librosa
import numpy as np
import pytest
import scipy.signal
from hypothesis import given, settings
from hypothesis import strategies as st

from core.dsp import spectral
from core.dsp.bands import Bands, band_matrix, hz_to_mel, mel_to_hz
from core.dsp.windows import WINDOWS, window_samples
from core.errors import FeatureError

SR_HZ = 22_050


def music(seed: int = 0, n_samples: int = 3 * SR_HZ) -> np.ndarray:
    """Something with tones, noise and a change of level."""
    rng = np.random.default_rng(seed)
    time_s = np.arange(n_samples) / SR_HZ
    tones = sum(np.sin(2 * np.pi * f * time_s) / k for k, f in enumerate((110, 440, 1760, 5000), start=1))
    return (0.2 * tones * np.linspace(0.1, 1, n_samples) + 0.02 * rng.normal(size=n_samples)).astype(np.float32)


@pytest.mark.parametrize("padding", ["constant", "reflect"])
@pytest.mark.parametrize(("n_fft", "hop_length"), [(2048, 1024), (2048, 512), (1024, 300), (1023, 300)])
def test_power_spectrogram_is_librosas(padding, n_fft, hop_length):
    samples = music()
    ours = spectral.power_spectrogram(samples, n_fft=n_fft, hop_length=hop_length, padding=padding)
    theirs = np.abs(librosa.stft(samples, n_fft=n_fft, hop_length=hop_length, pad_mode=padding)) ** 2
    assert ours.shape == theirs.shape
    np.testing.assert_allclose(ours, theirs, rtol=1e-3, atol=1e-5 * theirs.max())


@pytest.mark.parametrize(("fmin", "fmax", "n_mels"), [(0.0, None, 128), (50.0, 8000.0, 64)])
def test_mel_matrix_is_librosas(fmin, fmax, n_mels):
    ours = band_matrix(Bands(sr_hz=SR_HZ, n_bands=n_mels, fmin_hz=fmin, fmax_hz=fmax))
    theirs = librosa.filters.mel(sr=SR_HZ, n_fft=2048, n_mels=n_mels, fmin=fmin, fmax=fmax)
    np.testing.assert_allclose(ours, theirs, atol=1e-8)


def test_mel_scale_has_slaneys_fixed_points():
    # Below 1 kHz one mel is 66.7 Hz; 27 steps above it the frequency is 6.4 times as high.
    assert hz_to_mel(1000.0) == pytest.approx(15.0)
    assert mel_to_hz(42.0) == pytest.approx(6400.0)


@given(st.floats(0, 40_000))
def test_mel_scale_turns_back(hz):
    assert float(mel_to_hz(hz_to_mel(hz))) == pytest.approx(hz, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("bin_number", [10, 100, 700])
def test_a_sine_has_centroid_and_rolloff_at_its_frequency(bin_number):
    frequency = bin_number * SR_HZ / 2048
    time_s = np.arange(SR_HZ) / SR_HZ
    samples = np.sin(2 * np.pi * frequency * time_s).astype(np.float32)
    power = spectral.power_spectrogram(samples, n_fft=2048, hop_length=512)[:, 3:-3]
    centroid, rolloff = spectral.centroid_and_rolloff_hz(power, sr_hz=SR_HZ)
    np.testing.assert_allclose(centroid, frequency, rtol=2e-3)
    np.testing.assert_allclose(rolloff, frequency, atol=1.1 * SR_HZ / 2048)


def test_a_one_bin_spectrum_has_its_centroid_at_that_bin():
    power = np.zeros((1025, 4), dtype=np.float32)
    power[200] = 4.0
    centroid, rolloff = spectral.centroid_and_rolloff_hz(power, sr_hz=SR_HZ)
    np.testing.assert_allclose(centroid, 200 * SR_HZ / 2048)
    np.testing.assert_allclose(rolloff, 200 * SR_HZ / 2048)


def test_a_silent_frame_has_centroid_and_rolloff_zero():
    centroid, rolloff = spectral.centroid_and_rolloff_hz(np.zeros((1025, 2), np.float32), sr_hz=SR_HZ)
    assert centroid.tolist() == rolloff.tolist() == [0.0, 0.0]


def test_figures_are_librosas():
    samples = music()
    power = spectral.power_spectrogram(samples, n_fft=2048, hop_length=512)
    centroid, rolloff = spectral.centroid_and_rolloff_hz(power, sr_hz=SR_HZ)
    np.testing.assert_allclose(centroid, librosa.feature.spectral_centroid(y=samples, sr=SR_HZ)[0], rtol=1e-4)
    theirs = librosa.feature.spectral_rolloff(y=samples, sr=SR_HZ)[0]
    assert np.mean(np.abs(rolloff - theirs) > 1) < 0.02  # a tie in the last digit may move it by one bin
    np.testing.assert_allclose(rolloff.mean(), theirs.mean(), rtol=1e-3)
    level = spectral.to_db(Bands(sr_hz=SR_HZ).sum_power(power))
    ours = spectral.mfcc(spectral.floor_below_peak_db(level), n_mfcc=13)
    np.testing.assert_allclose(ours, librosa.feature.mfcc(y=samples, sr=SR_HZ, n_mfcc=13), atol=0.02)
    crossings = spectral.zero_crossing_rate(samples, frame_length=2048, hop_length=512)
    np.testing.assert_allclose(crossings, librosa.feature.zero_crossing_rate(samples)[0], atol=1e-9)


def test_crossings_of_an_alternating_signal():
    samples = np.tile(np.array([1, -1], np.float32), 4096)
    rate = spectral.zero_crossing_rate(samples, frame_length=2048, hop_length=512)
    assert rate[4] == pytest.approx(2047 / 2048)  # every pair inside the frame differs


def test_level_has_its_peak_at_zero_and_keeps_the_range():
    level = spectral.level_below_peak_db(spectral.to_db(np.array([[1e-12, 1e-4, 1.0]], np.float32) * 50), top_db=80)
    np.testing.assert_allclose(level, [[-80, -40, 0]], atol=1e-4)


@pytest.mark.parametrize(
    ("samples", "words"),
    [
        (np.zeros(0, np.float32), "empty"),
        (np.zeros(100, np.float32), "silence"),
        (np.array([0.1, np.nan], np.float32), "not numbers"),
        (np.zeros((2, 10), np.float32), "mono"),
        (np.array([0.1, -np.inf], np.float32), "not numbers"),
        (np.array([0.1, -1e30], np.float32), "full scale is 1"),
    ],
)
def test_samples_without_a_spectrum_are_refused(samples, words):
    with pytest.raises(FeatureError, match=words):
        spectral.validate_samples(samples)


@settings(max_examples=30)
@given(st.integers(1, 9000), st.sampled_from([256, 512, 1024]), st.integers(0, 2**32 - 1))
def test_any_length_gives_finite_figures_of_the_stated_shape(n_samples, hop_length, seed):
    samples = np.random.default_rng(seed).normal(0, 0.1, n_samples).astype(np.float32)
    power = spectral.power_spectrogram(samples, n_fft=1024, hop_length=hop_length)
    assert power.shape == (513, 1 + n_samples // hop_length)
    assert np.isfinite(power).all()
    assert (power >= 0).all()
    rate = spectral.zero_crossing_rate(samples, frame_length=1024, hop_length=hop_length)
    assert rate.shape == (power.shape[1],)
    assert ((rate >= 0) & (rate <= 1)).all()


@pytest.mark.parametrize("window", WINDOWS)
@pytest.mark.parametrize("n_fft", [64, 257, 2048])
def test_windows_are_scipys(window, n_fft):
    expected = scipy.signal.get_window(("tukey", 0.25) if window == "tukey" else window, n_fft, fftbins=True)
    np.testing.assert_allclose(window_samples(window, n_fft, precise=True), expected, atol=1e-12)


def test_an_unknown_window_is_refused():
    with pytest.raises(ValueError, match="Window: expected one of"):
        window_samples("round", 8)


def test_linear_bands_are_equally_wide():
    bands = Bands(sr_hz=SR_HZ, n_bands=20, scale="linear", fmin_hz=100, fmax_hz=8500)
    np.testing.assert_allclose(bands.centres_hz, np.arange(500, 8101, 400))
    # White power gives each band the same, whatever its place.
    np.testing.assert_allclose(bands.sum_power(np.ones((1025, 1), np.float32)), 2048 / SR_HZ, rtol=0.01)


@pytest.mark.filterwarnings("ignore:Empty filters")
def test_bands_narrower_than_a_bin_are_counted():
    assert Bands(sr_hz=SR_HZ).n_empty == 0
    theirs = librosa.filters.mel(sr=SR_HZ, n_fft=256)
    assert Bands(sr_hz=SR_HZ, n_fft=256).n_empty == (theirs.max(axis=1) == 0).sum() > 0


def test_bandwidth_and_energy_are_librosas():
    samples = music()
    transform = spectral.Transform()
    figures = spectral.MagnitudeFigures(2048, sr_hz=SR_HZ)
    ours = []
    for _, power in spectral.power_blocks(samples, transform, transform.n_frames(len(samples))):
        centroid, _, magnitude = figures.centroid_and_rolloff_hz(power)
        ours.append(figures.bandwidth_hz(magnitude, centroid))
    theirs = librosa.feature.spectral_bandwidth(y=samples)[0]
    np.testing.assert_allclose(np.concatenate(ours), theirs, rtol=1e-3)
    theirs = librosa.feature.rms(y=samples)[0]
    np.testing.assert_allclose(spectral.root_mean_square(samples, transform), theirs, rtol=1e-5)


@pytest.mark.parametrize("padding", ["constant", "reflect"])
@pytest.mark.parametrize("n_samples", [2, 700, 8192, 8193, 12_000, 12_800])
@pytest.mark.parametrize(("n_fft", "hop_length"), [(2048, 512), (1023, 1023), (256, 100)])
def test_frames_are_those_of_the_padded_clip(padding, n_samples, n_fft, hop_length):
    samples = np.random.default_rng(0).normal(size=n_samples).astype(np.float32)
    transform = spectral.Transform(n_fft=n_fft, hop_length=hop_length, padding=padding, window="boxcar")
    padded = np.pad(samples, n_fft // 2, mode=padding)
    if len(padded) < n_fft:
        padded = np.pad(padded, (0, n_fft - len(padded)))
    frames = np.lib.stride_tricks.sliding_window_view(padded, n_fft)[::hop_length]
    n_frames = transform.n_frames(n_samples)
    found = np.concatenate([block for _, block in spectral.spectrum_blocks(samples, transform, n_frames, precise=True)])
    np.testing.assert_allclose(found, np.fft.rfft(frames[:n_frames], axis=1), rtol=1e-5, atol=1e-3)
