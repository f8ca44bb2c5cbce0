"""Compare: how the chosen runs bear changes of their test clips."""

from dataclasses import replace

import pytest

from core.evaluation.metrics import wilson_interval
from core.explanation.changes import CHANGES
from core.explanation.robustness import Robustness, RobustPoint
from core.explanation.robustness_log import Judged, RobustnessLog
from core.runs.folders import run_folder
from dashboard.sentences.robustness import basis_sentence, worst_sentence
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


def test_what_was_begun_can_be_gone_on_with(runs_home: RunsHome, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[str] = []
    monkeypatch.setattr("dashboard.compare.robustness.start_robustness", started.append)
    log = RobustnessLog(runs_home.cnn)
    change = CHANGES["pitch"]
    log.add(Judged("bass.00001", "bass", "stamp", change.id, dict.fromkeys(change.values, True)))
    try:
        app = run_page("compare", runs=f"{runs_home.cnn},{runs_home.ffnn}")
        button = app.button(key=f"robustness:{runs_home.cnn}")
        assert button.label == "Go on"
        assert "is measured in part: what was found of 1 clip is kept." in texts(app)
        checked(button.click().run())
        assert started == [runs_home.cnn]
    finally:
        (run_folder(runs_home.cnn) / "robustness.jsonl").unlink()


def test_of_several_lowest_accuracies_the_one_nearest_to_the_clips_as_they_are_is_told() -> None:
    points = made("run", 6, 6, 1, 6).curves["pitch"]
    said = worst_sentence("Band", points, CHANGES["pitch"])
    assert said.endswith("least, 40.0 % (4 of 10, 95 % interval 17 to 69 %), at −2 semitones and 2 other values.")


def test_what_is_shorter_than_what_was_learnt_from_is_said() -> None:
    found = replace(made("run"), clip_s=2.5, learnt_s=30.0, heard_in="_Excerpts_")
    said = basis_sentence("*Band*", found)
    assert said.startswith("\\*Band\\*: 10 clips of the 24 in its test set")
    assert "as they are in \\_Excerpts\\_; by clip: 10 test. What was judged lasts 2.5 s" in said


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
    assert "10 clips of the 24 in its test set; by clip: 10 test." in written
    assert "Measure all" in [button.label for button in app.button]
    assert "1 of 8 changes are measured" in written
