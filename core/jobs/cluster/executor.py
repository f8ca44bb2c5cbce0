"""Work on many machines: a Dask cluster, named by its scheduler's address, behind the interface of an executor."""

import pickle
import time
import warnings
import weakref
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError, Executor, Future
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from uuid import uuid4

from core.errors import ClusterError
from core.jobs.cluster.absence import Absence
from core.jobs.cluster.code import CALL, VERSIONS, text_values, worker_side
from core.jobs.process_pool import TaskLostError

if TYPE_CHECKING:
    from distributed import Client

_CONNECT_S = 10.0
_RETRIES = 3
"""What Dask itself fails at is done again so often."""
_FRESH_S = 2.0
"""What the scheduler tells of its workers is believed for so long."""
_DASK = ("dask", "distributed")
"""Must be the same everywhere, the scheduler included, for its parts to understand each other."""


class WorkersLostError(TaskLostError):
    """Several workers of the cluster were lost with a task, one after the other."""


@contextmanager
def cluster_executor(
    address: str, *, packages: Sequence[str] = (), limit_s: float | None = None
) -> Iterator["ClusterExecutor"]:
    """Executor whose tasks run on the workers of a Dask scheduler.

    The workers need the packages that the tasks import, not Genre Lab: its code goes along. Start them anywhere by
    ``dask worker ADDRESS``. What a lost worker had in hand is done again by another.

    Parameters
    ----------
    address : str
        Of the scheduler: ``tcp://10.0.0.5:8786``.
    packages : sequence of str
        Must be installed on each worker, in the same version as here, beside Python and Dask.
    limit_s : float, optional
        A task that takes longer is given up.

    Raises
    ------
    ClusterError
        The address is malformed, nothing answers there, the scheduler has no worker, or versions differ.
    """
    _check_address(address)
    client = _connect(address)
    try:
        _await_workers(client, address)
        executor = ClusterExecutor(
            client, address, expected=_checked_versions(client, address, packages), limit_s=limit_s
        )
        try:
            yield executor
        finally:
            executor.leave()
    finally:
        with suppress(OSError, TimeoutError, CancelledError):  # nothing is left to be told to a scheduler that is gone
            client.close(timeout=_CONNECT_S)


def _check_address(address: str) -> None:
    try:
        parts = urlsplit(address)
        valid = parts.scheme in ("tcp", "tls", "ws", "wss", "ucx") and bool(parts.hostname) and parts.port is not None
    except ValueError:  # a port that is no number
        valid = False
    if not valid:
        raise ClusterError(f"Expected a Dask scheduler's address such as tcp://10.0.0.5:8786, got {address!r}.")


def _connect(address: str) -> "Client":
    from distributed import Client  # two seconds to import: paid only by who uses a cluster
    from distributed.versions import VersionMismatchWarning

    # A table of many lines on packages of which most do not matter here; what matters is compared below.
    warnings.filterwarnings("ignore", category=VersionMismatchWarning)
    try:
        return Client(address, timeout=_CONNECT_S, set_as_default=False)
    except Exception as error:  # other programs, and other versions of Dask, make it fail in many ways
        reason = " ".join(str(error).split())[:200] or type(error).__name__
        raise ClusterError(
            f"No Dask scheduler answers at {address} ({reason}). Start one with `dask scheduler`, or leave out the "
            "address to work on this machine."
        ) from error


def _await_workers(client: "Client", address: str) -> None:
    try:
        client.wait_for_workers(1, timeout=_CONNECT_S)
    except TimeoutError as error:
        raise ClusterError(
            f"The Dask scheduler at {address} has no worker. Start one or more with `dask worker {address}`, where "
            "this requirements.txt is installed. If one was started, its own output tells why it does not stay (often "
            "too small a --memory-limit)."
        ) from error


def _checked_versions(client: "Client", address: str, packages: Sequence[str]) -> dict[str, str]:
    """Versions here, after a look at the scheduler's and each worker's; `ClusterError` where they differ."""
    from core.jobs.cluster.at_worker import differences, read_versions

    names = (*_DASK, *packages)
    expected = read_versions(names)
    at_scheduler = client.run_on_scheduler(eval, VERSIONS, {"packages": _DASK, **text_values()})
    found = {f"scheduler {address}": (at_scheduler, {name: expected[name] for name in ("Python", *_DASK)})}
    # A worker that leaves just now need not answer.
    told = client.run(eval, VERSIONS, {"packages": names, **text_values()}, on_error="return")
    found |= {f"worker {each}": (there, expected) for each, there in told.items() if isinstance(there, dict)}
    unlike = {who: words for who, (there, here) in found.items() if (words := differences(there, here))}
    if unlike:
        who, words = next(iter(unlike.items()))
        more = f" ({len(unlike) - 1:,} more differ, too)" if len(unlike) > 1 else ""
        raise ClusterError(
            f"The {who} has {words}{more}. Install the same requirements.txt there, under the same Python, and start "
            "it again."
        )
    return expected


class ClusterExecutor(Executor):
    """Dask's executor for code that the cluster does not have.

    Parameters
    ----------
    client : distributed.Client
    address : str
        Of its scheduler.
    expected : dict
        Versions that workers must have (see `core.jobs.cluster.at_worker`).
    limit_s : float, optional
        A task that takes longer is given up.
    """

    def __init__(
        self, client: "Client", address: str, *, expected: dict[str, str], limit_s: float | None = None
    ) -> None:
        self._client = client
        self._limit_s = limit_s
        self._tasks = client.get_executor(pure=False, retries=_RETRIES)
        self._name, self._plugin = worker_side(expected)
        self._absence = Absence(address)
        self._scheduler_id = ""
        self._workers: list[dict[str, Any]] = []
        self._looked_at = float("-inf")
        self._look()

    @property
    def is_connected(self) -> bool:
        """Whether the scheduler is there; one that does not come back within seconds is given up for good."""
        return self._client.status not in ("closing", "closed")

    def count_workers(self) -> int:
        """Workers that take tasks, as the scheduler told last; takes seconds while one is sought again."""
        self._look()
        return len(self._able())

    @property
    def n_places(self) -> int:
        """Tasks that the workers do at once: the sum of their threads. Workers may come and go."""
        self._look_where_old()
        return sum(int(worker.get("nthreads", 1)) for worker in self._able())

    def trouble(self) -> str:
        """Why nothing can be begun at present; empty where it can."""
        self._look_where_old()
        n_able = len(self._able())
        return self._absence.trouble(
            is_connected=self.is_connected, n_workers=n_able, n_paused=len(self._workers) - n_able
        )

    def _able(self) -> list[dict[str, Any]]:
        return [worker for worker in self._workers if worker.get("status") != "paused"]

    def _look_where_old(self) -> None:
        if time.monotonic() - self._looked_at >= _FRESH_S:
            self._look()

    def _look(self) -> None:
        """Ask the scheduler for its workers; one that was started anew is told the code again."""
        try:
            info = self._client.scheduler_info(n_workers=-1) if self.is_connected else {}
            self._workers = list(info.get("workers", {}).values())
            if info.get("id", "") not in ("", self._scheduler_id):
                self._client.register_plugin(self._plugin, name=self._name)
                self._scheduler_id = info["id"]
        except (OSError, TimeoutError, RuntimeError, CancelledError):
            self._workers = []  # it has just gone
        self._looked_at = time.monotonic()

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> "Future[Any]":
        """Queue a call on the cluster.

        Its future fails with `TaskLostError` where the task's process, or one worker after the other, is lost with it,
        and with `ClusterError` where a worker cannot do any task; it is cancelled where the scheduler is lost.
        """
        ours: Future[Any] = Future()
        values = {"name": self._name, "task": pickle.dumps((fn, args, kwargs)), "limit_s": self._limit_s}
        theirs = self._tasks.submit(eval, CALL, values, key=f"genre-lab-{uuid4().hex}")
        theirs.add_done_callback(lambda done: _pass_on(done, ours))
        # Weakly: the worker keeps the result for as long as its future is held.
        held = weakref.ref(theirs)
        ours.add_done_callback(lambda done: _cancel(held()) if done.cancelled() else None)
        return ours

    def leave(self) -> None:
        """Let go of what is still in hand, without waiting for it."""
        with suppress(OSError, TimeoutError, RuntimeError, CancelledError):
            self._tasks.shutdown(wait=False)


def _cancel(future: "Future[Any] | None") -> None:
    if future is not None:
        future.cancel()


def _pass_on(theirs: "Future[Any]", ours: "Future[Any]") -> None:
    """Make ``ours`` end as ``theirs`` did."""
    if theirs.cancelled():
        ours.cancel()
        ours.set_running_or_notify_cancel()
        return
    try:
        result = _unpacked(theirs)
    except Exception as error:
        ours.set_exception(error)
    else:
        ours.set_result(result)


def _unpacked(theirs: "Future[Any]") -> Any:
    from distributed import KilledWorker

    try:
        outcome, told = theirs.result()
    except KilledWorker as error:
        raise WorkersLostError("several workers of the cluster were lost with it") from error
    if outcome == "lost":
        raise TaskLostError(told)
    if outcome == "unfit":
        raise ClusterError(told)
    succeeded, value = pickle.loads(told)  # noqa: S301 (from our own code on a worker)
    if not succeeded:
        raise value
    return value
