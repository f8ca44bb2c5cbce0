"""A listing reads what is new, and sees what anybody changed on what has ended."""

from pathlib import Path

import pytest

from core.clips.collection import Collection
from core.evaluation.metrics import wilson_interval
from core.evaluation.predictions import TestResult
from core.runs import entities, listing, store
from core.runs.client import open_run_store
from core.runs.record import EpochRecord, Run
from core.runs.tags import GROUP_LABEL_TAG
from core.runs.writer import RunWriter, create_run, schedule_again
from tests.core.conftest import small_config

RESULT = TestResult(n_correct=3, n=4, interval=wilson_interval(3, 4), chance=0.5, protocol="by clip")


def finished_run(collection: Collection, **changes: object) -> str:
    run_id = create_run(small_config(collection, **changes), collection)
    with RunWriter(run_id) as writer:
        writer.finish(result=RESULT, best_epoch=1, stopped_early=False, training_s=1.5)
    return run_id


@pytest.fixture(params=["here", "elsewhere"])
def place(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The default store, and one of which only the address is known."""
    if request.param == "elsewhere":
        monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{tmp_path / 'elsewhere.db'}")
    return str(request.param)


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Ids of the runs whose records were made, in turn."""
    listing.listing_of.cache_clear()
    made: list[str] = []
    record = entities.record_of

    def counted(entity, status):
        made.append(entity.info.run_id)
        return record(entity, status)

    monkeypatch.setattr(entities, "record_of", counted)
    return made


def listed() -> dict[str, Run]:
    return {run.id: run for run in store.list_runs()}


def test_what_has_ended_is_read_once(place: str, read: list[str], tiny_collection: Collection) -> None:
    known = [finished_run(tiny_collection, seed=seed) for seed in range(3)]
    assert [run.id for run in store.list_runs()] == known[::-1]
    assert sorted(read) == sorted(known)
    read.clear()
    before = listed()
    assert read == []
    new = finished_run(tiny_collection, seed=9)
    assert listed() == {new: store.get_run(new), **before}
    assert set(read) == {new}


def test_a_run_under_way_is_read_each_time_until_it_ends(
    place: str, read: list[str], tiny_collection: Collection
) -> None:
    ended = finished_run(tiny_collection)
    run_id = create_run(small_config(tiny_collection), tiny_collection)
    with RunWriter(run_id) as writer:
        assert listed()[run_id].status == "running"
        writer.log_epoch(EpochRecord(epoch=1, loss=1.0, accuracy=0.5, val_loss=1.0, val_accuracy=0.5))
        assert len(listed()[run_id].history) == 1
        writer.fail("No more.")
    assert listed()[run_id].error == "No more."
    read.clear()
    assert listed()[run_id].status == "failed"
    assert read == []
    schedule_again(run_id)
    assert listed()[run_id].status == "queued"
    with RunWriter(run_id) as writer:
        writer.finish(result=RESULT, best_epoch=1, stopped_early=False, training_s=1.5)
    assert listed()[run_id].result == RESULT
    assert ended not in read


def test_a_run_that_anybody_deleted_is_gone_and_comes_back(
    place: str, tiny_collection: Collection, monkeypatch
) -> None:
    kept, gone = finished_run(tiny_collection), finished_run(tiny_collection, seed=2)
    assert set(listed()) == {kept, gone}
    client = open_run_store().client
    client.delete_run(gone)
    assert set(listed()) == {kept}
    client.restore_run(gone)
    if place == "elsewhere":
        monkeypatch.setattr(listing, "WHOLE_EVERY_S", 0.0)
    assert set(listed()) == {kept, gone}


def test_a_tag_that_anybody_changed_is_seen(
    place: str, read: list[str], tiny_collection: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id, other = finished_run(tiny_collection), finished_run(tiny_collection, seed=2)
    assert listed()[run_id].group_label == ""
    read.clear()
    open_run_store().client.set_tag(run_id, GROUP_LABEL_TAG, "Five seeds")
    if place == "elsewhere":
        monkeypatch.setattr(listing, "WHOLE_EVERY_S", 0.0)
    assert listed()[run_id].group_label == "Five seeds"
    if place == "here":
        assert other not in read


def test_a_clock_that_is_behind_hides_no_run(
    tiny_collection: Collection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{tmp_path / 'elsewhere.db'}")
    first = finished_run(tiny_collection)
    assert set(listed()) == {first}
    late = create_run(small_config(tiny_collection, seed=5), tiny_collection)
    with RunWriter(late) as writer:
        writer.set_split_sizes({"train": 1, "validation": 1, "test": 1})
    client = open_run_store().client
    five_minutes_ms = 300_000
    ended_ms = client.get_run(first).info.end_time - five_minutes_ms
    client.set_terminated(late, status="FAILED", end_time=ended_ms)
    assert set(listed()) == {first, late}


def test_a_store_laid_out_otherwise_is_still_read(tiny_collection: Collection, monkeypatch: pytest.MonkeyPatch) -> None:
    run_id = finished_run(tiny_collection)
    monkeypatch.setattr(listing, "database_path", lambda _: Path("/nowhere/runs.db"))
    assert listing.local_marks(open_run_store()) is None
    assert set(listed()) == {run_id}
