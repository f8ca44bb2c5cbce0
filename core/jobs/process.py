"""The process that does a job: by what it is known, and whether it lives."""

import platform
import time
from pathlib import Path

import psutil

from core.jobs.progress import Progress

_SILENCE_S = 120.0
"""A job on another machine (of a cluster) that has written nothing for so long is taken as gone."""


def node_name() -> str:
    """Name of this machine."""
    return platform.node()


def oom_kills() -> int:
    """Processes that the kernel has ended for lack of memory since it was started; 0 where it does not say."""
    try:
        lines = Path("/proc/vmstat").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("oom_kill ")), 0)


def process_created(pid: int) -> float:
    """When a process was started, in Unix time; 0 where there is none."""
    try:
        return psutil.Process(pid).create_time()
    except psutil.Error:
        return 0.0


def is_alive(progress: Progress) -> bool:
    """Whether the process that wrote this progress lives, as far as this machine can tell."""
    if progress.host and progress.host != node_name():
        return time.time() - progress.updated_at < _SILENCE_S
    try:
        process = psutil.Process(progress.pid)
        same = abs(process.create_time() - progress.process_created) < 1.0
        return same and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False
