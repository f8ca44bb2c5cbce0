"""Tempo and pitch: the same as librosa's in double precision, and what a person can check."""

import numpy as np
import pytest
from librosa.effects import pitch_shift, time_stretch

from core.dsp.masking import snr_db
from core.dsp.stretching import change_pitch, change_tempo
from tests.conftest import tone


@pytest.fixture(scope="module")
def sound() -> np.ndarray:
    rng = np.random.default_rng(5)
    swelling = np.linspace(0.1, 1, 22_050, dtype=np.float32)
    noise = rng.normal(0, 0.05, 22_050).astype(np.float32)
    sound = swelling * tone(440, duration_s=1.0) + noise
    sound[9_000:12_000] = 0  # frames of nothing have no phase
    return sound


@pytest.mark.parametrize("rate", [0.5, 0.83, 1.4, 2.0])
def test_tempo_is_as_librosa_has_it(sound: np.ndarray, rate: float) -> None:
    ours = change_tempo(sound, rate)
    theirs = time_stretch(sound.astype(np.float64), rate=rate)
    assert ours.dtype == np.float32
    assert ours.shape == theirs.shape == (round(22_050 / rate),)
    assert snr_db(ours, theirs.astype(np.float32)) > 60


@pytest.mark.parametrize("semitones", [-7, 4])
def test_pitch_is_as_librosa_has_it(sound: np.ndarray, semitones: int) -> None:
    ours = change_pitch(sound, semitones, sr_hz=22_050)
    theirs = pitch_shift(sound.astype(np.float64), sr=22_050, n_steps=semitones, res_type="soxr_hq")
    assert ours.shape == sound.shape
    assert snr_db(ours, theirs.astype(np.float32)) > 60


def test_an_octave_doubles_the_frequency_and_keeps_the_length() -> None:
    high = change_pitch(tone(440, duration_s=1.0), 12, sr_hz=22_050)
    spectrum = np.abs(np.fft.rfft(high[2_048:-2_048]))
    assert len(high) == 22_050
    assert np.argmax(spectrum) * 22_050 / (22_050 - 4_096) == pytest.approx(880, abs=2)


def test_a_sound_shorter_than_a_window_stays_one() -> None:
    assert change_tempo(tone(440, duration_s=0.01), 2.0).shape == (110,)
    assert change_pitch(np.zeros(50, dtype=np.float32), 3, sr_hz=22_050).tolist() == [0.0] * 50


def test_clicks_come_so_much_sooner() -> None:
    clicks = np.zeros(4 * 22_050, dtype=np.float32)
    clicks[5_000::11_025] = 1.0  # two a second
    for rate in (0.8, 1.25):
        power = np.square(change_tempo(clicks, rate))
        expected = np.arange(5_000, len(clicks), 11_025) / rate
        near = np.abs(np.arange(len(power))[:, np.newaxis] - expected).min(axis=1) < 0.03 * 22_050
        assert near.mean() < 0.2
        assert power[near].sum() > 0.8 * power.sum()


def test_a_tenth_of_a_semitone_is_one() -> None:
    high = change_pitch(tone(440, duration_s=4.0), 3.1, sr_hz=22_050)[4_096:-4_096]
    spectrum = np.abs(np.fft.rfft(high * np.hanning(len(high)), n=2**20))
    assert 12 * np.log2(np.argmax(spectrum) * 22_050 / 2**20 / 440) == pytest.approx(3.1, abs=0.02)
