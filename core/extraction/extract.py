"""Extraction of features for a collection, in parallel processes, doing only what is missing."""

import hashlib
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.audio import read_audio
from core.clips.clip import Clip
from core.clips.collection import Collection
from core.cluster import cluster_executor
from core.dsp.analysis import ClipAnalysis
from core.errors import AudioError, FeatureError
from core.extraction.store import FeatureStore
from core.features.base import AudioFrontEnd, Features, require_audio_front_ends
from core.jobs import ProgressReporter, start_job
from core.process_pool import SturdyPool, TaskLostError
from core.settings import load_settings

_INLINE_LIMIT = 4
"""So few clips are done faster here than by starting processes."""
_QUEUED_PER_WORKER = 4
_CLIP_LIMIT_S = 300.0
"""A clip that takes longer hangs: the slowest ones take seconds."""


@dataclass(frozen=True)
class ExtractionReport:
    """What an extraction did.

    Attributes
    ----------
    n_extracted, n_present : int
        Clips done now, and clips whose features were there already.
    failures : dict
        Reason by clip name, for clips that could not be analysed now or before.
    stopped : bool
        Ended early on request.
    """

    n_extracted: int = 0
    n_present: int = 0
    failures: dict[str, str] = field(default_factory=dict)
    stopped: bool = False


ClipFeatures = list[tuple[NDArray[Any], int]]


def transform_clip(clip: Clip, front_ends: Sequence[AudioFrontEnd]) -> ClipFeatures | str:
    """Decode a clip once and apply each front end; the reason in words where that cannot be done."""
    if clip.path is None:
        return "This collection has no audio for the clip."
    try:
        analyses = {sr_hz: ClipAnalysis(_samples(clip.path, sr_hz, front_ends)) for sr_hz in _rates(front_ends)}
        outcome: dict[int, tuple[NDArray[Any], int]] = {}
        # The shortest hop first: front ends with a longer one find a spectrogram to share.
        for place in sorted(range(len(front_ends)), key=lambda place: front_ends[place].hop_length):
            outcome[place] = front_ends[place].transform_analysed(analyses[front_ends[place].sr_hz])
        return [outcome[place] for place in range(len(front_ends))]
    except (AudioError, FeatureError) as error:
        return str(error)


def _rates(front_ends: Sequence[AudioFrontEnd]) -> set[int]:
    return {front_end.sr_hz for front_end in front_ends}


def _samples(path: Path, sr_hz: int, front_ends: Sequence[AudioFrontEnd]) -> NDArray[np.float32]:
    """As much of the file as the front ends of this rate look at."""
    longest = max(front_end.max_samples for front_end in front_ends if front_end.sr_hz == sr_hz)
    return read_audio(path, sr_hz=sr_hz, duration_s=longest / sr_hz)


def extract(
    collection: Collection,
    front_ends: Sequence[Features],
    *,
    reporter: ProgressReporter | None = None,
    n_workers: int | None = None,
    dask_address: str | None = None,
) -> ExtractionReport:
    """Compute and store what is missing of the features of a collection.

    Parameters
    ----------
    collection : Collection
    front_ends : sequence of Features
        Computed together, so that each clip is decoded once.
    reporter : ProgressReporter, optional
        Told of each clip; its stop request ends the extraction after the clips in hand.
    n_workers : int, optional
        Processes on this machine; default one for each core.
    dask_address : str, optional
        Scheduler of a Dask cluster that does the work instead; default the one named in the settings, if any.

    Returns
    -------
    ExtractionReport

    Raises
    ------
    FeatureError
        The collection has no audio, and not the features asked for.
    """
    collection.require_front_ends(front_ends)
    stores = [FeatureStore(collection.id, front_end) for front_end in front_ends]
    reporter = reporter or ProgressReporter()
    n_done = 0
    stopped = False
    if not collection.has_audio:
        return _given(collection, stores)
    if _incomplete(collection, stores):
        # One order for everybody, so that two extractions with the same front ends never wait for each other.
        stores.sort(key=lambda store: store.front_end.identity)
        with ExitStack() as stack:
            writers = [stack.enter_context(store.writer()) for store in stores]
            todo = _incomplete(collection, stores)
            reporter.phase(f"Extracting features of {collection.title}", total=len(todo))
            present = [store.index() for store in stores]
            executor, n_places = stack.enter_context(_executor(len(todo), n_workers, dask_address))
            ordered = require_audio_front_ends(store.front_end for store in stores)
            for clip, outcome in _outcomes(executor, n_places, todo, ordered, reporter):
                for place, writer in enumerate(writers):
                    if clip.key in present[place]:
                        continue
                    if isinstance(outcome, str):
                        writer.add_failure(clip, outcome)
                    else:
                        writer.add(clip, *outcome[place])
                n_done += 1
                reporter.advance(n_done)
            stopped = n_done < len(todo)
    failures = {name: reason for store in stores for name, reason in store.failures(collection.clips).items()}
    return ExtractionReport(n_done, len(collection.clips) - n_done, failures, stopped)


def _given(collection: Collection, stores: Sequence[FeatureStore]) -> ExtractionReport:
    """Features that came with the collection are there, or cannot be made anew."""
    if gone := _incomplete(collection, stores):
        raise FeatureError(
            f"The features of {len(gone):,} clips of {collection.title} are no longer in the store, and it has no "
            f"audio to compute them from. Import {collection.root.name} again."
        )
    return ExtractionReport(n_present=len(collection.clips))


def _incomplete(collection: Collection, stores: Sequence[FeatureStore]) -> list[Clip]:
    missing = {clip.key for store in stores for clip in store.missing(collection.clips)}
    return [clip for clip in collection.clips if clip.key in missing]


@contextmanager
def _executor(n_clips: int, n_workers: int | None, dask_address: str | None) -> Iterator[tuple[Executor | None, int]]:
    """What does the work, None for this process, and how many clips it does at once."""
    address = dask_address or (load_settings().dask_address if n_workers is None else "")
    if address:
        with cluster_executor(address) as cluster:
            yield cluster, cluster.n_workers
        return
    # One worker asked for by name works here; one core gets a process too, which may die on a hostile file.
    if n_clips <= _INLINE_LIMIT or n_workers == 1:
        yield None, 1
        return
    n_workers = min(n_workers or os.cpu_count() or 1, n_clips)
    with SturdyPool(n_workers, initializer=prepare_worker, limit_s=_CLIP_LIMIT_S) as pool:
        yield pool, n_workers


def prepare_worker() -> None:
    """Keep a process to one core: the processes are the parallelism."""
    from threadpoolctl import threadpool_limits

    threadpool_limits(1)


def _outcomes(
    executor: Executor | None,
    n_places: int,
    clips: Sequence[Clip],
    front_ends: Sequence[AudioFrontEnd],
    reporter: ProgressReporter,
) -> Iterator[tuple[Clip, ClipFeatures | str]]:
    """Features of each clip as they are ready, with few results waiting at any time."""
    if executor is None:
        for clip in clips:
            if reporter.stop_requested:
                return
            yield clip, transform_clip(clip, front_ends)
        return
    waiting: dict[Future[ClipFeatures | str], Clip] = {}
    lost: set[str] = set()
    queue = iter(clips)
    limit = _QUEUED_PER_WORKER * n_places
    exhausted = False
    while True:
        while not exhausted and len(waiting) < limit:
            upcoming = None if reporter.stop_requested else next(queue, None)
            if upcoming is None:
                exhausted = True
            else:
                waiting[executor.submit(transform_clip, upcoming, front_ends)] = upcoming
        if not waiting:
            return
        finished, _ = wait(waiting, return_when=FIRST_COMPLETED)
        for future in finished:
            clip = waiting.pop(future)
            error = future.exception()
            if not isinstance(error, TaskLostError):
                yield clip, future.result()
            elif clip.key in lost:
                yield clip, f"Analysing it failed twice ({error}); the file may be damaged. Obtain it again."
            else:
                # Once more, since the process may have been lost for another reason, such as a lack of memory.
                lost.add(clip.key)
                waiting[executor.submit(transform_clip, clip, front_ends)] = clip


def extraction_job_id(collection_id: str, front_ends: Sequence[Features]) -> str:
    """Id of the one job that extracts these front ends of this collection, whoever asks."""
    names = "+".join(sorted(front_end.identity for front_end in front_ends))
    return f"extract-{collection_id}-{hashlib.sha256(names.encode()).hexdigest()[:8]}"


def start_extraction(collection_id: str, front_ends: Sequence[Features]) -> str:
    """Extract in the background; returns the job's id (see `core.jobs`)."""
    job_id = extraction_job_id(collection_id, front_ends)
    start_job(
        job_id,
        {
            "kind": "extract",
            "collection_id": collection_id,
            "front_ends": [front_end.to_dict() for front_end in front_ends],
        },
    )
    return job_id
