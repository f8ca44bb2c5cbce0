"""What people do to searches: start, resume, stop, and ask how far one is."""

import logging
from dataclasses import dataclass, replace

from filelock import FileLock

from core.errors import ConfigError, GenreLabError, RunError
from core.files import storage_errors
from core.jobs.folder import new_job_id, request_stop
from core.jobs.progress import Progress
from core.jobs.start import start_job
from core.jobs.watch import read_progress
from core.queue.launch import check_training
from core.search.spec import SearchSpec, load_spec, save_spec, search_folder, searches_dir
from core.search.study import Search, list_searches, load_search

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


def extend_search(search_id: str, *, minutes: float | None = None, n_trials: int | None = None) -> SearchSpec:
    """Give a search that does not run more to do than it has done; going on with it is for the caller to begin.

    A limit that is not named stays where it is not used up yet, and falls where it is.

    Parameters
    ----------
    search_id : str
    minutes : float, optional
        Besides those it has used.
    n_trials : int, optional
        Besides those it has begun.

    Raises
    ------
    RunError
        There is no such search, or it is running.
    ConfigError
        Neither is given, or one is out of its limits.
    """
    if minutes is None and n_trials is None:
        raise ConfigError("Give minutes, trials or both to extend a search by.", field="minutes")
    for what, given in (("minutes", minutes), ("n_trials", n_trials)):
        if given is not None and not given > 0:
            name = "minutes" if what == "minutes" else "trials"
            raise ConfigError(f"Expected more than 0 {name} to extend a search by, got {given:g}.", field=what)
    with FileLock(searches_dir() / ".lock", timeout=60):
        search = load_search(search_id)
        if search.running:
            raise RunError("This search is still running. Stop it first, or wait until it has ended, then extend it.")
        spec, used = search.spec, budget_used(search)
        spec = replace(
            spec,
            minutes=search.elapsed_s / 60 + minutes if minutes is not None else None if used.time else spec.minutes,
            n_trials=search.n_begun + n_trials if n_trials is not None else None if used.trials else spec.n_trials,
        )
        save_spec(search_id, spec)
    return spec


@dataclass(frozen=True, kw_only=True)
class BudgetUsed:
    """Which limits of a search are reached."""

    time: bool
    trials: bool

    def __bool__(self) -> bool:
        return self.time or self.trials


def budget_used(search: Search) -> BudgetUsed:
    """Which limits a search has reached: where it has, going on with it trains nothing before it is extended."""
    spec = search.spec
    return BudgetUsed(
        time=spec.seconds is not None and search.elapsed_s >= spec.seconds,
        trials=spec.n_trials is not None and search.n_begun >= spec.n_trials,
    )


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
