"""What is left of a clip in what a model is told of it."""

import numpy as np
import pytest

from core.depiction.kinds import band_level_db, clip_mfcc
from core.depiction.rebuilt import as_rebuilt, most_seconds, rebuild, told_level, why_not
from core.errors import FeatureError
from core.features.mel import MelSpectrogram
from tests.core.dsp.test_spectral import SR_HZ, music

FRONT_END = MelSpectrogram()
SAMPLES = music()


def test_a_mel_spectrogram_gives_a_sound_with_nearly_the_same_one():
    made = rebuild(SAMPLES, FRONT_END)
    assert made.samples.shape == SAMPLES.shape
    assert np.abs(made.samples).max() <= 1
    assert made.off_db < 2
    assert np.sqrt(np.mean(made.samples**2)) == pytest.approx(np.sqrt(np.mean(SAMPLES**2)), rel=1e-3)
    told, _ = FRONT_END.transform(SAMPLES)
    again, n_valid = FRONT_END.transform(made.samples)
    assert np.corrcoef(told[:, :n_valid].ravel().astype(float), again[:, :n_valid].ravel().astype(float))[0, 1] > 0.98


def test_coefficients_give_their_own_coarse_shape_and_less_of_the_clip():
    from_mfcc, from_mel = (rebuild(SAMPLES, FRONT_END, source=source) for source in ("mfcc", "mel"))
    assert from_mfcc.off_db > 2 * from_mel.off_db
    wanted, found = (clip_mfcc(each, FRONT_END) for each in (SAMPLES, from_mfcc.samples))
    # But for the first, which is loudness.
    assert np.corrcoef(wanted[1:].ravel(), found[1:].ravel())[0, 1] > 0.9


def test_what_the_study_resized_is_another_sound():
    sheared = rebuild(SAMPLES, MelSpectrogram(n_frames=80), source="sheared")
    assert len(sheared.samples) == 79 * 1024
    assert sheared.off_db > 5
    assert "fills all 20 frames" in why_not(MelSpectrogram(n_frames=20), "sheared", len(SAMPLES))
    with pytest.raises(FeatureError, match="fills all 20 frames"):
        rebuild(SAMPLES, MelSpectrogram(n_frames=20), source="sheared")


def test_what_is_told_is_what_is_stored():
    stored, n_valid = FRONT_END.transform(SAMPLES)
    np.testing.assert_array_equal(told_level(band_level_db(SAMPLES, FRONT_END), FRONT_END, "mel"), stored[:, :n_valid])
    assert as_rebuilt(MelSpectrogram(normalisation="standard")) == MelSpectrogram()


def test_the_same_seed_gives_the_same_sound_and_steps_are_told():
    steps: list[tuple[int, int]] = []
    first = rebuild(SAMPLES, FRONT_END, on_progress=lambda done, total: steps.append((done, total)))
    np.testing.assert_array_equal(first.samples, rebuild(SAMPLES, FRONT_END).samples)
    assert steps[0][0] == 1
    assert steps[-1][0] == steps[-1][1]


def test_memory_is_bounded():
    assert most_seconds(FRONT_END) == 60
    assert most_seconds(MelSpectrogram(n_fft=8192, hop_length=128)) < 20
    assert "half of it at most" in why_not(MelSpectrogram(hop_length=2048), "mel", SR_HZ)


def test_silence_cannot_be_rebuilt():
    with pytest.raises(FeatureError, match="silence"):
        rebuild(np.zeros(SR_HZ, dtype=np.float32), FRONT_END)
