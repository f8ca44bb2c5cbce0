import itertools

import numpy as np
import pandas as pd
import pytest
from streamlit.dataframe_util import convert_pandas_df_to_arrow_bytes

from core.runs.record import EpochRecord
from dashboard.charts.runs.curves import history_table, training_curves
from dashboard.charts.runs.matrix import SELECTION, confusion_chart
from dashboard.charts.runs.matrix_cells import cell_table
from dashboard.charts.runs.matrix_size import cell_side_px, matrix_size, named_genres
from dashboard.charts.runs.probabilities import probability_chart, probability_table
from dashboard.charts.runs.timeline import probability_timeline, timeline_table
from dashboard.charts.style.contrast import blend, contrast_ratio, legible_on, shades
from dashboard.charts.style.palette import genre_colors, model_colors
from dashboard.charts.style.theme import DARK, LIGHT

HISTORY = (
    EpochRecord(epoch=1, loss=1.5, accuracy=0.4, val_loss=1.6, val_accuracy=0.3),
    EpochRecord(epoch=2, loss=1.0, accuracy=0.7, val_loss=1.2, val_accuracy=0.5),
)


def counts(genres: list[str]) -> pd.DataFrame:
    values = np.random.default_rng(0).integers(0, 6, (len(genres), len(genres)))
    values[0] = 0
    return pd.DataFrame(values, index=genres, columns=genres)


def test_a_blend_lies_between_its_colours() -> None:
    assert blend("#ff0000", "#ffffff", 0.0) == "#ffffff"
    assert blend("#ff0000", "#ffffff", 1.0) == "#ff0000"
    assert blend("#ff0000", "#0000ff", 0.5) == "#800080"


def test_black_on_white_has_the_largest_contrast() -> None:
    assert contrast_ratio("#000000", "#ffffff") == pytest.approx(21.0)
    assert legible_on("#ffffff") == "#000000"
    assert legible_on("#000080") == "#ffffff"


def test_shades_start_with_the_colour_and_differ() -> None:
    tones = shades(model_colors()["CNN"], 5)
    assert tones[0] == model_colors()["CNN"]
    assert len(set(tones)) == 5
    assert shades(model_colors()["FFNN"], 0) == []


def test_histories_become_two_rows_an_epoch() -> None:
    table = history_table({"run a": HISTORY})
    assert table[table["part"] == "Training"]["accuracy"].tolist() == [0.4, 0.7]
    assert table[table["part"] == "Validation"]["loss"].tolist() == [1.6, 1.2]
    assert table["epoch"].tolist() == [1, 1, 2, 2]


def test_live_curves_reserve_room_for_the_epochs_to_come() -> None:
    chart = training_curves(
        history_table({"run a": HISTORY}), measure="loss", colors={"run a": "#123456"}, n_epochs=15, best_epoch=2
    )
    spec = chart.to_dict()
    assert spec["layer"][0]["encoding"]["x"]["scale"]["domain"] == [1, 15]
    assert spec["layer"][0]["encoding"]["y"]["axis"]["title"] == "Loss (nats)"
    assert "best: epoch 2" in str(spec["datasets"])


def test_a_chart_of_one_part_draws_only_that_part() -> None:
    chart = training_curves(
        history_table({"a": HISTORY}), measure="accuracy", colors={"a": "#123456"}, n_epochs=2, parts=["Validation"]
    )
    rows = list(itertools.chain(*chart.to_dict()["datasets"].values()))
    assert {row["part"] for row in rows} == {"Validation"}


@pytest.mark.parametrize("theme", [LIGHT, DARK])
@pytest.mark.parametrize("n_genres", [2, 10, 30])
def test_every_cell_is_legible(theme: object, n_genres: int) -> None:
    surface = theme.surface  # type: ignore[attr-defined]
    table = cell_table(counts([f"g{number:02d}" for number in range(n_genres)]), text="counts", background=surface)
    assert len(table) == n_genres**2
    assert all(contrast_ratio(fill, ink) >= 4.5 for fill, ink in zip(table["fill"], table["ink"], strict=True))


def test_cells_say_counts_or_shares_of_their_row_and_stay_empty_without_clips() -> None:
    matrix = pd.DataFrame([[3, 1], [0, 0]], index=["a", "b"], columns=["a", "b"])
    assert cell_table(matrix, text="counts", background="#ffffff")["text"].tolist() == ["3", "1", "", ""]
    shares = cell_table(matrix, text="row per cent", background="#ffffff")
    assert shares["text"].tolist() == ["75", "25", "", ""]
    assert shares["share"].tolist() == [0.75, 0.25, 0.0, 0.0]
    columns = cell_table(matrix, text="column per cent", background="#ffffff")
    assert columns["text"].tolist() == ["100", "100", "", ""]
    part = cell_table(matrix.loc[["a"], ["a"]], text="row per cent", background="#ffffff", whole=matrix)
    assert part["text"].tolist() == ["75"]


def test_the_matrix_keeps_its_order_marks_its_cell_and_can_be_clicked() -> None:
    genres = list("abcde")
    chart = confusion_chart(counts(genres), order=genres[::-1], chosen=[("b", "c")], theme=DARK)
    spec = chart.to_dict()
    assert spec["layer"][0]["encoding"]["y"]["sort"] == genres[::-1]
    assert spec["params"][0]["name"] == SELECTION
    assert spec["params"][0]["select"]["fields"] == ["actual", "predicted"]
    outlined = spec["layer"][2]
    assert outlined["mark"]["stroke"] == DARK.text
    rows = spec["datasets"][outlined["data"]["name"]]
    assert [(row["actual"], row["predicted"]) for row in rows] == [("b", "c")]


def test_a_matrix_of_a_hundred_genres_is_an_overview_that_can_be_read_and_sent() -> None:
    genres = [f"genre {number:03d}" for number in range(100)]
    matrix = pd.DataFrame(np.random.default_rng(0).integers(1, 400, (100, 100)), index=genres, columns=genres)
    table = cell_table(matrix, text="counts", background="#ffffff")
    assert len(table) == 10_000
    assert list(table.columns) == ["actual", "predicted", "n", "n_row", "n_column", "share", "fill"]
    assert len(convert_pandas_df_to_arrow_bytes(table)) < 200_000
    cell = table[(table["actual"] == "genre 007") & (table["predicted"] == "genre 042")].iloc[0]
    assert (cell["n"], cell["n_row"]) == (matrix.loc["genre 007", "genre 042"], matrix.loc["genre 007"].sum())
    few = matrix.where(np.eye(100, dtype=bool), 0)
    assert len(cell_table(few, text="counts", background="#ffffff")) == 100  # cells without a clip are not sent
    spec = confusion_chart(few, order=genres, chosen=[("genre 001", "genre 002")]).to_dict()
    assert [layer["mark"]["type"] for layer in spec["layer"]] == ["rect", "rect"]
    axis = spec["layer"][0]["encoding"]["y"]["axis"]
    assert axis["values"] == genres[::2]
    assert len(axis["values"]) * 12 <= matrix_size(genres).height
    assert (axis["grid"], axis["zindex"]) == (True, 0)  # behind the cells, most of which are blank
    assert spec["layer"][0]["encoding"]["x"]["scale"]["domain"] == genres
    assert named_genres(genres[:34]) == genres[:34]
    # Beside the navigation a page of 1,440 pixels has 980: a wider chart would be squeezed, its cells no longer square.
    for n in (35, 40, 60, 100):
        assert 980 >= matrix_size(genres[:n]).width > cell_side_px(n) * n > 600


def test_cells_shrink_as_genres_grow_but_stay_legible() -> None:
    assert cell_side_px(2) > cell_side_px(10) > cell_side_px(30) >= 26
    assert matrix_size(["blues"] * 30).width > matrix_size(["blues"] * 10).width


def test_bars_are_sorted_and_name_the_actual_and_the_predicted_genre() -> None:
    table = probability_table({"jazz": 0.2, "blues": 0.7, "rock": 0.1}, actual="rock")
    assert table["genre"].tolist() == ["blues", "jazz", "rock"]
    assert table["role"].tolist() == ["predicted", "", "actual"]
    assert table["text"].tolist() == ["70.0 %, predicted", "20.0 %", "10.0 %, actual"]
    assert probability_table({"jazz": 0.6, "rock": 0.4}, actual="jazz")["role"].tolist()[0] == "actual and predicted"
    assert probability_table({"jazz": 0.6, "rock": 0.4})["role"].tolist() == ["", ""]


def test_a_short_list_of_bars_still_has_the_actual_genre() -> None:
    probabilities = {f"g{number}": (10 - number) / 55 for number in range(10)}
    spec = probability_chart(probabilities, actual="g9", most=3).to_dict()
    rows = next(iter(spec["datasets"].values()))
    assert [row["genre"] for row in rows] == ["g0", "g1", "g2", "g9"]
    colors = genre_colors(probabilities)
    assert [row["fill"] for row in rows] == [colors[row["genre"]] for row in rows]


def test_what_was_not_heard_is_left_blank() -> None:
    table = timeline_table([0, 30, 90], [30, 60, 120], [[1], [1], [1]], ["a"], surface="#ffffff")
    assert table["left_s"].tolist() == [0, 30, 90]
    assert table["right_s"].tolist() == [30, 60, 120]
    assert table["middle_s"].tolist() == [15, 45, 105]


def test_overlapping_windows_paint_every_second_once() -> None:
    table = timeline_table([0, 15, 32], [30, 45, 62], [[1, 0], [0.5, 0.5], [0, 1]], ["a", "b"], surface="#ffffff")
    one = table[table["genre"] == "a"]
    assert one["left_s"].tolist() == [0, 22.5, 38.5]
    assert one["right_s"].tolist() == [22.5, 38.5, 62]
    assert one["end_s"].tolist() == [30, 45, 62]
    assert table.groupby("start_s")["probability"].sum().tolist() == [1, 1, 1]
    spec = probability_timeline(table, order=["b", "a"], duration_s=62).to_dict()
    assert spec["layer"][0]["encoding"]["x"]["scale"]["domain"] == [0, 62]
