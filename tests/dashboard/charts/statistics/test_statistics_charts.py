"""Charts of statistics show what core computed."""

import numpy as np
import pandas as pd
import pytest

from core.evaluation.adviser.curve import matrix_drop_curve, matrix_merge_curve
from core.evaluation.confusion.tree import confusion_tree
from core.evaluation.human.kinship import kinship_of_mistakes, literature_kinship
from core.evaluation.metrics import confusion_matrix
from core.evaluation.published import STUDY
from core.evaluation.reliability import coverage_curve, reliability
from core.evaluation.verdict.judge import judge
from core.evaluation.verdict.records import Contender, Grouping
from dashboard.charts.statistics.advice import CHANCE, KAPPA, advice_chart, advice_table
from dashboard.charts.statistics.calibration import (
    coverage_chart,
    coverage_table,
    reliability_chart,
    reliability_table,
)
from dashboard.charts.statistics.differences import difference_chart, difference_table
from dashboard.charts.statistics.family_tree import tree_chart, tree_table
from dashboard.charts.statistics.kinship import kinship_chart, kinship_table
from dashboard.charts.style.theme import DARK
from tests.core.evaluation.test_metrics import make_predictions


def test_differences_are_those_of_the_verdict_in_points() -> None:
    actual = ["a", "b"] * 20
    rights = ("a" * 40, "ab" * 20)
    grouping = Grouping(of={f"c{place}": str(place // 4) for place in range(40)}, word="artist")
    contenders = [
        Contender(name=name, matrix=confusion_matrix(said), predictions=said, grouping=grouping)
        for name, said in (
            (name, make_predictions(actual, list(right), ("a", "b"))) for name, right in zip("XY", rights, strict=True)
        )
    ]
    verdict = judge(contenders)
    table = difference_table(verdict)
    row = table.iloc[0]
    assert row["pair"] == "X − Y"
    assert (row["difference"], row["n"]) == (-50, 40)
    assert (row["low"], row["high"]) == tuple(100 * end for end in verdict.pairs[0].interval)
    assert verdict.pairs[0].by_group is not None
    assert row["group_low"] == 100 * verdict.pairs[0].by_group.interval[0]
    spec = difference_chart(table, theme=DARK).to_dict()
    assert spec["height"] == 38
    low, high = spec["layer"][2]["encoding"]["x"]["scale"]["domain"]
    assert low == -high
    assert low <= row["group_low"]


def test_reliability_and_coverage_are_drawn_bin_by_bin() -> None:
    said = make_predictions(["a", "a", "b"], ["a", "b", "b"], ("a", "b"))
    said.table["a"], said.table["b"] = [0.9, 0.3, 0.2], [0.1, 0.7, 0.8]
    bins = reliability_table(reliability(said))
    assert bins["n"].tolist() == [1, 1, 1]
    assert bins["accuracy"].tolist() == [0, 1, 1]
    assert bins["confidence"].tolist() == pytest.approx([0.7, 0.8, 0.9])
    assert len(reliability_chart(bins).to_dict()["layer"]) == 3
    kept = coverage_table(coverage_curve(said))
    assert kept["coverage"].tolist() == pytest.approx([1 / 3, 2 / 3, 1])
    assert kept["accuracy"].tolist() == pytest.approx([1, 1, 2 / 3])
    assert coverage_chart(kept).to_dict()["layer"][0]["encoding"]["x"]["scale"]["domain"] == [0, 1]


def test_advice_goes_from_all_genres_to_two() -> None:
    table = advice_table(matrix_drop_curve(STUDY.matrix))
    kappas = table[table["figure"] == KAPPA]
    assert kappas["genres"].tolist() == list(range(10, 1, -1))
    assert kappas["changed"].tolist()[:2] == ["all genres", "rock"]
    assert table[table["figure"] == CHANCE]["value"].tolist() == pytest.approx([1 / n for n in range(10, 1, -1)])
    assert advice_table(matrix_merge_curve(STUDY.matrix))["changed"].tolist()[3] == "reggae with hiphop"
    spec = advice_chart(table).to_dict()
    assert spec["layer"][0]["encoding"]["x"]["axis"]["values"] == list(range(2, 11))


def test_a_tree_is_three_lines_a_join_and_no_branches_cross() -> None:
    tree = confusion_tree(STUDY.matrix)
    table = tree_table(tree)
    assert len(table) == 3 * 9
    across = table[table["x"] == table["x2"]]
    assert sorted(across["x"]) == pytest.approx(sorted(tree.joins[:, 2]))
    rows = {genre: row for row, genre in enumerate(tree.order)}
    for genres in across["genres"]:
        places = sorted(rows[genre] for genre in genres.split(", "))
        assert places == list(range(places[0], places[-1] + 1))
    spec = tree_chart(tree).to_dict()
    assert spec["layer"][0]["encoding"]["y"]["axis"]["labelExpr"].startswith('["')
    odd = pd.DataFrame(np.eye(3, dtype=int), index=['"]+x', "b", "c"], columns=['"]+x', "b", "c"])
    assert '\\"]+x' in tree_chart(confusion_tree(odd)).to_dict()["layer"][0]["encoding"]["y"]["axis"]["labelExpr"]


def test_pairs_stand_over_their_kinship_and_dots_at_one_place_have_one_name() -> None:
    table = kinship_table(kinship_of_mistakes(STUDY.matrix, literature_kinship()))
    assert len(table) == 45
    assert table["label"].tolist()[:2] == ["reggae / hiphop", "jazz / classical"]
    assert "jazz / blues and 1 more" in set(table["label"])
    spec = kinship_chart(table).to_dict()
    assert spec["layer"][0]["encoding"]["x"]["axis"]["values"] == [0, 1, 2, 3]
