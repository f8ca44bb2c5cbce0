"""Front ends: the study's figures on a real clip, padding, identity, validation."""

import librosa
import numpy as np
import pytest

from core.audio import read_audio
from core.dsp.analysis import ClipAnalysis
from core.errors import FeatureError
from core.features.gtzan_table import GtzanTableFeatures
from core.features.mel import MelSpectrogram
from core.features.numeric import NUMERIC_NAMES, NumericFeatures
from core.features.table import features_from_dict
from tests.conftest import tone

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
    assert features_from_dict(front_end.to_dict()) == front_end


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: MelSpectrogram(sr_hz=100), "Sample rate"),
        (lambda: MelSpectrogram(hop_length=4096), "hop"),
        (lambda: MelSpectrogram(fmin_hz=9000, fmax_hz=8000), "fmin"),
        (lambda: MelSpectrogram(n_mels=0), "Mel bands"),
        (lambda: MelSpectrogram(window="round"), "Window: expected one of"),
        (lambda: MelSpectrogram(scale="bark"), "Scale: expected"),
        (lambda: MelSpectrogram(normalisation="max"), "Normalisation: expected"),
        (lambda: NumericFeatures(padding="wrap"), "Padding"),
        (lambda: features_from_dict({"kind": "wavelet"}), "Front end: expected one of mel, .*got 'wavelet'"),
        (lambda: features_from_dict({"kind": "mel", "bands": 3}), "mel front end has 'bands'.* a newer one wrote it"),
    ],
)
def test_impossible_parameters_are_explained(make, words):
    with pytest.raises(FeatureError, match=words):
        make()


def test_band_centres_rise_from_low_to_high():
    centres = MelSpectrogram().band_axis.centres_hz
    assert centres.shape == (128,)
    assert (np.diff(centres) > 0).all()
    np.testing.assert_allclose(centres, librosa.mel_frequencies(130, fmin=0, fmax=11_025)[1:-1], rtol=1e-9)


def test_stored_configurations_from_before_still_load_and_keep_their_identity():
    older = {"kind": "mel", "sr_hz": 22_050, "n_fft": 2048, "hop_length": 1024, "n_mels": 128, "fmin_hz": 0.0}
    older |= {"fmax_hz": None, "top_db": 80.0, "n_frames": 660}
    front_end = features_from_dict(older)
    assert front_end == MelSpectrogram()
    assert front_end.identity == "mel-848af19e75ec"
    others = [
        MelSpectrogram(window="tukey"),
        MelSpectrogram(scale="linear"),
        MelSpectrogram(normalisation="standard"),
    ]
    assert len({other.identity for other in [*others, front_end]}) == 4
    for other in others:
        assert features_from_dict(other.to_dict()) == other


def test_standard_normalisation_has_mean_zero_and_variance_one():
    samples = np.random.default_rng(0).normal(0, 0.1, 30 * 1024).astype(np.float32)
    level, n_valid = MelSpectrogram(n_frames=50, normalisation="standard").transform(samples)
    music = level[:, :n_valid].astype(np.float64)
    assert music.mean() == pytest.approx(0, abs=1e-3)
    assert music.std() == pytest.approx(1, abs=1e-3)
    peak, _ = MelSpectrogram(n_frames=50).transform(samples)
    assert np.corrcoef(music.ravel(), peak[:, :n_valid].astype(np.float64).ravel())[0, 1] > 0.9999
    # What is padded is silence: the floor on the same scale.
    below = peak[:, :n_valid].astype(np.float64)
    assert float(level[0, -1]) == pytest.approx((-80 - below.mean()) / below.std(), rel=1e-2)


def test_linear_bands_and_other_windows_give_another_picture_of_the_same_sine():
    samples = tone(3000)
    for front_end in (MelSpectrogram(scale="linear", n_mels=64, window="blackman"), MelSpectrogram(window="tukey")):
        level, n_valid = front_end.transform(samples)
        loudest = level[:, 2 : n_valid - 2].argmax(axis=0)
        assert len(set(loudest.tolist())) == 1
        spacing = np.diff(front_end.band_axis.centres_hz)[loudest[0]]
        assert abs(front_end.band_axis.centres_hz[loudest[0]] - 3000) < spacing


def test_parameters_are_explained_in_ms_and_hz():
    meanings = MelSpectrogram().meanings
    assert meanings["n_fft"].startswith("A window of 92.9 ms resolves tones that are 10.8 Hz apart")
    assert meanings["hop_length"] == "One frame every 46.4 ms."
    assert meanings["n_frames"] == "The first 30.7 s of a clip."
    assert "stay silent" in MelSpectrogram(n_fft=256, hop_length=256).meanings["n_mels"]
    assert "stay silent" not in meanings["n_mels"]


def test_two_front_ends_of_one_clip_share_their_work_and_nothing_else():
    samples = np.random.default_rng(0).normal(0, 0.1, 50_000).astype(np.float32)
    front_ends = [NumericFeatures(), MelSpectrogram(n_frames=60), MelSpectrogram(n_frames=20, hop_length=512)]
    front_ends += [NumericFeatures(padding="reflect"), MelSpectrogram(window="hamming"), MelSpectrogram(n_mels=40)]
    analysis = ClipAnalysis(samples)
    for front_end in front_ends:
        together, n_valid = front_end.transform_analysed(analysis)
        alone, n_alone = front_end.transform(samples)
        np.testing.assert_array_equal(together, alone)
        assert n_valid == n_alone


@pytest.mark.parametrize("front_end", [MelSpectrogram(), NumericFeatures(), GtzanTableFeatures()])
def test_what_is_too_quiet_has_no_peak_and_is_refused(front_end):
    with pytest.raises(FeatureError, match="too quiet"):
        front_end.transform(tone(440, level=1e-12))
    assert np.isfinite(front_end.transform(tone(440, level=1e-5))[0]).all()


def test_numeric_features_of_a_pure_tone_are_librosas():
    samples = tone(1000)
    theirs = [
        librosa.feature.zero_crossing_rate(samples).mean(),
        librosa.feature.spectral_centroid(y=samples).mean(),
        librosa.feature.spectral_rolloff(y=samples).mean(),
        *librosa.feature.mfcc(y=samples, n_mfcc=13).mean(axis=1),
    ]
    np.testing.assert_allclose(NumericFeatures().transform(samples)[0][:, 0], theirs, rtol=1e-3)


def test_the_loudest_and_the_mean_tell_what_a_network_likes():
    assert MelSpectrogram(top_db=60).known_scaling == (0, -60)
    assert MelSpectrogram(normalisation="standard").known_scaling == (0, 1)
    assert NumericFeatures().known_scaling is None
