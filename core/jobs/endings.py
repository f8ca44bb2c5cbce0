"""Why a job's process is gone that left no last word: the evidence that a killed process cannot tidy away."""

import shutil
import signal
from pathlib import Path

import psutil

from core.jobs.process import is_restarted_since, oom_kills
from core.jobs.progress import Progress

WITHOUT_A_WORD = "Its process ended without a message: it was killed, memory ran out, or the computer was switched off."
_LESS = "Choose a smaller batch or model, or run fewer at once."
_OUT_OF_MEMORY = "std::bad_alloc"
"""What a library written in C++ says before it aborts."""
_FULL_BYTES = 2_000_000
_SIGKILL = 9
"""By number: Windows knows no such signal, and may look at a home that Linux wrote."""


def how_it_ended(progress: Progress, *, log: str, exit_code: int | None, folder: Path) -> str:
    """One or two sentences for people on how a job's process ended.

    Parameters
    ----------
    progress : Progress
        The last that it wrote.
    log : str
        What it printed.
    exit_code : int or None
        Negative for a signal; None where nobody was there to see it.
    folder : Path
        Of the job.
    """
    raised = _exception_of(log)
    if "MemoryError" in raised.partition(":")[0] or _OUT_OF_MEMORY in log:
        return f"Its process could not get more memory and ended.{_memory(progress)} {_LESS}"
    if raised:
        return f"Its process ended with {raised}"
    if is_restarted_since(progress):
        return "The computer was switched off or restarted while it ran."
    used = _memory(progress)
    if progress.updated_at and oom_kills() > progress.oom_kills:
        return (
            "It was ended while the computer ran out of memory: the kernel ended a process for that reason, most "
            f"likely this one.{used} {_LESS}"
        )
    if shutil.disk_usage(folder).free < _FULL_BYTES:
        return f"Its process ended without a message, and the disk of {folder.parent} is full. Free some space."
    if exit_code == -_SIGKILL:
        return f"Its process was killed from outside (SIGKILL): by a person, or for lack of memory.{used}"
    if exit_code is not None and exit_code < 0:
        return f"Its process crashed or was ended by {_signal_name(-exit_code)}.{used} See the log for details."
    return WITHOUT_A_WORD + used


def _exception_of(log: str) -> str:
    """The exception that a process printed last; what libraries print besides says nothing about the end."""
    _, traceback_seen, after = log.rpartition("Traceback (most recent call last):")
    raised = [line for line in after.splitlines() if line[:1].isalpha() and traceback_seen]
    return raised[0].strip()[:300] if raised else ""


def _memory(progress: Progress) -> str:
    if not progress.memory_bytes:
        return ""
    total = psutil.virtual_memory().total
    used = f"{progress.memory_bytes / 1e9:.1f} GB of memory"
    return f" At its last report it used {used}; this computer has {total / 1e9:.0f} GB."


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
