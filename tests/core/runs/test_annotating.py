"""What people say of runs: kept where MLflow's own pages show it, and seen at once by whoever lists runs."""

import pytest

from core.clips.collection import Collection
from core.errors import RunError
from core.runs import store
from core.runs.annotating import (
    LONGEST_NOTE,
    archive_runs,
    checked_labels,
    note_run,
    rename_run,
    restore_runs,
    tag_runs,
)
from core.runs.client import open_run_store
from core.runs.finding import RunFilter, find_runs
from core.runs.record import Run
from core.runs.writer import RunWriter, create_run, schedule_again
from tests.core.conftest import small_config

pytestmark = pytest.mark.usefixtures("empty_store")


@pytest.fixture
def run_id(tiny_collection: Collection) -> str:
    made = create_run(small_config(tiny_collection, name="First"), tiny_collection)
    RunWriter(made).fail("Why not.")
    store.list_runs()  # known from now on as ended
    return made


def listed(run_id: str) -> Run:
    found = next(run for run in store.list_runs() if run.id == run_id)
    assert found == store.get_run(run_id)
    return found


def test_a_name_is_changed_in_mlflow_itself(run_id: str, tiny_collection: Collection) -> None:
    assert rename_run(run_id, "  The  best\n one ") == "The best one"
    assert listed(run_id).config.name == "The best one"
    assert open_run_store().client.get_run(run_id).info.run_name == "The best one"
    assert listed(run_id).config == small_config(tiny_collection, name="The best one")
    rename_run(run_id, "the BEST one")  # its own name in other capitals
    assert listed(run_id).config.name == "the BEST one"


def test_a_name_given_in_mlflow_is_shown_here(run_id: str) -> None:
    open_run_store().client.update_run(run_id, name="x" * 300)
    assert listed(run_id).config.name == "x" * 100
    open_run_store().client.update_run(run_id, name="a\nb\u202e")
    assert listed(run_id).config.name == "a\u240ab\ufffd"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("", "A run needs a name: expected 1 to 100 characters, got none."),
        (" \n ", "A run needs a name"),
        ("x" * 101, "too long: expected at most 100 characters, got 101"),
        ("SECOND", "Another run is called “SECOND” already"),
    ],
)
def test_a_name_that_cannot_be_is_refused(run_id: str, tiny_collection: Collection, name: str, message: str) -> None:
    create_run(small_config(tiny_collection, name="Second"), tiny_collection)
    with pytest.raises(RunError, match=message):
        rename_run(run_id, name)
    assert listed(run_id).config.name == "First"


def test_tags_are_added_and_taken_away(run_id: str) -> None:
    tag_runs([run_id], add=[" base  line ", "for class", "Base Line"])
    assert listed(run_id).tags == ("base line", "for class")
    assert open_run_store().client.get_run(run_id).data.tags["genre_lab.tags"] == "base line, for class"
    tag_runs([run_id], add=["new"], remove=["FOR CLASS"])
    assert listed(run_id).tags == ("base line", "new")
    open_run_store().client.set_tag(run_id, "genre_lab.tags", "by hand,,<b>x</b>")
    assert listed(run_id).tags == ("by hand", "<b>x</b>")


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        (["a,b"], "holds a comma"),
        (["x" * 41], "at most 40 characters; .* has 41"),
        ([str(number) for number in range(13)], "at most 12 tags; got 13"),
    ],
)
def test_tags_that_cannot_be_are_refused(run_id: str, labels: list[str], message: str) -> None:
    with pytest.raises(RunError, match=message):
        tag_runs([run_id], add=labels)
    assert listed(run_id).tags == ()
    assert checked_labels([" ", ""]) == ()


def test_a_note_is_the_description_in_mlflow(run_id: str) -> None:
    note_run(run_id, "One\r\n**two**\x00 ")
    assert listed(run_id).note == "One\n**two**\u2400"
    assert open_run_store().client.get_run(run_id).data.tags["mlflow.note.content"] == "One\n**two**\u2400"
    open_run_store().client.set_tag(run_id, "mlflow.note.content", "changed there")
    assert listed(run_id).note == "changed there"
    with pytest.raises(RunError, match="at most 2,000 characters, got 2,001"):
        note_run(run_id, "x" * (LONGEST_NOTE + 1))
    note_run(run_id, "")
    assert listed(run_id).note == ""


def test_an_archived_run_that_is_trained_on_is_in_sight_again(run_id: str) -> None:
    archive_runs([run_id])
    schedule_again(run_id)
    assert not store.get_run(run_id).archived


def test_archived_runs_are_found_only_where_they_are_wanted(run_id: str, tiny_collection: Collection) -> None:
    busy = create_run(small_config(tiny_collection, name="Busy"), tiny_collection)
    with pytest.raises(RunError, match=r"is running: archive it when it has ended\. Nothing was archived"):
        archive_runs([run_id, busy])
    assert not listed(run_id).archived
    archive_runs([run_id])
    assert listed(run_id).archived
    runs = store.list_runs()
    assert [run.id for run in find_runs(runs, RunFilter())] == [busy]
    assert {run.id for run in find_runs(runs, RunFilter(archived=True))} == {busy, run_id}
    restore_runs([run_id])
    assert not listed(run_id).archived


def test_a_run_that_is_not_there_is_named() -> None:
    with pytest.raises(RunError, match="There is no run"):
        tag_runs(["0" * 32], add=["x"])
