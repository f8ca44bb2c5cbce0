"""Starting, watching and stopping trainings."""

import hashlib
import logging
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock

from core.clips.collection import Collection
from core.errors import ConfigError, GenreLabError, JobError, RunError
from core.evaluation.predictions import COLUMNS
from core.files import write_atomically, write_json
from core.jobs.folder import request_stop
from core.jobs.progress import JobState, Progress
from core.jobs.reporter import ProgressReporter
from core.jobs.waiting import Entry, new_entry
from core.jobs.watch import read_progress
from core.names import text_key
from core.queue import control as queue
from core.recipe.clips import training_clips
from core.recipe.config import TrainingConfig
from core.runs.liveness import job_id_of_run
from core.runs.naming import named, names_in_hand
from core.runs.record import Run
from core.runs.store import get_run
from core.runs.tags import GROUP_PLACE_TAG, GROUP_TAG
from core.runs.writer import RunWriter, create_run, schedule_again
from core.settings import load_settings
from core.splits.make import make_split
from core.training.job import training_spec
from core.training.worker import run_training

_log = logging.getLogger(__name__)
_TOKEN_LIFETIME_S = 24 * 3600.0


def start_training(config: TrainingConfig, *, token: str | None = None) -> str:
    """Create a run and train it in a process of its own, which outlives the caller.

    It starts at once, or when its turn comes where as many run already as may run at once (`core.queue`).

    Parameters
    ----------
    config : TrainingConfig
    token : str, optional
        Names this one request: the same token again (a double click, a repeated rerun) gives the same run.

    Returns
    -------
    str
        Id of the run; its job is ``job_id_of_run(run_id)``.

    Raises
    ------
    CollectionError, SplitError
        The clips cannot be trained on as asked; nothing was created.
    RunError, JobError
        The run store, the queue or the process could not be opened.
    """
    return enqueue([config], token=token)[0]


def enqueue(
    configs: Sequence[TrainingConfig],
    *,
    group: str | None = None,
    tags: Sequence[Mapping[str, str]] | None = None,
    token: str | None = None,
    first: bool = False,
) -> list[str]:
    """Create runs and put them into the queue in their order; as many as may run at once start now.

    Parameters
    ----------
    configs : sequence of TrainingConfig
    group : str, optional
        Id of what they belong to together: kept as `Run.group` and as the tag ``genre_lab.group``.
    tags : sequence of mappings, optional
        Further tags of each run, in the order of ``configs``.
    token : str, optional
        Names this one request: the same token again gives the same runs.
    first : bool
        Before all that wait.

    Returns
    -------
    list of str
        Ids of the runs.

    Raises
    ------
    CollectionError, SplitError
        The clips cannot be trained on as asked by any one of them; nothing was created.
    RunError, JobError
        The run store, the queue or the process could not be opened; runs already created are recorded as failed.
    """
    if token is None:
        return _enqueue(configs, group, tags, first=first)
    folder = load_settings().models_dir / "tokens"
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder / ".lock", timeout=60):
        _forget_old(folder)
        place = folder / hashlib.sha256(token.encode()).hexdigest()
        if place.exists():
            return place.read_text().split()
        run_ids = _enqueue(configs, group, tags, first=first)
        write_atomically(place, "\n".join(run_ids).encode())
        return run_ids


def _forget_old(folder: Path) -> None:
    for place in folder.iterdir():
        if place.name != ".lock" and time.time() - place.stat().st_mtime > _TOKEN_LIFETIME_S:
            place.unlink(missing_ok=True)


def _enqueue(
    configs: Sequence[TrainingConfig], group: str | None, tags: Sequence[Mapping[str, str]] | None, *, first: bool
) -> list[str]:
    collections = [check_training(config) for config in configs]
    run_ids: list[str] = []
    try:
        called: list[TrainingConfig] = []
        with names_in_hand() as taken:
            for number, (config, collection) in enumerate(zip(configs, collections, strict=True)):
                own = {**(tags[number] if tags else {}), **({GROUP_TAG: group} if group else {})}
                called.append(named(config, taken, tags=own))
                run_ids.append(create_run(called[-1], collection, queued=True, tags=own))
                taken.add(text_key(called[-1].name))
        given_places = [each.get(GROUP_PLACE_TAG, "") for each in tags] if tags else [""] * len(configs)
        entries = [
            new_entry(job_id_of_run(run_id), training_spec(run_id, config.to_dict(), place=place), group=group or "")
            for run_id, config, place in zip(run_ids, called, given_places, strict=True)
        ]
        queue.add(entries, first=first)
    except (GenreLabError, OSError) as error:
        message = f"The training could not be queued: {error}"
        for run_id in run_ids:
            _give_up(run_id, message)
        raise JobError(message) from error
    return run_ids


def _give_up(run_id: str, message: str) -> None:
    try:
        queue.take_out(job_id_of_run(run_id))
        if get_run(run_id).status == "queued":
            RunWriter(run_id).fail(message)
    except GenreLabError as error:
        _log.error("The failure of run %s could not be recorded: %s", run_id, error)


def create_checked_run(config: TrainingConfig, *, group: str, tags: Mapping[str, str]) -> str:
    """Enter a run that is trained elsewhere than in the queue; its id. ``group`` is empty for a run by itself."""
    grouped = {GROUP_TAG: group} if group else {}
    collection = check_training(config)
    with names_in_hand() as taken:
        return create_run(named(config, taken, tags=tags), collection, tags={**tags, **grouped})


def resume_run(run_id: str) -> None:
    """Train an interrupted or failed run on, from its last checkpoint where there is one; it is next in the queue.

    The run keeps its id and its history. A second click changes nothing.

    Raises
    ------
    RunError
        There is no such run, or it has finished.
    JobError, StorageError
        The queue cannot be written.
    """
    run = get_run(run_id)
    if run.status in ("running", "queued"):
        return
    if run.status == "finished":
        raise RunError(f"{run.label} has finished; there is nothing to resume. Run it again with more epochs.")
    schedule_again(run_id)
    try:
        queue.add([_resuming(run)], first=True)
    except (GenreLabError, OSError) as error:
        RunWriter(run_id).interrupt(f"It could not be queued again: {error}")
        raise


def _resuming(run: Run) -> Entry:
    spec = training_spec(run.id, run.config.to_dict(), resume=True, place=run.group_place)
    return new_entry(job_id_of_run(run.id), spec, group=run.group)


def drop_run(run_id: str) -> bool:
    """Take a waiting run out of the queue; False where it does not wait (any more).

    It is kept as interrupted, so that it can be queued again.
    """
    if not queue.take_out(job_id_of_run(run_id)):
        return False
    RunWriter(run_id).interrupt("Removed from the queue before it was started.")
    return True


def check_training(config: TrainingConfig) -> Collection:
    """The clips of a training, after making sure that they can be divided as asked.

    Raises
    ------
    ConfigError
        A genre has a name that predictions need for themselves.
    CollectionError, SplitError
        The collection is not here, or its clips cannot be divided so.
    """
    if taken := [genre for genre in config.genres if genre in COLUMNS]:
        raise ConfigError(
            f"The genre {taken[0]!r} has the name of a column of test predictions ({', '.join(COLUMNS)}). Give it "
            "another name on Collections, Genres, or leave it out.",
            field="genres",
        )
    collection = training_clips(config)
    # Said at the click, not minutes later by the worker.
    make_split(collection, config.split, seed=config.seed)
    return collection


class _ForegroundReporter(ProgressReporter):
    """Also heeds a stop asked for by this process, as by the first Ctrl-C."""

    def __init__(self, folder: Path, on_update: Callable[[Progress], None] | None, stop: Callable[[], bool]) -> None:
        super().__init__(folder, on_update=on_update)
        self._stop = stop

    @property
    def stop_requested(self) -> bool:
        return self._stop() or super().stop_requested


def train_here(
    config: TrainingConfig,
    *,
    on_update: Callable[[Progress], None] | None = None,
    stop: Callable[[], bool] = lambda: False,
    group: str = "",
    tags: Mapping[str, str] | None = None,
) -> Run:
    """Create a run and train it in this process, visible and stoppable on the dashboard like any other.

    Parameters
    ----------
    config : TrainingConfig
    on_update : callable, optional
        Given the progress a few times a second.
    stop : callable, optional
        Asked after each batch whether to finish early with the weights kept so far.
    group : str
        Id of the group of runs that it belongs to.
    tags : mapping, optional
        Further tags, such as those of `core.runs.tags`.

    Returns
    -------
    Run
        As it ended: finished, or interrupted when it was stopped before anything was trained.

    Examples
    --------
    >>> from core.queue.launch import train_here
    >>> from core.recipe.presets import PRESETS
    >>> config = PRESETS["study-ffnn"].configure(
    ...     collection.id, collection.genres, front_end=MelSpectrogram(n_frames=40), epochs=1
    ... )
    >>> run = train_here(config)
    >>> run.status, len(run.history)
    ('finished', 1)
    """
    run_id = create_checked_run(config, group=group, tags=tags or {})
    spec = training_spec(run_id, get_run(run_id).config.to_dict())
    folder = load_settings().jobs_dir / job_id_of_run(run_id)
    folder.mkdir(parents=True, exist_ok=True)
    reporter = _ForegroundReporter(folder, on_update, stop)
    reporter.phase("Starting")
    with _counted(new_entry(job_id_of_run(run_id), spec, group=group), folder):
        try:
            result = run_training(spec, reporter)
        except BaseException as error:
            state: JobState = "interrupted" if isinstance(error, KeyboardInterrupt) else "failed"
            reporter.finish(state, detail=str(error) or type(error).__name__)
            raise
        if result is None:
            reporter.finish("stopped", detail="Stopped on request.")
        else:
            reporter.finish("done", result=result)
    return get_run(run_id)


@contextmanager
def _counted(entry: Entry, folder: Path) -> Iterator[None]:
    """Have a training of this process stand in the queue while it runs; where that cannot be, it runs all the same."""
    try:
        write_json(folder / "spec.json", {**entry.spec, "queue_entry": entry.id})
        queue.enter_running(entry)
    except (GenreLabError, OSError) as error:
        _log.warning("This training is not in the queue: %s", error)
    try:
        yield
    finally:
        try:
            queue.leave(entry)
        except (GenreLabError, OSError) as error:
            _log.warning("The next training in the queue was not started: %s", error)


def stop_training(run_id: str) -> None:
    """Ask a training to finish after the batch in hand, with the weights that its configuration keeps.

    Raises
    ------
    RunError
        It is not training on this machine.
    """
    try:
        request_stop(job_id_of_run(run_id))
    except JobError as error:
        raise RunError(f"Run {run_id[:6]} is not training on this machine; stop it where it was started.") from error


def training_progress(run_id: str) -> Progress | None:
    """How far the training of a run is; None when it was not started on this machine."""
    return read_progress(job_id_of_run(run_id))
