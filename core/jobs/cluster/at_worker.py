"""What a Dask worker does for Genre Lab. The text of this file is sent to it, so nothing of Genre Lab is imported here.

A worker hands each task to a child process that runs the code that came along: so two versions of Genre Lab can work on
one cluster at once, threads of one worker compute at the same time, and a file that crashes its decoder, or needs too
much memory, costs a child and not the worker.
"""

import contextlib
import os
import platform
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
import zipfile
from importlib.metadata import PackageNotFoundError, version
from io import BytesIO
from pathlib import Path
from typing import Any

import psutil
from distributed.diagnostics.plugin import WorkerPlugin

_LOOK_S = 0.2
_MOST_OF_MEMORY = 0.95
"""Of the worker's limit; where Dask itself ends a worker."""


def read_versions(packages: Any) -> "dict[str, str]":
    """Version by package, and of Python without its patch level; empty for a package that is not installed."""
    found = {"Python": ".".join(platform.python_version_tuple()[:2])}
    for package in packages:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = ""
    return found


def differences(there: "dict[str, str]", here: "dict[str, str]") -> str:
    """What differs, in words: ``"numpy 2.3.0 (here 2.4.6), no soxr (here 1.0.0)"``; empty where nothing does."""
    return ", ".join(
        f"{name} {there[name]} (here {own})" if there.get(name) else f"no {name} (here {own})"
        for name, own in here.items()
        if there.get(name) != own
    )


class WorkerSide(WorkerPlugin):
    """One for each worker and version of the code; the scheduler gives it to workers that join later, too.

    Parameters
    ----------
    code : bytes
        Zip archive with the packages that the tasks import.
    name : str
        Under which it is registered: different for different code.
    expected : dict
        Versions that the worker must have (see `read_versions`).
    """

    def __init__(self, code: bytes, name: str, expected: "dict[str, str]") -> None:
        self._code, self._name, self._expected = code, name, expected
        self._worker: Any = None
        self._lock = threading.Lock()
        self._folder: Any = None
        self._idle: list[_Child] = []
        self._busy: list[_Child] = []

    def setup(self, worker: Any) -> None:
        """Remember the worker. What can fail is done with the first task, which can tell of it."""
        self._worker = worker

    def teardown(self, worker: Any) -> None:
        """End the children."""
        for child in [*self._idle, *self._busy]:
            child.end()

    def call(self, task: bytes, limit_s: "float | None") -> "tuple[str, Any]":
        """Do a task in a child.

        Parameters
        ----------
        task : bytes
            Pickled function, arguments and named arguments.
        limit_s : float or None
            A task that takes longer is given up.

        Returns
        -------
        str, bytes or str
            ``"done"`` with what the child answered, ``"lost"`` with how its process ended, or ``"unfit"`` with why this
            worker cannot do any such task.
        """
        try:
            child = self._take_child()
        except _UnfitError as error:
            return "unfit", f"The worker {self._worker.address} on {socket.gethostname()} {error}"
        child.deadline = time.monotonic() + limit_s if limit_s else None
        answer = child.ask(task, self._find_fault)
        # A task that was quicker than the watch may have taken too much all the same.
        if answer is not None:
            child.deadline = None
            child.fault = self._find_fault(child)
        fits = answer is not None and not child.fault
        with self._lock:
            self._busy.remove(child)
            if fits:
                self._idle.append(child)
        if fits:
            return "done", answer
        code = child.end()
        if child.fault.startswith("needs"):
            return "unfit", f"The worker {self._worker.address} on {socket.gethostname()} {child.fault}"
        how = f"was ended by signal {-code}" if code < 0 else f"ended with code {code}"
        return "lost", child.fault or f"its process on {socket.gethostname()} {how}"

    def _take_child(self) -> "_Child":
        with self._lock:
            if self._folder is None:
                differing = differences(read_versions(set(self._expected) - {"Python"}), self._expected)
                if differing:
                    raise _UnfitError(
                        f"has {differing}. Install the same requirements.txt there, under the same Python, and start "
                        "it again."
                    )
                try:
                    self._folder = _unpack(self._code, self._name)
                except (OSError, zipfile.BadZipFile) as error:
                    raise _UnfitError(
                        f"cannot keep Genre Lab's code in {tempfile.gettempdir()} ({error}). Make room there, or set "
                        "TMPDIR to a folder that it may write."
                    ) from error
            while self._idle:
                child = self._idle.pop()
                if child.lives():
                    break
            else:
                child = _Child(self._folder)
            child.fault = ""
            self._busy.append(child)
            return child

    def _find_fault(self, child: "_Child") -> str:
        """Why a child at work must be ended now; empty where it may go on."""
        if child.deadline is not None and time.monotonic() > child.deadline:
            return "it was given up after its time limit"
        limit = getattr(getattr(self._worker, "memory_manager", None), "memory_limit", None)
        if not limit:
            return ""
        with self._lock:
            children = [*self._idle, *self._busy]
            used = {each: each.memory() for each in children}
            total = sum(used.values()) + psutil.Process().memory_info().rss
            if total <= _MOST_OF_MEMORY * limit:
                return ""
            if self._idle:
                for each in self._idle:
                    each.end()
                self._idle.clear()
                return ""
            if used[child] < max(used.values()):
                return ""
        return (
            f"needs more memory than its limit of {limit / 1e6:,.0f} MB: {len(children) + 1} processes have taken "
            f"{total / 1e6:,.0f} MB. Start it with a larger --memory-limit, or fewer --nthreads."
        )


class _UnfitError(Exception):
    """Why this worker can do no task."""


class _Child:
    """A process that does one task at a time; both directions are frames of eight bytes of length and a content."""

    def __init__(self, folder: Path) -> None:
        self.fault = ""
        self.deadline: float | None = None
        # In the folder, so that its packages come first whatever else the worker could import.
        self._process = subprocess.Popen(
            [sys.executable, "-m", "core.jobs.cluster.child"],
            cwd=folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    def lives(self) -> bool:
        return self._process.poll() is None

    def memory(self) -> int:
        try:
            return int(psutil.Process(self._process.pid).memory_info().rss)
        except psutil.Error:
            return 0

    def ask(self, task: bytes, find_fault: Any) -> "bytes | None":
        """The answer; None where the process is lost or had to be ended, then with its `fault`."""
        answered = threading.Event()

        def watch() -> None:
            while not answered.wait(_LOOK_S):
                fault = find_fault(self)
                if fault:
                    self.fault = fault
                    self._process.kill()
                    return

        threading.Thread(target=watch, daemon=True).start()
        try:
            assert self._process.stdin is not None
            self._process.stdin.write(struct.pack(">Q", len(task)) + task)
            self._process.stdin.flush()
            (length,) = struct.unpack(">Q", self._read(8))
            return self._read(length)
        except (OSError, EOFError):
            return None
        finally:
            answered.set()

    def _read(self, length: int) -> bytes:
        assert self._process.stdout is not None
        content = self._process.stdout.read(length)
        if len(content) < length:
            raise EOFError
        return content

    def end(self) -> int:
        """End it, and tell its exit code."""
        if self._process.stdin is not None:
            with contextlib.suppress(OSError):
                self._process.stdin.close()
        try:
            return self._process.wait(1.0)
        except subprocess.TimeoutExpired:
            self._process.kill()
            return self._process.wait()


def _unpack(code: bytes, name: str) -> Path:
    """Unpack the code where all workers of this user find it, and a training that outlives its worker still does."""
    base = Path(tempfile.gettempdir()) / f"genre-lab-code-{getattr(os, 'getuid', lambda: 0)()}"
    base.mkdir(mode=0o700, exist_ok=True)
    if hasattr(os, "getuid") and (base.is_symlink() or base.stat().st_uid != os.getuid()):
        raise PermissionError(f"{base} belongs to somebody else")
    folder = base / name
    with zipfile.ZipFile(BytesIO(code)) as archive:
        if not all(_is_there(folder, entry) for entry in archive.infolist()):
            # What a cleaner of temporary files has taken is put back file by file: others may be using the rest.
            fresh = Path(tempfile.mkdtemp(dir=base))
            archive.extractall(fresh)
            for entry in archive.infolist():
                target = folder / entry.filename
                target.parent.mkdir(parents=True, exist_ok=True)
                os.replace(fresh / entry.filename, target)
            shutil.rmtree(fresh)
    return folder


def _is_there(folder: Path, entry: zipfile.ZipInfo) -> bool:
    path = folder / entry.filename
    return path.is_file() and path.stat().st_size == entry.file_size
