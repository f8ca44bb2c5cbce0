"""The job that judges many files: begun, gone on with after a stop or a kill, and what it has found.

Its folder holds, beside what every job's folder does, ``songs.jsonl`` (`core.classifying.log`). A job that goes on
looks for its songs anew: those judged before are not judged again unless their file has changed, new ones are.
"""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from core.classifying.finding import FoundSongs, find_songs, read_list
from core.classifying.judging import Panel, Song, recorded_name, stamp_of
from core.classifying.log import ResultLog, read_results
from core.classifying.working import appoint_panel, call_apart, judge_songs, song_workers
from core.errors import ConfigError, JobError
from core.files import read_json, require_known_fields, require_version
from core.jobs.folder import job_folder
from core.jobs.progress import Progress
from core.jobs.reporter import ProgressReporter
from core.jobs.start import start_job

KIND = "classify"
_VERSION = 1


@dataclass(frozen=True, kw_only=True)
class ClassifySpec:
    """What such a job does; kept in its folder's ``spec.json``.

    Attributes
    ----------
    job_id : str
    paths : tuple of str
        Files and folders, absolute.
    lists : tuple of str
        Files that name songs, absolute.
    run_ids : tuple of str
        The first leads.
    csv, m3u : str
        File and folder for what was found, absolute; empty for none.
    unlike : bool
        Whether the ears listen for how unlike the leading run's training clips a song is, where it does not hear by
        them itself.
    overwrite : bool
        Whether files that are there may be replaced.
    for_page : bool
        Begun on the page, which shows only such jobs.
    """

    job_id: str
    paths: tuple[str, ...] = ()
    lists: tuple[str, ...] = ()
    run_ids: tuple[str, ...] = ()
    csv: str = ""
    m3u: str = ""
    unlike: bool = False
    overwrite: bool = False
    for_page: bool = False
    kind: str = field(default=KIND, init=False)
    version: int = field(default=_VERSION, init=False)

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return asdict(self)


def spec_from_dict(values: Mapping[str, Any], path: Path) -> ClassifySpec:
    """From what `ClassifySpec.to_dict` gave; ``path`` is where it was read, for errors."""
    require_version(values, _VERSION, path)
    require_known_fields(ClassifySpec, values, f"{path}")
    given: dict[str, Any] = {name: value for name, value in values.items() if name not in ("kind", "version")}
    for name in ("paths", "lists", "run_ids"):
        given[name] = tuple(given[name])
    return ClassifySpec(**given)


def load_spec(job_id: str) -> ClassifySpec:
    """What a job judges.

    Raises
    ------
    JobError
        There is no such job, or its record is damaged.
    """
    path = job_folder(job_id) / "spec.json"
    try:
        values = read_json(path)
        if values.get("kind") != KIND:
            raise JobError(f"{job_id} is a job of another kind. Give the id of one that classifies songs.")
        return spec_from_dict(values, path)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise JobError(f"There is no job {job_id!r} that classifies songs. It may have been removed.") from error
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise JobError(f"The record {path} is damaged ({error}). Classify the songs again.") from error


def start_classifying(spec: ClassifySpec) -> Progress:
    """Begin in a child process, or go on; the same job is not begun twice at a time."""
    return start_job(spec.job_id, spec.to_dict())


@dataclass(frozen=True)
class Tally:
    """What a job has done.

    Attributes
    ----------
    n_songs : int
        That were found.
    n_judged : int
        Of these, judged at any time, failures included.
    n_failed : int
        Of these, failures.
    n_now : int
        Judged in this process.
    stopped : bool
        Before all were judged.
    found : FoundSongs
    """

    n_songs: int
    n_judged: int
    n_failed: int
    n_now: int
    stopped: bool
    found: FoundSongs

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {
            "n_songs": self.n_songs,
            "n_judged": self.n_judged,
            "n_failed": self.n_failed,
            "n_now": self.n_now,
            "skipped": [asdict(entry) for entry in self.found.skipped],
            "others": self.found.others_text,
        }


def find_songs_of(spec: ClassifySpec, *, stop_requested: Callable[[], bool] = lambda: False) -> FoundSongs:
    """The songs that a job is to judge, as they lie there now.

    Raises
    ------
    ConfigError
        A list cannot be read, or no song is found.
    """
    listed = [song for each in spec.lists for song in read_list(Path(each))]
    found = find_songs([*map(Path, spec.paths), *listed], stop_requested=stop_requested)
    if not found.songs and not stop_requested():
        skipped = f" {found.skipped[0].name}: {found.skipped[0].reason}." if found.skipped else ""
        where = ", ".join(spec.paths[:3])
        raise ConfigError(
            f"No sound file was found in {where}. {found.others_text}{skipped} Give files or folders with music."
        )
    return found


def conduct(
    spec: ClassifySpec,
    reporter: ProgressReporter,
    *,
    stop_requested: Callable[[], bool],
    panel: Panel | None = None,
) -> Tally:
    """Judge what is not judged yet, adding each result to the job's folder.

    Parameters
    ----------
    spec : ClassifySpec
    reporter : ProgressReporter
    stop_requested : callable
        Asked about twice a second.
    panel : Panel, optional
        The runs of the job, where they are ready.

    Raises
    ------
    ConfigError
        No song is found, or a list cannot be read.
    JobError
        Another process works on this job.
    RunError
        A run cannot judge any song.
    StorageError
        Results cannot be written; those that were are kept.
    """
    folder = job_folder(spec.job_id)
    with _alone(folder, spec.job_id):
        reporter.phase("Looking for songs")
        found = find_songs_of(spec, stop_requested=stop_requested)
        done = _done_before(folder, found.songs)
        n_failed = sum(done.values())
        todo = [path for path in found.songs if recorded_name(str(path)) not in done]
        n_songs, n_before = len(found.songs), len(done)
        if not todo or stop_requested():
            return Tally(n_songs, n_before, n_failed, 0, stop_requested(), found)
        reporter.phase("Loading the models", detail=_progress_detail(n_before, n_songs, n_failed))
        panel = panel or call_apart(appoint_panel, spec.run_ids, unlike=spec.unlike)
        reporter.phase("Judging songs", total=n_songs, already=n_before, detail=_progress_detail(n_before, n_songs, 0))
        songs = (Song(str(path)) for path in todo)
        n_now = 0
        with ResultLog(folder) as log, song_workers(len(todo)) as workers:
            for _, result in judge_songs(songs, panel, workers, stop_requested=stop_requested):
                log.add(result)
                n_now += 1
                n_failed += bool(result.error)
                detail = _progress_detail(n_before + n_now, n_songs, n_failed)
                reporter.advance(n_before + n_now, detail=detail)
        return Tally(n_songs, n_before + n_now, n_failed, n_now, n_now < len(todo), found)


def run_job(values: Mapping[str, Any], reporter: ProgressReporter) -> dict[str, Any] | None:
    """The work of a child process; None where it was stopped."""
    spec = spec_from_dict(values, job_folder(str(values["job_id"])) / "spec.json")
    tally = conduct(spec, reporter, stop_requested=lambda: reporter.stop_requested)
    return None if tally.stopped else tally.to_dict()


@contextmanager
def _alone(folder: Path, job_id: str) -> Iterator[None]:
    """Hold the job; the lock of a process that was killed is nobody's."""
    lock = FileLock(folder / "songs.lock", timeout=0)
    try:
        lock.acquire()
    except Timeout as error:
        raise JobError(f"{job_id} is being worked on by another process. Wait for it, or stop it.") from error
    try:
        yield
    finally:
        lock.release()


def _done_before(folder: Path, songs: Sequence[Path]) -> dict[str, bool]:
    """Names of songs that were judged and have not changed since, and whether that failed."""
    stamps = {result.song: (result.size, result.mtime_ns, bool(result.error)) for result in read_results(folder)}
    done = {}
    for path in songs:
        name = recorded_name(str(path))
        known = stamps.get(name)
        if known is not None and known[:2] == stamp_of(Song(os.fspath(path))):
            done[name] = known[2]
    return done


def _progress_detail(n_done: int, n_songs: int, n_failed: int) -> str:
    failed = f", {n_failed:,} failed" if n_failed else ""
    return f"{n_done:,} of {n_songs:,} songs{failed}"
