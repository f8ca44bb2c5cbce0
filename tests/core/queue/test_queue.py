"""The queue: order, number at once, restoring, full disks; and its supervisor as a real process."""

import json
import os
import re
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psutil
import pytest

from core.clips.collection import Collection
from core.errors import JobError, RunError, StorageError
from core.files import write_json
from core.jobs.waiting import new_entry, queue_path
from core.jobs.watch import read_progress
from core.queue import control, dispatch, launch
from core.queue.launch import drop_run, enqueue, resume_run, start_training
from core.queue.record import places, read_queue
from core.recipe.config import training_config_from_dict
from core.runs import store
from core.runs.liveness import job_id_of_run
from tests.core.conftest import small_config
from tests.waiting import until

SILENT = {"kind": "silent"}


class Jobs:
    """Jobs that are started but do nothing: they live as long as this process, until a test ends them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.started: list[str] = []

    def start(self, job_id: str, spec: dict[str, Any]) -> None:
        self.started.append(job_id)
        write_json(self._folder / job_id / "spec.json", spec)
        self.say(job_id, "running")

    def say(self, job_id: str, state: str) -> None:
        process = psutil.Process()
        write_json(
            self._folder / job_id / "progress.json",
            {"state": state, "pid": process.pid, "process_created": process.create_time(), "started_at": time.time()},
        )

    def end(self, job_id: str) -> None:
        self.say(job_id, "done")
        control.keep_moving()


@pytest.fixture
def jobs(home: Path, monkeypatch: pytest.MonkeyPatch) -> Jobs:
    fake = Jobs(home / "models" / "jobs")
    monkeypatch.setattr(dispatch, "start_job", fake.start)
    monkeypatch.setattr(dispatch, "ensure_supervisor", lambda: None)
    return fake


def add(*names: str, first: bool = False) -> None:
    control.add([new_entry(name, SILENT) for name in names], first=first)


def waiting() -> list[str]:
    return [place.entry.job_id for place in places() if place.state == "waiting"]


def running() -> list[str]:
    return [place.entry.job_id for place in places() if place.state == "running"]


def test_jobs_start_in_order_and_as_many_as_may(jobs: Jobs) -> None:
    add("a", "b", "c", "d")
    assert (running(), waiting()) == (["a"], ["b", "c", "d"])
    jobs.end("a")
    assert (running(), waiting()) == (["b"], ["c", "d"])
    control.set_n_at_once(2)
    assert (running(), waiting()) == (["b", "c"], ["d"])
    control.set_n_at_once(1)  # nothing is stopped for it
    jobs.end("b")
    assert (running(), waiting()) == (["c"], ["d"])
    jobs.end("c")
    jobs.end("d")
    assert read_queue().entries == ()
    assert jobs.started == ["a", "b", "c", "d"]


def test_the_setting_holds_until_another_number_is_chosen(jobs: Jobs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GENRE_LAB_AT_ONCE", "2")
    add("a", "b", "c")
    assert running() == ["a", "b"]
    for wrong in (0, 17, True):
        with pytest.raises(JobError, match="expected 1 to 16"):
            control.set_n_at_once(wrong)
    for text in ("many", "0", "-3"):
        monkeypatch.setenv("GENRE_LAB_AT_ONCE", text)
        assert dispatch.n_at_once() == 1


def test_what_waits_can_be_moved_and_taken_out(jobs: Jobs) -> None:
    add("a", "b", "c", "d", "e")
    assert control.move("d", "first")
    assert waiting() == ["d", "b", "c", "e"]
    assert control.move("b", "down")
    assert control.move("e", "up")
    assert waiting() == ["d", "c", "e", "b"]
    assert control.move("d", "up")  # already the first
    assert control.move("b", "down")
    assert control.move("d", "last")
    assert waiting() == ["c", "e", "b", "d"]
    assert not control.move("a", "first")  # runs
    assert control.take_out("e")
    assert not control.take_out("e")
    assert not control.take_out("a")
    add("f", first=True)
    assert waiting() == ["f", "c", "b", "d"]
    assert running() == ["a"]


def test_a_job_is_queued_and_started_once_however_many_look(jobs: Jobs) -> None:
    names = [f"job-{number}" for number in range(12)]
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda name: add(name, name), names + names))
        control.set_n_at_once(12)
        list(pool.map(lambda _: control.keep_moving(), range(12)))
    assert sorted(jobs.started) == sorted(names)
    assert sorted(running()) == sorted(names)


def test_an_ended_job_that_is_queued_again_starts_again(jobs: Jobs) -> None:
    add("a", "b")
    jobs.say("a", "failed")
    add("a")
    assert (running(), waiting()) == (["b"], ["a"])
    jobs.end("b")
    assert jobs.started == ["a", "b", "a"]


def test_a_full_disk_stops_the_queue_and_loses_nothing(jobs: Jobs, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise StorageError("The disk is full.")

    add("a", "b")
    monkeypatch.setattr(dispatch, "start_job", full)
    jobs.say("a", "done")
    with pytest.raises(StorageError, match="full"):
        control.keep_moving()
    assert waiting() == ["b"]
    monkeypatch.setattr(dispatch, "start_job", jobs.start)
    control.keep_moving()
    assert running() == ["b"]


@pytest.mark.usefixtures("empty_store")
def test_runs_that_cannot_be_queued_are_recorded_as_failed(
    jobs: Jobs, tiny_collection: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise StorageError("The disk is full. Free some space, then try again.")

    monkeypatch.setattr("core.jobs.waiting.write_json", full)
    with pytest.raises(JobError, match="could not be queued: The disk is full"):
        enqueue([small_config(tiny_collection), small_config(tiny_collection, seed=4)])
    assert [run.status for run in store.list_runs()] == ["failed", "failed"]
    assert jobs.started == []


@pytest.mark.usefixtures("empty_store")
def test_runs_wait_are_dropped_and_resumed(jobs: Jobs, tiny_collection: Collection) -> None:
    first, second, third = enqueue([small_config(tiny_collection, seed=seed) for seed in (1, 2, 3)], group="g-1")
    status = {run.id: run.status for run in store.list_runs()}
    assert status == {first: "running", second: "queued", third: "queued"}
    assert store.get_run(second).group == "g-1"
    with pytest.raises(RunError, match="is waiting in the queue"):
        store.delete_run(second)

    assert drop_run(second)
    assert not drop_run(second)
    dropped = store.get_run(second)
    assert (dropped.status, dropped.error) == ("interrupted", "Removed from the queue before it was started.")

    resume_run(second)
    resume_run(second)  # a second click
    again = store.get_run(second)
    assert (again.status, again.error, again.id) == ("queued", "", second)
    assert waiting() == [job_id_of_run(second), job_id_of_run(third)]
    assert places()[0].entry.spec["resume"] is True
    assert training_config_from_dict(places()[0].entry.spec["config"]) == again.config

    jobs.say(job_id_of_run(first), "interrupted")  # died before it could say that it was running
    control.keep_moving()
    assert store.get_run(first).status == "interrupted"
    assert store.get_run(second).status == "running"


@pytest.mark.usefixtures("empty_store")
def test_a_damaged_record_is_kept_and_made_anew_from_the_runs(
    jobs: Jobs, tiny_collection: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second, third = enqueue([small_config(tiny_collection, seed=seed) for seed in (1, 2, 3)])
    damaged = '{"version": 1, "entries": [{"id"'
    queue_path().write_text(damaged)
    # Whoever only reads runs gives none up for lost, and leaves the record to the queue.
    monkeypatch.setattr("core.runs.liveness.HEARTBEAT_LIMIT_S", 0.0)
    assert {run.status for run in store.list_runs()} == {"running", "queued"}
    assert queue_path().read_text() == damaged
    with ThreadPoolExecutor(4) as pool:
        queue, *others = pool.map(lambda _: read_queue(), range(4))
    assert others == [queue] * 3
    assert waiting() == [job_id_of_run(second), job_id_of_run(third)]
    assert "was damaged and has been rebuilt from the run store" in queue.note
    (kept,) = queue_path().parent.glob("queue.damaged-*.json")
    assert kept.read_text().endswith('[{"id"')
    control.dismiss_note()
    assert read_queue().note == ""
    jobs.end(job_id_of_run(first))
    assert {store.get_run(run_id).status for run_id in (second, third)} == {"running", "queued"}
    assert jobs.started[0] == job_id_of_run(first)
    assert len(jobs.started) == 2


@pytest.mark.usefixtures("empty_store")
def test_a_record_of_a_newer_version_is_refused_and_left_as_it_is(
    jobs: Jobs, tiny_collection: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    enqueue([small_config(tiny_collection, seed=seed) for seed in (1, 2)])
    newer = queue_path().read_text().replace('"version": 1', '"version": 2')
    queue_path().write_text(newer)
    for act in (read_queue, control.keep_moving, control.dismiss_note):
        with pytest.raises(JobError, match=r"newer version of Genre Lab \(expected version 1, got 2\)"):
            act()
    monkeypatch.setattr("core.runs.liveness.HEARTBEAT_LIMIT_S", 0.0)
    assert {run.status for run in store.list_runs()} == {"running", "queued"}
    assert queue_path().read_text() == newer


@pytest.mark.usefixtures("empty_store")
def test_a_waiting_run_that_the_queue_has_lost_is_interrupted(
    jobs: Jobs, tiny_collection: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, lost = enqueue([small_config(tiny_collection), small_config(tiny_collection, seed=4)])
    queue_path().write_text(json.dumps({"version": 1, "entries": [], "n_at_once": None, "note": ""}))
    assert store.get_run(lost).status == "queued"  # perhaps being entered just now
    monkeypatch.setattr("core.runs.liveness.HEARTBEAT_LIMIT_S", 0.0)
    run = store.get_run(lost)
    assert run.status == "interrupted"
    assert "is no longer in the queue" in run.error


@pytest.mark.usefixtures("empty_store")
def test_the_same_request_queues_the_same_runs(jobs: Jobs, tiny_collection: Collection) -> None:
    configs = [small_config(tiny_collection, seed=seed) for seed in (1, 2)]
    with ThreadPoolExecutor(3) as pool:
        found = list(pool.map(lambda _: enqueue(configs, token="click"), range(3)))
    assert found[0] == found[1] == found[2]
    assert len(store.list_runs()) == 2
    assert start_training(configs[0], token="click 2") not in found[0]
    assert launch.check_training(configs[0]).genres == configs[0].genres


def alive(pid: int) -> bool:
    return psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE


def test_the_supervisor_starts_the_next_and_a_killed_one_is_replaced() -> None:
    quick = {"kind": "extract", "collection_id": "nothing", "front_ends": []}
    control.add([new_entry("long", {"kind": "demo"}), *(new_entry(name, quick) for name in ("b", "c", "d"))])
    until(lambda: "Watching the queue as process" in dispatch.supervisor_log().read_text())
    control.keep_moving()  # one is enough
    (supervisor,) = re.findall(r"process (\d+)", dispatch.supervisor_log().read_text())
    os.kill(int(supervisor), signal.SIGKILL)
    until(lambda: not alive(int(supervisor)))
    long = read_progress("long")
    assert long is not None
    os.killpg(long.pid, signal.SIGKILL)
    until(lambda: (read_progress("long") or long).ended)
    assert waiting() == ["b", "c", "d"]  # nobody is there to start them

    control.keep_moving()  # the next page view
    until(lambda: all((found := read_progress(name)) is not None and found.ended for name in "bcd"))
    assert "There is no collection 'nothing'" in read_progress("d").detail
    until(lambda: "Nothing is waiting" in dispatch.supervisor_log().read_text())
    until(lambda: all(child.poll() is not None for child in dispatch._supervisors))
