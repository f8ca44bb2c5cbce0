"""How unlike the music that a run learnt from a song is: learnt from its training clips, kept with the run.

A run on the trained ears has it from its training on (`core.runs.files.UNLIKE`), and so have the runs that come with
Genre Lab. For any other run whose training clips can be heard here it is learnt when somebody asks for it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.clips.clip import Clip, ClipFacts
from core.clips.collection import Collection
from core.clips.excerpts import whole_name
from core.collections.registry import load_collection
from core.collections.sound import find_sound
from core.embeddings.ears import EARS, ears_embeddings
from core.embeddings.unlike import Unlikeness, learn_unlikeness, load_unlikeness
from core.errors import FeatureError, GenreLabError, RunError
from core.extraction.extract import extract
from core.extraction.store import FeatureStore
from core.features.musicnn import MusicnnFeatures
from core.jobs.reporter import ProgressReporter
from core.jobs.start import start_job
from core.runs import files
from core.runs.folders import run_folder
from core.runs.record import Run
from core.runs.results import artifact_path, load_details, load_split
from core.runs.shipped import shipped_folder
from core.runs.store import get_run
from core.splits.groups import groups_of


def run_unlikeness(run_id: str) -> Unlikeness | None:
    """What tells how unlike a finished run's training clips a song is; None where that has not been learnt.

    Raises
    ------
    FeatureError
        Its file is damaged.
    RunError
        There is no such run.
    """
    path = _kept_at(get_run(run_id))
    return None if path is None else load_unlikeness(path)


def _kept_at(run: Run) -> Path | None:
    if run.shipped:
        folder = shipped_folder(run.id)
        return None if folder is None else folder / files.UNLIKE
    learnt_later = run_folder(run.id) / files.UNLIKE
    if learnt_later.is_file() or not _hears(run):
        return learnt_later
    try:
        return artifact_path(run.id, files.UNLIKE)
    except RunError:
        return None


def _hears(run: Run) -> bool:
    """Whether a run is on the trained ears, whatever layer of them."""
    return any(isinstance(front_end, MusicnnFeatures) for front_end in run.config.front_ends)


def unlikeness_job_id(run_id: str) -> str:
    """Id of the one job that learns it for this run, whoever asks."""
    return f"unlike-{run_id}"


def start_learning(run_id: str) -> str:
    """Learn it in the background; returns the job's id (see `core.jobs`)."""
    job_id = unlikeness_job_id(run_id)
    start_job(job_id, {"kind": "unlike", "run_id": run_id})
    return job_id


def learn_for_run(run_id: str, reporter: ProgressReporter | None = None) -> Unlikeness | None:
    """Let the ears hear the training clips of a finished run, and keep what they are like.

    Parameters
    ----------
    run_id : str
    reporter : ProgressReporter, optional
        Its stop request ends it after the clips in hand; what was heard is kept.

    Returns
    -------
    Unlikeness or None
        None when it was stopped.

    Raises
    ------
    RunError, CollectionError
        The run is unknown, unfinished or comes with Genre Lab, or its collection is not here.
    FeatureError
        Its training clips have no sound here, are too few, or the weights of the ears are not installed.
    """
    run = get_run(run_id)
    if run.shipped:
        raise RunError("This run comes with Genre Lab: nothing is written beside it. Choose a run of your own.")
    learnt = learn_from_sound(run, reporter or ProgressReporter())
    if learnt is not None:
        learnt.save(run_folder(run_id) / files.UNLIKE)
    return learnt


def learn_from_sound(run: Run, reporter: ProgressReporter) -> Unlikeness | None:
    """What `learn_for_run` learns, without keeping it; None when it was stopped."""
    heard = training_sounds(run)
    if EARS.why_not_here:
        raise FeatureError(EARS.why_not_here)
    embeddings, groups = [], []
    n_known = 0
    for collection in heard:
        if extract(collection, [EARS], reporter=reporter).stopped:
            return None
        clips = FeatureStore(collection.id, EARS).available(collection.clips)
        embeddings.append(ears_embeddings(collection, clips))
        numbers = artist_numbers(clips, collection.facts)
        groups += [n_known + number for number in numbers]
        n_known = len(groups)
    return _learn(np.concatenate(embeddings), groups, float(load_details(run.id)["typical_duration_s"]))


def learn_from_stored(collection: Collection, clips: Sequence[Clip], clip_s: float) -> Unlikeness | None:
    """What training clips are like, where the ears have heard them all; None where that is not so, or they are few.

    For the end of a training, which it never fails.
    """
    wholes = list({clip.whole.name: clip.whole for clip in clips}.values())
    try:
        if not collection.has_audio or len(FeatureStore(collection.id, EARS).available(wholes)) < len(wholes):
            return None
        return _learn(ears_embeddings(collection, wholes), artist_numbers(wholes, collection.facts), clip_s)
    except GenreLabError:
        return None


def artist_numbers(clips: Sequence[Clip], facts: Mapping[str, ClipFacts]) -> list[int]:
    """A number for each clip: the same for clips of one recording or one artist, as far as that is known."""
    number_of = {clip.name: number for number, group in enumerate(groups_of(clips, facts, "artist")) for clip in group}
    return [number_of[clip.name] for clip in clips]


def _learn(embeddings: NDArray[np.float32], groups: Sequence[int], clip_s: float) -> Unlikeness:
    # Of a long clip the ears hear the beginning.
    return learn_unlikeness(embeddings, clip_s=min(clip_s, EARS.max_duration_s), groups=groups)


def training_names(run: Run) -> tuple[str, ...]:
    """Names of the clips that a finished run learnt from, each once; whole clips, where it cut them into excerpts."""
    split = load_split(run.id)
    names = split["train"] + (split["validation"] if run.config.train_on_validation else [])
    return tuple(dict.fromkeys(whole_name(name, run.config.split.n_excerpts) for name in names))


def training_sounds(run: Run) -> list[Collection]:
    """Collections that hold nothing but the sound of the clips that a run learnt from; together they have all.

    Raises
    ------
    CollectionError
        The collection that it learnt from is not here.
    FeatureError
        None of these clips can be heard here.
    """
    collection = load_collection(run.config.collection_id)
    wanted = training_names(run)
    found: dict[str, dict[str, Clip]] = {}
    for name in wanted:
        clip = collection.by_name.get(name)
        sound = None if clip is None else find_sound(collection, clip)
        if sound is not None:
            found.setdefault(sound.collection_id, {})[sound.clip.name] = sound.clip
    if not found:
        raise FeatureError(
            f"None of the {len(wanted):,} clips that this run learnt from can be heard here, so that nothing can be "
            "said of what is unlike them. Import a collection that has their sound."
        )
    return [
        replace(load_collection(collection_id), clips=tuple(clips.values())) for collection_id, clips in found.items()
    ]
