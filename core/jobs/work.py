"""Many tasks of one kind, worked through in processes that may die: results as they are ready, few waiting at any time.

Extraction, the quality check and the demo all work like this. A task whose process is lost is tried once more, since
the process may have been lost for another reason than its task, such as a lack of memory.
"""

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from queue import Empty, SimpleQueue
from typing import Generic, Protocol, TypeVar

from core.errors import ClusterError
from core.jobs.process_pool import SturdyPool, TaskLostError

Task = TypeVar("Task")
Result = TypeVar("Result")

_INLINE_LIMIT = 4
"""So few tasks are done faster here than by starting processes."""
_QUEUED_PER_PLACE = 4
TASK_LIMIT_S = 300.0
"""A task that takes longer hangs: the slowest ones take seconds."""
_LOOK_S = 1.0
"""How often those who wait for results look whether any can still come."""


class Cluster(Protocol):
    """What is asked of workers that come and go: `core.jobs.cluster.executor.ClusterExecutor` in few words."""

    @property
    def n_places(self) -> int:
        """Tasks done at once at present."""

    def trouble(self) -> str:
        """Why nothing can be done any more; empty where it can."""


@dataclass(frozen=True)
class Workers:
    """What does the work.

    Attributes
    ----------
    executor : Executor or None
        None for this process.
    n_places : int
        Tasks that it does at once, at least 1.
    cluster : Cluster, optional
        Tells how many tasks are done at once as workers come and go, and when none is left.
    """

    executor: Executor | None = None
    n_places: int = 1
    cluster: Cluster | None = None

    @property
    def n_queued(self) -> int:
        """Tasks to have in hand at a time, however many there are: enough for no worker to be idle."""
        return _QUEUED_PER_PLACE * max(1, self.n_places if self.cluster is None else self.cluster.n_places)

    def require(self) -> None:
        """Raise `ClusterError` where no result can come any more."""
        if self.cluster is not None and (trouble := self.cluster.trouble()):
            raise ClusterError(
                f"{trouble} Start it again with its workers, then repeat the command: what was done is kept."
            )


@dataclass(frozen=True)
class Done(Generic[Task, Result]):
    """A task and what came of it: a result, or the error of a process that was lost with it twice."""

    task: Task
    result: Result | TaskLostError


@contextmanager
def local_workers(n_tasks: int, n_workers: int | None = None) -> Iterator[Workers]:
    """Processes on this machine, each kept to one core; this process itself for a few tasks.

    Parameters
    ----------
    n_tasks : int
    n_workers : int, optional
        Processes; default one for each core. One asked for by name works in this process; where one is all there is,
        it is a process too, which may die on a hostile file.
    """
    if n_tasks <= _INLINE_LIMIT or n_workers == 1:
        yield Workers()
        return
    n_places = min(n_workers or os.cpu_count() or 1, n_tasks)
    with SturdyPool(n_places, initializer=keep_to_one_core, limit_s=TASK_LIMIT_S) as pool:
        yield Workers(pool, n_places)


def keep_to_one_core() -> None:
    """Keep the numerical libraries of this process to one core: the processes are the parallelism."""
    from threadpoolctl import threadpool_limits

    threadpool_limits(1)


def work_through(
    work: Callable[[Task], Result], tasks: Iterable[Task], workers: Workers, *, stop_requested: Callable[[], bool]
) -> Iterator[Done[Task, Result]]:
    """Each task with its result, in the order in which they are done.

    Parameters
    ----------
    work : callable
        Pickled for other processes: a function of a module, or a `functools.partial` of one.
    tasks : iterable
    workers : Workers
    stop_requested : callable
        Asked before each task is begun; once it is true, only those under way are finished.

    Raises
    ------
    ClusterError
        A cluster has lost its scheduler, or all of its workers for good.
    """
    executor = workers.executor
    if executor is None:
        for task in tasks:
            if stop_requested():
                return
            yield Done(task, work(task))
        return
    upcoming = iter(tasks)
    waiting: dict[Future[Result], tuple[Task, bool]] = {}
    ready: SimpleQueue[Future[Result]] = SimpleQueue()
    exhausted = False

    def begin(task: Task, *, was_lost: bool) -> None:
        future = executor.submit(work, task)
        waiting[future] = task, was_lost
        future.add_done_callback(ready.put)

    while True:
        while not exhausted and len(waiting) < workers.n_queued:
            following = [] if stop_requested() else list(islice(upcoming, 1))
            exhausted = not following
            for task in following:
                begin(task, was_lost=False)
        if not waiting:
            return
        future = _next_ready(ready, workers)
        task, was_lost = waiting.pop(future)
        error = TaskLostError("the cluster's scheduler forgot it") if future.cancelled() else future.exception()
        if not isinstance(error, TaskLostError):
            yield Done(task, future.result())
        elif was_lost:
            yield Done(task, error)
        else:
            workers.require()
            begin(task, was_lost=True)


def _next_ready(ready: "SimpleQueue[Future[Result]]", workers: Workers) -> "Future[Result]":
    while True:
        try:
            return ready.get(timeout=_LOOK_S)
        except Empty:
            workers.require()
