"""How a process ended that left no last word: from its log, its exit code and the kernel's counter."""

import signal
import time
from pathlib import Path

import pytest

from core.jobs import endings
from core.jobs.endings import how_it_ended
from core.jobs.progress import Progress

USED = "At its last report it used 2.5 GB of memory; this computer has "


def ended(tmp_path: Path, *, log: str = "", exit_code: int | None = None) -> str:
    progress = Progress(state="running", memory_bytes=2_500_000_000, oom_kills=3, updated_at=time.time())
    return how_it_ended(progress, log=log, exit_code=exit_code, folder=tmp_path)


@pytest.fixture(autouse=True)
def counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """As many as when the process began."""
    monkeypatch.setattr(endings, "oom_kills", lambda: 3)


@pytest.mark.parametrize("code", [-9, None])
def test_the_kernel_s_count_tells_that_memory_ran_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int | None
) -> None:
    assert "out of memory" not in ended(tmp_path, exit_code=code)
    monkeypatch.setattr(endings, "oom_kills", lambda: 4)
    told = ended(tmp_path, exit_code=code)
    assert told.startswith("It was ended while the computer ran out of memory")
    assert USED in told
    assert "smaller batch or model" in told


@pytest.mark.parametrize(
    "log",
    [
        "terminate called after throwing an instance of 'std::bad_alloc'\n  what():  std::bad_alloc\n",
        "Traceback (most recent call last):\n  File x\nnumpy._core._exceptions._ArrayMemoryError: Unable",
        "Traceback (most recent call last):\n  File x\nMemoryError\n",
    ],
)
def test_a_refused_allocation_is_lack_of_memory(tmp_path: Path, log: str) -> None:
    told = ended(tmp_path, log=log, exit_code=-6)
    assert told.startswith(f"Its process could not get more memory and ended. {USED}")
    assert "smaller batch or model" in told


def test_other_ends_keep_their_names(tmp_path: Path) -> None:
    raised = "Traceback (most recent call last):\n  File x\nValueError: no MemoryError at all\n"
    assert ended(tmp_path, log=raised) == "Its process ended with ValueError: no MemoryError at all"
    assert ended(tmp_path, exit_code=-9).startswith("Its process was killed from outside (SIGKILL)")
    assert "SIGSEGV" in ended(tmp_path, exit_code=-11)
    assert ended(tmp_path).startswith(endings.WITHOUT_A_WORD)


def test_a_system_without_these_signals_tells_the_end_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(signal, "SIGKILL")
    assert ended(tmp_path, exit_code=-9).startswith("Its process was killed from outside (SIGKILL)")
    assert ended(tmp_path, exit_code=1).startswith(endings.WITHOUT_A_WORD)
    assert "ended by signal 99" in ended(tmp_path, exit_code=-99)
