"""Work on many machines: a Dask cluster, named by its scheduler's address, behind the interface of an executor."""

from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from core.errors import ClusterError
from core.jobs.process_pool import TaskLostError, pass_on

if TYPE_CHECKING:
    from distributed import Client

_CONNECT_S = 10.0
_RETRIES = 3
"""A task whose machine is lost is done again so often elsewhere."""


@contextmanager
def cluster_executor(address: str) -> Iterator["ClusterExecutor"]:
    """Executor whose tasks run on the workers of a Dask scheduler.

    The workers must have this version of Genre Lab and see the clips under the same paths (a shared file system). Start
    them in the repository's folder: ``dask worker ADDRESS``. What a lost worker had in hand is done again by another.

    Parameters
    ----------
    address : str
        Of the scheduler: ``tcp://10.0.0.5:8786``.

    Raises
    ------
    ClusterError
        The address is malformed, nothing answers there, or the scheduler has no worker.
    """
    if not urlsplit(address).hostname:
        raise ClusterError(f"Expected a Dask scheduler's address such as tcp://10.0.0.5:8786, got {address!r}.")
    from distributed import Client  # two seconds to import: paid only by who uses a cluster

    try:
        client = Client(address, timeout=_CONNECT_S, set_as_default=False)
    except (OSError, TimeoutError, ValueError) as error:
        raise ClusterError(
            f"No Dask scheduler answers at {address} ({error}). Start one with `dask scheduler`, or leave out the "
            "address to work on this machine."
        ) from error
    with client:
        try:
            client.wait_for_workers(1, timeout=_CONNECT_S)
        except TimeoutError as error:
            raise ClusterError(
                f"The Dask scheduler at {address} has no worker. Start one or more with `dask worker {address}` in "
                "the folder of Genre Lab."
            ) from error
        with client.get_executor(pure=False, retries=_RETRIES) as executor:
            yield ClusterExecutor(executor, len(client.nthreads()), client)


class ClusterExecutor(Executor):
    """Dask's executor, with a task given up after several lost workers told as `TaskLostError`.

    ``n_workers`` is the number of workers at the start.
    """

    def __init__(self, executor: Executor, n_workers: int, client: "Client") -> None:
        self._executor = executor
        self._client = client
        self.n_workers = n_workers

    @property
    def is_connected(self) -> bool:
        """Whether the scheduler is there; one that does not come back within seconds is given up for good."""
        return self._client.status not in ("closing", "closed")

    def count_workers(self) -> int:
        """Workers at the moment, as the scheduler told last; 0 without one. Takes seconds while it is sought again."""
        return len(self._client.scheduler_info(n_workers=-1).get("workers", {})) if self.is_connected else 0

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> "Future[Any]":
        """Queue a call on the cluster."""
        ours: Future[Any] = Future()
        theirs = self._executor.submit(fn, *args, **kwargs)
        pass_on(theirs, ours, _translate)
        ours.add_done_callback(lambda done: theirs.cancel() if done.cancelled() else None)
        return ours


def _translate(error: BaseException) -> BaseException:
    from distributed import KilledWorker

    return (
        TaskLostError("several workers of the cluster were lost with it") if isinstance(error, KilledWorker) else error
    )
