"""What is said wherever an accuracy stands that shows little."""

import pytest

from core.evaluation.metrics import wilson_interval
from core.evaluation.predictions import TestResult
from dashboard.sentences.results import result_caution, result_word


@pytest.mark.parametrize(
    ("n_correct", "n", "chance", "expected"),
    [
        (160, 290, 0.1, ""),
        (1, 5, 0.5, "5 test clips say almost nothing: 4 to 62 %; no better than chance (50.0 %)."),
        (4, 5, 0.1, "5 test clips say almost nothing: 38 to 96 %."),
        (20, 29, 0.1, "29 test clips say little: 51 to 83 %."),
        (12, 80, 0.1, "Not distinguishable from chance (10.0 %)."),
        (8, 80, 0.1, "No better than chance (10.0 %)."),
        (1, 1, 0.5, "1 test clip says almost nothing: 21 to 100 %; not distinguishable from chance (50.0 %)."),
    ],
)
def test_few_clips_and_chance_get_a_word(n_correct: int, n: int, chance: float, expected: str) -> None:
    result = TestResult(n_correct=n_correct, n=n, interval=wilson_interval(n_correct, n), chance=chance, protocol="p")
    assert result_caution(result) == expected


def test_what_was_tested_is_called_what_it_is() -> None:
    result = TestResult(n_correct=4, n=5, interval=wilson_interval(4, 5), chance=0.1, protocol="p")
    assert result_caution(result, unit="excerpt") == "5 test excerpts say almost nothing: 38 to 96 %."


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
