"""A pool of processes behind a process of its own, for programs from which no other can be spawned.

A process that is spawned first runs the program of the one that spawns it. The dashboard's is, at any moment, the page
that is being drawn. So a clean process is started between the two: ``python -m core.jobs.pool_apart``, which holds a
`SturdyPool` and is given tasks through its standard input.
"""

import contextlib
import importlib
import os
import pickle
import struct
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import Executor, Future
from functools import partial
from threading import Lock, Thread
from typing import IO, Any

from core.errors import JobError
from core.jobs.process import NEW_GROUP
from core.jobs.process_pool import SturdyPool, TaskLostError
from core.settings import REPOSITORY

_LENGTH = struct.Struct(">Q")
_GOODBYE_S = 10.0


class PoolApart(Executor):
    """A `SturdyPool` in a process of its own; tasks and results are pickled, and come from our own processes alone.

    Parameters
    ----------
    n_workers : int
    initializer : callable
        A function of a module, called in each process before its first task.
    limit_s : float
        A task that takes longer is given up.
    """

    def __init__(self, n_workers: int, *, initializer: Callable[[], None], limit_s: float) -> None:
        start = f"{initializer.__module__}:{initializer.__qualname__}"
        self._process = subprocess.Popen(
            [sys.executable, "-m", "core.jobs.pool_apart", str(n_workers), start, str(limit_s)],
            cwd=REPOSITORY,
            env={**os.environ, "TF_CPP_MIN_LOG_LEVEL": "2"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,
            creationflags=NEW_GROUP,
        )
        self._lock = Lock()
        self._pending: dict[int, Future[Any]] = {}
        self._n_tasks = 0
        self._ended = False
        self._reader = Thread(target=self._read, name="pool-apart", daemon=True)
        self._reader.start()

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> "Future[Any]":
        """Queue a call; errors as of `SturdyPool.submit`.

        Raises
        ------
        JobError
            The process is gone.
        """
        future: Future[Any] = Future()
        with self._lock:
            if self._ended:
                raise JobError("The processes that judge songs have ended. Start again.")
            self._n_tasks += 1
            self._pending[self._n_tasks] = future
            assert self._process.stdin is not None
            try:
                _send(self._process.stdin, (self._n_tasks, fn, args, kwargs))
            except OSError as error:
                raise JobError("The processes that judge songs have ended. Start again.") from error
        return future

    def _read(self) -> None:
        assert self._process.stdout is not None
        try:
            while (answer := _receive(self._process.stdout)) is not None:
                number, succeeded, outcome = answer
                with self._lock:
                    future = self._pending.pop(number)
                _settle(future, outcome, succeeded=succeeded)
        finally:
            with self._lock:
                self._ended = True
                lost = list(self._pending.values())
                self._pending.clear()
            for future in lost:
                _settle(future, TaskLostError("the process that held it ended"), succeeded=False)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: FBT001, FBT002
        """End the processes, whatever they have in hand."""
        assert self._process.stdin is not None
        with self._lock:
            self._ended = True
            with contextlib.suppress(OSError):  # it is gone, and with it what was not sent
                self._process.stdin.close()
        try:
            self._process.wait(_GOODBYE_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._reader.join()


def _settle(future: "Future[Any]", outcome: Any, *, succeeded: bool) -> None:
    if not future.set_running_or_notify_cancel():
        return
    if succeeded:
        future.set_result(outcome)
    else:
        future.set_exception(outcome)


def _send(stream: IO[bytes], value: Any) -> None:
    content = pickle.dumps(value)
    stream.write(_LENGTH.pack(len(content)))
    stream.write(content)
    stream.flush()


def _receive(stream: IO[bytes]) -> Any:
    """The next value; None at the end."""
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    size = _LENGTH.unpack(head)[0]
    content = stream.read(size)
    return pickle.loads(content) if len(content) == size else None  # noqa: S301 (our own process wrote it)


def main(n_workers: int, start: str, limit_s: float) -> None:
    """The process in between: tasks in, results out, until nobody gives tasks any more."""
    answers = os.fdopen(os.dup(1), "wb")
    # What a library prints must not get among the answers.
    os.dup2(2, 1)
    module, _, name = start.partition(":")
    pool = SturdyPool(n_workers, initializer=getattr(importlib.import_module(module), name), limit_s=limit_s)
    lock = Lock()

    def answer(number: int, future: "Future[Any]") -> None:
        if future.cancelled():
            return
        error = future.exception()
        with lock, contextlib.suppress(OSError):  # nobody listens any more
            _send(answers, (number, error is None, future.result() if error is None else error))

    while (task := _receive(sys.stdin.buffer)) is not None:
        number, fn, args, kwargs = task
        pool.submit(fn, *args, **kwargs).add_done_callback(partial(answer, number))
    pool.shutdown(wait=False, cancel_futures=True)
    # The threads that hand out tasks wait for nothing any more.
    os._exit(0)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], float(sys.argv[3]))
