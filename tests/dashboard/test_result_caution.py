"""What is said wherever an accuracy stands that shows little."""

import pytest

from core.evaluation.metrics import wilson_interval
from core.evaluation.predictions import TestResult
from dashboard.sentences.results import result_caution, result_word


@pytest.mark.parametrize(
    ("n_correct", "n", "chance", "expected"),
    [
        (160, 290, 0.1, ""),
        (
            1,
            5,
            0.5,
            "Only 5 test clips: on similar music the accuracy may be anywhere from 4 to 62 %. "
            "No better than chance (50.0 %).",
        ),
        (4, 5, 0.1, "Only 5 test clips: on similar music the accuracy may be anywhere from 38 to 96 %."),
        (12, 80, 0.1, "Not distinguishable from chance (10.0 %)."),
        (8, 80, 0.1, "No better than chance (10.0 %)."),
        (
            1,
            1,
            0.5,
            "Only 1 test clip: on similar music the accuracy may be anywhere from 21 to 100 %. "
            "Not distinguishable from chance (50.0 %).",
        ),
    ],
)
def test_few_clips_and_chance_get_a_word(n_correct: int, n: int, chance: float, expected: str) -> None:
    result = TestResult(n_correct=n_correct, n=n, interval=wilson_interval(n_correct, n), chance=chance, protocol="p")
    assert result_caution(result) == expected


@pytest.mark.parametrize(
    ("n_correct", "n", "expected"),
    [
        (160, 290, ""),
        (4, 5, "few clips"),
        (12, 80, "not distinguishable from chance"),
        (0, 5, "few clips, no better than chance"),
    ],
)
def test_lists_and_tables_have_a_word_or_two(n_correct: int, n: int, expected: str) -> None:
    result = TestResult(n_correct=n_correct, n=n, interval=wilson_interval(n_correct, n), chance=0.1, protocol="p")
    assert result_word(result) == expected
