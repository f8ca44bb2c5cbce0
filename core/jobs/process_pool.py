"""Worker processes that may die or hang without taking others' work along.

`concurrent.futures.ProcessPoolExecutor` gives up all that is waiting when one of its processes dies, and waits for ever
for one that hangs. Decoders of sound files written in C can do both on a hostile file. Pools whose processes share one
queue of tasks cannot always tell which task a dead process had taken from it (pebble's, which stood here before, then
blamed another task or waited for ever). Here each process has a pipe of its own and is given one task at a time, so
that the task it is lost with is known.
"""

import multiprocessing
import pickle
import signal
from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from multiprocessing.connection import Connection, wait
from queue import SimpleQueue
from threading import Event
from typing import Any

from core.errors import GenreLabError, JobError

_GOODBYE_S = 10.0
"""What an idle process has to end by itself before it is killed."""


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
    Processes are spawned, not forked: the caller may hold threads and locks of TensorFlow or MLflow. One starts when a
    task first needs it.
    """

    def __init__(
        self, n_workers: int, *, initializer: Callable[[], None] | None = None, limit_s: float | None = None
    ) -> None:
        self._called_off = Event()
        self._workers = [_Worker(initializer, limit_s, self._called_off) for _ in range(n_workers)]
        self._idle: SimpleQueue[_Worker] = SimpleQueue()
        for worker in self._workers:
            self._idle.put(worker)
        # A thread for each process hands it tasks and waits for their results.
        self._threads = ThreadPoolExecutor(n_workers, thread_name_prefix="sturdy-pool")

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> "Future[Any]":
        """Queue a call; its future fails with `TaskLostError` when its process is lost, `JobError` when none can start.

        Raises
        ------
        RuntimeError
            The pool has been shut down.
        """
        return self._threads.submit(self._hand_over, fn, args, kwargs)

    def _hand_over(self, fn: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        worker = self._idle.get()
        try:
            return worker.do((fn, args, kwargs))
        finally:
            self._idle.put(worker)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: FBT001, FBT002
        """End the processes after what is queued; with ``cancel_futures`` at once, those of the tasks in hand too."""
        self._threads.shutdown(wait=False, cancel_futures=cancel_futures)
        if cancel_futures:
            self._called_off.set()
            for worker in self._workers:
                worker.kill()
        if wait:
            self._threads.shutdown(wait=True)
            for worker in self._workers:
                worker.close()


class _Worker:
    """One process at a time, started when it is needed, and again after it was lost."""

    def __init__(self, initializer: Callable[[], None] | None, limit_s: float | None, called_off: Event) -> None:
        self._initializer, self._limit_s, self._called_off = initializer, limit_s, called_off
        self._process: Any = None
        self._pipe: Connection | None = None

    def do(self, task: tuple[Callable[..., Any], tuple[Any, ...], dict[str, Any]]) -> Any:
        """The result of a task; its own exception, or `TaskLostError`."""
        pipe = self._start_where_needed()
        try:
            pipe.send(task)
            ready = wait([pipe, self._process.sentinel], self._limit_s)
            if not ready:
                self.kill()
                raise TaskLostError(f"given up after {self._limit_s:g} s")
            # A result that is there counts, whatever became of the process after it.
            succeeded, outcome = pipe.recv() if pipe in ready or pipe.poll() else (False, None)
        except (EOFError, OSError):
            succeeded, outcome = False, None
        if succeeded:
            return outcome
        if outcome is not None:
            raise outcome
        raise TaskLostError(self._how_it_ended())

    def _start_where_needed(self) -> Connection:
        if self._called_off.is_set():
            raise TaskLostError("called off")
        if self._pipe is None or not self._process.is_alive():
            self.close()
            context = multiprocessing.get_context("spawn")
            self._pipe, theirs = context.Pipe()
            self._process = context.Process(target=_work, args=(theirs, self._initializer), daemon=True)
            self._process.start()
            theirs.close()
            self._await_start(self._pipe)
        return self._pipe

    def _await_start(self, pipe: Connection) -> None:
        """`JobError` where the process ends before it is ready for a task: no task is to blame for that."""
        try:
            pipe.recv()
        except (EOFError, OSError) as error:
            how = self._how_it_ended()
            self.close()
            if self._called_off.is_set():
                raise TaskLostError(how) from error
            raise JobError(
                f"A worker process could not be started ({how}). Processes need a program in a file, not one typed "
                "into Python's standard input; see what it printed above."
            ) from error

    def _how_it_ended(self) -> str:
        self._process.join(_GOODBYE_S)
        code = self._process.exitcode
        if self._called_off.is_set():
            return "called off"
        return (
            f"its process was ended by signal {-code}" if code and code < 0 else f"its process ended with code {code}"
        )

    def kill(self) -> None:
        """End the process at once."""
        if self._process is not None and self._process.is_alive():
            self._process.kill()
            self._process.join(_GOODBYE_S)

    def close(self) -> None:
        """End the process when it has nothing in hand; one that does not go is killed."""
        if self._pipe is not None:
            self._pipe.close()
            self._pipe = None
        if self._process is not None:
            self._process.join(_GOODBYE_S)
            self.kill()
            self._process.join()
            self._process = None


def _work(pipe: Connection, initializer: Callable[[], None] | None) -> None:
    """A process's whole life: task after task until the other end of the pipe is closed."""
    # Ctrl-C reaches all processes of a terminal; it is for the one that hands out the work.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if initializer is not None:
        initializer()
    pipe.send(None)  # ready
    while True:
        try:
            fn, args, kwargs = pipe.recv()
        except EOFError:
            return
        except Exception as error:  # what cannot be unpickled here is the task's failure, not the process's
            pipe.send((False, error))
            continue
        try:
            outcome = True, fn(*args, **kwargs)
        except Exception as error:
            outcome = False, error
        try:
            pipe.send(outcome)
        except (pickle.PicklingError, TypeError, AttributeError) as error:
            pipe.send((False, RuntimeError(f"A result could not be sent: {error}")))
