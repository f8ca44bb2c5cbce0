"""Child processes of this process: kept so that an ended one is reaped and its exit code noted."""

import contextlib
import subprocess

from core.jobs.folder import job_folder

_children: dict[str, "subprocess.Popen[bytes]"] = {}


def keep(job_id: str, child: "subprocess.Popen[bytes]") -> None:
    """Have an ended child reaped when its job's progress is read, so that it leaves no zombie behind."""
    _children[job_id] = child


def reap(job_id: str, *, patience_s: float = 0.0) -> None:
    """Take note of the exit code of a child of this process that has ended.

    A killed process is dead before its last thread is: its code comes a moment later.
    """
    child = _children.get(job_id)
    if child is None:
        return
    try:
        child.wait(patience_s)
    except subprocess.TimeoutExpired:
        return
    _children.pop(job_id, None)
    # On a full disk the code is lost, not the page.
    with contextlib.suppress(OSError):
        (job_folder(job_id) / "exit").write_text(f"{child.returncode}")


def exit_code(job_id: str) -> int | None:
    """As noted by the process that started the job; None where it was not there to see the end."""
    try:
        return int((job_folder(job_id) / "exit").read_text())
    except (OSError, ValueError):
        return None
