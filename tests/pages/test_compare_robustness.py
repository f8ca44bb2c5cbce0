"""Compare: how the chosen runs bear changes of their test clips."""

import pytest

from core.evaluation.metrics import wilson_interval
from core.explanation.changes import CHANGES
from core.explanation.robustness import Robustness, RobustPoint
from tests.pages.apps import chart_rows, charts, checked, run_page, texts
from tests.pages.conftest import RunsHome


def made(run_id: str, *lost: int) -> Robustness:
    values = CHANGES["pitch"].values
    counts = [10 - (lost[place] if place < len(lost) else 0) for place in range(len(values))]
    points = tuple(RobustPoint(value, n, 10, wilson_interval(n, 10)) for value, n in zip(values, counts, strict=True))
    return Robustness(run_id, {"pitch": points}, ("a",) * 10, 24, "by clip: 10 test", {})


def test_without_a_measurement_it_is_offered(runs_home: RunsHome, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[str] = []
    monkeypatch.setattr("dashboard.compare.robustness.start_robustness", started.append)
    app = run_page("compare", runs=f"{runs_home.cnn},{runs_home.ffnn}")
    offers = [button for button in app.button if button.label == "Measure it"]
    assert {button.key for button in offers} == {f"robustness:{run}" for run in (runs_home.cnn, runs_home.ffnn)}
    checked(app.button(key=f"robustness:{runs_home.ffnn}").click().run())
    assert started == [runs_home.ffnn]


def test_the_figure_has_what_was_measured_with_its_interval(
    runs_home: RunsHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = {runs_home.cnn: made(runs_home.cnn, 6, 2), runs_home.ffnn: made(runs_home.ffnn)}
    monkeypatch.setattr("dashboard.compare.robustness.load_robustness", found.get)
    app = run_page("compare", runs=f"{runs_home.cnn},{runs_home.ffnn}")
    place = next(place for place, spec in enumerate(charts(app)) if "Pitch (semitones)" in spec)
    rows = chart_rows(app, place)
    of_cnn = rows[rows["run"].str.contains(runs_home.cnn[:6])]
    assert of_cnn["accuracy"].tolist() == pytest.approx([0.4, 0.8, *[1.0] * 7])
    assert tuple(of_cnn.iloc[0][["low", "high"]]) == pytest.approx(wilson_interval(4, 10))
    written = texts(app)
    assert "least, 40.0 % (4 of 10, 95 % interval 17 to 69 %), at −8 semitones" in written
    assert "nowhere less" in written
    assert "10 clips of the 24 in its test set, evenly over the genres; by clip: 10 test." in written
    assert "Measure it" in [button.label for button in app.button]  # seven changes are missing
