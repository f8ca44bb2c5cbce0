"""Numbers on axes are written in one way, legends filter, and nothing makes Vega warn."""

import altair as alt
import numpy as np
import pandas as pd
import pytest
import vl_convert

from core.features.mel import MelSpectrogram
from dashboard.charts.features.genre_counts import genre_count_chart
from dashboard.charts.features.pairs import pair_chart
from dashboard.charts.features.ranking import pair_ranking_chart
from dashboard.charts.spectrograms.mean_spectrogram import mean_figure
from dashboard.charts.style.axes import value_axis, value_scale
from dashboard.charts.style.legends import LEGEND
from tests.dashboard.charts.plain_axes import unformatted


def svg(chart: alt.TopLevelMixin) -> str:
    return str(vl_convert.vegalite_to_svg(chart.to_dict()))


@pytest.mark.parametrize(
    ("values", "text"), [([0, 0.6], "0.6"), ([0, 3000], "1,000"), ([0, 4e6], "2,000,000"), ([0, 4e-6], "2e-6")]
)
def test_a_tick_has_no_prefix_of_a_unit(values: list[float], text: str) -> None:
    data = pd.DataFrame({"x": values})
    chart = alt.Chart(data).mark_point().encode(x=alt.X("x:Q", axis=value_axis()))
    assert f">{text}<" in svg(chart)


def test_counts_have_a_comma_after_the_thousands() -> None:
    drawn = svg(genre_count_chart({"blues": 4000, "jazz": 1000}))
    assert ">4,000<" in drawn
    assert ">4000<" not in drawn


def test_a_scale_goes_from_the_smallest_to_the_largest_known_value() -> None:
    assert value_scale([2, np.nan, -1], padding=8).to_dict()["domain"] == [-1, 2]
    assert value_scale([3, 3], padding=8).to_dict()["domain"] == [2.5, 3.5]
    assert value_scale([], padding=8).to_dict()["domain"] == [0, 1]


def test_rows_of_a_fixed_height_are_fitted_in_width_alone() -> None:
    assert genre_count_chart({"blues": 1}).to_dict()["autosize"] == {"type": "fit-x", "contains": "padding"}


def test_all_plots_of_a_pair_plot_have_the_axes_of_all_its_clips() -> None:
    table = pd.DataFrame({"clip": ["a", "b"], "genre": ["blues", "jazz"], "x": [0, 1], "y": [0, 1], "z": [1, 0]})
    for row in pair_chart(table, ["x", "y", "z"]).to_dict()["vconcat"]:
        for cell in row["hconcat"]:
            assert cell["layer"][1]["encoding"]["x"]["scale"]["domain"] == [0, 1]


def test_a_legend_filters_each_layer_of_its_chart() -> None:
    ranking = pd.DataFrame({"feature": ["a"], "cohens_d": [1.0], "auc": [0.9]})
    spec = pair_ranking_chart(ranking, "blues", "jazz").to_dict()
    legend = next(one for one in spec["params"] if one["name"] == LEGEND)
    assert legend["bind"] == "legend"
    assert {"filter": {"param": LEGEND}} in spec["layer"][0]["transform"]


def test_an_axis_without_a_format_is_found() -> None:
    """What holds of every chart in these tests (`conftest.py`) would find one that lacks it."""
    data = pd.DataFrame({"x": [0, 20_000], "y": [0, 1]})
    base = alt.Chart(data).encode(x=alt.X("x:Q", axis=alt.Axis(format="~s")), y=alt.Y("y:Q", axis=value_axis()))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tests.dashboard.charts.conftest.unformatted", lambda spec: [])
        spec = {"layer": [base.mark_point().to_dict(), base.mark_line().encode(y="y:Q").to_dict()]}
    assert unformatted(spec) == ["x: x"]
    assert unformatted({"vconcat": [spec, spec]}) == ["x: x", "x: x"]


def test_plotly_writes_numbers_in_the_same_way() -> None:
    level = np.linspace(0, 30_000, 80 * 40).reshape(80, 40)
    figure = mean_figure(level, MelSpectrogram(n_mels=80))
    for axis in (figure.layout.xaxis, figure.data[0].colorbar):
        assert (axis.exponentformat, axis.separatethousands) == ("none", True)
