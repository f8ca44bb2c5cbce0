"""Front ends: the study's figures on a real clip, padding, identity, validation."""

import librosa
import numpy as np
import pytest

from core.audio import read_audio
from core.errors import FeatureError
from core.features.frontends import NUMERIC_NAMES, MelSpectrogram, NumericFeatures, front_end_from_dict

STUDY_BLUES_00000 = [
    *(0.083045, 1784.17, 3805.84, -113.571, 121.572, -19.168, 42.366, -6.365),
    *(18.623, -13.705, 15.343, -12.274, 10.977, -8.327, 8.804, -3.672),
]


@pytest.fixture(scope="module")
def blues(shared):
    return read_audio(shared / "data" / "gtzan_mini" / "genres" / "blues" / "blues.00000.flac")


def test_numeric_features_of_the_real_clip_are_the_studys(blues):
    values, _ = NumericFeatures(padding="reflect").transform(blues)
    assert len(NUMERIC_NAMES) == 16
    np.testing.assert_allclose(values[:, 0], STUDY_BLUES_00000, rtol=1e-3)
    # To the last digit that the study printed.
    np.testing.assert_allclose(values[3:, 0], STUDY_BLUES_00000[3:], atol=6e-4)
    # Today's librosa fills the ends with zeros, which changes the first coefficient to this.
    assert NumericFeatures().transform(blues)[0][3, 0] == pytest.approx(-113.599, abs=6e-4)


def test_mel_spectrogram_of_the_real_clip_is_librosas(blues):
    level, n_valid = MelSpectrogram().transform(blues)
    power = librosa.feature.melspectrogram(y=blues, sr=22_050, n_fft=2048, hop_length=1024, n_mels=128)
    theirs = librosa.power_to_db(power, ref=np.max)
    assert level.shape == (128, 660)
    assert n_valid == theirs.shape[1] == 647
    assert np.abs(level[:, :647].astype(np.float64) - theirs).max() < 0.1
    assert (level[:, 647:] == -80).all()
    # The study's pad, done along the time axis.
    right = librosa.util.fix_length(theirs, size=660, axis=1, constant_values=-80)
    np.testing.assert_allclose(level.astype(np.float64), right, atol=0.1)


def test_numeric_features_are_librosas_on_real_music(shared):
    folder = shared / "data" / "gtzan_mini" / "genres"
    for name in ("classical/classical.00003", "metal/metal.00001"):
        samples = read_audio(folder / f"{name}.flac")
        theirs = [
            librosa.feature.zero_crossing_rate(samples).mean(),
            librosa.feature.spectral_centroid(y=samples).mean(),
            librosa.feature.spectral_rolloff(y=samples).mean(),
            *librosa.feature.mfcc(y=samples, n_mfcc=13).mean(axis=1),
        ]
        np.testing.assert_allclose(NumericFeatures().transform(samples)[0][:, 0], theirs, rtol=1e-3, atol=1e-3)


def test_a_long_clip_is_cut_and_a_short_one_padded():
    rng = np.random.default_rng(0)
    front_end = MelSpectrogram(n_mels=20, n_frames=30)
    long = rng.normal(0, 0.1, 60 * 1024).astype(np.float32)
    level, n_valid = front_end.transform(long)
    assert (level.shape, n_valid) == ((20, 30), 30)
    level, n_valid = front_end.transform(long[: 10 * 1024])
    assert n_valid == 11
    assert (level[:, 11:] == -80).all()
    assert level.max() == 0


def test_only_the_samples_that_reach_the_last_frame_matter():
    rng = np.random.default_rng(0)
    front_end = MelSpectrogram(n_mels=20, n_frames=30)
    samples = rng.normal(0, 0.1, 100 * 1024).astype(np.float32)
    np.testing.assert_array_equal(
        front_end.transform(samples)[0], front_end.transform(samples[: front_end.max_samples])[0]
    )


def test_identity_is_of_parameters_and_kind():
    assert MelSpectrogram().identity == MelSpectrogram().identity
    others = [MelSpectrogram(n_mels=64), MelSpectrogram(hop_length=512), NumericFeatures()]
    assert len({front_end.identity for front_end in [MelSpectrogram(), *others]}) == 4
    assert MelSpectrogram().identity == "mel-" + MelSpectrogram().identity.split("-")[1]


@pytest.mark.parametrize("front_end", [MelSpectrogram(n_mels=40, fmax_hz=8000.0), NumericFeatures(padding="reflect")])
def test_front_ends_survive_json(front_end):
    assert front_end_from_dict(front_end.to_dict()) == front_end


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: MelSpectrogram(sr_hz=100), "Sample rate"),
        (lambda: MelSpectrogram(hop_length=4096), "hop"),
        (lambda: MelSpectrogram(fmin_hz=9000, fmax_hz=8000), "fmin"),
        (lambda: MelSpectrogram(n_mels=0), "Mel bands"),
        (lambda: NumericFeatures(padding="wrap"), "Padding"),
        (lambda: front_end_from_dict({"kind": "wavelet"}), "front end is one of"),
        (lambda: front_end_from_dict({"kind": "mel", "bands": 3}), "does not fit"),
    ],
)
def test_impossible_parameters_are_explained(make, words):
    with pytest.raises(FeatureError, match=words):
        make()


def test_band_centres_rise_from_low_to_high():
    centres = MelSpectrogram().band_centres_hz
    assert centres.shape == (128,)
    assert (np.diff(centres) > 0).all()
    np.testing.assert_allclose(centres, librosa.mel_frequencies(130, fmin=0, fmax=11_025)[1:-1], rtol=1e-9)
