"""The verdict on finished runs: test clips paired, those of one artist or recording taken together, and the cost."""

from collections.abc import Sequence
from dataclasses import replace

from core.clips.clip import Clip
from core.clips.collection import Collection
from core.clips.excerpts import whole_name
from core.collections.clip_facts import is_gtzan
from core.collections.registry import load_collection
from core.errors import CollectionError, RunError
from core.evaluation.metrics import confusion_matrix
from core.evaluation.predictions import Predictions
from core.evaluation.verdict.judge import judge
from core.evaluation.verdict.records import Contender, Cost, Grouping, Verdict
from core.runs.grounds import labels_text, why_not_comparable
from core.runs.named_clips import named_clips
from core.runs.record import Run
from core.runs.results import load_predictions
from core.splits.groups import groups_of, known_levels

GROUPINGS = ("auto", "artist", "recording", "clip")
"""What intervals draw whole; "auto": artists where any are known, else recordings, else clips."""


def judge_runs(runs: Sequence[Run], *, others: Sequence[Contender] = (), by: str = "auto", seed: int = 0) -> Verdict:
    """The verdict on finished runs and, where there are some, on others beside them.

    Parameters
    ----------
    runs : sequence of Run
        Finished ones, each once.
    others : sequence of Contender
        A published result; a class of listeners on test clips of these runs.
    by : str
        Of `GROUPINGS`.
    seed : int
        Of the bootstrap.

    Raises
    ------
    RunError
        A run twice or unfinished, too few or too many of them, or files that cannot be read.
    """
    if by not in GROUPINGS:
        raise RunError(f"Expected one of {', '.join(GROUPINGS)} to be drawn whole, got {by!r}.")
    ids = [run.id for run in runs]
    if twice := [run for run in runs if ids.count(run.id) > 1]:
        raise RunError(f"{twice[0].label} is named twice. Name each run once.")
    if unfinished := [run for run in runs if run.result is None]:
        run = unfinished[0]
        raise RunError(f"{run.label} is {run.status}: it has no results. Choose a finished run.")
    contenders = [contender_of(run, name=name, by=by) for run, name in zip(runs, distinct_names(runs), strict=True)]
    verdict = judge([*contenders, *others], reason=_why_names_differ(runs, contenders), seed=seed)
    return replace(verdict, notes=(*verdict.notes, *_notes(runs, verdict)))


def contender_of(run: Run, *, name: str = "", by: str = "auto", predictions: Predictions | None = None) -> Contender:
    """A finished run as one to be judged, under its own name or another.

    Parameters
    ----------
    run : Run
    name : str
        Its own when empty.
    by : str
        Of `GROUPINGS`.
    predictions : Predictions, optional
        Its own as `load_predictions` gives them, where they were read before.
    """
    if predictions is None:
        predictions = load_predictions(run.id)
    assert run.result is not None
    return Contender(
        name=name or run.config.name,
        matrix=confusion_matrix(predictions),
        predictions=predictions,
        protocol=run.result.protocol,
        unit=run.config.split.unit,
        cost=Cost(training_s=run.training_s, n_parameters=run.n_parameters or None),
        grouping=None if by == "clip" else grouping_of(run, predictions, by=by),
    )


def distinct_names(runs: Sequence[Run]) -> list[str]:
    """Names that tell runs apart: their own, with the start of the id where two share one."""
    names = [run.config.name for run in runs]
    return [name if names.count(name) == 1 else f"{name} ({run.id[:6]})" for run, name in zip(runs, names, strict=True)]


def grouping_of(run: Run, predictions: Predictions, *, by: str = "auto") -> Grouping | None:
    """Which test clips of a run share an artist or a recording; None where no two do.

    Artist, recording and repeats are those of the collection where it is here, else what is known by the clips' names.

    Parameters
    ----------
    run : Run
    predictions : Predictions
        Of that run.
    by : str
        "auto", "artist" or "recording"; clips of one recording are always taken together.
    """
    collection = _collection_of(run, predictions)
    cut = run.config.split.n_excerpts
    whole_of = {str(name): whole_name(str(name), cut) for name in predictions.table["clip"].tolist()}
    clips = [collection.by_name[name] for name in dict.fromkeys(whole_of.values()) if name in collection.by_name]
    levels = known_levels(clips, collection.facts)
    level = "artist" if by == "artist" or (by == "auto" and "artist" in levels) else "repeat"
    group_of = {
        clip.name: f"{number}"
        for number, group in enumerate(groups_of(clips, collection.facts, level))
        for clip in group
    }
    of = {name: group_of.get(whole, whole) for name, whole in whole_of.items()}
    if len(set(of.values())) == len(of):
        return None
    return Grouping(of=of, word="artist" if level == "artist" and "artist" in levels else "recording")


def known_groupings(runs: Sequence[Run]) -> tuple[str, ...]:
    """What may be drawn whole, of `GROUPINGS`: artists and recordings that test clips share, the clip always."""
    shared = set()
    for run in runs:
        predictions = load_predictions(run.id)
        for level in ("artist", "recording"):
            grouping = grouping_of(run, predictions, by=level)
            if grouping is not None and grouping.word == level:
                shared.add(level)
    return tuple(level for level in GROUPINGS if level in shared or level == "clip")


def _collection_of(run: Run, predictions: Predictions) -> Collection:
    try:
        return load_collection(run.config.collection_id)
    except CollectionError:
        return named_clips(run, predictions)


def _why_names_differ(runs: Sequence[Run], contenders: Sequence[Contender]) -> str:
    """Why clips of the same name may be different ones; empty where they are the same."""
    if len({run.config.collection_id for run in runs}) < 2:
        return ""
    if all(not run.synthetic and _is_of_gtzan(run, each) for run, each in zip(runs, contenders, strict=False)):
        return ""
    titles = list(dict.fromkeys(run.collection_title for run in runs))
    if len(titles) < 2:
        titles = list(dict.fromkeys(run.config.collection_id for run in runs))
    return f"their collections differ ({' and '.join(titles)}), so that clips of one name may be different ones"


def _is_of_gtzan(run: Run, contender: Contender) -> bool:
    assert contender.predictions is not None
    clips: tuple[Clip, ...] = named_clips(run, contender.predictions).clips
    return is_gtzan(clips)


def _notes(runs: Sequence[Run], verdict: Verdict) -> list[str]:
    notes = []
    if not verdict.pairs and len(runs) == 2 and len(verdict.standings) == 2:
        why = why_not_comparable(*runs)
        notes.append(f"{why[:1].upper()}{why[1:]}.")
    labels = {name: labels_text(run) for run, name in zip(runs, distinct_names(runs), strict=True)}
    if verdict.pairs and len({run.config.corrected_labels for run in runs}) > 1:
        learnt = "; ".join(f"{name} {words}" for name, words in labels.items())
        notes.append(
            f"The labels of these test clips are the same for all, but not those that they learnt from: {learnt}."
        )
    wrong = [name for run, name in zip(runs, distinct_names(runs), strict=True) if run.config.split.rules.is_wrong]
    if wrong:
        notes.append(
            f"{', '.join(wrong)}: parts of one clip were on both sides of the split, so that the accuracy is too high."
        )
    ears = [name for run, name in zip(runs, distinct_names(runs), strict=True) if run.config.trained_ears is not None]
    if ears:
        notes.append(
            f"{', '.join(ears)}: training time and parameters are those of what was learnt here, without the ears "
            "that others trained."
        )
    if any(run.synthetic for run in runs):
        notes.append("Synthetic music: accuracies on it say nothing of recorded music.")
    return notes
