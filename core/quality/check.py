"""The check of a collection: analyse what is new in parallel processes, then compare, then report."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace

from filelock import FileLock

from core.clips.clip import Clip, ClipFacts
from core.clips.collection import Collection
from core.collections.registry import load_collection
from core.extraction.extract import extract
from core.extraction.store import FeatureStore
from core.features.base import Features
from core.features.gtzan_spectrogram import GtzanSpectrogram
from core.features.numeric import NumericFeatures
from core.jobs.process_pool import TaskLostError
from core.jobs.reporter import ProgressReporter
from core.jobs.start import start_job
from core.jobs.work import local_workers, work_through
from core.quality.by_ear import findings_by_ear
from core.quality.duplicates import find_matches
from core.quality.findings import (
    EXACT,
    Finding,
    exact_findings,
    exact_groups,
    has_sound,
    mislabel_findings,
    near_findings,
    sort_findings,
    sound_findings,
    spectrogram_findings,
)
from core.quality.fingerprint import Fingerprint
from core.quality.mislabels import MIN_CLIPS, N_FOLDS, suspected_mislabels
from core.quality.soundness import Measurements, examine_clip
from core.quality.spectrograms import exact_repeats
from core.quality.store import AnalysisStore, QualityReport, quality_folder, save_report

_COMPARED_PER_S = 200.0
"""Clips looked up in a second, for the estimate of the time left."""

Outcome = tuple[Measurements, Fingerprint | None]


def quality_job_id(collection_id: str) -> str:
    """Id of the one job that checks this collection, whoever asks."""
    return f"quality-{collection_id}"


def start_check(collection_id: str) -> str:
    """Check a collection in the background; returns the job's id (see `core.jobs`)."""
    job_id = quality_job_id(collection_id)
    start_job(job_id, {"kind": "quality", "collection_id": collection_id})
    return job_id


def check_collection(
    collection_id: str, *, reporter: ProgressReporter | None = None, n_workers: int | None = None
) -> QualityReport | None:
    """Look for what is wrong with a collection, excluded clips included, and keep the report.

    Parameters
    ----------
    collection_id : str
    reporter : ProgressReporter, optional
        Its stop request ends the check after the clips in hand; what was analysed is kept.
    n_workers : int, optional
        Processes; default one for each core.

    Returns
    -------
    QualityReport or None
        None when it was stopped; the former report then stays.
    """
    reporter = reporter or ProgressReporter()
    collection = load_collection(collection_id, with_excluded=True)
    folder = quality_folder(collection_id)
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder / "check.lock"), AnalysisStore(collection_id) as store:
        if not _analyse(collection, store, reporter, n_workers):
            return None
        # Also of clips that a mapping of genres leaves out: they may come back.
        store.keep_only(clip.key for clip in load_collection(collection_id, as_written=True).clips)
        facts = store.facts()
        findings = sound_findings(collection.clips, facts)
        repeated = _duplicates(collection, facts, store, reporter)
        if repeated is None:
            return None
        doubted = _mislabels(collection, facts, repeated, reporter, n_workers)
        if doubted is None:
            return None
        heard = _by_ear(collection, facts, repeated, reporter, n_workers)
        if heard is None:
            return None
        report = QualityReport(
            collection.fingerprint,
            time.time(),
            len(collection.clips),
            sort_findings(findings + repeated + doubted + heard),
        )
        save_report(collection_id, report)
        return report


def _analyse(collection: Collection, store: AnalysisStore, reporter: ProgressReporter, n_workers: int | None) -> bool:
    """Whether all clips have been analysed; False when it was stopped before."""
    present = store.facts()
    missing = [clip for clip in collection.clips if clip.key not in present]
    reporter.phase(f"Analysing {collection.title}", total=len(missing))
    n_done = 0
    with local_workers(len(missing), n_workers) as workers:
        for done in work_through(examine_clip, missing, workers, stop_requested=lambda: reporter.stop_requested):
            outcome = done.result
            if isinstance(outcome, TaskLostError):
                outcome = Measurements(error=f"Analysing it failed twice ({outcome}); the file may be damaged."), None
            store.add(done.task.key, *outcome)
            n_done += 1
            reporter.advance(n_done, further_s=len(collection.clips) / _COMPARED_PER_S)
    return n_done == len(missing)


def _duplicates(
    collection: Collection, facts: dict[str, Measurements], store: AnalysisStore, reporter: ProgressReporter
) -> list[Finding] | None:
    """Exact and near duplicates; None when it was stopped."""
    groups = exact_groups(collection.clips, facts)
    # A further copy of a clip would only repeat what is found of the first.
    further = {clip.key for group in groups for clip in group[1:]}
    compared = [clip for clip in collection.clips if clip.key not in further and has_sound(facts[clip.key])]
    reporter.phase("Looking for duplicates", total=len(compared))
    stopped = False

    def on_clip(n_done: int) -> bool:
        nonlocal stopped
        reporter.advance(n_done)
        stopped = reporter.stop_requested
        return stopped

    matches = find_matches(store.prints(clip.key for clip in compared), on_clip=on_clip)
    if stopped:
        return None
    # Passages of one song repeat one another where the music does, and are kept together anyway.
    matches = [match for match in matches if compared[match.first].song != compared[match.second].song]
    return exact_findings(groups) + _repeats_without_audio(collection) + near_findings(compared, matches)


def _repeats_without_audio(collection: Collection) -> list[Finding]:
    """Exact repeats among clips of which only a spectrogram is at hand, each front end by itself."""
    silent = [clip for clip in collection.clips if clip.path is None]
    findings: list[Finding] = []
    pictures = [front_end for front_end in collection.front_ends if not front_end.is_numeric]
    if collection.has_audio:
        pictures = [GtzanSpectrogram(rendering="A"), GtzanSpectrogram(rendering="B")]
    for front_end in pictures if silent else ():
        store = FeatureStore(collection.id, front_end)
        clips = store.available(silent)
        if len(clips) > 1:
            findings += spectrogram_findings(clips, exact_repeats(store.load(clips)))
    return findings


def _mislabels(
    collection: Collection,
    facts: dict[str, Measurements],
    repeated: Sequence[Finding],
    reporter: ProgressReporter,
    n_workers: int | None,
) -> list[Finding] | None:
    """Clips whose genre is doubted, by their numeric features; None when it was stopped."""
    if collection.has_audio:
        front_end: Features = NumericFeatures()
        sounding = replace(collection, clips=tuple(clip for clip in collection.clips if has_sound(facts[clip.key])))
    elif numeric := [front_end for front_end in collection.front_ends if front_end.n_parts == 1]:
        front_end, sounding = numeric[0], collection
    else:
        return []
    if sum(count >= MIN_CLIPS for count in sounding.counts.values()) < 2:
        return []
    if extract(sounding, [front_end], reporter=reporter, n_workers=n_workers).stopped:
        return None
    store = FeatureStore(collection.id, front_end)
    clips = store.available(sounding.clips)
    reporter.phase("Checking labels", total=N_FOLDS)
    stopped = False

    def on_fold(n_done: int) -> bool:
        nonlocal stopped
        reporter.advance(n_done)
        stopped = reporter.stop_requested
        return stopped

    suspicions = suspected_mislabels(
        store.load(clips)[:, :, 0],
        [clip.genre for clip in clips],
        groups=_copies(clips, repeated, collection.facts),
        on_fold=on_fold,
    )
    return None if stopped else mislabel_findings(clips, suspicions)


def _by_ear(
    collection: Collection,
    facts: dict[str, Measurements],
    repeated: Sequence[Finding],
    reporter: ProgressReporter,
    n_workers: int | None,
) -> list[Finding] | None:
    """What the trained ears find; None when it was stopped."""
    further = {finding.counterpart for finding in repeated if finding.kind == EXACT}
    clips = (clip for clip in collection.clips if clip.path is not None and clip.name not in further)
    sounding = replace(collection, clips=tuple(clip for clip in clips if has_sound(facts[clip.key])))
    return findings_by_ear(
        sounding,
        repeated,
        lambda clips: _copies(clips, repeated, collection.facts),
        reporter,
        n_workers=n_workers,
    )


def _copies(clips: Sequence[Clip], repeated: Sequence[Finding], known: Mapping[str, ClipFacts]) -> list[int]:
    """Number of the group of each clip: copies, copies of copies, and parts of one clip have the same."""
    leader = {clip.name: clip.name for clip in clips}

    def lead(name: str) -> str:
        while leader.setdefault(name, name) != name:
            name = leader[name]
        return name

    for finding in repeated:
        if finding.counterpart is not None:
            leader[lead(finding.counterpart)] = lead(finding.clip)
    for clip in clips:
        if clip.name in known and (parent := known[clip.name].parent):
            leader[lead(clip.name)] = lead(f"part of {parent}")
    numbers: dict[str, int] = {}
    return [numbers.setdefault(lead(clip.name), len(numbers)) for clip in clips]
