"""The constant-Q transform beside librosa's."""

import librosa
import numpy as np
import pytest

from core.dsp.constant_q import LOWEST_HZ, constant_q, frequencies_hz, most_octaves
from core.dsp.tempo import lags_bpm, onset_strength, tempogram
from core.errors import FeatureError
from tests.core.dsp.test_spectral import SR_HZ, music


@pytest.mark.parametrize("hop_length", [512, 256])
def test_magnitudes_are_librosas(hop_length):
    samples = music()
    ours = constant_q(samples, sr_hz=SR_HZ, hop_length=hop_length, n_octaves=7)
    theirs = np.abs(librosa.cqt(samples, sr=SR_HZ, hop_length=hop_length, n_bins=84, tuning=0.0))
    assert ours.shape == theirs.shape
    assert np.linalg.norm(ours - theirs) / np.linalg.norm(theirs) < 0.01


def test_a_note_is_loudest_in_its_own_row():
    np.testing.assert_allclose(frequencies_hz(7), librosa.cqt_frequencies(84, fmin=LOWEST_HZ))
    for row in (3, 33, 70):
        tone = np.sin(2 * np.pi * frequencies_hz(7)[row] * np.arange(2 * SR_HZ) / SR_HZ).astype(np.float32)
        found = constant_q(tone, sr_hz=SR_HZ, hop_length=512, n_octaves=7)
        assert found[:, 40].argmax() == row


def test_octaves_end_below_half_the_sample_rate():
    assert [most_octaves(sr_hz) for sr_hz in (8_000, 11_025, 22_050, 96_000)] == [6, 7, 7, 7]
    with pytest.raises(FeatureError, match="1 to 6 octaves"):
        constant_q(music(), sr_hz=8_000, hop_length=512, n_octaves=7)
    with pytest.raises(FeatureError, match="multiple of 64"):
        constant_q(music(), sr_hz=SR_HZ, hop_length=500, n_octaves=7)


def test_the_tempogram_is_librosas():
    rng = np.random.default_rng(0)
    clicks = np.zeros(12 * SR_HZ, dtype=np.float32)
    clicks[:: SR_HZ // 2] = 1.0
    samples = clicks + 0.001 * rng.normal(size=len(clicks)).astype(np.float32)
    level = librosa.power_to_db(librosa.feature.melspectrogram(y=samples, sr=SR_HZ, hop_length=512))
    strength = onset_strength(level.astype(np.float32), n_fft=2048, hop_length=512)
    n_lags = len(lags_bpm(SR_HZ, 512))
    theirs = librosa.feature.tempogram(
        onset_envelope=strength.astype(np.float64), sr=SR_HZ, hop_length=512, win_length=n_lags
    )
    ours = tempogram(strength, sr_hz=SR_HZ, hop_length=512)
    np.testing.assert_allclose(ours, theirs, atol=1e-5)
    # Clicks every half second, 120 a minute: nothing repeats better, save after a multiple.
    middle = ours[5:100, 200]
    assert lags_bpm(SR_HZ, 512)[5 + middle.argmax()] in (pytest.approx(120, abs=3), pytest.approx(60, abs=1))


def test_silence_has_no_tempo():
    assert not tempogram(np.zeros(50, dtype=np.float32), sr_hz=SR_HZ, hop_length=512).any()
