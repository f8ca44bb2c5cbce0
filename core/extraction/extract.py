"""Extraction of features for a collection, in parallel processes, doing only what is missing."""

import hashlib
import os
import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.clips.clip import Clip
from core.clips.collection import Collection
from core.clips.sound import read_clip
from core.dsp.analysis import ClipAnalysis
from core.errors import AudioError, ClusterError, FeatureError
from core.extraction.store import FeatureStore
from core.features.base import AudioFrontEnd, Features, require_audio_front_ends
from core.jobs.cluster.executor import WorkersLostError, cluster_executor
from core.jobs.process_pool import TaskLostError
from core.jobs.reporter import ProgressReporter
from core.jobs.start import start_job
from core.jobs.work import TASK_LIMIT_S, Workers, local_workers, work_through
from core.settings import load_settings

_PACKAGES = ("numpy", "scipy", "soundfile", "soxr", "av", "filelock")
"""What the values depend on, and what this module cannot be imported without: the same wherever they are computed."""


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


@dataclass(frozen=True)
class Unseen:
    """A worker of a cluster does not have a clip's file where this machine has it."""

    host: str
    problem: str


def transform_clip(clip: Clip, front_ends: Sequence[AudioFrontEnd]) -> ClipFeatures | str:
    """Decode a clip once and apply each front end; the reason in words where that cannot be done."""
    if clip.path is None:
        return "This collection has no audio for the clip."
    try:
        analyses = {sr_hz: ClipAnalysis(_samples(clip, sr_hz, front_ends)) for sr_hz in _rates(front_ends)}
        outcome: dict[int, tuple[NDArray[Any], int]] = {}
        # The shortest hop first: front ends with a longer one find a spectrogram to share.
        for place in sorted(range(len(front_ends)), key=lambda place: front_ends[place].hop_length):
            outcome[place] = front_ends[place].transform_analysed(analyses[front_ends[place].sr_hz])
        return [outcome[place] for place in range(len(front_ends))]
    except (AudioError, FeatureError) as error:
        return str(error)


def transform_clip_there(clip: Clip, front_ends: Sequence[AudioFrontEnd]) -> ClipFeatures | str | Unseen:
    """What `transform_clip` gives, on a machine that may not see the file, or see another one at its path.

    Raises
    ------
    ClusterError
        The machine lacks what a front end needs, which is no fault of the clip.
    """
    for front_end in front_ends:
        if lack := front_end.why_not_here:
            raise ClusterError(
                f"The worker on {socket.gethostname()} cannot compute {front_end.title}. {lack} "
                "Do so on every machine that works, then repeat the command: what was done is kept."
            )
    if clip.path is not None and (problem := _unseen(clip.path, clip.size_bytes)):
        return Unseen(socket.gethostname(), problem)
    return transform_clip(clip, front_ends)


def _unseen(path: Path, size_bytes: int) -> str:
    """Why the file of that size is not to be had at that path; empty where it is."""
    try:
        with path.open("rb") as file:
            found = os.fstat(file.fileno()).st_size
    except OSError as error:
        return error.strerror or str(error)
    return "" if found == size_bytes else f"a file of {found:,} bytes is there instead of {size_bytes:,}"


def _seen_here(clip: Clip, seen: Unseen, front_ends: Sequence[AudioFrontEnd]) -> ClipFeatures | str:
    """What is wrong with a clip that a worker does not see; an error if this machine sees it."""
    assert clip.path is not None
    if not _unseen(clip.path, clip.size_bytes):
        raise ClusterError(
            f"The worker on {seen.host} cannot read {clip.path} ({seen.problem}), which this machine can. Workers read "
            "the sound files themselves: let each see the folder under this same path (a shared folder, such as NFS), "
            "then repeat the command: what was done is kept."
        )
    return transform_clip(clip, front_ends)


def _rates(front_ends: Sequence[AudioFrontEnd]) -> set[int]:
    return {front_end.sr_hz for front_end in front_ends}


def _samples(clip: Clip, sr_hz: int, front_ends: Sequence[AudioFrontEnd]) -> NDArray[np.float32]:
    """As much of the clip as the front ends of this rate look at."""
    longest = max(front_end.max_samples for front_end in front_ends if front_end.sr_hz == sr_hz)
    return read_clip(clip, sr_hz=sr_hz, longest_s=longest / sr_hz).samples


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
    ClusterError
        The cluster cannot be used, or no longer; what was done is kept.

    Examples
    --------
    >>> from core.extraction.extract import extract
    >>> report = extract(collection, [MelSpectrogram(n_frames=40)])
    >>> report.n_extracted, report.failures
    (24, {})
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
            workers = stack.enter_context(_workers(len(todo), n_workers, dask_address))
            audio_front_ends = require_audio_front_ends(store.front_end for store in stores)
            transform = transform_clip if workers.cluster is None else transform_clip_there
            work: Callable[[Clip], ClipFeatures | str | Unseen] = partial(transform, front_ends=audio_front_ends)
            for done in work_through(work, todo, workers, stop_requested=lambda: reporter.stop_requested):
                clip, outcome = done.task, done.result
                if isinstance(outcome, WorkersLostError):
                    raise ClusterError(
                        f"One worker after the other was lost while it analysed {clip.name}. See what they printed: "
                        "often memory is lacking. What was done is kept; exclude the clip if it is the cause."
                    )
                if isinstance(outcome, Unseen):
                    outcome = _seen_here(clip, outcome, audio_front_ends)
                if isinstance(outcome, TaskLostError):
                    outcome = f"Analysing it failed twice ({outcome}); the file may be damaged. Obtain it again."
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
            f"The features of {len(gone):,} clips of {collection.title} are no longer stored, and there is no audio "
            f"to compute them from. Import {collection.root.name} again."
        )
    return ExtractionReport(n_present=len(collection.clips))


def _incomplete(collection: Collection, stores: Sequence[FeatureStore]) -> list[Clip]:
    missing = {clip.key for store in stores for clip in store.missing(collection.clips)}
    return [clip for clip in collection.clips if clip.key in missing]


@contextmanager
def _workers(n_clips: int, n_workers: int | None, dask_address: str | None) -> Iterator[Workers]:
    """What does the work: a cluster where one is named, else this machine."""
    address = dask_address or (load_settings().dask_address if n_workers is None else "")
    if address:
        with cluster_executor(address, packages=_PACKAGES, limit_s=TASK_LIMIT_S) as cluster:
            yield Workers(cluster, cluster=cluster)
    else:
        with local_workers(n_clips, n_workers) as workers:
            yield workers


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
