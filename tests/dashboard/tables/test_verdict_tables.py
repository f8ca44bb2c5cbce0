"""A verdict as tables: the figures are those of the verdict, whatever the genres."""

import pytest

from core.evaluation.metrics import confusion_matrix
from core.evaluation.predictions import Predictions
from core.evaluation.verdict.judge import judge
from core.evaluation.verdict.records import Contender, Cost, Grouping, Verdict
from dashboard.charts.statistics.cost_front import Costs, cost_front_chart, cost_front_table
from dashboard.sentences.verdict import CELLS, figure_words
from dashboard.tables.verdict import (
    cell_frame,
    cells_export,
    pair_facts,
    pairs_export,
    pairs_frame,
    said_frame,
    surest_first,
    verdicts_on,
)
from tests.core.evaluation.test_metrics import make_predictions
from tests.dashboard.charts.plain_axes import unformatted

ACTUAL = ["a", "b"] * 20


def judged(*rights: str, grouped: bool = False) -> tuple[Verdict, list[Predictions]]:
    """The verdict on answerers called X, Y, Z that say these genres of 40 clips."""
    answers = [make_predictions(ACTUAL, list(right), ("a", "b")) for right in rights]
    grouping = Grouping(of={f"c{place}": str(place // 4) for place in range(40)}, word="artist") if grouped else None
    contenders = [
        Contender(
            name=name,
            matrix=confusion_matrix(said),
            predictions=said,
            grouping=grouping,
            cost=Cost(training_s=10.0 * (place + 1), n_parameters=100),
        )
        for place, (name, said) in enumerate(zip("XYZ", answers, strict=False))
    ]
    return judge(contenders), answers


def test_figures_of_two_are_those_of_the_verdict() -> None:
    verdict, _ = judged("ab" * 20, "a" * 40, grouped=True)
    facts = pair_facts(verdict, verdict.pairs[0]).set_index("Figure")["Value"]
    assert facts["Difference of accuracies"] == "+50.0 points"
    assert facts["McNemar's exact test"] == "p < 0.001"
    assert "95 % interval by artist" in facts
    assert facts["Training time of the first"] == "50 % of the second's"
    assert facts["Parameters of the first"] == "1.0 times the second's"
    assert not any("Holm" in figure for figure in facts.index)
    assert "whole artists" in figure_words(verdict, 1)


def test_pairs_stand_with_holm_s_correction_and_in_full_precision() -> None:
    verdict, _ = judged("ab" * 20, "a" * 40, "ab" * 18 + "aaaa")
    shown, exported = pairs_frame(verdict), pairs_export(verdict)
    assert shown["Pair"].tolist() == ["X − Y", "X − Z", "Y − Z"]
    assert "By artist" not in shown
    assert exported["p_holm"].tolist() == [pair.p_adjusted for pair in verdict.pairs]
    assert exported["difference"].tolist() == pytest.approx([0.5, 0.05, -0.45])
    assert exported.loc[0, ["both_right", "only_first_right", "only_second_right", "both_wrong"]].tolist() == [
        20, 20, 0, 0,
    ]  # fmt: skip
    assert exported["ratio_training_s"].tolist() == pytest.approx([1 / 2, 1 / 3, 2 / 3])
    assert "The 2 of 3 pairs" in figure_words(verdict, 2)


def test_with_groups_it_is_said_that_cochran_s_test_knows_none() -> None:
    alone, grouped = (judged("ab" * 20, "a" * 40, "b" * 40, grouped=grouped)[0].sentence for grouped in (False, True))
    assert "They differ by more than chance would explain (Cochran's Q" in alone
    assert "After Holm's correction, X is better than Y" in alone
    assert "Counting each clip by itself, they differ by more than chance would explain (Cochran's Q" in grouped
    assert "with whole artists in place of clips" in grouped


def test_each_clip_of_a_cell_has_what_both_say() -> None:
    verdict, answers = judged("ab" * 20, "a" * 40)
    pair = verdict.pairs[0]
    said = said_frame(verdict, answers)
    cells = cells_export(verdict, pair, said)
    assert len(cells) == 40
    assert cells["cell"].value_counts().to_dict() == {"both are right": 20, "only X is right": 20}
    only = cells[cells["cell"] == "only X is right"]
    assert set(only["genre"]) == set(only["first_says"]) == {"b"}
    assert set(only["second_says"]) == {"a"}
    names = surest_first(said, pair, "only_first")
    assert set(names) == set(pair.clips["only_first"])
    shown = cell_frame(verdict, pair, said, names[:3])
    assert shown.columns.tolist() == ["Clip", "Genre", "X says", "Y says"]
    assert all(words.startswith("b (") for words in shown["X says"])
    assert verdicts_on(verdict, said, names[0])["Right"].tolist() == [True, False]
    assert sum(len(pair.clips[cell]) for cell in CELLS) == 40


def test_genres_that_only_one_knows_are_left_out_of_what_it_says() -> None:
    two = make_predictions(["a", "b", "a"], ["a", "b", "b"], ("a", "b"))
    three = make_predictions(["a", "b", "a"], ["c", "b", "a"], ("a", "b", "c"))
    three.table[["a", "b", "c"]] = [[0.3, 0.1, 0.6], [0.0, 1.0, 0.0], [1.0, 0.0, 0.0]]
    verdict = judge([Contender(name=name, matrix=confusion_matrix(each), predictions=each)
                     for name, each in (("two", two), ("three", three))])  # fmt: skip
    said = said_frame(verdict, [two, three])
    assert said["says 1"].tolist() == ["a", "b", "a"]
    assert said["probability 1"].tolist() == pytest.approx([0.75, 1, 1])


def test_the_front_is_of_what_is_known() -> None:
    verdict, _ = judged("ab" * 20, "a" * 40, "ab" * 18 + "aaaa")
    results = dict(zip("XYZ", verdict.on_shared, strict=True))
    costs = Costs("Training time (s)", {"X": 100.0, "Y": 2.0, "Z": None})
    table = cost_front_table(results, costs, with_front=True)
    assert table["run"].tolist() == ["Y", "X"]
    assert table["on_front"].all()
    colors = {"X": "#111111", "Y": "#222222", "Z": "#333333"}
    spec = cost_front_chart(table, costs, colors=colors).to_dict()
    assert len(spec["layer"]) == 3
    assert unformatted(spec) == []
    assert spec["layer"][0]["encoding"]["x"]["scale"]["type"] == "log"
    apart = cost_front_table(results, costs, with_front=False)
    assert not apart["on_front"].any()
    assert len(cost_front_chart(apart, costs, colors=colors).to_dict()["layer"]) == 2
    near = cost_front_table(results, Costs("Parameters", {"X": 4, "Y": 3, "Z": 3}), with_front=True)
    assert near[near["on_front"]]["run"].tolist() == ["Z", "X"]
