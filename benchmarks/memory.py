"""Peak memory of a process and of its workers, from ``/proc`` (Linux)."""

import multiprocessing
import threading
from pathlib import Path
from types import TracebackType

_EVERY_S = 0.2


def peak_gib(pid: int | str = "self") -> float:
    """Largest resident memory that a process has had, GiB; 0 where it is gone or there is no ``/proc``."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return 0.0
    kib = [int(line.split()[1]) for line in lines if line.startswith("VmHWM:")]
    return kib[0] / 2**20 if kib else 0.0


class WorkerPeak:
    """Watches the worker processes of this one while it is entered; ``gib`` is the largest of their peaks."""

    def __init__(self) -> None:
        self.gib = 0.0
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> "WorkerPeak":
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._done.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._done.wait(_EVERY_S):
            for child in multiprocessing.active_children():
                self.gib = max(self.gib, peak_gib(child.pid or 0))
