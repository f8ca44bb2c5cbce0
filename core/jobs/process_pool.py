"""Worker processes that may die or hang without taking others' work along.

`concurrent.futures.ProcessPoolExecutor` gives up all that is waiting when one of its processes dies, and waits for ever
for one that hangs. Decoders of sound files written in C can do both on a hostile file. pebble's pool does neither; here
it is given the interface of `concurrent.futures.Executor`.
"""

import multiprocessing
from collections.abc import Callable
from concurrent.futures import Executor, Future
from contextlib import suppress
from typing import Any

from pebble import ProcessExpired, ProcessPool

from core.errors import GenreLabError


class TaskLostError(GenreLabError):
    """The process that worked on a task died, or worked longer than allowed."""


class SturdyPool(Executor):
    """Tasks in processes of their own; a process that is lost costs its own task only.

    Parameters
    ----------
    n_workers : int
    initializer : callable, optional
        Called in each process before its first task.
    limit_s : float, optional
        A task that takes longer is given up and its process killed; None waits for ever.

    Notes
    -----
    Processes are spawned, not forked: the caller may hold threads and locks of TensorFlow or MLflow.

    A task whose process died is tried once more. On a busy machine pebble may learn that a process is dead before it
    has read the last result of that process, and then blames the task before the one that killed it.
    """

    def __init__(
        self, n_workers: int, *, initializer: Callable[[], None] | None = None, limit_s: float | None = None
    ) -> None:
        self._limit_s = limit_s
        self._closed = False
        self._under_way: set[Future[Any]] = set()
        self._pool = ProcessPool(
            max_workers=n_workers, initializer=initializer, context=multiprocessing.get_context("spawn")
        )

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> "Future[Any]":
        """Queue a call; its future fails with `TaskLostError` when its process is lost."""
        if self._closed:
            raise RuntimeError("This pool has been shut down.")
        ours: Future[Any] = Future()

        def schedule() -> "Future[Any]":
            theirs = self._pool.schedule(fn, args=list(args), kwargs=kwargs, timeout=self._limit_s)
            self._under_way.add(theirs)
            theirs.add_done_callback(self._under_way.discard)
            return theirs

        def ended(first: "Future[Any]") -> None:
            theirs = first
            if not first.cancelled() and isinstance(first.exception(), ProcessExpired):
                with suppress(RuntimeError):  # shut down meanwhile
                    theirs = schedule()
            pass_on(theirs, ours, self._translate)

        schedule().add_done_callback(ended)
        return ours

    def _translate(self, error: BaseException) -> BaseException:
        if isinstance(error, ProcessExpired):
            return TaskLostError(_how_it_ended(error.exitcode))
        if isinstance(error, TimeoutError):
            return TaskLostError(f"given up after {self._limit_s:g} s")
        return error

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: FBT001, FBT002
        """End the processes after what is queued; with ``cancel_futures`` at once, the tasks in hand too."""
        self._closed = True
        self._pool.close()
        if cancel_futures:
            for future in list(self._under_way):
                future.cancel()
        if wait:
            self._pool.join()


def pass_on(theirs: "Future[Any]", ours: "Future[Any]", translate: Callable[[BaseException], BaseException]) -> None:
    """Make ``ours`` end as ``theirs`` does, with its exception translated into this project's words."""

    def ended(done: "Future[Any]") -> None:
        if done.cancelled():
            ours.cancel()
            ours.set_running_or_notify_cancel()
        elif (error := done.exception()) is not None:
            ours.set_exception(translate(error))
        else:
            ours.set_result(done.result())

    theirs.add_done_callback(ended)


def _how_it_ended(code: int | None) -> str:
    if code is not None and code < 0:
        return f"its process was ended by signal {-code}"
    return f"its process ended with code {code}"
