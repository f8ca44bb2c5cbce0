"""Where the trials of a search are trained: in this machine's queue, or on the workers of a Dask cluster."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from typing import Any, Protocol

from core.cluster import cluster_executor
from core.errors import ClusterError, JobError
from core.jobs import read_progress, request_stop, start_job
from core.models.config import TrainingConfig
from core.queue.record import n_at_once
from core.queue.restore import training_spec
from core.runs.liveness import job_id_of_run
from core.runs.store import get_run
from core.settings import REPOSITORY, load_settings
from core.training.launch import create_checked_run, drop_run, enqueue, resume_run, stop_training

_POLL_S = 0.5


class Place(Protocol):
    """What a search asks of the place where its trials are trained."""

    @property
    def capacity(self) -> int:
        """Trials to have under way at a time."""

    def start(self, config: TrainingConfig, *, group: str, tags: dict[str, str]) -> str:
        """Begin a training; returns the id of its run."""

    def resume(self, run_id: str) -> None:
        """Train an interrupted run on."""

    def stop(self, run_id: str) -> None:
        """End a training early, or take it out of the queue."""


class QueuePlace:
    """The queue of this machine: trials take their turn among the other trainings."""

    @property
    def capacity(self) -> int:
        """As many as the queue runs at once."""
        return n_at_once()

    def start(self, config: TrainingConfig, *, group: str, tags: dict[str, str]) -> str:
        """Queue a training."""
        return enqueue([config], group=group, tags=[tags])[0]

    def resume(self, run_id: str) -> None:
        """Queue an interrupted run again."""
        resume_run(run_id)

    def stop(self, run_id: str) -> None:
        """Take it out of the queue, or end it early."""
        if not drop_run(run_id):
            stop_training(run_id)


class ClusterPlace:
    """The workers of a Dask cluster, which see Genre Lab's folders under the same paths and share its run store."""

    def __init__(self, executor: Executor, n_workers: int) -> None:
        self._executor = executor
        self.capacity = n_workers
        self._futures: dict[str, Future[Any]] = {}

    def start(self, config: TrainingConfig, *, group: str, tags: dict[str, str]) -> str:
        """Create a run and hand it to a worker."""
        run_id = create_checked_run(config, group=group, tags=tags)
        self._submit(run_id, training_spec(run_id, config.to_dict()))
        return run_id

    def resume(self, run_id: str) -> None:
        """Hand an interrupted run to a worker."""
        self._submit(run_id, training_spec(run_id, get_run(run_id).config.to_dict(), resume=True))

    def _submit(self, run_id: str, spec: dict[str, Any]) -> None:
        settings = load_settings()
        environment = {"GENRE_LAB_HOME": str(settings.home), "MLFLOW_TRACKING_URI": settings.tracking_uri}
        self._futures[run_id] = self._executor.submit(
            train_in_process, environment, job_id_of_run(run_id), json.dumps(spec)
        )

    def stop(self, run_id: str) -> None:
        """End it early; where it has not begun, it is not begun."""
        future = self._futures.get(run_id)
        if future is None or not future.cancel():
            request_stop(job_id_of_run(run_id))

    def problem(self, run_id: str) -> str:
        """Why a training could not be brought to a worker; empty while there is nothing to tell."""
        future = self._futures.get(run_id)
        if future is None or not future.done() or future.cancelled():
            return ""
        error = future.exception()
        return "" if error is None else str(error) or type(error).__name__


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

    So a task that the scheduler gives to another worker, because the first one was lost, trains nothing twice.
    """
    before = read_progress(job_id)
    if before is not None and before.ended and before.state != "interrupted" and not spec.get("resume"):
        return
    resumed = before is not None and before.ended
    start_job(job_id, {**spec, "resume": True} if resumed else spec)
    while True:
        progress = read_progress(job_id)
        if progress is None:
            raise JobError(f"The record of job {job_id} has vanished.")
        if progress.ended:
            return
        time.sleep(_POLL_S)


@contextmanager
def open_place(dask_address: str) -> Iterator[Place]:
    """The cluster of that address, or this machine's queue where it is empty.

    Raises
    ------
    ClusterError
        The cluster cannot be used.
    """
    if not dask_address:
        yield QueuePlace()
        return
    with cluster_executor(dask_address) as executor:
        yield ClusterPlace(executor, executor.n_workers)
