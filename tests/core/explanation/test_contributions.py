"""Shapley values sum to the difference, equal what is known by hand, and stand in words as computed."""

import numpy as np
import pytest

from core.errors import ConfigError, RunError
from core.explanation.background import Background, background_of, scaling_statistics
from core.explanation.contributions import group_contributions
from core.explanation.explain import explain_song
from core.explanation.groups import MOST_GROUPS, group_features
from core.explanation.heard import song_of_samples
from core.explanation.question import Question
from core.explanation.shapley import shapley_values
from core.explanation.subject import subject_of
from core.explanation.words import contribution_lines, linear_lines, qualities
from core.features.gtzan_table import TABLE_NAMES
from core.features.musicnn import MusicnnFeatures
from core.features.numeric import NUMERIC_NAMES
from tests.core.explanation.conftest import SR_HZ, Banded


def test_shapley_values_of_known_games() -> None:
    rng = np.random.default_rng(0)
    for n in range(1, 9):
        values = rng.normal(size=2**n)
        shares = shapley_values(values)
        assert shares.sum() == pytest.approx(values[-1] - values[0], abs=1e-9)
    # A sum of what each brings gives each its own.
    brings = np.array([1.0, -2.0, 0.5])
    sums = np.array([sum(brings[place] for place in range(3) if number >> place & 1) for number in range(8)])
    np.testing.assert_allclose(shapley_values(sums), brings)
    # A pair of gloves: two have a left one, one the right one (Shapley's own kind of example).
    gloves = np.array([float(bool(number & 1) and bool(number & 6)) for number in range(8)])
    np.testing.assert_allclose(shapley_values(gloves), [4 / 6, 1 / 6, 1 / 6])
    with pytest.raises(ConfigError, match="got 3"):
        shapley_values(np.zeros(3))


@pytest.mark.parametrize(
    "names",
    [
        NUMERIC_NAMES,
        TABLE_NAMES,
        MusicnnFeatures().names,
        MusicnnFeatures(training="mtt").names,
        MusicnnFeatures(layer="pooled").names,
        tuple(f"{a}_{b}" for a in "abcdefghijkl" for b in range(3)),
    ],
)
def test_every_feature_is_in_one_of_at_most_eight_groups(names: tuple[str, ...]) -> None:
    groups = group_features(names)
    assert 1 <= len(groups) <= MOST_GROUPS
    assert sorted(place for group in groups for place in group.places) == list(range(len(names)))


def test_groups_are_what_people_hear() -> None:
    groups = {group.name: [TABLE_NAMES[place] for place in group.places] for group in group_features(TABLE_NAMES)}
    assert groups["loudness"] == ["rms_mean", "mfcc1_mean"]
    assert groups["dynamics"] == ["rms_var", "mfcc1_var"]
    assert groups["tempo"] == ["tempo"]
    assert len(groups["timbre"]) == 38
    assert "other features" not in groups


def test_contributions_sum_to_the_difference_and_are_the_linear_ones(banded: Banded, banded_song: np.ndarray) -> None:
    given = subject_of(song_of_samples(banded_song, SR_HZ), banded.numeric)
    question = Question(("with", "without"), "with", "without")
    background = background_of(banded.numeric, given.config, given.model)
    assert background.text.startswith("each of ")
    assert 2 <= len(background.rows) <= 32
    found = group_contributions(given, question, background=background)
    assert sum(one.value for one in found.groups) == pytest.approx(found.value - found.base, abs=1e-9)
    # With the mean alone in place of the song, those of a linear model are sums over its features.
    mean = Background(background.mean[np.newaxis], background.mean, background.deviation, "the mean")
    against_mean = group_contributions(given, question, background=mean)
    by_name = {one.name: one.value for one in against_mean.linear}
    alone = next(one for one in against_mean.groups if one.features == ("zero_crossing_rate",))
    temperature = 1.0 if given.temperature is None else given.temperature.value
    if "zero_crossing_rate" in by_name and len(given.seen.spans_s) == 1:
        assert alone.value == pytest.approx(by_name["zero_crossing_rate"] / temperature, rel=1e-3)


def test_probability_of_the_genre_is_explained_in_words(banded: Banded, banded_song: np.ndarray) -> None:
    explained = explain_song(song_of_samples(banded_song, SR_HZ), banded.numeric)
    found = explained.contributions
    assert found is not None
    assert explained.saliency is None
    place = explained.verdict.genres.index(explained.question.genre)
    assert found.value == pytest.approx(explained.verdict.probabilities[place], abs=1e-6)
    lines = contribution_lines(found)
    assert any(f"Probability of {explained.question.genre}: {100 * found.value:.1f} %" in line for line in lines)
    deviations = dict(found.deviations)
    if abs(deviations["spectral_centroid"]) >= 0.5:
        assert ("bright" if deviations["spectral_centroid"] > 0 else "dark") in qualities(found)
    assert linear_lines(found)[0].startswith("Single features that say most")
    with pytest.raises(RunError, match="Ask for its saliency instead"):
        group_contributions(subject_of(song_of_samples(banded_song, SR_HZ), banded.cnn), explained.question)


def test_the_means_that_a_model_keeps_stand_in_for_clips_that_are_gone(
    banded: Banded, banded_song: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = subject_of(song_of_samples(banded_song, SR_HZ), banded.numeric)
    mean, deviation = scaling_statistics(given.model)
    rows = background_of(banded.numeric, given.config, given.model).rows
    np.testing.assert_allclose(rows.mean(axis=0), mean, atol=2 * deviation.max())

    def gone(*_: object) -> None:
        raise RunError("gone")

    monkeypatch.setattr("core.explanation.background.load_collection", gone)
    found = background_of(banded.numeric, given.config, given.model)
    assert found.text == "the mean of the training clips"
    np.testing.assert_allclose(found.rows, mean[np.newaxis])
