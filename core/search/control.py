"""What people do to searches: start, resume, stop, and ask how far one is."""

import logging

from filelock import FileLock

from core.errors import GenreLabError
from core.files import storage_errors
from core.jobs.folder import new_job_id, request_stop
from core.jobs.progress import Progress
from core.jobs.start import start_job
from core.jobs.watch import read_progress
from core.queue.launch import check_training
from core.search.spec import SearchSpec, load_spec, save_spec, search_folder, searches_dir
from core.search.study import list_searches

_log = logging.getLogger(__name__)


def start_search(spec: SearchSpec, *, search_id: str | None = None) -> str:
    """Begin a search in a process of its own; returns its id, which is also its job's and its runs' group.

    Where the very same search runs already, begun in another tab, that one's id is returned: a second would train the
    same trials.

    Parameters
    ----------
    spec : SearchSpec
    search_id : str, optional
        From ``new_job_id("search")``, where one request must not start two: the same id again starts nothing new.

    Raises
    ------
    CollectionError, SplitError, ConfigError
        It could not train anything; nothing was started.
    StorageError, JobError
        The process could not be started.
    """
    check_training(spec.config)
    search_id = search_id or new_job_id("search")
    with storage_errors(searches_dir()):
        searches_dir().mkdir(parents=True, exist_ok=True)
    with FileLock(searches_dir() / ".lock", timeout=60):
        if (search_folder(search_id) / "search.json").exists():
            return search_id
        if (same := _running_search(spec)) is not None:
            return same
        save_spec(search_id, spec)
        start_job(search_id, {"kind": "search", "search_id": search_id})
    return search_id


def resume_search(search_id: str) -> None:
    """Go on with a search that was stopped or interrupted, with what is left of its budget."""
    load_spec(search_id)
    start_job(search_id, {"kind": "search", "search_id": search_id})


def stop_search(search_id: str) -> None:
    """Ask a search to end: trials under way are ended early, and what they reached is kept."""
    request_stop(search_id)


def search_progress(search_id: str) -> Progress | None:
    """How far the process of a search is."""
    return read_progress(search_id)


def _running_search(spec: SearchSpec) -> str | None:
    for search_id in list_searches():
        progress = read_progress(search_id)
        if progress is None or progress.ended:
            continue
        try:
            if load_spec(search_id) == spec:
                return search_id
        except GenreLabError as error:
            _log.warning("Search %s: %s", search_id, error)
    return None
