import time
from dataclasses import replace
from urllib.parse import parse_qsl

import pytest
from streamlit.testing.v1 import AppTest

from core.clips.collection import Collection
from core.evaluation.metrics import wilson_interval
from core.evaluation.predictions import TestResult
from core.jobs.progress import Progress
from core.models.architectures import CnnConfig, FfnnConfig
from core.recipe.config import TrainingConfig
from core.runs.record import Run
from dashboard import services
from dashboard.access import READ_ONLY
from tests.pages.apps import chart_rows, checked, labels, metrics, run_page, texts
from tests.pages.conftest import RunsHome


def finished_run(kind: str, n_correct: int, *, n: int = 40, synthetic: bool = False) -> Run:
    model = CnnConfig() if kind == "cnn" else FfnnConfig()
    config = TrainingConfig(collection_id="tiny", genres=("blues", "jazz"), model=model, name=f"My {kind}")
    return Run(
        id=kind * 8,
        status="finished",
        created_at=time.time(),
        config=config,
        collection_title="Tiny",
        collection_fingerprint="f" * 16,
        synthetic=synthetic,
        n_parameters=config.n_parameters,
        training_s=75.0,
        split_sizes={"train": 128, "validation": 32, "test": n},
        result=TestResult(
            n_correct=n_correct,
            n=n,
            interval=wilson_interval(n_correct, n),
            chance=0.5,
            protocol="by clip, stratified by genre, seed 42",
        ),
    )


def show_runs(monkeypatch: pytest.MonkeyPatch, *runs: Run) -> None:
    monkeypatch.setattr(services, "runs", lambda: runs)


def test_a_newcomer_is_offered_the_demo_and_sees_what_the_study_found() -> None:
    app = run_page("overview")
    assert [button.label for button in app.button] == ["Get the demo collection"]
    assert metrics(app) == {"CNN of the study": "68.0 %", "FFNN of the study": "45.0 %"}
    assert "n = 200 test clips · 95 % interval 61 to 74 %" in texts(app)
    assert "chance 10.0 %" in texts(app)
    links = {link.proto.label: link.proto.disabled for link in app.get("page_link")}
    assert not links["Import your own folder"]
    assert links["Explore"]
    assert links["Train a network"]
    assert links["Classify"]


def test_the_button_starts_the_demo_once(monkeypatch: pytest.MonkeyPatch) -> None:
    started = []
    monkeypatch.setattr("core.importing.demo.start_demo", lambda: started.append("demo") or "demo")
    app = run_page("overview")
    assert started == []
    app.button(key="get-demo").click().run()
    checked(app)
    assert started == ["demo"]


def test_progress_of_the_demo_is_shown_while_it_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    progress = Progress(state="running", phase="Synthesising", done=50, total=200, remaining_s=21.4, started_at=1.0)
    for module in ("overview.panels", "shared.collection_picker", "shared.job_progress"):
        monkeypatch.setattr(f"dashboard.{module}.read_progress", lambda _: progress)
    app = run_page("overview")
    bar = app.get("progress")[0].proto
    assert bar.value == 25
    assert bar.text == "Synthesising · 50 of 200 · about 21 s left"
    assert [button.label for button in app.button] == ["Stop"]


def test_with_music_the_next_steps_open(extracted: Collection) -> None:
    app = run_page("overview")
    links = {link.proto.label: link.proto.disabled for link in app.get("page_link")}
    assert not links["Explore"]
    assert not links["Train a network"]
    assert links["Compare"]
    assert not app.button
    table = app.dataframe[0].value
    assert table[table["Collection"] == extracted.title]["Clips"].item() == len(extracted.clips)


@pytest.mark.parametrize("synthetic", [True, False])
def test_the_latest_pair_is_shown_with_all_that_belongs_to_a_figure(
    monkeypatch: pytest.MonkeyPatch, synthetic: bool
) -> None:
    cnn, ffnn = finished_run("cnn", 30, synthetic=synthetic), finished_run("ffnn", 22, synthetic=synthetic)
    show_runs(monkeypatch, cnn, ffnn)
    app = run_page("overview")
    assert metrics(app) == {"CNN · My cnn": "75.0 %", "FFNN · My ffnn": "55.0 %"}
    low, high = wilson_interval(30, 40)
    written = texts(app)
    assert f"30 of 40 test clips · 95 % interval {100 * low:.0f} to {100 * high:.0f} %" in written
    assert "chance 50.0 %" in written
    assert "by clip, stratified by genre, seed 42" in written
    assert "20.0 points ahead; the intervals overlap" in written
    assert ("Synthetic" in written) == synthetic
    rows = chart_rows(app).set_index("run")
    assert rows.loc["CNN", "accuracy"] == 0.75
    assert (rows.loc["FFNN", "low"], rows.loc["FFNN", "high"]) == pytest.approx(wilson_interval(22, 40))
    assert (rows["chance"] == 0.5).all()


def test_one_network_alone_is_not_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    show_runs(monkeypatch, finished_run("cnn", 30))
    app = run_page("overview")
    assert "Train an FFNN on the same genres to compare." in texts(app)
    assert "CNN of the study" in metrics(app)
    recent = app.dataframe[0].value
    low, high = wilson_interval(30, 40)
    assert recent["Test accuracy"].tolist() == [75.0]
    assert recent["95 % interval"].tolist() == [f"{100 * low:.0f} to {100 * high:.0f} %"]
    assert recent["n"].tolist() == [40]
    assert recent["Split"].item() == "By clip"


def test_the_best_honest_result_is_led_with_and_not_the_newest(monkeypatch: pytest.MonkeyPatch) -> None:
    best, newest = finished_run("cnn", 30), finished_run("ffnn", 3, n=4)
    show_runs(monkeypatch, replace(newest, created_at=best.created_at + 9), best)
    app = run_page("overview")
    low, high = wilson_interval(30, 40)
    assert "Best honest result" in [header.value for header in app.header]
    assert metrics(app)["CNN · My cnn"] == "75.0 %"
    written = texts(app)
    assert f"30 of 40 test clips · 95 % interval {100 * low:.0f} to {100 * high:.0f} % · chance 50.0 %" in written
    assert "This split does not keep artists apart" in written
    assert "Newer, but not put first: My ffnn, because it was tested on 4 clips only" in written


def test_a_few_clips_are_no_result_to_lead_with(monkeypatch: pytest.MonkeyPatch) -> None:
    show_runs(monkeypatch, finished_run("cnn", 3, n=4))
    written = texts(run_page("overview"))
    assert "No finished run can be led with yet: that takes 30 test clips" in written


def links(app: AppTest) -> dict[str, dict[str, str]]:
    """Query of each link on the page by its label."""
    return {link.proto.label: dict(parse_qsl(link.proto.query_string.lstrip("?"))) for link in app.get("page_link")}


def test_it_leads_back_to_what_this_visitor_looked_at_last(extracted: Collection) -> None:
    one, other = run_page("explore", collection=extracted.id, view="ranking"), run_page("overview")
    checked(one.switch_page("../pages/overview.py").run())
    assert f"Explore · ranking · {extracted.title}" in texts(one)
    assert links(one)["Go on there"] == {"collection": extracted.id, "view": "ranking"}
    checked(other.run())
    assert "Go on there" not in links(other)
    assert "The page that you looked at last will stand here" in texts(other)


def test_what_is_gone_since_is_left_out_of_the_way_back(runs_home: RunsHome, monkeypatch: pytest.MonkeyPatch) -> None:
    app = run_page("confusion", run=runs_home.cnn)
    show_runs(monkeypatch)
    checked(app.switch_page("../pages/overview.py").run())
    assert "run" not in links(app)["Go on there"]


def test_the_next_step_follows_from_what_is_there(extracted: Collection, monkeypatch: pytest.MonkeyPatch) -> None:
    app = run_page("overview")
    assert links(app)["Set up a CNN"] == {"collection": extracted.id, "view": "Set up", "preset": "study-cnn"}
    monkeypatch.setenv(READ_ONLY, "1")
    assert links(run_page("overview"))["Open Gallery"] == {"collection": extracted.id}


def test_features_that_are_missing_come_first(tiny_collection: Collection) -> None:
    app = run_page("overview")
    assert "24 clips of" in texts(app)
    assert links(app)["Open Explore"] == {"collection": tiny_collection.id}


def test_nothing_plays_on_overview() -> None:
    assert labels(run_page("overview"), "audio") == []
