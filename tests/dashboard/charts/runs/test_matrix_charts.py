"""What stands around a matrix, and the difference of two."""

import numpy as np
import pandas as pd
import pytest

from core.evaluation.confusion.two import matrix_difference
from dashboard.charts.runs.matrix import confusion_chart, difference_chart
from dashboard.charts.runs.matrix_cells import (
    BELOW,
    BESIDE,
    FIRST_COLOR,
    SECOND_COLOR,
    difference_cells,
    margin_table,
)
from dashboard.charts.runs.matrix_size import matrix_size
from dashboard.charts.style.contrast import contrast_ratio
from dashboard.charts.style.theme import DARK, LIGHT


def matrix(rows: list[list[int]], genres: str = "ab") -> pd.DataFrame:
    return pd.DataFrame(rows, index=list(genres), columns=list(genres))


def test_margins_say_support_recall_precision_and_f1() -> None:
    found = margin_table(matrix([[3, 1], [0, 0]]), pd.Index(["a", "b"]))
    assert {"Recall of a: 75 %", "F1 of a: 86 %"} <= set(found["about"])
    table = found.set_index(["actual", "predicted"])["text"]
    assert table[("a", BESIDE[0])] == "4"
    assert table[("a", BESIDE[1])] == "75 %"
    assert table[("b", BESIDE[1])] == "–"
    assert [table[(name, "a")] for name in BELOW] == ["3", "100 %", "86 %"]


def test_a_chart_with_margins_has_room_for_them_and_names_them() -> None:
    spec = confusion_chart(
        matrix([[3, 1], [0, 2]]), order=["a", "b"], with_margins=True, chosen=[("a", None)]
    ).to_dict()
    x = spec["layer"][0]["encoding"]["x"]
    assert x["scale"]["domain"] == ["a", "b", *BESIDE]
    assert '"Recall"' in x["axis"]["labelExpr"]
    assert all("tooltip" in layer["encoding"] for layer in spec["layer"][-2:])  # without one it takes no clicks
    assert spec["height"] == matrix_size(["a", "b"], beside=2, below=3).height
    outlined = spec["datasets"][spec["layer"][2]["data"]["name"]]
    assert [(row["actual"], row["predicted"]) for row in outlined] == [("a", "a"), ("a", "b")]


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_a_difference_has_a_hue_for_each_run_and_is_legible(theme: object) -> None:
    surface = theme.surface  # type: ignore[attr-defined]
    difference = matrix_difference(matrix([[3, 1], [0, 2]]), matrix([[1, 3], [0, 2]]))
    table = difference_cells(difference, text="counts", background=surface)
    assert table["text"].tolist() == ["+2", "−2", "", ""]
    assert table["fill"].tolist()[:2] == [FIRST_COLOR, SECOND_COLOR]
    assert all(contrast_ratio(fill, ink) >= 4.5 for fill, ink in zip(table["fill"], table["ink"], strict=True))
    points = difference_cells(difference, text="row per cent", background=surface)
    assert points["text"].tolist() == ["+50", "−50", "", ""]
    only = difference_cells(difference, text="counts", background=surface, shown={("a", "b")})
    assert only["text"].tolist() == ["", "−2", "", ""]
    assert contrast_ratio(FIRST_COLOR, surface) > 2
    assert contrast_ratio(SECOND_COLOR, surface) > 2


def test_a_difference_of_many_genres_sends_only_what_differs() -> None:
    genres = [f"g{number:03d}" for number in range(60)]
    one = pd.DataFrame(np.eye(60, dtype=int), index=genres, columns=genres)
    other = one.copy()
    other.iloc[0, 0], other.iloc[0, 1] = 0, 1
    spec = difference_chart(matrix_difference(one, other), order=genres).to_dict()
    assert len(spec["datasets"][spec["layer"][0].get("data", spec.get("data"))["name"]]) == 2
