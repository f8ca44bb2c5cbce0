"""Reports and models taken away, and models imported, on the pages."""

from pathlib import Path

import pytest

from core.errors import AccessError
from core.exchange.adopt import import_model
from core.exchange.pack import pack_run
from core.runs.store import get_run
from dashboard.access import READ_ONLY
from dashboard.changes.trainings import start_import_model
from dashboard.sentences.wording import escape_markdown, name_with_seed
from tests.pages.apps import run_page, texts
from tests.pages.conftest import RunsHome


def test_compare_offers_report_and_models_of_the_chosen_runs(runs_home: RunsHome) -> None:
    app = run_page("compare", runs=f"{runs_home.cnn},{runs_home.failed}")
    buttons = {button.proto.label: button.proto.disabled for button in app.get("download_button")}
    assert buttons[escape_markdown(name_with_seed(get_run(runs_home.cnn)))] is False
    assert buttons[escape_markdown(name_with_seed(get_run(runs_home.failed)))] is True
    assert {"HTML", "Markdown"} <= set(buttons)
    failed = next(each for each in app.get("download_button") if each.proto.disabled)
    assert "it has no model to take away" in failed.proto.help
    assert [each.proto.label for each in app.get("file_uploader")] == ["Model exported by another Genre Lab (zip)"]


def test_a_finished_run_can_be_taken_away_from_its_page(runs_home: RunsHome) -> None:
    labels = [button.proto.label for button in run_page("train", run=runs_home.cnn).get("download_button")]
    assert "Take the model away" in labels
    labels = [button.proto.label for button in run_page("train", run=runs_home.failed).get("download_button")]
    assert "Take the model away" not in labels


def test_an_imported_run_says_where_it_came_from(
    runs_home: RunsHome, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = pack_run(runs_home.cnn)
    monkeypatch.setenv("GENRE_LAB_HOME", str(home))
    run = get_run(import_model(content, "from *elsewhere*.zip"))
    app = run_page("compare")
    assert escape_markdown(f"imported from {run.imported_from}.") in texts(app)
    assert app.dataframe[0].value.loc[run.id, "origin"] == "imported"
    badges = [badge for badge in run_page("train", run=run.id).markdown if "Imported" in badge.value]
    assert badges


def test_who_may_only_look_cannot_import(runs_home: RunsHome, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(READ_ONLY, "1")
    app = run_page("compare")
    assert all(each.proto.disabled for each in app.get("file_uploader"))
    with pytest.raises(AccessError, match="Nothing was changed"):
        start_import_model(b"", "x.zip")
