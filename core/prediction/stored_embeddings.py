"""Embeddings of the clips of a collection by a finished run, computed once and stored like features."""

import math

import numpy as np

from core.clips.clip import Clip
from core.collections.registry import load_collection
from core.errors import RunError
from core.extraction.extract import extract
from core.extraction.store import FeatureStore, open_store
from core.features.run_embedding import RunEmbedding
from core.jobs.reporter import ProgressReporter
from core.jobs.start import start_job
from core.models.build import load_model_file
from core.prediction.clips import clips_at_once
from core.prediction.embeddings import clip_embeddings
from core.runs.record import Run
from core.runs.results import model_path
from core.runs.store import get_run


def run_embedding(run: Run) -> RunEmbedding:
    """What the embeddings by a run are, as features.

    Raises
    ------
    RunError
        Its model is a classical one, which has no layers.
    """
    if run.config.is_classical:
        raise RunError(
            f"{run.label} is a classical model, which has no layers and so no embedding. Choose a CNN, an FFNN or a "
            "hybrid; of a run on the trained ears, the ears' own embedding."
        )
    rows = run.config.layers()
    # The table of a committee ends with the mean of its members.
    before_output = rows[-2 if run.config.members == 1 else -3]
    n_units = math.prod(before_output.shape) * run.config.members
    return RunEmbedding(run_id=run.id, run_name=run.label, n_units=n_units)


def embedding_job_id(collection_id: str, run_id: str) -> str:
    """Id of the one job that computes these, whoever asks."""
    return f"embed-{collection_id}-{run_id}"


def start_embedding(collection_id: str, run_id: str) -> str:
    """Compute them in the background; returns the job's id (see `core.jobs`)."""
    job_id = embedding_job_id(collection_id, run_id)
    start_job(job_id, {"kind": "embed", "collection_id": collection_id, "run_id": run_id})
    return job_id


def embed_collection(
    collection_id: str, run_id: str, *, reporter: ProgressReporter | None = None, n_workers: int | None = None
) -> int | None:
    """Compute and store what is missing of a collection's embeddings by a finished run.

    Parameters
    ----------
    collection_id, run_id : str
    reporter : ProgressReporter, optional
        Its stop request ends it after the clips in hand; what was done is kept.
    n_workers : int, optional
        Processes that extract what the network sees; default one for each core.

    Returns
    -------
    int or None
        Clips embedded now; None when it was stopped.

    Raises
    ------
    RunError
        The run is unknown, unfinished, or of a classical model.
    FeatureError
        The collection has no sound, and not the features that the network sees.
    """
    reporter = reporter or ProgressReporter()
    run = get_run(run_id)
    embedding = run_embedding(run)
    collection = load_collection(collection_id)
    if extract(collection, list(run.config.front_ends), reporter=reporter, n_workers=n_workers).stopped:
        return None
    seen = [open_store(collection, front_end) for front_end in run.config.front_ends]
    with FeatureStore(collection_id, embedding).writer() as writer:
        missing = writer.store.missing(collection.clips)
        reasons = {name: reason for store in seen for name, reason in store.failures(missing).items()}
        for clip in missing:
            if clip.name in reasons:
                writer.add_failure(clip, reasons[clip.name])
        todo = [clip for clip in missing if clip.name not in reasons]
        if not todo:
            return 0
        reporter.phase("Importing TensorFlow", detail="This takes some seconds")
        model = load_model_file(model_path(run_id))
        reporter.phase(f"Embedding {collection.title}", total=len(todo))
        at_once = clips_at_once(run.config)
        for start in range(0, len(todo), at_once):
            if reporter.stop_requested:
                return None
            clips = todo[start : start + at_once]
            values = clip_embeddings(model, _inputs(seen, clips), np.array(seen[0].valid_frames(clips)), run.config)
            writer.add_many([(clip, 1) for clip in clips], values[:, :, np.newaxis])
            reporter.advance(start + len(clips))
    return len(todo)


def _inputs(seen: list[FeatureStore], clips: list[Clip]) -> tuple[np.ndarray, ...]:
    return tuple(store.load(clips).astype(np.float32) for store in seen)
