"""Where the trials of a search are trained: in this machine's queue, or on the workers of a Dask cluster."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from core.jobs.cluster.executor import cluster_executor
from core.jobs.watch import end_job
from core.queue.launch import drop_run, enqueue, resume_run, stop_training
from core.queue.record import n_at_once
from core.recipe.config import TrainingConfig
from core.runs.liveness import job_id_of_run
from core.runs.writer import RunWriter
from core.search.cluster_place import ClusterPlace

_PACKAGES = ("numpy", "scipy", "scikit-learn", "tensorflow", "keras", "mlflow", "skops", "pandas", "filelock")
"""What the trials' trainings depend on: with other versions they may fail, or come out otherwise."""


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
        """End a training early, or take it back before it has begun."""

    def end(self, run_id: str, reason: str) -> None:
        """End by force a training that does not heed `stop`; its run is kept as interrupted for this reason."""

    def withdraw(self, run_id: str, reason: str) -> bool:
        """Take back a training that has not begun; its run is kept as interrupted. False where it has begun."""

    def holds(self, run_id: str) -> bool:
        """Whether the place itself sees to it that an interrupted run goes on."""

    def problem(self, run_id: str) -> str:
        """Why a training could not be begun; empty while there is nothing to tell."""

    def trouble(self) -> str:
        """Why the place can begin nothing at present; empty where it can."""


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

    def end(self, run_id: str, reason: str) -> None:
        """End its process."""
        if end_job(job_id_of_run(run_id)):
            RunWriter(run_id).interrupt(reason)

    def withdraw(self, run_id: str, reason: str) -> bool:
        """Take it out of the queue."""
        return drop_run(run_id)

    def holds(self, run_id: str) -> bool:
        """Never: what was interrupted stays so until somebody resumes it."""
        return False

    def problem(self, run_id: str) -> str:
        """Nothing: the run itself tells."""
        return ""

    def trouble(self) -> str:
        """None: the queue waits for its turn."""
        return ""


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
    with cluster_executor(dask_address, packages=_PACKAGES) as executor:
        place = ClusterPlace(executor)
        try:
            yield place
        finally:
            place.leave()
