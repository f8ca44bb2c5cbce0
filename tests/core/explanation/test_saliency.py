"""Saliency lies where what decides lies, and not where weights are random; heard, it proves itself."""

import numpy as np
import pytest

from core.dsp.masking import apply_gains, snr_db
from core.errors import ConfigError, RunError
from core.explanation.explain import explain_song, saliency_of
from core.explanation.heard import hear_cells, random_cells, song_of_samples
from core.explanation.last_map import map_centres
from core.explanation.occlusion import Patches, occlusion_saliency
from core.explanation.question import Question
from core.explanation.resynthesis import sound_of_cells
from core.explanation.saliency import Saliency, by_second
from core.explanation.subject import Subject, subject_of
from core.explanation.words import heard_lines, narrowest_range, saliency_lines
from core.features.mel import MelSpectrogram
from core.models.build import build_model
from core.models.cnn import CnnConfig
from core.models.scaling import InputScaling
from core.prediction.song import classify_song, load_model
from core.runs.store import get_run
from tests.core.conftest import TrainedHome
from tests.core.explanation.conftest import BAND_HZ, CNN, MEL, SR_HZ, Banded
from tests.core.prediction.test_song import wav

QUESTION = Question(("with", "without"), "with")
# A mel band beyond the edges still holds some of the band's noise.
AROUND_HZ = (BAND_HZ[0] * 0.85, BAND_HZ[1] * 1.15)


def subject(banded: Banded, song: np.ndarray, *, model: object = None) -> Subject:
    return subject_of(song_of_samples(song, SR_HZ), banded.cnn, model=model)


def random_model(seed: int) -> object:
    import keras

    keras.utils.set_random_seed(seed)
    return build_model(CNN, MEL.shape, 2, InputScaling((0.0,), (-80.0,)))


def test_what_is_explained_is_the_verdict(banded: Banded, banded_song: np.ndarray) -> None:
    verdict = classify_song(wav(banded_song), banded.cnn)
    assert verdict.genre == "with"
    assert len(verdict.windows) == 3
    np.testing.assert_allclose(subject(banded, banded_song).verdict(), verdict.probabilities, atol=1e-6)


@pytest.mark.parametrize("method", ["occlusion", "occlusion-band", "hires-cam"])
def test_four_fifths_of_the_saliency_are_in_the_band_that_decides(
    banded: Banded, banded_song: np.ndarray, method: str
) -> None:
    found = saliency_of(subject(banded, banded_song), QUESTION, method=method)
    assert found.share_between(*AROUND_HZ) >= 0.8
    assert found.values.shape[0] == 40
    assert found.mass().sum() == pytest.approx(1)


@pytest.mark.parametrize("method", ["occlusion", "occlusion-band", "hires-cam"])
def test_with_random_weights_it_is_not(banded: Banded, banded_song: np.ndarray, method: str) -> None:
    shares = [
        saliency_of(subject(banded, banded_song, model=random_model(seed)), QUESTION, method=method).share_between(
            *AROUND_HZ
        )
        for seed in range(4)
    ]
    assert max(shares) < 0.6


def test_averaged_gradients_lose_the_place_which_is_why_they_are_not_the_usual_method(
    banded: Banded, banded_song: np.ndarray
) -> None:
    found = saliency_of(subject(banded, banded_song), QUESTION, method="grad-cam")
    assert found.mass().sum() == pytest.approx(1)
    assert found.share_between(*AROUND_HZ) < 0.8


def test_occlusion_is_the_fall_of_the_score(banded: Banded, banded_song: np.ndarray) -> None:
    """One patch over all that a window has: by hand, the score of the window less that of its lowest level."""
    given = subject(banded, banded_song)
    whole = occlusion_saliency(given, QUESTION, patches=Patches(bands=1, patch_s=0))
    window, n = given.seen.inputs[0][:1].astype(np.float32), int(given.seen.n_valid[0])
    flat = window.copy()
    flat[:, :, :n] = window[:, :, :n].min()
    before, after = (given.model.predict_on_batch(x).astype(float) for x in (window, flat))
    expected = QUESTION.scores(before) - QUESTION.scores(after)
    alone = round(given.seen.spans_s[1][0] / MEL.frame_s)  # where the second window begins
    assert 20 < alone < n
    np.testing.assert_allclose(whole.values[:, :alone], expected[0], rtol=1e-3)


def test_overlapping_windows_are_brought_together_and_the_rest_has_no_value(banded: Banded) -> None:
    rng = np.random.default_rng(5)
    # 4.3 s: two windows of 2 s, and 0.3 s after them that nobody sees.
    song = rng.normal(0, 0.1, round(4.3 * SR_HZ)).astype(np.float32)
    found = occlusion_saliency(subject(banded, song), QUESTION, over="time")
    assert found.values.shape[1] <= 2 * 44
    assert len(by_second(found.by_column(), found.column_s)) == 4
    song[: 2 * SR_HZ + 2000] = 0  # the first window is silent
    silent = occlusion_saliency(subject(banded, song), QUESTION, over="time")
    assert np.isnan(silent.values[:, :40]).all()
    assert not silent.most_salient(0.5)[:, :40].any()
    assert silent.most_salient(0.5).sum() == round(0.5 * silent.is_seen.sum())
    assert silent.most_salient(1.0).all()


def test_a_network_without_maps_has_occlusion_only(trained: TrainedHome) -> None:
    song = np.random.default_rng(0).normal(0, 0.1, 2 * SR_HZ).astype(np.float32)
    heard = song_of_samples(song, SR_HZ)
    explained = explain_song(heard, trained.ffnn)
    assert explained.saliency is not None
    assert explained.heard is not None
    assert explained.question.genre == explained.verdict.genre
    with pytest.raises(RunError, match="without, which has no map"):
        explain_song(heard, trained.ffnn, method="grad-cam")


def test_cells_of_a_map_lie_where_they_look() -> None:
    # Two blocks of a valid kernel of 3 and pools of 2 and 4: by hand.
    bands, frames = map_centres(CnnConfig(filters=(1, 1), kernel=3, pool=(2, 4)), (2, 2))
    assert bands.tolist() == [1 + 0.5 + 2 + 1, 1 + 0.5 + 2 + 1 + 4]
    assert frames.tolist() == [1 + 1.5 + 4 + 6, 1 + 1.5 + 4 + 6 + 16]


def test_all_cells_kept_are_the_song() -> None:
    rng = np.random.default_rng(1)
    for n, sr_hz in ((100, 22_050), (SR_HZ * 3 + 17, 22_050), (16_000, 16_000)):
        song = rng.normal(0, 0.1, n).astype(np.float32)
        front_end = MelSpectrogram(sr_hz=sr_hz)
        kept = sound_of_cells(song, np.ones((128, 10), dtype=bool), front_end, keep_rest=True)
        assert len(kept) == n
        assert snr_db(kept, song) > 60
        cells = rng.random((128, 10)) < 0.3
        parts = [
            sound_of_cells(song, which, front_end, keep_rest=rest, quieter_db=np.inf)
            for which, rest in ((cells, False), (~cells, True))
        ]
        assert snr_db(parts[0] + parts[1], song) > 60


def test_a_band_taken_out_is_quieter_by_what_was_said() -> None:
    time_s = np.arange(2 * SR_HZ) / SR_HZ
    low, high = (0.2 * np.sin(2 * np.pi * hz * time_s).astype(np.float32) for hz in (400, 5_000))
    cells = np.repeat(MelSpectrogram().band_axis.centres_hz < 2_000, 100).reshape(128, 100)
    kept = sound_of_cells(low + high, cells, MelSpectrogram(), keep_rest=True, quieter_db=30)
    middle = slice(SR_HZ // 2, -SR_HZ // 2)
    assert snr_db(kept[middle], low[middle]) == pytest.approx(30, abs=0.5)
    assert snr_db(apply_gains(low, lambda t, f: np.zeros((len(t), len(f)), "f4"), sr_hz=SR_HZ), low) == 0


def test_salient_cells_heard_alone_keep_the_verdict_and_without_them_it_falls(
    banded: Banded, banded_song: np.ndarray
) -> None:
    explained = explain_song(song_of_samples(banded_song, SR_HZ), banded.cnn, share=0.2)
    heard, saliency = explained.heard, explained.saliency
    assert heard is not None
    assert saliency is not None
    assert (heard.before.genre, heard.kept.genre, heard.removed.genre) == ("with", "with", "without")
    assert heard.fall > heard.random_fall + 0.5
    again = classify_song(wav(heard.removed_sound), banded.cnn)
    assert again.probabilities == heard.removed.probabilities
    assert saliency.most_salient(0.2).sum() == random_cells(saliency, 0.2, seed=0).sum()
    text = " ".join(heard_lines(heard))
    assert f"with {100 * heard.probability(heard.removed):.1f} %" in text
    assert "most salient 20 % of the cells" in text
    low, high = narrowest_range(saliency.by_band(), 0.5)
    centres = MEL.band_axis.centres_hz
    assert f"between {centres[low]:,.0f} and {centres[high]:,.0f} Hz" in saliency_lines(saliency)[0]
    assert AROUND_HZ[0] <= centres[low] <= centres[high] <= AROUND_HZ[1]
    for share in (0.0, 0.04, 1.1):
        with pytest.raises(ConfigError, match=r"share of cells from 0\.05 to 1"):
            hear_cells(song_of_samples(banded_song, SR_HZ), banded.cnn, saliency, share)


def test_contrast_is_the_difference_of_two_logits() -> None:
    genres = ("a", "b", "c")
    probabilities = np.array([[0.5, 0.2, 0.3]])
    np.testing.assert_allclose(Question(genres, "a", "b").scores(probabilities), np.log(0.5 / 0.2))
    logs = np.log(probabilities[0])
    np.testing.assert_allclose(Question(genres, "a").scores(probabilities), logs[0] - logs.mean())
    assert Question(genres, "a", "b").text == "Why a and not b?"
    with pytest.raises(ConfigError, match="twice"):
        Question(genres, "a", "a")
    with pytest.raises(ConfigError, match=r"a, b, c.*'polka'"):
        Question(genres, "a", "polka")


def test_between_two_genres_one_question_is_the_other_turned_round(banded: Banded, banded_song: np.ndarray) -> None:
    given = subject(banded, banded_song)
    one, other = (
        occlusion_saliency(given, Question(("with", "without"), *pair), over="band").values
        for pair in (("with", "without"), ("without", "with"))
    )
    np.testing.assert_allclose(one, -other, atol=1e-4)


def test_by_time_all_bands_of_a_moment_count_alike(banded: Banded, banded_song: np.ndarray) -> None:
    given = subject(banded, banded_song)
    found = saliency_of(given, QUESTION, method="occlusion-time")
    assert found.method == "occlusion-time"
    np.testing.assert_array_equal(found.values[:, 10], np.full(len(found.values), found.values[0, 10]))
    assert len(np.unique(found.values[0, : given.seen.n_valid[0]])) > 1


def test_a_sheared_picture_is_explained_and_not_heard(banded: Banded, banded_song: np.ndarray) -> None:
    sheared = MelSpectrogram(width="reflowed")
    with pytest.raises(RunError, match="have no place in the sound"):
        sound_of_cells(banded_song, np.ones(sheared.shape, dtype=bool), sheared, keep_rest=True)


def test_nothing_salient_is_said_and_not_divided_by(banded: Banded) -> None:
    nothing = Saliency(np.zeros((40, 10), dtype=np.float32), MEL, QUESTION, "grad-cam", "")
    assert nothing.mass().sum() == 0
    assert saliency_lines(nothing) == ("Nothing in the song speaks for with to this model by this method.",)


def test_an_unfinished_or_numeric_run_is_refused_in_words(banded: Banded, banded_song: np.ndarray) -> None:
    given = subject_of(song_of_samples(banded_song, SR_HZ), banded.numeric)
    with pytest.raises(RunError, match="Ask for contributions instead"):
        occlusion_saliency(given, QUESTION)
    assert get_run(banded.numeric).status == "finished"
    assert load_model(banded.numeric) is not None
