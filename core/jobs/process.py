"""The process that does a job: by what it is known, and whether it lives."""

import os
import platform
import subprocess
import time
from pathlib import Path

import psutil

from core.jobs.progress import Progress

_SILENCE_S = 120.0
"""A job on another machine (of a cluster) that has written nothing for so long is taken as gone."""
NEW_GROUP: int = getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)
"""Creation flag of a process that its parent's Ctrl-C does not reach on Windows, where there are no sessions."""
_CREATED_TOLERANCE_S = 1.0
_BOOT_MARGIN_S = 5.0
_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
_STARTTIME = 19
"""Place of the start in ``/proc/<pid>/stat``, counted after the name: field 22 of proc(5)."""


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


def process_identity(pid: int) -> str:
    """What no other process of this computer has had or will have, and no change of the clock alters.

    The boot's id and the start in clock ticks since that boot, ``"<boot id>:<ticks>"``; empty where there is no such
    process, or the system does not tell (any but Linux).
    """
    try:
        boot_id = _BOOT_ID.read_text().strip()
        # The name, in brackets, may itself hold blanks and brackets.
        after_name = Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()
    except OSError:
        return ""
    return f"{boot_id}:{after_name[_STARTTIME]}"


def process_created(pid: int) -> float:
    """When a process was started, in Unix time by the clock of now; 0 where there is none."""
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
        return _is_same(process, progress) and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


def _is_same(process: psutil.Process, progress: Progress) -> bool:
    identity = process_identity(process.pid)
    if identity and progress.process_identity:
        return identity == progress.process_identity
    # An older record, or a system without such an identity. That time moves with the clock where the system counts it
    # from the boot, so that a step of more than the tolerance hides a living process.
    return abs(process.create_time() - progress.process_created) < _CREATED_TOLERANCE_S


def is_restarted_since(progress: Progress) -> bool:
    """Whether this computer was started anew after this progress was written."""
    identity = process_identity(os.getpid())
    if identity and progress.process_identity:
        return identity.partition(":")[0] != progress.process_identity.partition(":")[0]
    return psutil.boot_time() > progress.updated_at + _BOOT_MARGIN_S > _BOOT_MARGIN_S
