"""Trials of a search on the workers of a Dask cluster.

A worker only waits: each training is a process of its own, which a killed worker does not take along. The scheduler
gives what a lost worker had in hand to another, which joins that process where it still runs, and trains its run on
where the whole machine was lost.
"""

import json
import logging
import os
import subprocess
import sys
import time
from concurrent.futures import Future
from typing import Any

from core.errors import ClusterError, GenreLabError, JobError
from core.jobs.cluster.executor import ClusterExecutor
from core.jobs.folder import request_stop, stop_requested
from core.jobs.progress import Progress
from core.jobs.start import start_job
from core.jobs.watch import end_job, read_progress
from core.queue.launch import create_checked_run
from core.recipe.config import TrainingConfig
from core.runs.liveness import job_id_of_run
from core.runs.store import get_run
from core.runs.writer import RunWriter, keep_alive
from core.settings import REPOSITORY, load_settings
from core.training.job import training_spec

_log = logging.getLogger(__name__)
_POLL_S = 0.5
_BEAT_S = 30.0


class ClusterPlace:
    """The workers of a Dask cluster, which see Genre Lab's folders under the same paths and share its run store."""

    def __init__(self, executor: ClusterExecutor) -> None:
        self._executor = executor
        self._futures: dict[str, Future[Any]] = {}
        self._beaten_at = time.monotonic()

    @property
    def capacity(self) -> int:
        """One trial a worker; workers may come and go."""
        return self._executor.count_workers()

    def start(self, config: TrainingConfig, *, group: str, tags: dict[str, str]) -> str:
        """Create a run and hand it to a worker."""
        run_id = create_checked_run(config, group=group, tags=tags)
        self._submit(run_id, training_spec(run_id, get_run(run_id).config.to_dict()))
        return run_id

    def resume(self, run_id: str) -> None:
        """Hand an interrupted run to a worker."""
        self._submit(run_id, training_spec(run_id, get_run(run_id).config.to_dict(), resume=True))

    def _submit(self, run_id: str, spec: dict[str, Any]) -> None:
        settings = load_settings()
        environment = {"GENRE_LAB_HOME": str(settings.home), "MLFLOW_TRACKING_URI": settings.tracking_uri}
        try:
            self._futures[run_id] = self._executor.submit(
                train_in_process, environment, job_id_of_run(run_id), json.dumps(spec)
            )
        except Exception as error:  # whatever Dask raises where its scheduler has just gone
            _log.warning("Run %s could not be handed to the cluster: %r", run_id, error)

    def stop(self, run_id: str) -> None:
        """End it early; where it has not begun, it is not begun."""
        if not self.withdraw(run_id, "Withdrawn before a worker had started it."):
            request_stop(job_id_of_run(run_id))

    def withdraw(self, run_id: str, reason: str) -> bool:
        """Take back a training that no worker has begun, and keep its run as interrupted; False where one has."""
        job_id = job_id_of_run(run_id)
        progress = read_progress(job_id)
        if progress is not None and not progress.ended:
            return False
        request_stop(job_id, ahead=True)
        if (future := self._futures.pop(run_id, None)) is not None:
            future.cancel()
        if get_run(run_id).status in ("running", "queued"):
            RunWriter(run_id).interrupt(reason)
        return True

    def end(self, run_id: str, reason: str) -> None:
        """End a training by force."""
        if not end_job(job_id_of_run(run_id)):
            _log.warning("Run %s is training on another machine and cannot be stopped from here.", run_id)
            return
        RunWriter(run_id).interrupt(reason)

    def holds(self, run_id: str) -> bool:
        """Whether a worker has it in hand, or will: an interrupted run then goes on."""
        future = self._futures.get(run_id)
        return future is not None and not future.done()

    def problem(self, run_id: str) -> str:
        """Why a training could not be brought to a worker; empty while there is nothing to tell."""
        future = self._futures.get(run_id)
        if future is None or not future.done() or future.cancelled():
            return ""
        error = future.exception()
        return "" if error is None else str(error) or type(error).__name__

    def trouble(self) -> str:
        """Why nothing can be begun at present; empty where it can. Keeps those alive that wait for a worker."""
        trouble = self._executor.trouble()
        if self._executor.is_connected:
            self._beat()
        return trouble

    def _beat(self) -> None:
        if time.monotonic() - self._beaten_at < _BEAT_S:
            return
        self._beaten_at = time.monotonic()
        for run_id in self._futures:
            if self.holds(run_id) and read_progress(job_id_of_run(run_id)) is None:
                try:
                    keep_alive(run_id)
                except GenreLabError as error:
                    _log.warning("Run %s: %s", run_id, error)

    def leave(self) -> None:
        """Let go of what is still in hand: trainings under way go on by themselves, nothing is waited for."""
        for future in self._futures.values():
            if not future.done():
                future.cancel()


def train_in_process(environment: dict[str, str], job_id: str, spec: str) -> None:
    """Train one run in a process of its own and wait for it: what a worker of the cluster does.

    The worker's own folders and run store do not matter: those of the search are named by ``environment``.
    """
    done = subprocess.run(
        [sys.executable, "-m", "core.search.remote", job_id],
        input=spec.encode(),
        cwd=REPOSITORY,
        env={**os.environ, **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        check=False,
    )
    if done.returncode:
        last = done.stderr.decode(errors="replace").strip().splitlines()[-1:]
        raise ClusterError(f"A worker of the cluster could not train {job_id}: {' '.join(last)[:300]}")


def run_job_here(job_id: str, spec: dict[str, Any]) -> None:
    """Start a job on this machine and wait until it has ended; one that runs already, here or elsewhere, is joined.

    So a task that the scheduler gives to another worker, because the first one was lost, trains nothing twice. Where
    the training was lost with that worker's machine, it is trained on here.
    """
    before = read_progress(job_id)
    if before is None and stop_requested(job_id):
        return  # taken back meanwhile
    if before is not None and before.ended and before.state != "interrupted" and not _is_to_be_resumed(spec):
        return
    resumed = before is not None and before.ended
    start_job(job_id, {**spec, "resume": True} if resumed else spec)
    if _ended(job_id).state == "interrupted" and before is not None and not before.ended:
        start_job(job_id, {**spec, "resume": True})
        _ended(job_id)


def _is_to_be_resumed(spec: dict[str, Any]) -> bool:
    return bool(spec.get("resume")) and get_run(str(spec["run_id"])).status in ("interrupted", "failed")


def _ended(job_id: str) -> Progress:
    while True:
        progress = read_progress(job_id)
        if progress is None:
            raise JobError(f"The record of job {job_id} has disappeared.")
        if progress.ended:
            return progress
        time.sleep(_POLL_S)
