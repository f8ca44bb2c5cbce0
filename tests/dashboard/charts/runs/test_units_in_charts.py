"""Labels of charts name what was tested: excerpts where clips are cut, not clips."""

import json

import altair as alt
import pandas as pd

from core.evaluation.confusion.two import matrix_difference
from core.evaluation.reliability import coverage_curve, reliability
from dashboard.charts.runs.matrix import confusion_chart, difference_chart
from dashboard.charts.statistics.calibration import (
    coverage_chart,
    coverage_table,
    reliability_chart,
    reliability_table,
)
from tests.core.evaluation.test_metrics import make_predictions


def words(chart: alt.LayerChart) -> str:
    """All that the chart says, without its data."""
    spec = chart.to_dict()
    return json.dumps({name: value for name, value in spec.items() if name != "datasets"})


def test_calibration_s_charts() -> None:
    predictions = make_predictions(["a", "b"] * 5, ["a", "a"] * 5, ("a", "b"))
    table, kept = reliability_table(reliability(predictions)), coverage_table(coverage_curve(predictions))
    for chart in (reliability_chart(table, unit="excerpt"), coverage_chart(kept, unit="excerpt")):
        assert "Test excerpts" in words(chart)
        assert "clip" not in words(chart).lower().replace('"clip": true', "")
    assert "Share of the test excerpts that is judged" in words(coverage_chart(kept, unit="excerpt"))
    assert "Share of the test clips that is judged" in words(coverage_chart(kept))


def test_matrices() -> None:
    genres = pd.Index(["a", "b", "c"])
    counts = pd.DataFrame([[3, 1, 0], [0, 2, 1], [1, 1, 2]], index=genres, columns=genres)
    drawn = words(confusion_chart(counts, order=list(genres), with_margins=True, unit="verdict"))
    assert "Verdicts of the row: actual genre" in drawn
    assert '\\"Verdicts\\"' in drawn  # the title of the margins, in an expression
    assert "Clips" not in drawn
    moved = difference_chart(
        matrix_difference(counts, counts.T), order=list(genres), names=("CNN", "FFNN"), unit="excerpt"
    )
    assert "Excerpts by FFNN" in words(moved)
