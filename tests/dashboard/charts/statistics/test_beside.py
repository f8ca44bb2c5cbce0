"""A listener beside models, as tables."""

import pytest

from core.evaluation.human.beside import judge_beside
from dashboard.charts.statistics.beside import answers_table, beside_table
from tests.core.evaluation.human.test_beside import LISTENER, MODEL


def test_the_tables_say_what_was_computed() -> None:
    found = judge_beside(LISTENER, [MODEL])
    table = beside_table(found)
    assert list(table["run"]) == ["Your ear", "CNN"]
    assert list(table["accuracy"]) == pytest.approx([0.6, 0.6])
    assert list(table["chance"]) == pytest.approx([0.6, 0.6])
    answers = answers_table(found.contenders, dict.fromkeys(("a1", "a2", "a3", "b1", "b2"), 2)).set_index("clip")
    assert list(answers.columns) == ["actual", "Your ear", "CNN", "plays"]
    assert list(answers.loc["b2"]) == ["b", "b", "a", 2]
