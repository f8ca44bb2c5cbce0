"""Statistics of several answerers, against scipy, scikit-learn, stored values of statsmodels 0.15 and cases by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy.stats import binomtest, permutation_test
from sklearn.metrics import cohen_kappa_score, mutual_info_score

from core.evaluation.paired.agreement import cohen_kappa, cross_counts, error_consistency
from core.evaluation.paired.information import information_gained
from core.evaluation.paired.resampling import percentile_interval, resampled_ratios, sums_by_group, swap_p_value
from core.evaluation.paired.significance import clips_needed, cochran_q, holm, independent_interval

TABLES = hnp.arrays(np.int64, st.integers(2, 6).map(lambda n: (n, n)), elements=st.integers(0, 20))


def test_cochran_s_q_is_that_of_statsmodels() -> None:
    rng = np.random.default_rng(5)
    correct = rng.random((4, 60)) < np.array([0.5, 0.55, 0.7, 0.8])[:, None]
    assert correct.sum(axis=1).tolist() == [30, 32, 45, 50]
    found = cochran_q(correct)
    assert found.statistic == pytest.approx(20.854545454545455, rel=1e-12)
    assert found.p_value == pytest.approx(0.00011285812433369542, rel=1e-9)
    assert (found.degrees, found.is_reliable) == (3, True)


def test_cochran_s_q_of_two_is_mcnemar_s_statistic_by_hand() -> None:
    correct = np.array([[1] * 7 + [0] * 2 + [1] * 5, [0] * 7 + [1] * 2 + [1] * 5], dtype=bool)
    assert cochran_q(correct).statistic == pytest.approx((7 - 2) ** 2 / (7 + 2))
    assert cochran_q(correct).n_differing == 9
    same = cochran_q(np.ones((3, 5), dtype=bool))
    assert (same.statistic, same.p_value, same.is_reliable) == (0.0, 1.0, False)
    with pytest.raises(ValueError, match="at least two"):
        cochran_q(np.ones((1, 5), dtype=bool))


@given(hnp.arrays(bool, st.tuples(st.integers(3, 5), st.integers(1, 30))), st.randoms(use_true_random=False))
def test_cochran_s_q_does_not_depend_on_the_order(correct: np.ndarray, random) -> None:
    rows, columns = list(range(len(correct))), list(range(correct.shape[1]))
    random.shuffle(rows)
    random.shuffle(columns)
    assert cochran_q(correct[rows][:, columns]).statistic == pytest.approx(cochran_q(correct).statistic)


def test_holm_is_that_of_statsmodels() -> None:
    assert holm([0.01, 0.04, 0.03, 0.005, 0.5]) == pytest.approx((0.04, 0.09, 0.09, 0.025, 0.5))
    assert holm([0.2]) == (0.2,)
    assert holm([]) == ()


@given(st.lists(st.floats(0, 1), min_size=1, max_size=20))
def test_holm_keeps_the_order_and_lies_between_p_and_bonferroni(p_values: list[float]) -> None:
    adjusted = holm(p_values)
    for p_value, found in zip(p_values, adjusted, strict=True):
        assert p_value <= found <= min(1.0, len(p_values) * p_value)
    order = np.argsort(p_values, kind="stable")
    assert (np.diff(np.array(adjusted)[order]) >= 0).all()


@pytest.mark.parametrize(("only_a", "only_b"), [(9, 3), (25, 11), (5, 0), (0, 0), (1, 1), (300, 240)])
def test_swapping_single_clips_is_mcnemar_s_exact_test(only_a: int, only_b: int) -> None:
    lead = np.array([1] * only_a + [-1] * only_b + [0] * 10)
    expected = binomtest(only_a, only_a + only_b, 0.5).pvalue if only_a + only_b else 1.0
    assert swap_p_value(lead) == pytest.approx(expected, rel=1e-9)


def test_swapping_groups_is_scipy_s_permutation_test_of_samples() -> None:
    lead = np.array([3.0, -1, 2, 0, 5, 2, -2, 1])
    expected = permutation_test(
        (lead, -lead), lambda a, b, axis: np.sum(a, axis=axis), permutation_type="samples", vectorized=True
    )
    assert swap_p_value(lead) == pytest.approx(expected.pvalue, rel=1e-9)
    # By hand: one artist with four clips that only one run knows is one toss of a coin.
    assert swap_p_value(np.array([4])) == 1.0
    assert swap_p_value(np.array([4, 4, 4])) == pytest.approx(0.25)


@given(hnp.arrays(np.int64, st.integers(0, 40), elements=st.integers(-6, 6)))
def test_swapping_is_even_handed(lead: np.ndarray) -> None:
    p_value = swap_p_value(lead)
    assert 0 < p_value <= 1
    assert swap_p_value(-lead) == pytest.approx(p_value)


def test_resampled_ratios_have_the_mean_and_spread_that_theory_says() -> None:
    right = np.array([1.0] * 60 + [0.0] * 40)
    drawn = resampled_ratios(right, np.ones(100), rng=np.random.default_rng(0))
    assert drawn.mean() == pytest.approx(0.6, abs=0.002)
    assert drawn.std() == pytest.approx((0.6 * 0.4 / 100) ** 0.5, rel=0.03)
    # Ten groups of ten alike clips: ten times the variance.
    groups = np.repeat(np.arange(10), 10)
    sums, sizes = sums_by_group(right, groups), sums_by_group(np.ones(100), groups)
    assert sums.tolist() == [10] * 6 + [0] * 4
    grouped = resampled_ratios(sums, sizes, rng=np.random.default_rng(0))
    assert grouped.std() == pytest.approx((0.6 * 0.4 / 10) ** 0.5, rel=0.03)
    low, high = percentile_interval(grouped)
    assert (low, high) == pytest.approx((0.3, 0.9), abs=0.11)


def test_resampling_by_pattern_is_resampling_unit_by_unit() -> None:
    rng = np.random.default_rng(1)
    sums, sizes = rng.integers(0, 4, 30).astype(float), rng.integers(4, 9, 30).astype(float)
    fast = resampled_ratios(sums, sizes, rng=np.random.default_rng(2))
    places = rng.integers(0, 30, (10_000, 30))
    slow = sums[places].sum(axis=1) / sizes[places].sum(axis=1)
    assert np.quantile(fast, [0.025, 0.5, 0.975]) == pytest.approx(np.quantile(slow, [0.025, 0.5, 0.975]), abs=0.01)


def test_clips_needed_by_hand() -> None:
    # Connor: (1.96 * sqrt(0.3) + 0.8416 * sqrt(0.3 - 0.01)) ** 2 / 0.01 = 233.1
    assert clips_needed(0.2, 0.1) == 234
    assert clips_needed(0.1, 0.2) == 234
    assert clips_needed(0.1, 0.1) is None


def test_newcombe_s_interval_is_that_of_statsmodels_and_of_his_paper() -> None:
    assert independent_interval(56, 70, 48, 80) == pytest.approx((0.05243147240236498, 0.33387265403690614))
    assert independent_interval(9, 10, 3, 10) == pytest.approx((0.1705227239345029, 0.809017973535488))


def test_cohen_s_kappa_of_a_known_table() -> None:
    assert cohen_kappa(np.array([[20, 5, 3], [2, 15, 8], [0, 4, 43]])) == pytest.approx(0.6477745757284662)
    assert cohen_kappa(np.array([[0, 0], [0, 0]])) is None
    assert cohen_kappa(np.array([[7, 0], [0, 0]])) is None


@given(st.integers(2, 5), st.data())
def test_cohen_s_kappa_is_scikit_learn_s(n_genres: int, data) -> None:
    said = hnp.arrays(np.int64, 25, elements=st.integers(0, n_genres - 1))
    first, second = data.draw(said), data.draw(said)
    counts = cross_counts(first, second, n_genres)
    found = cohen_kappa(counts)
    if found is None:
        assert len(set(first) | set(second)) == 1
    else:
        assert found == pytest.approx(cohen_kappa_score(first, second), abs=1e-9)
    assert cohen_kappa(counts.T) == (None if found is None else pytest.approx(found))


@given(TABLES, st.randoms(use_true_random=False))
def test_kappa_and_bits_do_not_depend_on_names(table: np.ndarray, random) -> None:
    order = list(range(len(table)))
    random.shuffle(order)
    renamed = table[np.ix_(order, order)]
    kappa = cohen_kappa(table)
    assert cohen_kappa(renamed) == (None if kappa is None else pytest.approx(kappa))
    if table.sum():
        a, b = information_gained(table), information_gained(renamed)
        assert a.raw_bits == pytest.approx(b.raw_bits)
        assert information_gained(table.T).raw_bits == pytest.approx(a.raw_bits)


@given(TABLES.filter(lambda table: table.sum() > 0))
def test_bits_are_scikit_learn_s_mutual_information(table: np.ndarray) -> None:
    rows, columns = np.nonzero(table)
    counts = table[rows, columns]
    expected = mutual_info_score(np.repeat(rows, counts), np.repeat(columns, counts)) / np.log(2)
    found = information_gained(table)
    assert found.raw_bits == pytest.approx(expected, abs=1e-9)
    assert 0 <= found.raw_bits <= found.most_bits + 1e-9


def test_bits_of_perfect_and_of_random_answers() -> None:
    perfect = information_gained(np.eye(8) * 50)
    assert perfect.raw_bits == perfect.most_bits == 3.0
    assert perfect.share == pytest.approx(1.0, abs=0.01)
    rng = np.random.default_rng(0)
    raw, corrected = [], []
    for _ in range(200):
        table = cross_counts(rng.integers(0, 10, 200), rng.integers(0, 10, 200), 10)
        raw.append(information_gained(table).raw_bits)
        corrected.append(information_gained(table).bits)
    # Guessing tells nothing; 200 clips of 10 genres seem to tell (10 - 1) ** 2 / (2 * 200 * ln 2) bits all the same.
    assert np.mean(raw) == pytest.approx(81 / (400 * np.log(2)), abs=0.06)
    assert np.mean(corrected) < np.mean(raw) / 3


def test_error_consistency_by_hand() -> None:
    # Both right 5, only one 1 and 2, both wrong 2: observed 0.7, expected 0.6 * 0.7 + 0.4 * 0.3 = 0.54.
    first = np.array([1] * 5 + [1] + [0] * 2 + [0] * 2, dtype=bool)
    second = np.array([1] * 5 + [0] + [1] * 2 + [0] * 2, dtype=bool)
    found = error_consistency(first, second)
    assert (found.observed, found.expected, found.n) == (pytest.approx(0.7), pytest.approx(0.54), 10)
    assert found.kappa == pytest.approx(0.16 / 0.46)
    assert found.interval is not None
    assert found.interval[0] < found.kappa < found.interval[1]
    same = error_consistency(first, first)
    assert same.kappa == pytest.approx(1.0)
    assert error_consistency(first, np.ones(10, dtype=bool)).kappa is None
    with pytest.raises(ValueError, match="same clips"):
        error_consistency(first, second[:5])


@given(hnp.arrays(bool, st.tuples(st.just(2), st.integers(2, 40))))
def test_error_consistency_is_cohen_s_kappa_of_right_and_wrong(correct: np.ndarray) -> None:
    found = error_consistency(*correct, n_resamples=50)
    turned = error_consistency(correct[1], correct[0], n_resamples=50)
    if found.kappa is None:
        assert turned.kappa is None
        assert any(len(set(row)) == 1 for row in correct)
    else:
        assert found.kappa == pytest.approx(cohen_kappa_score(*correct))
        assert turned.kappa == pytest.approx(found.kappa)


def test_independent_answerers_err_on_different_clips() -> None:
    rng = np.random.default_rng(3)
    found = error_consistency(rng.random(20_000) < 0.7, rng.random(20_000) < 0.5)
    assert found.kappa == pytest.approx(0.0, abs=0.02)
