"""Confusion: calibration of a run, its temperature put aside and brought back, and Classify with it."""

from collections.abc import Iterator

import pytest

from core.clips.collection import Collection
from core.evaluation.calibration import with_temperature
from core.evaluation.calibration_noise import loss_change, loss_sentence
from core.evaluation.caution import caution_text
from core.evaluation.reliability import reliability
from core.prediction.song import classify_song
from core.queue.launch import train_here
from core.runs.folders import run_folder
from core.runs.results import load_predictions, load_temperature
from core.runs.store import get_run
from core.runs.temperature_changes import use_temperature
from dashboard.confusion import calibration_panel
from dashboard.confusion.material import probabilities_of
from tests.pages.apps import chart_rows, charts, checked, rendered, run_page, texts
from tests.pages.conftest import RunsHome, quick_config


@pytest.fixture
def cnn(runs_home: RunsHome) -> Iterator[str]:
    """The run of the shared home, left as it was found."""
    yield runs_home.cnn
    (run_folder(runs_home.cnn) / "temperature.json").unlink(missing_ok=True)


def frame(app: object) -> dict[str, list[str]]:
    return next(
        each.value.set_index("Figure").to_dict("list")
        for each in app.dataframe  # type: ignore[attr-defined]
        if "Figure" in each.value.columns and "Model's own" in each.value.columns
    )


def test_the_figures_are_those_of_core_and_the_temperature_can_be_put_aside(cnn: str) -> None:
    temperature = load_temperature(cnn)
    assert temperature is not None
    at_it = load_predictions(cnn)
    own = with_temperature(at_it, 1 / temperature.value)
    app = run_page("confusion", run=cnn)
    shown = frame(app)
    for column, predictions in (("Model's own", own), ("At its temperature", at_it)):
        found = reliability(predictions)
        assert shown[column] == [
            f"{found.expected_error:.3f}", f"{found.largest_error:.3f}", f"{found.log_loss:.3f}", f"{found.brier:.3f}",
            f"{found.n:,}",
        ]  # fmt: skip
    said = rendered(texts(app))
    assert f"At temperature {temperature.value:.2f}, in use" in [each.value for each in app.subheader]
    assert loss_sentence(loss_change(own, temperature.value)) in said
    assert "is in use: here, on Classify and on the command line" in said
    n_charts = len(charts(app))
    drawn = chart_rows(app, n_charts - 2, dataset=0)
    assert len(drawn) in (2, len(reliability(at_it).bins))
    button = app.button(key="confusion:temperature")
    assert button.label == "Stop using the temperature"
    checked(button.click().run())
    assert load_temperature(cnn) is None
    assert "is not in use" in rendered(texts(app))
    assert "The model's own probabilities, in use" in [each.value for each in app.subheader]
    assert frame(app) == shown
    checked(app.button(key="confusion:temperature").click().run())
    assert load_temperature(cnn) == temperature


def test_two_visitors_who_stop_using_a_temperature_do_not_take_it_into_use_again(cnn: str) -> None:
    first, second = (run_page("confusion", run=cnn) for _ in range(2))
    checked(first.button(key="confusion:temperature").click().run())
    assert load_temperature(cnn) is None
    checked(second.button(key="confusion:temperature").click().run())
    assert "Nothing was changed: somebody else has changed" in texts(second)
    assert load_temperature(cnn) is None


def test_the_clips_of_a_cell_follow_the_temperature(cnn: str) -> None:
    temperature = load_temperature(cnn)
    assert temperature is not None
    at_it = load_predictions(cnn)
    app = run_page("confusion", run=cnn)
    checked(app.button(key="confusion:temperature").click().run())
    own = with_temperature(at_it, 1 / temperature.value).table
    assert probabilities_of(cnn, own["clip"][0]) == pytest.approx(own.loc[0, list(at_it.genres)].to_dict())


def test_bins_of_equally_many_verdicts(cnn: str) -> None:
    app = run_page("confusion", run=cnn)
    checked(app.button_group(key="confusion:bins").set_value("mass").run())
    error = reliability(load_predictions(cnn), binning="mass").expected_error
    assert frame(app)["At its temperature"][0] == f"{error:.3f}"


def test_a_run_that_has_learnt_from_its_validation_clips_says_why_it_has_none(own_extracted: Collection) -> None:
    run = train_here(quick_config(own_extracted, train_on_validation=True, epochs=1))
    app = run_page("confusion", run=run.id)
    assert "No temperature can be fitted. It has also learnt from its validation clips" in texts(app)
    assert "At its temperature" not in str([list(each.value.columns) for each in app.dataframe])
    assert not any(button.key in ("confusion:fit", "confusion:temperature") for button in app.button)


def test_an_older_run_is_offered_a_fit(cnn: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from core.runs.temperature import RunTemperature
    from dashboard import services

    started: list[str] = []
    monkeypatch.setattr(calibration_panel, "start_fit", started.append)
    monkeypatch.setattr(
        services, "temperature", lambda run_id: RunTemperature(trained=None, fitted=None, is_used=False)
    )
    calibration_panel._figures.clear()
    app = run_page("confusion", run=cnn)
    assert "No temperature was fitted at its training." in texts(app)
    checked(app.button(key="confusion:fit").click().run())
    assert started == [cnn]
    calibration_panel._figures.clear()


def test_read_only_visitors_change_no_temperature(cnn: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GENRE_LAB_READ_ONLY", "1")
    assert run_page("confusion", run=cnn).button(key="confusion:temperature").disabled


def test_classify_follows_the_choice_within_a_session(cnn: str, runs_home: RunsHome) -> None:
    clip = runs_home.collection.clips[0]
    app = run_page("classify", runs=cnn, collection=runs_home.collection.id, clip=clip.name)
    temperature = load_temperature(cnn)
    assert temperature is not None
    figures = f"{temperature.value:.2f} (from {temperature.n} validation clips)"
    used = f"Probabilities are at a temperature: Quick CNN {figures}."
    assert used in rendered(texts(app))
    run = get_run(cnn)
    assert run.result is not None
    assert f"Quick CNN: {caution_text(run.result)}" in rendered(texts(app))
    use_temperature(cnn, is_used=False)
    checked(app.run())
    said = rendered(texts(app))
    assert used not in said
    assert f"Quick CNN (its temperature of {temperature.value:.2f} is not in use)" in said
    shown = app.dataframe[0].value.loc["Quick CNN"]
    expected = classify_song(clip.path.read_bytes(), cnn)
    assert expected.temperature is None
    assert shown[expected.genre] == pytest.approx(100 * max(expected.probabilities))
