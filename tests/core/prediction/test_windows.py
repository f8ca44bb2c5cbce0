"""Windows of a song: as long as the clips of the training, every moment counting the same."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.features.gtzan_parts import GtzanTableParts
from core.features.mel import MelSpectrogram
from core.features.numeric import NumericFeatures
from core.prediction.windows import LONGER, own_spans, window_length, window_starts

SR_HZ = 22_050
ROUGHLY_30_S = 29.99873015873016  # 28 samples less than 30 s: the typical clip of the shipped models


@pytest.mark.parametrize(
    ("n_samples", "starts"),
    [
        (1, [0]),
        (100, [0]),
        (101, [0]),
        (125, [0]),
        (126, [0, 26]),
        (150, [0, 50]),
        (200, [0, 100]),
        (225, [0, 100]),
        (226, [0, 63, 126]),
        (300, [0, 100, 200]),
    ],
)
def test_window_starts_by_hand(n_samples: int, starts: list[int]) -> None:
    assert window_starts(n_samples, 100) == starts


def test_a_song_as_long_as_a_clip_is_one_window_however_little_of_it_is_looked_at() -> None:
    assert window_starts(1000, 100, clip=800) == [0]
    assert window_starts(1001, 100, clip=800) == [100 * number for number in range(10)]


@given(n_samples=st.integers(1, 5000), window=st.integers(2, 700), more=st.integers(0, 900))
def test_every_moment_counts_the_same(n_samples: int, window: int, more: int) -> None:
    clip = window + more
    starts = window_starts(n_samples, window, clip=clip)
    assert starts[0] == 0
    if n_samples <= LONGER * clip:
        assert starts == [0]
        return
    ends = [start + window for start in starts]
    assert ends[-1] <= n_samples
    # As few as cover the song, but for a short tail.
    unheard = n_samples - ends[-1]
    assert unheard <= (LONGER - 1) * window
    assert (len(starts) - 1) * window < n_samples
    assert len(starts) * window + (LONGER - 1) * window >= n_samples
    covered = np.zeros(n_samples, dtype=int)
    for start, end in zip(starts, ends, strict=True):
        covered[start:end] += 1
    assert (covered[: ends[-1]] >= 1).all()
    if unheard:
        assert (covered[: ends[-1]] == 1).all()
    # A moment is given to the windows that cover it, in equal shares: their own time is the sum of what they get.
    weights = np.array([end - start for start, end in own_spans(starts, ends)])
    given_to = [(1 / covered[start:end]).sum() for start, end in zip(starts, ends, strict=True)]
    if covered.max() <= 2:
        np.testing.assert_allclose(weights, given_to, atol=1e-6)
    assert weights.sum() == ends[-1]
    assert np.ptp(np.diff(starts)) <= 1


@given(n_windows=st.integers(1, 40), tail=st.integers(0, 250))
def test_without_overlap_all_windows_count_the_same(n_windows: int, tail: int) -> None:
    starts = window_starts(n_windows * 1000 + tail, 1000)
    assert starts == [1000 * number for number in range(n_windows)]
    assert {end - start for start, end in own_spans(starts, [start + 1000 for start in starts])} == {1000}


def test_a_window_has_the_last_part_of_a_clip_that_lacks_some_samples() -> None:
    assert window_length(GtzanTableParts(), ROUGHLY_30_S) == 3 * 10 * SR_HZ
    assert window_length(GtzanTableParts(part_s=3.0, n_parts=12), ROUGHLY_30_S) == 30 * SR_HZ
    # 5 s are missing to the third part: clips had two.
    assert window_length(GtzanTableParts(), 25.0) == 25 * SR_HZ
    mel = MelSpectrogram()
    assert window_length(mel, ROUGHLY_30_S) == min(mel.max_samples, 646 * 1024)
    assert window_length(mel, 10.0) == 216 * 1024
    assert window_length(NumericFeatures(max_duration_s=2.0), 2.5) == 2 * SR_HZ
    assert window_length(mel, 0.0) == 2
