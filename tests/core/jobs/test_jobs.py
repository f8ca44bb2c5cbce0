"""Background jobs: progress, failure, stop, kill, double start."""

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import asdict
from pathlib import Path

import psutil
import pytest

from core.errors import JobError, StorageError
from core.files import write_json
from core.jobs import reporter as reporting
from core.jobs import watch
from core.jobs.folder import new_job_id, read_log, request_stop, stop_requested
from core.jobs.process import node_name
from core.jobs.progress import Progress
from core.jobs.reporter import ProgressReporter
from core.jobs.start import start_job
from core.jobs.watch import end_job, read_progress
from core.settings import load_settings
from tests.waiting import until


def wait_for(job_id, condition):
    """Progress of a job as soon as it is so."""

    def look():
        progress = read_progress(job_id)
        return progress if condition(progress) else None

    return until(look, explain=lambda: read_progress(job_id))


def test_a_failing_job_says_why():
    start_job("one", {"kind": "extract", "collection_id": "nothing", "front_ends": []})
    progress = wait_for("one", lambda p: p.ended)
    assert progress.state == "failed"
    assert "There is no collection 'nothing'" in progress.detail
    assert "CollectionError" in read_log("one")


def test_an_unknown_kind_fails_and_can_be_started_again():
    start_job("one", {"kind": "dance"})
    assert "Kind of job: expected one of" in wait_for("one", lambda p: p.ended).detail
    assert start_job("one", {"kind": "dance"}).state == "starting"
    wait_for("one", lambda p: p.ended)


def test_a_killed_job_is_interrupted_not_running_for_ever():
    started = start_job("demo", {"kind": "demo"})
    wait_for("demo", lambda p: p.state == "running" and p.done > 0)
    assert start_job("demo", {"kind": "demo"}).pid == started.pid  # a second click joins
    os.killpg(started.pid, signal.SIGKILL)
    progress = wait_for("demo", lambda p: p.ended)
    assert progress.state == "interrupted"
    assert "killed from outside (SIGKILL)" in progress.detail
    assert "it used 0." in progress.detail  # GB when last heard of


@pytest.mark.parametrize(
    ("log", "detail"),
    [
        ("E0000 cuda_driver.cc: failed call to cuInit: UNKNOWN ERROR (303)\n", "ended without a message"),
        (
            'Traceback (most recent call last):\n  File "x.py", line 1\nOSError: No space left on device\n'
            "W0000 a note of a library at exit\n",
            "ended with OSError: No space left on device",
        ),
    ],
)
def test_how_a_silent_child_ended_is_told_without_the_noise_of_libraries(home, log, detail):
    folder = home / "models" / "jobs" / "mine"
    folder.mkdir(parents=True)
    (folder / "progress.json").write_text('{"state": "running", "pid": 4194304}')
    (folder / "log.txt").write_text(log)
    progress = read_progress("mine")
    assert progress.state == "interrupted"
    assert detail in progress.detail
    assert "cuInit" not in progress.detail


def test_a_stopped_job_says_stopped():
    start_job("demo", {"kind": "demo"})
    wait_for("demo", lambda p: p.state == "running" and p.done > 0)
    assert not stop_requested("demo")
    request_stop("demo")
    assert wait_for("demo", lambda p: p.ended).state == "stopped"


def test_a_process_with_the_same_number_is_not_taken_for_the_child(home):
    reporter = ProgressReporter(home / "models" / "jobs" / "mine")
    (home / "models" / "jobs" / "mine").mkdir(parents=True)
    reporter.phase("Working", total=4)
    assert read_progress("mine").state == "running"
    path = home / "models" / "jobs" / "mine" / "progress.json"
    path.write_text(path.read_text().replace('"process_created": ', '"process_created": 1'))
    assert read_progress("mine").state == "interrupted"


def test_progress_estimates_the_time_left(monkeypatch):
    now_s = 1000.0
    monkeypatch.setattr(time, "monotonic", lambda: now_s)
    seen = []
    reporter = ProgressReporter(on_update=seen.append, interval_s=0)
    reporter.phase("Working", total=10)
    now_s += 5
    reporter.advance(2)
    assert seen[-1].fraction == 0.2
    assert seen[-1].remaining_s == 20
    reporter.finish("done", result={"x": 1})
    assert seen[-1].ended
    assert seen[-1].remaining_s is None


def test_ids_stay_in_their_folder():
    for job_id in ("", "../x", "a/b", "a b"):
        with pytest.raises(JobError):
            read_progress(job_id)
    assert read_progress(new_job_id("train")) is None
    with pytest.raises(JobError, match="no job"):
        request_stop("none")


def test_a_full_disk_costs_the_progress_and_not_the_work(home, monkeypatch):
    def full(*_):
        raise StorageError("The disk is full.")

    folder = home / "models" / "jobs" / "mine"
    folder.mkdir(parents=True)
    seen = []
    reporter = ProgressReporter(folder, interval_s=0, on_update=seen.append)
    reporter.phase("Working", total=4)
    monkeypatch.setattr(reporting, "write_json", full)
    monkeypatch.setattr(reporting, "_LAST_WORD_PAUSE_S", 0)
    reporter.advance(2)
    reporter.finish("done")
    assert [progress.done for progress in seen] == [0, 2, 2]
    assert read_progress("mine").state == "running"  # as far as the disk knows, while the process lives
    monkeypatch.setattr(watch, "is_alive", lambda _: False)
    assert read_progress("mine").state == "interrupted"  # and honestly not done
    monkeypatch.undo()
    reporter.finish("done")  # there is room again
    assert json.loads((folder / "progress.json").read_bytes())["state"] == "done"


def test_only_a_worker_of_this_machine_is_ended_by_force(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not end_job("nothing-of-that-name")
    sleeper = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    try:
        folder = load_settings().jobs_dir / "j"
        folder.mkdir(parents=True)
        progress = Progress(
            state="running",
            pid=sleeper.pid,
            process_created=psutil.Process(sleeper.pid).create_time(),
            host=node_name(),
            updated_at=time.time(),
        )
        write_json(folder / "progress.json", asdict(progress))
        assert not end_job("j")  # no worker: perhaps somebody's command line
        assert sleeper.poll() is None
        monkeypatch.setattr(psutil.Process, "cmdline", lambda _: ["python", "-m", "core.worker", "folder"])
        assert end_job("j")
        assert not psutil.pid_exists(sleeper.pid)
    finally:
        sleeper.kill()
