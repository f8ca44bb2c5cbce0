"""Many tasks of one kind, worked through in processes that may die: results as they are ready, few waiting at any time.

Extraction, the quality check and the demo all work like this. A task whose process is lost is tried once more, since
the process may have been lost for another reason than its task, such as a lack of memory.
"""

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import Generic, TypeVar

from core.jobs.process_pool import SturdyPool, TaskLostError

Task = TypeVar("Task")
Result = TypeVar("Result")

_INLINE_LIMIT = 4
"""So few tasks are done faster here than by starting processes."""
_QUEUED_PER_PLACE = 4
_TASK_LIMIT_S = 300.0
"""A task that takes longer hangs: the slowest ones take seconds."""


@dataclass(frozen=True)
class Workers:
    """What does the work.

    Attributes
    ----------
    executor : Executor or None
        None for this process.
    n_places : int
        Tasks that it does at once, at least 1.
    """

    executor: Executor | None = None
    n_places: int = 1


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
    with SturdyPool(n_places, initializer=keep_to_one_core, limit_s=_TASK_LIMIT_S) as pool:
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
    """
    if workers.executor is None:
        for task in tasks:
            if stop_requested():
                return
            yield Done(task, work(task))
        return
    upcoming = iter(tasks)
    waiting: dict[Future[Result], tuple[Task, bool]] = {}
    exhausted = False
    while True:
        while not exhausted and len(waiting) < _QUEUED_PER_PLACE * workers.n_places:
            following = [] if stop_requested() else list(islice(upcoming, 1))
            exhausted = not following
            waiting |= {workers.executor.submit(work, task): (task, False) for task in following}
        if not waiting:
            return
        for future in wait(waiting, return_when=FIRST_COMPLETED).done:
            task, was_lost = waiting.pop(future)
            error = future.exception()
            if not isinstance(error, TaskLostError):
                yield Done(task, future.result())
            elif was_lost:
                yield Done(task, error)
            else:
                waiting[workers.executor.submit(work, task)] = task, True
