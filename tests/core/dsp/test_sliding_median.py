"""The shared sorting network against the definition of a median."""

import numpy as np
import pytest
import scipy.ndimage
from hypothesis import given, settings
from hypothesis import strategies as st

from core.dsp.sliding_median import median_along_columns, median_along_rows


@settings(max_examples=40)
@given(
    st.sampled_from([3, 7, 15, 31]), st.integers(1, 40), st.integers(1, 150), st.booleans(), st.integers(0, 2**32 - 1)
)
def test_every_median_is_the_middle_of_its_window(size, n_rows, n_places, repeated, seed):
    rng = np.random.default_rng(seed)
    values = rng.normal(size=(n_rows, n_places)).astype(np.float32)
    if repeated:
        values = np.round(values)
    mirrored = np.pad(values, ((0, 0), (size // 2, size // 2)), mode="symmetric")
    expected = np.median(np.lib.stride_tricks.sliding_window_view(mirrored, size, axis=1), axis=2)
    np.testing.assert_array_equal(median_along_rows(values, size), expected)
    np.testing.assert_array_equal(median_along_columns(np.ascontiguousarray(values.T), size), expected.T)


def test_a_spectrogram_is_filtered_as_by_scipy():
    values = np.abs(np.random.default_rng(0).normal(size=(300, 1025))).astype(np.float32)
    along_rows = scipy.ndimage.median_filter(values[:60], size=(1, 31), mode="reflect")
    np.testing.assert_array_equal(median_along_rows(values[:60], 31), along_rows)
    along_columns = scipy.ndimage.median_filter(values[:, :100], size=(31, 1), mode="reflect")
    np.testing.assert_array_equal(median_along_columns(values, 31)[:, :100], along_columns)


def test_one_outlier_never_passes():
    values = np.ones((2, 64), np.float32)
    values[0, 20] = 1e6
    np.testing.assert_array_equal(median_along_rows(values, 31), np.ones((2, 64)))


@pytest.mark.parametrize("size", [0, 1, 2, 5, 30])
def test_other_sizes_are_refused(size):
    with pytest.raises(ValueError, match="power of two minus one"):
        median_along_rows(np.ones((1, 10), np.float32), size)
