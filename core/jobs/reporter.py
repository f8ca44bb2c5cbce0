"""The child's side of a job: saying how far it is."""

import logging
import os
import time
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import psutil

from core.errors import StorageError
from core.files import write_json
from core.jobs.process import node_name, oom_kills, process_created, process_identity
from core.jobs.progress import JobState, Progress
from core.jobs.remaining import RemainingTime

_log = logging.getLogger(__name__)
_LAST_WORD_TRIES = 3
_LAST_WORD_PAUSE_S = 1.0


class ProgressReporter:
    """The child's side: writes `Progress` at most a few times a second and estimates the time left.

    Also usable without a job folder (``folder=None``) by the command line, with ``on_update`` to print.

    A disk that cannot take the progress costs the progress and not the work: it is logged, and the work goes on.
    """

    def __init__(self, folder: Path | None = None, *, interval_s: float = 0.3, on_update: Any = None) -> None:
        self._folder = folder
        self._interval_s = interval_s
        self._on_update = on_update
        self._written_at = 0.0
        self._remaining = RemainingTime()
        self._is_unwritten = False
        self._progress = Progress(
            state="running",
            host=node_name(),
            oom_kills=oom_kills(),
            pid=os.getpid(),
            process_identity=process_identity(os.getpid()),
            process_created=process_created(os.getpid()),
            started_at=time.time(),
            updated_at=time.time(),
        )

    @property
    def stop_requested(self) -> bool:
        """Whether somebody asked this job to finish early."""
        return self._folder is not None and (self._folder / "stop").exists()

    def phase(self, phase: str, *, total: float = 0.0, detail: str = "", already: float = 0.0) -> None:
        """Begin a phase; ``already`` of it was done at another time, and says nothing about the time left."""
        self._remaining = RemainingTime(already)
        self._update(phase=phase, done=already, total=total, remaining_s=None, detail=detail, force=True)

    def advance(self, done: float, *, detail: str | None = None, further_s: float = 0.0) -> None:
        """Say how much of the phase is done; ``further_s`` is the estimate for the phases still to come."""
        total = self._progress.total
        remaining = self._remaining.update(done, total, now=time.monotonic())
        changes: dict[str, Any] = {"done": done, "remaining_s": None if remaining is None else remaining + further_s}
        if detail is not None:
            changes["detail"] = detail
        self._update(force=done >= total > 0, **changes)

    def finish(self, state: JobState, *, detail: str = "", result: dict[str, Any] | None = None) -> None:
        """The last word of the job.

        Where the disk cannot take it after some tries, the process ends without one, and `read_progress` tells so.
        """
        self._update(state=state, detail=detail, result=result, remaining_s=None, force=True)
        for _ in range(_LAST_WORD_TRIES - 1):
            if not self._is_unwritten:
                return
            time.sleep(_LAST_WORD_PAUSE_S)
            self._write()

    def _update(self, *, force: bool, **changes: Any) -> None:
        self._progress = replace(self._progress, updated_at=time.time(), **changes)
        now = time.monotonic()
        if not force and now - self._written_at < self._interval_s:
            return
        self._written_at = now
        if self._folder is not None:
            self._progress = replace(self._progress, memory_bytes=psutil.Process().memory_info().rss)
            self._write()
        if self._on_update is not None:
            self._on_update(self._progress)

    def _write(self) -> None:
        assert self._folder is not None
        try:
            write_json(self._folder / "progress.json", asdict(self._progress))
        except (StorageError, OSError) as error:
            if not self._is_unwritten:
                _log.warning("The progress cannot be written; the work continues without it: %s", error)
            self._is_unwritten = True
        else:
            self._is_unwritten = False
