"""Pictures of a sound beside librosa's."""

import librosa
import numpy as np
import pytest

from core.depiction.kinds import KINDS, clip_mfcc, tempi_bpm
from core.errors import FeatureError
from core.features.mel import MelSpectrogram
from tests.core.dsp.test_spectral import SR_HZ, music

FRONT_END = MelSpectrogram(hop_length=512)
SAMPLES = music(n_samples=10 * SR_HZ)


def test_all_lie_on_one_axis_of_time():
    for kind in KINDS.values():
        made = kind.depict(SAMPLES, FRONT_END)
        assert abs(made.values.shape[1] * made.frame_s - 10) <= made.frame_s, kind.name
        assert np.isfinite(made.values).all()
        labels = kind.labels(FRONT_END)
        assert [place for place, _ in labels] == sorted(place for place, _ in labels)
        assert all(0 <= place <= 1 for place, _ in labels)


def test_chroma_is_librosas():
    ours = KINDS["chroma"].depict(SAMPLES, FRONT_END).values
    theirs = librosa.feature.chroma_stft(y=SAMPLES, sr=SR_HZ, hop_length=512)
    np.testing.assert_allclose(ours, theirs, atol=2e-3)


def test_mfcc_are_librosas():
    theirs = librosa.feature.mfcc(y=SAMPLES, sr=SR_HZ, n_mfcc=13, hop_length=512)
    np.testing.assert_allclose(clip_mfcc(SAMPLES, FRONT_END), theirs, atol=0.01)
    shown = KINDS["mfcc"].depict(SAMPLES, FRONT_END).values
    expected = (theirs - theirs.mean(axis=1, keepdims=True)) / theirs.std(axis=1, keepdims=True)
    np.testing.assert_allclose(shown, expected, atol=0.01)


def test_constant_q_is_librosas():
    ours = KINDS["cqt"].depict(SAMPLES, FRONT_END).values
    magnitude = np.abs(librosa.cqt(SAMPLES, sr=SR_HZ, hop_length=512, n_bins=84, tuning=0.0))
    theirs = librosa.amplitude_to_db(magnitude, ref=np.max)
    loud = theirs > -30
    np.testing.assert_allclose(ours[loud], theirs[loud], atol=0.5)
    assert (ours.max(), ours.min() >= -80) == (0, True)


def test_a_steady_beat_is_seen_at_its_tempo():
    clicks = np.zeros(16 * SR_HZ, dtype=np.float32)
    clicks[:: round(SR_HZ * 60 / 100)] = 1.0
    rows = KINDS["tempogram"].depict(clicks, FRONT_END).values.mean(axis=1)
    faster = tempi_bpm() > 70  # every second beat repeats at 50
    assert tempi_bpm()[faster][rows[faster].argmax()] == pytest.approx(100, rel=0.03)


def test_the_waveform_keeps_the_peaks():
    ends = KINDS["waveform"].depict(SAMPLES, FRONT_END).values
    assert (ends[0].min(), ends[1].max()) == (SAMPLES.min(), SAMPLES.max())
    assert (ends[0] <= ends[1]).all()


@pytest.mark.parametrize("name", list(KINDS))
def test_silence_has_none(name):
    with pytest.raises(FeatureError, match="silence"):
        KINDS[name].depict(np.zeros(SR_HZ, dtype=np.float32), FRONT_END)


@pytest.mark.parametrize("name", list(KINDS))
def test_a_very_short_sound_has_one(name):
    assert KINDS[name].depict(music(n_samples=700), FRONT_END).values.shape[1] >= 1


@pytest.mark.parametrize("sr_hz", [8_000, 44_100])
def test_other_rates_and_hops(sr_hz):
    front_end = MelSpectrogram(sr_hz=sr_hz, n_fft=4096, hop_length=4096, n_mels=16)
    for kind in KINDS.values():
        made = kind.depict(SAMPLES, front_end)
        assert abs(made.values.shape[1] * made.frame_s - len(SAMPLES) / sr_hz) <= made.frame_s, kind.name
