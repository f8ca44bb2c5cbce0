"""Telling a cluster that has lost its workers for good from one that restarts them."""

import time

ALONE_S = 45.0
"""A scheduler that has had no worker for so long has lost them; one that restarts its worker needs some seconds."""


class Absence:
    """Since when a cluster has had no worker that takes tasks.

    Parameters
    ----------
    address : str
        Of its scheduler, for the words.
    """

    def __init__(self, address: str) -> None:
        self._address = address
        self._since: float | None = None

    def trouble(self, *, is_connected: bool, n_workers: int, n_paused: int = 0) -> str:
        """Why nothing can be begun at present; empty where it can, or soon may.

        Parameters
        ----------
        is_connected : bool
            Whether the scheduler is there.
        n_workers, n_paused : int
            Workers that take tasks, and those that take none for lack of memory.
        """
        if not is_connected:
            return f"The Dask scheduler at {self._address} no longer responds."
        if n_workers:
            self._since = None
            return ""
        if self._since is None:
            self._since = time.monotonic()
        if time.monotonic() - self._since < ALONE_S:
            return ""
        if n_paused:
            return (
                f"All {n_paused} workers of the Dask scheduler at {self._address} have paused: their memory limits are "
                "used up. Start them with a larger one (`dask worker --memory-limit`)."
            )
        return f"The Dask scheduler at {self._address} no longer has a worker."
