"""Curves by seconds and smoothed, parallel axes, settings side by side: figures by hand."""

from dataclasses import replace
from itertools import product

import pytest

from core.models.architectures import FfnnConfig
from core.runs.record import EpochRecord, Run
from dashboard.charts.runs.curves import history_table, smoothed, training_curves
from dashboard.charts.runs.parallel import parallel_chart
from dashboard.charts.style.contrast import shades
from dashboard.charts.style.palette import PART_COLORS, model_colors
from dashboard.charts.style.theme import DARK
from dashboard.sentences.runs import seconds_note
from dashboard.sentences.settings import setting_text, setting_title
from dashboard.tables.parallel import TEST, VALIDATION, accuracy_axes, parallel_table, setting_axes
from dashboard.tables.settings import settings_table
from tests.dashboard.charts.style.color_distance import apart
from tests.dashboard.made_up import epochs, finished


def timed(*seconds: float | None) -> tuple[EpochRecord, ...]:
    """Epochs of accuracy 0, 1, 1, ... that ended at these seconds; not validated."""
    return tuple(
        EpochRecord(epoch=place, loss=1.0, accuracy=float(place > 1), elapsed_s=second)
        for place, second in enumerate(seconds, start=1)
    )


def test_seconds_are_those_kept_or_shared_out_evenly() -> None:
    table = history_table(
        {"kept": timed(3.0, 5.0), "older": timed(None, None), "unknown": timed(None)},
        training_s={"kept": 6.0, "older": 8.0, "unknown": None},
    )
    assert table["seconds"].tolist()[:4] == [3.0, 5.0, 4.0, 8.0]
    assert table["seconds"].isna().tolist() == [False] * 4 + [True]
    chart = training_curves(
        table, measure="accuracy", along="seconds", colors=dict.fromkeys(table["run"], "#000000"), n_epochs=2
    ).to_dict()
    assert chart["layer"][0]["encoding"]["x"]["scale"]["domain"] == [0, 8.0]
    assert {row["run"] for rows in chart["datasets"].values() for row in rows} == {"kept", "older"}


def test_smoothing_is_an_average_without_bias_towards_the_start() -> None:
    table = history_table({"a": timed(1, 2, 3), "b": timed(1, 2)})
    assert smoothed(table, 0.0) is table
    found = smoothed(table, 0.5)
    # (0.5 · 1) / 0.75 after two epochs, (0.25 + 0.5) / 0.875 after three.
    assert found["accuracy"].tolist() == pytest.approx([0, 2 / 3, 6 / 7, 0, 2 / 3])
    assert found["raw_accuracy"].tolist() == [0, 1, 1, 0, 1]
    assert found["loss"].tolist() == pytest.approx([1.0] * 5)


def test_what_is_pointed_at_says_whose_curve_it_is() -> None:
    table = smoothed(history_table({"a": epochs(3), "b": epochs(3)}), 0.3)
    chart = training_curves(table, measure="loss", colors={"a": "#000000", "b": "#111111"}, n_epochs=3, legend=True)
    *_, hover = chart.to_dict()["layer"]
    assert hover["mark"]["opacity"] == 0
    assert [each["title"] for each in hover["encoding"]["tooltip"]][:3] == ["Run", "Part", "Epoch"]
    assert hover["encoding"]["tooltip"][-1]["title"] == "Loss (nats), not smoothed"


def test_runs_never_have_the_colour_of_a_part() -> None:
    tones = {tone for color in model_colors().values() for n in range(1, 9) for tone in shades(color, n)}
    for tone, part in product(tones, PART_COLORS.values()):
        assert apart(tone, part, "normal") > 0.1, (tone, part)


def test_the_note_tells_of_seconds_that_were_not_kept() -> None:
    older = finished("CNN old", 20, history=epochs(2), training_s=4.0)
    running = finished("CNN run", 20, history=epochs(2), training_s=None)
    assert "shared out evenly: CNN old, seed 42" in seconds_note([older, running])
    assert "No seconds are known, so there is no curve: CNN run, seed 42" in seconds_note([older, running])
    assert seconds_note([finished("CNN new", 20, history=timed(1.0))]) == ""


def varied(number: int, rate: float, units: tuple[int, ...], n_correct: int) -> Run:
    run = finished(f"FFNN {number}", n_correct, history=epochs(2))
    config = replace(run.config, learning_rate=rate, model=FfnnConfig(units=units), seed=number)
    return replace(run, config=config, n_parameters=config.n_parameters)


def test_axes_are_the_settings_that_differ() -> None:
    runs = [varied(1, 1e-4, (32,), 10), varied(2, 1e-3, (64,), 20), varied(3, 1e-2, (64, 64), 30)]
    axes = {axis.name: axis for axis in setting_axes(runs)}
    assert set(axes) == {"learning_rate", "model.units.depth", "model.units.width", "n_parameters"}
    assert axes["learning_rate"].places == pytest.approx((0, 0.5, 1))  # a hundredfold: logarithmic
    assert axes["model.units.depth"].places == (0, 0, 1)
    assert axes["model.units.width"].title == "Model: units of the first hidden layer"
    found = {axis.name: axis for axis in accuracy_axes(runs)}
    assert set(found) == {VALIDATION, TEST}
    # From the lowest of both measures, 25 %, to the highest, the validation's 100 %.
    assert found[TEST].places == pytest.approx((0, 1 / 3, 2 / 3))
    table = parallel_table(runs, [axes["learning_rate"], found[TEST]])
    assert table["value"].tolist() == ["0.0001", "25.0 %", "0.001", "50.0 %", "0.01", "75.0 %"]
    assert set(table["reached"]) == {f"{share} % of 40 test clips" for share in ("25.0", "50.0", "75.0")}
    spec = parallel_chart(table, [axes["learning_rate"], found[TEST]], theme=DARK).to_dict()
    assert spec["layer"][1]["encoding"]["x"]["sort"] == ["Learning rate", TEST]


def test_a_setting_that_some_runs_lack_is_left_open_there() -> None:
    cnn, ffnn = finished("CNN", 20), finished("FFNN", 30)
    axes = {axis.name: axis for axis in setting_axes([cnn, ffnn])}
    assert axes["model.kind"].texts == ("CNN", "FFNN")
    assert axes["model.kernel"].texts == ("3", "–")
    assert setting_axes([cnn, cnn]) == []


def test_settings_stand_side_by_side() -> None:
    runs = {"one": varied(1, 1e-3, (32,), 10), "two": varied(2, 1e-3, (64, 32), 20)}
    table = settings_table(runs, only_differences=True)
    assert table.to_dict("list") == {
        "Setting": ["Model: units", "Seed"],
        "one": ["32", "1"],
        "two": ["64, 32", "2"],
    }
    whole = settings_table(runs, only_differences=False).set_index("Setting")
    assert whole.loc["Learning rate"].tolist() == ["0.001", "0.001"]
    assert whole.loc["Collection"].tolist() == ["Tiny", "Tiny"]
    assert settings_table({"one": runs["one"]}, only_differences=True).empty


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("learning_rate", "Learning rate"),
        ("model.l2", "Model: L2 penalty"),
        ("front_end.fmax_hz", "Input: highest frequency (Hz)"),
        ("split.n_folds", "Split: number of folds"),
        ("model.cnn.kernel", "Model, CNN branch: kernel"),
    ],
)
def test_what_settings_are_called(path: str, title: str) -> None:
    assert setting_title(path) == title


def test_values_in_words() -> None:
    values = (True, None, 0.0005, [16, 32], [[2, 4], [2, 2]], "")
    assert [setting_text(value) for value in values] == ["yes", "–", "0.0005", "16, 32", "2×4, 2×2", "–"]
