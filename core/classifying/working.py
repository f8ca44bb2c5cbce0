"""Songs judged one after the other in processes, results as they are ready."""

import logging
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from itertools import islice
from queue import Empty, SimpleQueue
from typing import TypeVar

import psutil

from core.classifying.judging import Panel, Song, judge_song, prepare_process, recorded_name, stamp_of
from core.classifying.result import SongResult
from core.classifying.unlike import known_unlikeness
from core.errors import GenreLabError, RunError
from core.jobs.process_pool import SturdyPool, TaskLostError
from core.jobs.work import Workers
from core.names import reason_of
from core.prediction.judge import appoint_judge

_log = logging.getLogger(__name__)
Answer = TypeVar("Answer")

LIMIT_S = 1_800.0
"""A song that takes longer hangs; twenty minutes of music take a minute or two."""
PROCESS_BYTES = 700_000_000
"""Memory that a process is reckoned with: TensorFlow, a model, and some minutes of music."""
_LOOK_S = 0.5
"""How often those who wait for a result look whether they shall stop."""


def appoint_panel(run_ids: Sequence[str], *, unlike: bool = False) -> Panel:
    """The runs ready to judge, in their order.

    Parameters
    ----------
    run_ids : sequence of str
        The first leads.
    unlike : bool
        Say how unlike the leading run's training clips a song is also where the ears must listen for that alone.

    Raises
    ------
    RunError
        One is unknown or unfinished, is named twice, or cannot hear a song.
    """
    if not run_ids:
        raise RunError("No run is named. Choose at least one finished run.")
    if len(set(run_ids)) < len(run_ids):
        raise RunError("A run is named twice. Name each once.")
    judges = tuple(appoint_judge(run_id) for run_id in run_ids)
    return Panel(judges, known_unlikeness(judges, listen=unlike))


def call_apart(work: Callable[..., Answer], *given: object, **named: object) -> Answer:
    """What a function of a module answers in a process of its own, which ends with it.

    The store of runs takes 150 MB of memory, which a process that waits for songs for hours need not hold.
    """
    with SturdyPool(1) as pool:
        answer: Answer = pool.submit(work, *given, **named).result()
        return answer


def n_processes(n_songs: int) -> int:
    """Processes that so many songs are judged in: one a core, where there is memory for them."""
    by_memory = psutil.virtual_memory().available // PROCESS_BYTES
    return max(1, min(os.cpu_count() or 1, n_songs, by_memory))


@contextmanager
def song_workers(n_songs: int) -> Iterator[Workers]:
    """Processes for so many songs, each kept to one core; with it they end at once, whatever they have in hand.

    A song on which a process dies or hangs costs that song only.
    """
    n_places = n_processes(n_songs)
    pool = SturdyPool(n_places, initializer=prepare_process, limit_s=LIMIT_S)
    try:
        yield Workers(pool, n_places)
    finally:
        pool.shutdown(cancel_futures=True)


def judge_songs(
    songs: Iterable[Song], panel: Panel, workers: Workers, *, stop_requested: Callable[[], bool]
) -> Iterator[tuple[Song, SongResult]]:
    """Each song with what came of it, in the order in which they are done.

    Unlike `core.jobs.work.work_through`, it is left at once when it shall stop: a song takes seconds, not milliseconds.

    Parameters
    ----------
    songs : iterable of Song
        Taken as there is a place for them, so that their content need not be in memory before.
    panel : Panel
    workers : Workers
        Processes.
    stop_requested : callable
        Once it is true, nothing more is given; what is under way is not waited for.

    Raises
    ------
    RunError
        A model cannot be opened.
    """
    executor = workers.executor
    assert executor is not None
    upcoming = iter(songs)
    in_hand: dict[Future[SongResult], tuple[Song, bool]] = {}
    ready: SimpleQueue[Future[SongResult]] = SimpleQueue()
    try:
        while not stop_requested():
            # One more than is judged at a time, so that no process waits.
            for song in islice(upcoming, max(0, workers.n_places + 1 - len(in_hand))):
                _begin(executor, panel, song, in_hand, ready, was_lost=False)
            if not in_hand:
                return
            try:
                future = ready.get(timeout=_LOOK_S)
            except Empty:
                continue
            song, was_lost = in_hand.pop(future)
            error = future.exception()
            if error is None or (isinstance(error, GenreLabError) and not isinstance(error, TaskLostError)):
                yield song, future.result()
            elif was_lost or not isinstance(error, TaskLostError):
                yield song, _failed(song, error, was_lost=was_lost)
            else:
                _begin(executor, panel, song, in_hand, ready, was_lost=True)
    finally:
        for future in in_hand:
            future.cancel()


def _begin(
    executor: Executor,
    panel: Panel,
    song: Song,
    in_hand: dict["Future[SongResult]", tuple[Song, bool]],
    ready: "SimpleQueue[Future[SongResult]]",
    *,
    was_lost: bool,
) -> None:
    future = executor.submit(judge_song, panel, song)
    in_hand[future] = song, was_lost
    future.add_done_callback(ready.put)


def _failed(song: Song, error: BaseException, *, was_lost: bool) -> SongResult:
    """Of a song at which a library or a program of ours fails: the others are judged all the same."""
    said = str(error)
    if not isinstance(error, TaskLostError):
        _log.error("A song could not be judged", exc_info=error)
        said = f"{type(error).__name__}: {reason_of(error)}"
    how = "failed twice" if was_lost else "failed"
    reason = f"Its decoder or model {how} ({said}); convert the file, or leave it out."
    size, mtime_ns = stamp_of(song)
    return SongResult(song=recorded_name(song.name), size=size, mtime_ns=mtime_ns, error=reason)
