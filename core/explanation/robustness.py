"""How a run's accuracy on its own test clips bears each change.

Conventions: a sample of the test clips, as many of each genre as there are, is changed and judged at every value of a
change. A clip that cannot be judged at a value counts as wrong there. Intervals are 95 % Wilson intervals of the clips
at one value; points of one curve are of the same clips.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import zip_longest
from typing import Any

from core.audio import encode_wav
from core.clips.collection import Collection
from core.clips.sound import read_clip
from core.collections.registry import load_collection
from core.collections.sound import Sound, find_sound
from core.errors import AudioError, CollectionError, GenreLabError, RunError
from core.evaluation.metrics import wilson_interval
from core.explanation.changes import CHANGES, Change
from core.explanation.what_if import ChangeableSong, what_if
from core.jobs.reporter import ProgressReporter
from core.prediction.song import load_model
from core.runs.named_clips import named_clips
from core.runs.record import Run
from core.runs.results import load_predictions, load_split
from core.runs.store import get_run

USUAL_CLIPS = 50
_SR_HZ = 44_100


@dataclass(frozen=True)
class RobustPoint:
    """Accuracy at one value of a change.

    Attributes
    ----------
    value : float
    n_correct, n : int
        Clips judged rightly, of how many.
    interval : (float, float)
        95 % Wilson interval of the accuracy.
    """

    value: float
    n_correct: int
    n: int
    interval: tuple[float, float]

    @property
    def accuracy(self) -> float:
        """Share judged rightly, 0 to 1."""
        return self.n_correct / self.n


@dataclass(frozen=True)
class Robustness:
    """How a run bears changes of its test clips.

    Attributes
    ----------
    run_id : str
    curves : dict of str to tuple of RobustPoint
        By the id of the change, ascending in value.
    clips : tuple of str
        Names of the test clips that were judged.
    n_test : int
        Clips in the test set.
    protocol : str
        Of the run's split.
    failures : dict of str to str
        Test clips of the sample that could not be read, with the reason: they are in no figure.
    """

    run_id: str
    curves: dict[str, tuple[RobustPoint, ...]]
    clips: tuple[str, ...]
    n_test: int
    protocol: str
    failures: dict[str, str]

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return asdict(self)


def measure_robustness(
    run_id: str,
    *,
    changes: Sequence[Change] = tuple(CHANGES.values()),
    n_clips: int = USUAL_CLIPS,
    collection: Collection | None = None,
    reporter: ProgressReporter | None = None,
) -> Robustness | None:
    """Accuracy of a run on its test clips over the range of each change.

    Parameters
    ----------
    run_id : str
    changes : sequence of Change
    n_clips : int
        Test clips at most, evenly over the genres.
    collection : Collection, optional
        Where the clips are, by their names; default that of the run, or whichever has their sound.
    reporter : ProgressReporter, optional

    Returns
    -------
    Robustness, or None where the reporter was asked to stop.

    Raises
    ------
    RunError
        The run is unfinished, or none of its test clips can be heard.
    CollectionError
        Its collection is not there.
    """
    run, reporter = get_run(run_id), reporter or ProgressReporter()
    if run.status != "finished":
        raise RunError(f"{run.label} is {run.status}: it has no test clips to judge. Choose a finished run.")
    if collection is None:
        collection = _own_collection(run)
    names = load_split(run_id)["test"]
    sounds = _sample(_sounds(collection, names), n_clips)
    if not sounds:
        raise RunError(
            f"None of the {len(names):,} test clips of {run.label} can be heard in {collection.title}. Give a "
            "collection that has their sound."
        )
    model, failures = load_model(run_id), {}
    right: dict[str, dict[float, int]] = {change.id: dict.fromkeys(change.values, 0) for change in changes}
    judged: list[str] = []
    reporter.phase("Changing test clips", total=len(sounds) * len(changes))
    for number, (name, genre, sound) in enumerate(sounds):
        try:
            song = song_of(sound)
            found = {}
            for place, change in enumerate(changes):
                if reporter.stop_requested:
                    return None
                found[change.id] = _right(run, song, change, model, genre)
                reporter.advance(number * len(changes) + place + 1, detail=name)
        except GenreLabError as error:
            failures[name] = str(error)
            continue
        judged.append(name)
        for change_id, values in found.items():
            for value, is_right in values.items():
                right[change_id][value] += is_right
    if not judged:
        raise RunError(f"None of the {len(sounds)} test clips tried could be read: {next(iter(failures.values()))}")
    n = len(judged)
    curves = {
        change_id: tuple(RobustPoint(value, k, n, wilson_interval(k, n)) for value, k in values.items())
        for change_id, values in right.items()
    }
    protocol = "" if run.result is None else run.result.protocol
    return Robustness(run_id, curves, tuple(judged), len(names), protocol, failures)


def _own_collection(run: Run) -> Collection:
    """That of the run; where it is not here, its test clips by name, some of which others may have the sound of."""
    try:
        return load_collection(run.config.collection_id, corrected=run.config.corrected_labels)
    except CollectionError:
        named = named_clips(run, load_predictions(run.id))
        if any(find_sound(named, clip) is not None for clip in named.clips):
            return named
        raise


def _right(run: Run, song: ChangeableSong, change: Change, model: Any, genre: str) -> Mapping[float, bool]:
    """Whether the run judges a clip rightly at each value of a change."""
    try:
        curve = what_if(song, change, {run.id: model})[run.id]
    except AudioError:  # at no value
        return dict.fromkeys(change.values, False)
    return {point.value: point.verdict is not None and point.verdict.genre == genre for point in curve.points}


def _sounds(collection: Collection, names: Sequence[str]) -> list[tuple[str, str, Sound]]:
    """Name, genre and sound of the clips of these names that can be heard."""
    found = []
    for name in names:
        clip = collection.by_name.get(name)
        sound = None if clip is None else find_sound(collection, clip)
        if clip is not None and sound is not None:
            found.append((name, clip.genre, sound))
    return found


def _sample(sounds: list[tuple[str, str, Sound]], n: int) -> list[tuple[str, str, Sound]]:
    """At most ``n``, one of each genre in turn; within a genre evenly from first to last."""
    genres: dict[str, list[tuple[str, str, Sound]]] = {}
    for entry in sorted(sounds, key=lambda entry: entry[0]):
        genres.setdefault(entry[1], []).append(entry)
    each = -(-n // max(1, len(genres)))
    thinned = [entries[:: max(1, len(entries) // each)] for entries in genres.values()]
    turns = (entry for turn in zip_longest(*thinned) for entry in turn if entry is not None)
    return list(turns)[:n]


def song_of(sound: Sound) -> ChangeableSong:
    """A clip's sound to be changed, and no more of its file than the clip is; `AudioError` where it cannot be read."""
    if sound.clip.path is not None and sound.clip.passage is None and sound.start_s is None:
        return ChangeableSong(sound.clip.path)
    samples = read_clip(sound.clip, sr_hz=_SR_HZ).samples
    start_s, end_s = sound.start_s or 0.0, sound.end_s or sound.clip.duration_s
    return ChangeableSong(encode_wav(samples[round(start_s * _SR_HZ) : round(end_s * _SR_HZ)], _SR_HZ))
