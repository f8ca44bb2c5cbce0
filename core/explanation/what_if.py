"""What would runs say if a song were changed: the verdict as a curve over the range of a change, and where it flips.

Conventions: a song is decoded once, and each changed version of it is judged by all runs together, which share its
features. A song up to `WHOLE_S` is changed whole, and its neutral point is the plain verdict. Of a longer one
`STRETCH_S` from its middle are changed and judged; the curve's neutral point is then the verdict on that stretch.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.audio import probe_audio, read_sound
from core.errors import AudioError
from core.explanation.changes import Change
from core.explanation.heard import song_of_samples
from core.prediction.song import MAX_STRETCH_S, HeardSong, SongVerdict

WHOLE_S, STRETCH_S = 37.5, 30.0
"""Seconds up to which a song is changed whole, and of the stretch that is changed of a longer one."""
_LOWEST_SR_HZ, _HIGHEST_SR_HZ = 22_050, 44_100


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


class ChangeableSong:
    """A song that is decoded once and can be had changed.

    Parameters
    ----------
    source : Path or bytes
        A sound file, or its content.
    sr_hz : int, optional
        Rate at which it is changed; default its own, 22,050 to 44,100.

    Raises
    ------
    AudioError
        It cannot be read.
    """

    def __init__(self, source: Path | bytes, *, sr_hz: int | None = None) -> None:
        info = probe_audio(source)
        self._source = source
        self.sr_hz = sr_hz or min(max(info.sr_hz, _LOWEST_SR_HZ), _HIGHEST_SR_HZ)
        samples = read_sound(source, sr_hz=self.sr_hz, duration_s=MAX_STRETCH_S).samples
        self.is_whole = len(samples) <= WHOLE_S * self.sr_hz
        n_changed = len(samples) if self.is_whole else round(STRETCH_S * self.sr_hz)
        first = (len(samples) - n_changed) // 2
        self.samples = samples[first : first + n_changed]
        self.span_s = first / self.sr_hz, (first + n_changed) / self.sr_hz
        self._unchanged: HeardSong | None = None

    def changed(self, change: Change, value: float) -> NDArray[np.float32]:
        """The changed song, to be listened to, at ``sr_hz``; `ConfigError` where the value is out of range."""
        return change.apply(self.samples, self.sr_hz, value)

    def heard(self, change: Change, value: float) -> HeardSong:
        """The changed song for runs to judge; at the neutral value always the same one."""
        if value != change.neutral:
            return song_of_samples(self.changed(change, value), self.sr_hz)
        if self._unchanged is None:
            # As the file is, so that runs say exactly what they say of it elsewhere.
            self._unchanged = HeardSong(self._source) if self.is_whole else song_of_samples(self.samples, self.sr_hz)
        return self._unchanged


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
    wanted = sorted({*(change.values if values is None else map(change.check, values)), change.neutral})
    points: dict[str, list[CurvePoint]] = {run_id: [] for run_id in models}
    for done, (value, changed) in enumerate(_changed(song, change, wanted), start=1):
        for run_id, point in _judge(value, changed, models).items():
            points[run_id].append(point)
        if on_point is not None:
            on_point(done, len(wanted))
    for of_run in points.values():
        if all(point.verdict is None for point in of_run):
            raise AudioError(f"The song cannot be judged at any value of {change.title.lower()}: {of_run[0].problem}")
    return {run_id: WhatIf(change, run_id, tuple(of_run), song.span_s) for run_id, of_run in points.items()}


def _changed(
    song: ChangeableSong, change: Change, values: Sequence[float]
) -> Iterator[tuple[float, Future[HeardSong]]]:
    """The song at each value: while one is judged, the next is made."""
    with ThreadPoolExecutor(max_workers=1) as maker:
        upcoming = maker.submit(song.heard, change, values[0])
        for value, following in zip(values, [*values[1:], None], strict=True):
            current = upcoming
            if following is not None:
                upcoming = maker.submit(song.heard, change, following)
            yield value, current


def _judge(value: float, changed: Future[HeardSong], models: Mapping[str, Any]) -> dict[str, CurvePoint]:
    try:
        heard = changed.result()
    except AudioError as error:  # no encoder, or what it refuses
        return {run_id: CurvePoint(value, None, str(error)) for run_id in models}
    points = {}
    for run_id, model in models.items():
        try:
            points[run_id] = CurvePoint(value, heard.judged_by(run_id, model=model))
        except AudioError as error:  # nothing is left to be heard, as above a low cut
            points[run_id] = CurvePoint(value, None, str(error))
    return points
