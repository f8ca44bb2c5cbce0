"""What would runs say if a song were changed: the verdict as a curve over the range of a change, and where it flips.

Conventions: a song is decoded once, and each changed version of it is judged by all runs together, which share its
features. Of a song that is changed whole, the neutral point is the plain verdict; of a longer one it is the verdict on
the stretch that is changed (`core.explanation.changeable`).
"""

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from core.errors import AudioError
from core.explanation.changeable import ChangeableSong
from core.explanation.changes import Change
from core.prediction.judge import Judge, appoint_judge
from core.prediction.song import HeardSong, SongVerdict

Panel = Sequence[tuple[Judge, Any]]
"""Runs, each with its model."""
_MAKERS = 2
"""Threads that make changed songs while others are judged: what they call works outside Python's lock."""


@dataclass(frozen=True)
class CurvePoint:
    """What a run says at one value of a change.

    Attributes
    ----------
    value : float
    verdict : SongVerdict or None
        None where the changed song could not be judged.
    problem : str
        Why not; else empty.
    """

    value: float
    verdict: SongVerdict | None
    problem: str = ""


@dataclass(frozen=True)
class Flip:
    """Between two neighbouring values of a curve the verdict changes.

    Attributes
    ----------
    low, high : float
        The values.
    below, above : str
        The genre at each.
    """

    low: float
    high: float
    below: str
    above: str


@dataclass(frozen=True)
class WhatIf:
    """A run's verdict on a song over the range of a change.

    Attributes
    ----------
    change : Change
    run_id : str
    points : tuple of CurvePoint
        By ascending value.
    span_s : (float, float)
        From and to of what was changed, in the song.
    """

    change: Change
    run_id: str
    points: tuple[CurvePoint, ...]
    span_s: tuple[float, float]

    @property
    def neutral(self) -> SongVerdict | None:
        """The verdict without the change."""
        return next(point.verdict for point in self.points if point.value == self.change.neutral)

    @property
    def judged(self) -> tuple[tuple[float, SongVerdict], ...]:
        """Values whose verdict there is."""
        return tuple((point.value, point.verdict) for point in self.points if point.verdict is not None)

    def point_at(self, value: float) -> CurvePoint | None:
        """What is known at a value; None where it was not tried."""
        return next((point for point in self.points if point.value == value), None)

    def with_points(self, points: Sequence[CurvePoint]) -> "WhatIf":
        """The same curve with further points; of two at one value the new one."""
        both = {point.value: point for point in (*self.points, *points)}
        return replace(self, points=tuple(both[value] for value in sorted(both)))

    @property
    def flips(self) -> tuple[Flip, ...]:
        """Where the most probable genre changes, by ascending value."""
        return tuple(
            Flip(low, high, one.genre, other.genre)
            for (low, one), (high, other) in pairwise(self.judged)
            if one.genre != other.genre
        )

    @property
    def holds(self) -> tuple[float, float] | None:
        """Lowest and highest value around the neutral one up to which the verdict stays; None without a neutral one."""
        if self.neutral is None:
            return None
        lows = [flip.high for flip in self.flips if flip.high <= self.change.neutral]
        highs = [flip.low for flip in self.flips if flip.low >= self.change.neutral]
        values = [value for value, _ in self.judged]
        return max(lows, default=values[0]), min(highs, default=values[-1])

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {
            "change": self.change.id,
            "unit": self.change.unit,
            "neutral": self.change.neutral,
            "from_s": self.span_s[0],
            "to_s": self.span_s[1],
            "points": [
                {
                    "value": point.value,
                    "genre": None if point.verdict is None else point.verdict.genre,
                    "probabilities": None
                    if point.verdict is None
                    else dict(zip(point.verdict.genres, point.verdict.probabilities, strict=True)),
                    "reliable": None if point.verdict is None else point.verdict.reliable,
                    "problem": point.problem,
                }
                for point in self.points
            ],
            "flips": [
                {"from": flip.low, "to": flip.high, "genre_from": flip.below, "genre_to": flip.above}
                for flip in self.flips
            ],
        }


def what_if(
    song: ChangeableSong,
    change: Change,
    models: Mapping[str, Any],
    *,
    values: Sequence[float] | None = None,
    on_point: Callable[[int, int], None] | None = None,
) -> dict[str, WhatIf]:
    """What runs say over the range of a change.

    Parameters
    ----------
    song : ChangeableSong
    change : Change
    models : mapping of str to model
        Each run's model by its id; None has it loaded.
    values : sequence of float, optional
        Other points than the change's nine; the neutral value is always among them.
    on_point : callable, optional
        Called after each point with how many are done and how many there are.

    Returns
    -------
    dict of str to WhatIf
        By run id.

    Raises
    ------
    AudioError
        A run cannot judge the song at any value.
    ConfigError
        A value is out of range.
    """
    wanted = sorted({*(change.values if values is None else values), change.neutral})
    curves = {
        run_id: WhatIf(change, run_id, points, song.span_s)
        for run_id, points in judge_at(song, change, wanted, panel_of(models), on_point=on_point).items()
    }
    for curve in curves.values():
        if not curve.judged:
            problem = curve.points[0].problem
            raise AudioError(f"The song cannot be judged at any value of {change.title.lower()}: {problem}")
    return curves


def panel_of(models: Mapping[str, Any]) -> Panel:
    """Runs ready to judge many songs, with their models by their ids; None has one loaded.

    Raises
    ------
    RunError
        See `core.prediction.judge.appoint_judge`.
    """
    judges = [appoint_judge(run_id) for run_id in models]
    return [
        (judge, judge.load_model() if model is None else model)
        for judge, model in zip(judges, models.values(), strict=True)
    ]


def judge_at(
    song: ChangeableSong,
    change: Change,
    values: Sequence[float],
    panel: Panel,
    *,
    on_point: Callable[[int, int], None] | None = None,
) -> dict[str, tuple[CurvePoint, ...]]:
    """What runs say at some values of a change; parameters and errors as of `what_if`, the runs as of `panel_of`.

    Returns
    -------
    dict of str to tuple of CurvePoint
        By run id, in the order of ``values``.
    """
    rates_hz = tuple(dict.fromkeys(each.sr_hz for judge, _ in panel for each in judge.front_ends))
    points: dict[str, list[CurvePoint]] = {judge.run.id: [] for judge, _ in panel}
    for done, (value, changed) in enumerate(_changed(song, change, values, rates_hz), start=1):
        for run_id, point in _judge(value, changed, panel).items():
            points[run_id].append(point)
        if on_point is not None:
            on_point(done, len(values))
    return {run_id: tuple(of_run) for run_id, of_run in points.items()}


def _changed(
    song: ChangeableSong, change: Change, values: Sequence[float], rates_hz: Sequence[int]
) -> Iterator[tuple[float, Future[HeardSong]]]:
    """The song at each value: while one is judged, the next are made, as far as the runs will need it."""
    for value in values:
        change.check(value)

    def make(value: float) -> HeardSong:
        heard = song.heard(change, value, rates_hz=rates_hz)
        for rate_hz in rates_hz:
            heard.samples_at(rate_hz)
        return heard

    with ThreadPoolExecutor(max_workers=_MAKERS) as makers:
        upcoming = deque(makers.submit(make, value) for value in values[:_MAKERS])
        for place, value in enumerate(values):
            current = upcoming.popleft()
            if place + _MAKERS < len(values):
                upcoming.append(makers.submit(make, values[place + _MAKERS]))
            yield value, current


def _judge(value: float, changed: Future[HeardSong], panel: Panel) -> dict[str, CurvePoint]:
    try:
        heard = changed.result()
    except AudioError as error:  # no encoder, or what it refuses
        return {judge.run.id: CurvePoint(value, None, str(error)) for judge, _ in panel}
    points = {}
    for judge, model in panel:
        try:
            points[judge.run.id] = CurvePoint(value, heard.heard_by(judge, model=model))
        except AudioError as error:  # nothing is left to be heard, as above a low cut
            points[judge.run.id] = CurvePoint(value, None, str(error))
    return points
