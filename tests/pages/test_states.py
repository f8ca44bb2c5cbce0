"""What pages show while work is under way, when it failed, and to two people at once."""

import shutil
from pathlib import Path

import pytest

from core.clips.collection import Collection
from core.files import write_json
from core.importing.register import import_folder
from core.jobs.progress import Progress
from tests.pages.apps import checked, labels, query, run_page, texts


def pretend(monkeypatch: pytest.MonkeyPatch, module: str, progress: Progress) -> list[tuple[object, ...]]:
    """Let this be the job's progress; returns the list of what was asked to start."""
    started: list[tuple[object, ...]] = []
    for name in (module, "job_progress"):
        monkeypatch.setattr(f"dashboard.shared.{name}.read_progress", lambda _: progress)
    monkeypatch.setattr("dashboard.shared.feature_gate.start_extraction", lambda *given: started.append(given))
    monkeypatch.setattr("core.importing.demo.start_demo", lambda: started.append(("demo",)))
    return started


def test_a_running_extraction_is_watched_not_started_again(
    tiny_collection: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    progress = Progress(state="running", phase="Extracting", done=6, total=24, started_at=1.0)
    started = pretend(monkeypatch, "feature_gate", progress)
    app = run_page("explore", collection=tiny_collection.id)
    assert started == []
    assert app.get("progress")[0].proto.value == 25
    assert [button.label for button in app.button if not button.disabled] == ["Stop"]


@pytest.mark.parametrize("state", ["stopped", "failed", "interrupted"])
def test_an_extraction_that_ended_early_waits_for_continue(
    tiny_collection: Collection, monkeypatch: pytest.MonkeyPatch, state: str
) -> None:
    progress = Progress(state=state, phase="Extracting", detail="disk is full")  # type: ignore[arg-type]
    started = pretend(monkeypatch, "feature_gate", progress)
    app = run_page("explore", collection=tiny_collection.id)
    assert started == []
    assert ("disk is full" in texts(app)) == (state != "stopped")
    app.button[0].click().run()
    checked(app)
    assert app.button[0].label == "Continue"
    assert [given[0] for given in started] == [tiny_collection.id]


def test_a_demo_that_failed_says_why_and_can_be_continued(monkeypatch: pytest.MonkeyPatch) -> None:
    progress = Progress(state="failed", phase="Synthesising the demo's music", detail="no space left")
    started = pretend(monkeypatch, "collection_picker", progress)
    app = run_page("explore")
    assert "no space left" in app.error[0].value
    assert started == []
    app.button(key="get-demo").click().run()
    assert started == [("demo",)]


def test_stop_asks_the_job_to_stop_once(tiny_collection: Collection, monkeypatch: pytest.MonkeyPatch) -> None:
    progress = Progress(state="running", phase="Extracting", done=6, total=24, started_at=1.0)
    pretend(monkeypatch, "feature_gate", progress)
    asked: list[str] = []
    monkeypatch.setattr("dashboard.shared.job_progress.request_stop", asked.append)
    app = run_page("explore", collection=tiny_collection.id)
    next(button for button in app.button if button.label == "Stop").click().run()
    checked(app)
    assert len(asked) == 1
    assert asked[0].startswith("extract-")
    app.run()
    assert next(button for button in app.button if button.label == "Stopping…").disabled


@pytest.mark.parametrize("page", ["overview", "collections", "explore", "gallery"])
def test_a_damaged_manifest_is_named_and_harms_nothing_else(extracted: Collection, home: Path, page: str) -> None:
    damaged = Path(extracted.root).parent / "collections" / "broken-123456"
    damaged.mkdir()
    (damaged / "manifest.json").write_text("{")
    try:
        app = run_page(page, collection="broken-123456")
        if page != "overview":
            assert "is damaged" in texts(app)
        assert not run_page(page, collection=extracted.id).error
    finally:
        shutil.rmtree(damaged)


def test_two_visitors_do_not_see_each_others_choices(own_extracted: Collection, tiny_folder: Path) -> None:
    second = import_folder(Path(shutil.copytree(tiny_folder, tiny_folder.parent / "second")))
    one = run_page("explore", collection=own_extracted.id, clip="hiss.00004")
    other = run_page("collections", collection=second.id)
    one.selectbox(key="linked:clip").set_value("treble.00001").run()
    other.run()
    assert query(checked(other))["collection"] == second.id
    assert query(checked(one))["collection"] == own_extracted.id
    assert labels(run_page("explore", collection=own_extracted.id), "audio") == ["bass.00000"]


@pytest.mark.parametrize("page", ["overview", "collections", "train", "classify"])
def test_a_newer_home_is_refused_in_words_and_nothing_of_it_is_read(home: Path, page: str) -> None:
    write_json(home / "data" / "home.json", {"version": 3})
    (home / "models").mkdir()
    (home / "models" / "runs.db").write_bytes(b"of another day")
    app = run_page(page)
    (error,) = app.error
    assert "was laid out by a newer Genre Lab: expected version 2, got version 3. Update Genre Lab" in error.value
    assert not app.title
    assert not app.button
