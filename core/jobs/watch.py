"""Where a job is, as seen from outside its process, and ending it by force."""

from dataclasses import replace

import psutil

from core.jobs.children import exit_code, reap
from core.jobs.endings import how_it_ended
from core.jobs.folder import job_folder, read_log, stored_progress
from core.jobs.process import is_alive, node_name
from core.jobs.progress import Progress


def read_progress(job_id: str) -> Progress | None:
    """Where the job is, or None when there is no such job."""
    progress = stored_progress(job_id)
    if progress is None or progress.ended:
        return progress
    reap(job_id)
    if is_alive(progress):
        return progress
    # The child may have written its last word between the two looks.
    progress = stored_progress(job_id) or progress
    if progress.ended:
        return progress
    reap(job_id, patience_s=2.0)
    detail = how_it_ended(progress, log=read_log(job_id), exit_code=exit_code(job_id), folder=job_folder(job_id))
    return replace(progress, state="interrupted", remaining_s=None, detail=detail)


def end_job(job_id: str) -> bool:
    """End a job's process by force; False where none of this machine runs for it."""
    progress = read_progress(job_id)
    if progress is None or progress.ended or progress.host != node_name():
        return False
    try:
        process = psutil.Process(progress.pid)
        # Never a process that has the work in hand besides its own: the command line, or who is just starting it.
        if not is_alive(progress) or "core.worker" not in process.cmdline():
            return False
        process.kill()
        process.wait(timeout=10)
    except psutil.Error:
        return not is_alive(progress)
    return True
