"""The figure of robustness: bands of one or two runs, bars side by side of more."""

from typing import Any

from core.evaluation.metrics import wilson_interval
from core.explanation.changes import CHANGES
from core.explanation.robustness import RobustPoint
from dashboard.charts.explanation.robustness import robustness_chart, robustness_table

CHANGE = CHANGES["tempo"]


def spec(*runs: str) -> dict[str, Any]:
    points = [RobustPoint(value, 6, 10, wilson_interval(6, 10)) for value in CHANGE.values]
    table = robustness_table(dict.fromkeys(runs, points), CHANGE)
    return robustness_chart(table, CHANGE, colors=dict.fromkeys(runs, "#123456")).to_dict()


def marks(chart: dict[str, Any]) -> list[str]:
    return [layer["mark"]["type"] for layer in chart["layer"]]


def test_two_runs_have_bands_of_their_intervals() -> None:
    chart = spec("a", "b")
    assert marks(chart) == ["area", "rule", "line"]
    assert chart["layer"][0]["encoding"]["y"]["field"] == "low"
    assert chart["layer"][0]["encoding"]["y2"]["field"] == "high"
    assert chart["layer"][2]["encoding"]["color"]["scale"]["domain"] == ["a", "b"]


def test_the_intervals_of_more_runs_stand_side_by_side() -> None:
    chart = spec("a", "b", "c", "d")
    assert marks(chart) == ["rule", *["rule"] * 4, *["line"] * 4]
    bars, lines = chart["layer"][1:5], chart["layer"][5:]
    aside = [bar["mark"]["xOffset"] for bar in bars]
    assert aside == [-7.5, -2.5, 2.5, 7.5]
    assert [line["mark"]["xOffset"] for line in lines] == aside
    assert [line["mark"]["point"]["xOffset"] for line in lines] == aside
    assert chart["height"] == spec("a")["height"] + 3 * 28  # the legend has a row for each
    assert {layer["encoding"]["color"]["scale"]["domain"][0] for layer in (*bars, *lines)} == {"a"}
