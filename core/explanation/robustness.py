"""How a run's accuracy on its own test clips bears each change.

Conventions: a sample of the test clips, as many of each genre as there are, is changed and judged at every value of a
change. A clip that cannot be judged at a value counts as wrong there. Intervals are 95 % Wilson intervals of the clips
at one value; points of one curve are of the same clips. What is found is logged at once
(`core.explanation.robustness_log`): whoever measures the same again goes on where it was stopped.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from itertools import zip_longest
from typing import Any

import numpy as np

from core.audio import probe_audio
from core.clips.collection import Collection
from core.clips.sound import read_clip
from core.collections.registry import load_collection
from core.collections.sound import Sound, find_sound
from core.errors import AudioError, CollectionError, RunError
from core.evaluation.metrics import wilson_interval
from core.explanation.changeable import ChangeableSong, changing_rate
from core.explanation.changes import CHANGES, Change
from core.explanation.heard import float_wav
from core.explanation.robustness_log import Judged, RobustnessLog, stamp_of
from core.explanation.what_if import Panel, judge_at, panel_of
from core.jobs.reporter import ProgressReporter
from core.runs.named_clips import named_clips
from core.runs.record import Run
from core.runs.results import load_predictions, load_split
from core.runs.store import get_run

USUAL_CLIPS = 50
_AS_LONG = 0.9
"""Share of the length of a typical clip from which on a sound counts as one."""


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
    clip_s, learnt_s : float or None
        Seconds of a typical clip that was judged, and of one that the run learnt from; None where it is not known.
    heard_in : str
        Title of the collection in which the clips were looked up by name; empty for the run's own.
    by_genre : dict of str to int
        Clips that were judged, of every genre of the run; empty where it is not known.
    n_heard : int or None
        Clips of the test set whose sound was there to be judged; None where it is not known.
    """

    run_id: str
    curves: dict[str, tuple[RobustPoint, ...]]
    clips: tuple[str, ...]
    n_test: int
    protocol: str
    failures: dict[str, str]
    clip_s: float | None = None
    learnt_s: float | None = None
    heard_in: str = ""
    by_genre: dict[str, int] = field(default_factory=dict)
    n_heard: int | None = None

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
        Where the clips are, by their names; default that of the run, or whichever has their sound. Its labels count;
        clips of genres that the run does not know are left out.
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
    heard_in = "" if collection is None else collection.title
    if collection is None:
        collection = _own_collection(run)
    names = load_split(run_id)["test"]
    able = [clip for clip in _heard(collection, names) if clip.genre in run.config.genres]
    if not able:
        raise RunError(
            f"None of the {len(names):,} test clips of {run.label} can be heard in {collection.title}. Give a "
            "collection that has their sound."
        )
    sample = _sample(able, n_clips)
    reporter.phase("Loading the model")
    panel, log = panel_of({run_id: None}), RobustnessLog(run_id)
    known = {(one.clip, one.genre, one.stamp, one.change): one.is_right for one in log.read()}
    steps = [
        (each, change, (each.name, each.genre, stamp_of(each.sound, panel[0][0]), change.id))
        for each in sample
        for change in changes
    ]
    n_done = sum(key in known for *_, key in steps)
    reporter.phase("Changing test clips", total=len(steps), already=n_done)
    failures: dict[str, str] = {}
    song: tuple[str, _ChangedClip] | None = None
    for each, change, key in steps:
        if key in known:
            continue
        if reporter.stop_requested:
            return None
        if each.name not in failures:
            try:
                if song is None or song[0] != each.name:
                    song = each.name, _ChangedClip(song_of(each.sound), each.genre, panel)
                known[key] = song[1].is_right(change)
                log.add(Judged(*key, known[key]))
            except AudioError as error:
                failures[each.name] = str(error)
        n_done += 1
        reporter.advance(n_done, detail=each.name)
    judged = [each for each in sample if each.name not in failures]
    if not judged:
        raise RunError(f"None of the {len(sample)} test clips tried could be read: {next(iter(failures.values()))}")
    counted = [(change, known[key]) for each, change, key in steps if each.name not in failures]
    curves = {
        change.id: _curve(change, [of_clip for other, of_clip in counted if other is change]) for change in changes
    }
    protocol = "" if run.result is None else run.result.protocol
    return Robustness(
        run_id=run_id,
        curves=curves,
        clips=tuple(each.name for each in judged),
        n_test=len(names),
        protocol=protocol,
        failures=failures,
        clip_s=float(np.median([each.length_s for each in judged])),
        learnt_s=panel[0][0].clip_s,
        heard_in=heard_in,
        by_genre={genre: sum(each.genre == genre for each in judged) for genre in run.config.genres},
        n_heard=len(able),
    )


def _curve(change: Change, is_right: Sequence[Mapping[float, bool]]) -> tuple[RobustPoint, ...]:
    """Accuracy at each value, of what each clip was judged."""
    n = len(is_right)
    counts = {value: sum(of_clip[value] for of_clip in is_right) for value in change.values}
    return tuple(RobustPoint(value, k, n, wilson_interval(k, n)) for value, k in counts.items())


class _ChangedClip:
    """A clip that a run judges changed, and once as it is."""

    def __init__(self, song: ChangeableSong, genre: str, panel: Panel) -> None:
        self._song, self._genre, self._panel = song, genre, panel
        self._unchanged: bool | None = None

    def is_right(self, change: Change) -> dict[float, bool]:
        """Whether the run judges it rightly at each value of a change."""
        values = [value for value in change.values if value != change.neutral or self._unchanged is None]
        (points,) = judge_at(self._song, change, values, self._panel).values()
        found = {point.value: point.verdict is not None and point.verdict.genre == self._genre for point in points}
        if self._unchanged is None:
            self._unchanged = found[change.neutral]
        found[change.neutral] = self._unchanged
        return {value: found[value] for value in change.values}


def sample_text(found: Robustness) -> str:
    """Which clips were judged, in words: ``"50 clips of the 290 in its test set, 5 of each of its 10 genres"``."""
    n, n_test = len(found.clips), found.n_test
    text = f"{n:,} clip{'' if n == 1 else 's'} of the {n_test:,} in its test set"
    if found.heard_in:
        text += f", as they are in {found.heard_in}"
    counts = set(found.by_genre.values())
    if len(counts) == 1:
        text += f", {counts.pop():,} of each of its {len(found.by_genre)} genres"
    elif counts:
        there = [f"{genre} {count:,}" for genre, count in found.by_genre.items() if count]
        missing = [genre for genre, count in found.by_genre.items() if not count]
        text += f" ({', '.join(there)}{'; none of ' + ', '.join(missing) if missing else ''})"
    if found.n_heard is not None and found.n_heard < n_test:
        text += f"; only {found.n_heard:,} of the {n_test:,} have sound here"
    return text


def short_text(found: Robustness) -> str:
    """That what was judged are shorter sounds than the run learnt from, in words; empty where they are not."""
    if found.clip_s is None or found.learnt_s is None or found.clip_s >= _AS_LONG * found.learnt_s:
        return ""
    return (
        f"What was judged lasts {found.clip_s:.1f} s (median), while the run learnt from clips of "
        f"{found.learnt_s:.1f} s: this is not its accuracy on whole clips."
    )


def _own_collection(run: Run) -> Collection:
    """That of the run; where it is not here, its test clips by name, some of which others may have the sound of."""
    try:
        return load_collection(run.config.collection_id, corrected=run.config.corrected_labels)
    except CollectionError:
        named = named_clips(run, load_predictions(run.id))
        if any(find_sound(named, clip) is not None for clip in named.clips):
            return named
        raise


@dataclass(frozen=True)
class _TestClip:
    """A test clip that can be heard."""

    name: str
    genre: str
    sound: Sound

    @property
    def length_s(self) -> float:
        end_s = self.sound.clip.duration_s if self.sound.end_s is None else self.sound.end_s
        return end_s - (self.sound.start_s or 0.0)


def _heard(collection: Collection, names: Sequence[str]) -> list[_TestClip]:
    """The clips of these names that can be heard."""
    found = []
    for name in names:
        clip = collection.by_name.get(name)
        sound = None if clip is None else find_sound(collection, clip)
        if clip is not None and sound is not None:
            found.append(_TestClip(name, clip.genre, sound))
    return found


def _sample(clips: Sequence[_TestClip], n: int) -> list[_TestClip]:
    """At most ``n``, as many of each genre as there are: one of each in turn, of a genre spread evenly by name."""
    genres: dict[str, list[_TestClip]] = {}
    for clip in sorted(clips, key=lambda clip: clip.name):
        genres.setdefault(clip.genre, []).append(clip)
    in_turn = [genre for turn in zip_longest(*([genre] * len(of) for genre, of in genres.items())) for genre in turn]
    n_each = Counter([genre for genre in in_turn if genre is not None][:n])
    chosen = [
        [of_genre[int((place + 0.5) * len(of_genre) / n_each[genre])] for place in range(n_each[genre])]
        for genre, of_genre in genres.items()
    ]
    return [clip for turn in zip_longest(*chosen) for clip in turn if clip is not None]


def song_of(sound: Sound) -> ChangeableSong:
    """A clip's sound to be changed, and no more of its file than the clip is; `AudioError` where it cannot be read."""
    if sound.clip.path is not None and sound.clip.passage is None and sound.start_s is None:
        return ChangeableSong(sound.clip.path)
    if sound.clip.path is None:
        raise AudioError("This collection has no audio for the clip.")
    sr_hz = changing_rate(probe_audio(sound.clip.path))
    samples = read_clip(sound.clip, sr_hz=sr_hz).samples
    start_s, end_s = sound.start_s or 0.0, sound.end_s or sound.clip.duration_s
    return ChangeableSong(float_wav(samples[round(start_s * sr_hz) : round(end_s * sr_hz)], sr_hz))
