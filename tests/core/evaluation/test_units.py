"""Sentences name what was tested: excerpts where clips are cut, not clips."""

import numpy as np
import pytest

from core.evaluation.adviser.scores import SubsetScore
from core.evaluation.adviser.words import borne_out_sentence
from core.evaluation.calibration import Temperature
from core.evaluation.caution import caution_word
from core.evaluation.metrics import wilson_interval
from core.evaluation.predictions import TestResult
from core.evaluation.reliability import temperature_effect
from core.evaluation.verdict.judge import judge
from core.evaluation.verdict.records import Grouping
from core.evaluation.verdict.words import notes_on
from tests.core.evaluation.test_metrics import make_predictions
from tests.core.evaluation.verdict.test_judge import contender, counted


def test_a_temperature_s_effect_is_told_of_what_was_tested() -> None:
    predictions = make_predictions(["a", "b"] * 5, ["a", "a"] * 5, ("a", "b"))
    temperature = Temperature(value=2.0, n=8, fitted_on="excerpts of the validation set")
    said = temperature_effect(predictions, temperature, unit="excerpt").sentence
    assert "fitted on 8 excerpts of the validation set, changes" in said
    assert "calibration error on 10 test excerpts from" in said
    assert "clip" not in said
    assert "on 10 test clips from" in temperature_effect(predictions, temperature).sentence


def test_what_a_suggestion_came_to_is_told_of_what_was_tested() -> None:
    score = SubsetScore(
        genres=("a", "b"), n=50, n_correct=40.0, accuracy=0.8, interval=(0.7, 0.9), chance=0.5, kappa=0.6, bits=0.3
    )
    result = TestResult(n_correct=41, n=50, interval=wilson_interval(41, 50), chance=0.5, protocol="segments at random")
    said = borne_out_sentence(score, result, name="CNN", unit="excerpt")
    assert "right for 82.0 % of 50 test excerpts" in said
    assert "clip" not in said


def test_few_excerpts_are_called_so() -> None:
    result = TestResult(n_correct=9, n=10, interval=wilson_interval(9, 10), chance=0.5, protocol="")
    assert caution_word(result, unit="excerpt") == "few excerpts"
    assert caution_word(result) == "few clips"


@pytest.mark.parametrize("unit", ["clip", "excerpt"])
def test_a_verdict_and_its_notes_name_the_unit(unit: str) -> None:
    artists = Grouping(of={f"c{place}": f"artist {place // 2}" for place in range(40)}, word="artist")
    first, second = counted(20, 8, 2, 10, unit=unit, grouping=artists)
    third = contender("C", np.arange(40) % 3 > 0, unit=unit)
    for given in ([first, second], [first, second, third], [first, contender("D", [True] * 30, unit=unit)]):
        verdict = judge(given)
        said = " ".join([verdict.sentence, *notes_on(verdict)])
        assert f"{unit}s" in said
        assert f"{unit.capitalize()}s of one artist are alike" in said
        if unit == "excerpt":
            assert "clip" not in said.lower()
    apart = judge([first, second], reason="their collections differ").sentence
    assert f"They cannot be compared {unit} by {unit}: their collections differ." in apart
