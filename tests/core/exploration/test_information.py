import numpy as np
import pytest
from scipy.special import digamma

from core.exploration.information import mutual_information_bits


def by_the_book(column: np.ndarray, labels: np.ndarray, n_neighbours: int) -> float:
    """Ross (2014), equation 2, with every distance looked at."""
    apart = np.abs(column[:, np.newaxis] - column)
    terms = []
    for place, label in enumerate(labels):
        own = np.sort(apart[place, labels == label])
        k = min(n_neighbours, len(own) - 1)
        n_within = int((apart[place] < own[k]).sum())
        terms.append(digamma(len(labels)) + digamma(k) - digamma(len(own)) - digamma(n_within))
    return max(0.0, float(np.mean(terms))) / np.log(2)


@pytest.mark.parametrize(("n_clips", "n_labels"), [(60, 2), (400, 30), (37, 12)])
def test_it_is_what_the_definition_says(n_clips: int, n_labels: int) -> None:
    rng = np.random.default_rng(0)
    labels = rng.permutation(np.arange(n_clips) % n_labels)
    values = rng.normal(size=(n_clips, 4)) + np.outer(labels, [0, 0.1, 1, 5])
    found = mutual_information_bits(values, labels, n_neighbours=3, seed=7)
    expected = [by_the_book(column, labels, 3) for column in values.T]
    np.testing.assert_allclose(found, expected, atol=1e-6)


# Of labels with fewer clips scikit-learn reckons distances by squares, too roughly for the count within them.
@pytest.mark.parametrize(("n_clips", "n_labels"), [(60, 2), (400, 30)])
def test_it_is_what_scikit_learn_estimates(n_clips: int, n_labels: int) -> None:
    from sklearn.feature_selection import mutual_info_classif

    rng = np.random.default_rng(0)
    labels = rng.permutation(np.arange(n_clips) % n_labels)
    values = rng.normal(size=(n_clips, 4)) + np.outer(labels, [0, 0.1, 1, 5])
    for made in (values, values.round()):
        expected = mutual_info_classif(made, labels, n_neighbors=3, random_state=7) / np.log(2)
        found = mutual_information_bits(made, labels, n_neighbours=3, seed=7)
        np.testing.assert_allclose(found, expected, atol=1e-9)


def test_a_label_that_the_value_gives_away_tells_its_bits() -> None:
    labels = np.repeat([0, 1, 2, 3], 200)
    values = np.random.default_rng(0).normal(size=(800, 1)) + 100 * labels[:, np.newaxis]
    assert mutual_information_bits(values, labels, n_neighbours=3, seed=0) == pytest.approx([2.0], abs=0.01)
