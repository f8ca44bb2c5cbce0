"""Uploaded songs of one visitor, judged one by one in processes behind a thread of the server; nothing goes to disk.

Several visitors share the processes: each has a few songs with them at a time, so that their songs go by turns.
"""

import logging
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event, Lock, Thread

from streamlit import runtime
from streamlit.runtime.uploaded_file_manager import UploadedFile

from core.classifying.judging import Panel, Song, prepare_process
from core.classifying.result import SongResult
from core.classifying.working import LIMIT_S, judge_songs, n_processes
from core.errors import GenreLabError
from core.jobs.pool_apart import PoolApart
from core.jobs.progress import Progress
from core.jobs.reporter import ProgressReporter
from core.jobs.work import Workers

_log = logging.getLogger(__name__)
_MOST_PLACES = 64
_GONE_AFTER_S = 150.0
"""Streamlit keeps a session whose browser is silent for two minutes, in case it comes back."""


class _SharedWorkers:
    """The processes, as long as somebody's songs need them."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._n_users = 0
        self._workers: Workers | None = None

    @contextmanager
    def entered(self) -> Iterator[Workers]:
        with self._lock:
            if self._workers is None:
                n_places = n_processes(_MOST_PLACES)
                self._workers = Workers(PoolApart(n_places, initializer=prepare_process, limit_s=LIMIT_S), n_places)
            self._n_users += 1
            workers = self._workers
        try:
            yield workers
        finally:
            with self._lock:
                self._n_users -= 1
                if not self._n_users:
                    assert workers.executor is not None
                    workers.executor.shutdown(cancel_futures=True)
                    self._workers = None


_shared = _SharedWorkers()


@dataclass
class UploadWork:
    """Uploads being judged; held by the visitor's session alone, and gone with it.

    Attributes
    ----------
    uploads : tuple of UploadedFile
    panel : Panel
    session_id : str
        While it is open the work goes on.
    results : dict of int to SongResult
        By the upload's place; earlier results of the same runs may stand in it already.
    progress : Progress
        State ``stopped`` or ``failed`` where that is how it ended.
    """

    uploads: tuple[UploadedFile, ...]
    panel: Panel
    session_id: str
    results: dict[int, SongResult] = field(default_factory=dict)
    progress: Progress = field(default_factory=Progress)
    _stop: Event = field(default_factory=Event)
    _thread: Thread | None = None
    _seen_at_s: float = field(default_factory=time.monotonic)

    @property
    def run_ids(self) -> tuple[str, ...]:
        """The runs that judge, the leading one first."""
        return self.panel.run_ids

    def by_place(self) -> dict[int, SongResult]:
        """The results so far, in the order of the uploads."""
        return dict(sorted(self.results.copy().items()))

    def start(self) -> None:
        """Begin, or go on with what is not judged."""
        self._stop.clear()
        self._seen_at_s = time.monotonic()
        self.progress = Progress(state="running", phase="Judging songs")
        self._thread = Thread(target=self._run, name="classify-uploads", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Ask it to end; what was judged is kept."""
        self._stop.set()

    def _run(self) -> None:
        reporter = ProgressReporter(on_update=self._take_progress)
        try:
            self._judge(reporter)
        except GenreLabError as error:
            reporter.finish("failed", detail=str(error))
        except Exception as error:  # a thread has nobody to raise to: the page says it
            _log.exception("Uploaded songs could not be judged")
            reporter.finish("failed", detail=f"Unexpected {type(error).__name__}: {error}.")

    def _judge(self, reporter: ProgressReporter) -> None:
        n_songs, n_before = len(self.uploads), len(self.results)
        reporter.phase("Judging songs", total=n_songs, already=n_before, detail="Loading the models")
        with _shared.entered() as workers:
            songs = self._songs()
            for song, result in judge_songs(songs, self.panel, workers, stop_requested=self._is_to_stop):
                self.results[song.number] = result
                n_failed = sum(bool(result.error) for result in self.results.values())
                failed = f", {n_failed:,} failed" if n_failed else ""
                n_done = len(self.results)
                reporter.advance(n_done, detail=f"{n_done:,} of {n_songs:,} songs{failed}")
        reporter.finish("stopped" if len(self.results) < n_songs else "done")

    def _songs(self) -> Iterator[Song]:
        for place, upload in enumerate(self.uploads):
            if place not in self.results:
                yield Song(upload.name, upload.getvalue(), place)

    def _take_progress(self, progress: Progress) -> None:
        self.progress = progress

    def _is_to_stop(self) -> bool:
        now_s = time.monotonic()
        if not runtime.exists() or runtime.get_instance().is_active_session(self.session_id):
            self._seen_at_s = now_s
        return self._stop.is_set() or now_s - self._seen_at_s > _GONE_AFTER_S


def known_results(
    work: UploadWork | None, uploads: Sequence[UploadedFile], run_ids: Sequence[str]
) -> dict[int, SongResult]:
    """What is known of uploads by the same runs already, by place."""
    if work is None or work.run_ids != tuple(run_ids):
        return {}
    by_file = {work.uploads[place].file_id: result for place, result in work.by_place().items()}
    return {place: by_file[upload.file_id] for place, upload in enumerate(uploads) if upload.file_id in by_file}
