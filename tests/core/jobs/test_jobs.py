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
from core.jobs.process import node_name, process_identity
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


def change(path, **values):
    """What a record holds after the change; a field set to None is taken out."""
    record = json.loads(path.read_bytes()) | values
    record = {name: value for name, value in record.items() if name not in values or value is not None}
    path.write_text(json.dumps(record))
    return record


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
    boot_id, _, ticks = process_identity(os.getpid()).partition(":")
    assert json.loads(path.read_bytes())["process_identity"] == f"{boot_id}:{ticks}"
    change(path, process_identity=f"{boot_id}:{int(ticks) - 1}")
    assert read_progress("mine").state == "interrupted"
    change(path, process_identity=f"{boot_id[::-1]}:{ticks}")
    assert "switched off or restarted" in read_progress("mine").detail


def test_a_record_from_before_the_identity_is_judged_by_the_time_of_the_start(home):
    folder = home / "models" / "jobs" / "mine"
    folder.mkdir(parents=True)
    ProgressReporter(folder).phase("Working", total=4)
    path = folder / "progress.json"
    created = change(path, process_identity=None)["process_created"]
    assert created == psutil.Process().create_time()
    assert read_progress("mine").state == "running"
    change(path, process_created=created + 1.5)
    assert read_progress("mine").state == "interrupted"


@pytest.mark.parametrize("step_s", [-86_400, -2, 2, 86_400])
def test_a_step_of_the_clock_ends_no_job_and_starts_no_second_one(monkeypatch, step_s):
    started = start_job("demo", {"kind": "demo"})
    try:
        wait_for("demo", lambda p: p.state == "running")
        # As on Linux: the boot, and with it the start of every process, moves with the clock.
        booted, created = psutil.boot_time(), psutil.Process(started.pid).create_time()
        monkeypatch.setattr(psutil._psplatform, "boot_time", lambda: booted + step_s)
        assert psutil.Process(started.pid).create_time() == pytest.approx(created + step_s, abs=0.02)
        assert read_progress("demo").state == "running"
        again = start_job("demo", {"kind": "demo"})
        assert (again.pid, again.process_identity) == (started.pid, process_identity(started.pid))
    finally:
        os.killpg(started.pid, signal.SIGKILL)
    ended = wait_for("demo", lambda p: p.ended)
    assert "SIGKILL" in ended.detail  # and not "the computer was restarted"


def test_progress_estimates_the_time_left(monkeypatch):
    now_s = 1000.0
    monkeypatch.setattr(time, "monotonic", lambda: now_s)
    seen = []
    reporter = ProgressReporter(on_update=seen.append, interval_s=0)
    reporter.phase("Working", total=10)
    for done in (1, 2, 3):
        now_s += 5
        reporter.advance(done)
        assert seen[-1].remaining_s is None
    now_s += 5
    reporter.advance(4, further_s=7)
    assert seen[-1].fraction == 0.4
    assert seen[-1].remaining_s == 37
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
