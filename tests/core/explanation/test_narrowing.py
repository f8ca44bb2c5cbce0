"""The nearest flips are told between two neighbours of the values that can be chosen, in few judgements."""

from collections.abc import Callable, Sequence
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from core.explanation.changeable import ChangeableSong
from core.explanation.changes import CHANGES, Change
from core.explanation.narrowing import gaps, narrow_flips
from core.explanation.what_if import CurvePoint, WhatIf, judge_at, panel_of, what_if
from core.explanation.words import what_if_lines
from core.prediction.song import SongVerdict, Window, load_model
from tests.core.explanation.conftest import Banded
from tests.core.prediction.test_song import wav

GENRES = ("a", "b", "c")


def verdict(genre: str) -> SongVerdict:
    shares = tuple(0.8 if each == genre else 0.1 for each in GENRES)
    return SongVerdict(GENRES, shares, (Window(0.0, 1.0, shares),), 1.0)


def judge_called(run_id: str) -> SimpleNamespace:
    return SimpleNamespace(run=SimpleNamespace(id=run_id))


class Judges:
    """Runs that say a genre by the value alone, in place of those that listen; None where they cannot judge."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, change: Change, **said: Callable[[float], str | None]) -> None:
        self.change, self.said = change, said
        self.asked: list[tuple[float, str]] = []
        monkeypatch.setattr(
            "core.explanation.narrowing.panel_of", lambda models: [(judge_called(name), None) for name in models]
        )
        monkeypatch.setattr("core.explanation.narrowing.judge_at", self.judge_at)

    def judge_at(
        self, _: object, change: Change, values: Sequence[float], panel: list[Any]
    ) -> dict[str, tuple[CurvePoint, ...]]:
        ids = [judge.run.id for judge, _ in panel]
        self.asked += [(value, run_id) for value in values for run_id in ids]
        return {run_id: tuple(self.point(run_id, value) for value in values) for run_id in ids}

    def point(self, run_id: str, value: float) -> CurvePoint:
        genre = self.said[run_id](value)
        return CurvePoint(value, None, "Silent.") if genre is None else CurvePoint(value, verdict(genre))

    def curves(self) -> dict[str, WhatIf]:
        return {
            run_id: WhatIf(self.change, run_id, tuple(self.point(run_id, each) for each in self.change.values), (0, 1))
            for run_id in self.said
        }

    def narrowed(self, **options: Any) -> dict[str, WhatIf]:
        return narrow_flips(None, self.curves(), dict.fromkeys(self.said), **options)  # type: ignore[arg-type]


def test_a_flip_is_found_between_neighbours_in_few_judgements(monkeypatch: pytest.MonkeyPatch) -> None:
    judges = Judges(monkeypatch, CHANGES["pitch"], run=lambda value: "a" if value < 2.73 else "b")
    told: list[tuple[int, int]] = []
    curve = judges.narrowed(on_point=lambda done, n: told.append((done, n)))["run"]
    (flip,) = curve.flips
    assert (flip.low, flip.high) == (2.7, 2.8)
    assert len(judges.asked) <= 5  # of 19 values in between
    assert len(curve.points) == 9 + len(judges.asked)
    assert [done for done, _ in told] == list(range(1, len(judges.asked) + 1))
    assert all(done <= n for done, n in told)
    assert gaps(curve) == ()
    assert "Between +2.7 semitones and +2.8 semitones it turns from a to b." in what_if_lines(curve)


def test_the_nearest_flip_on_either_side_is_told_of_each_run_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    judges = Judges(
        monkeypatch,
        CHANGES["loudness"],
        one=lambda value: "b" if value < -20 else "a" if value < 2 else "c" if value < 4.2 else "b",
        other=lambda value: "b" if value < -13 else "a",
    )
    curves = judges.narrowed()
    told = {
        run_id: [(flip.low, flip.high, flip.below, flip.above) for flip in curve.flips]
        for run_id, curve in curves.items()
    }
    # The third genre hides between two of the nine values: the flip next to the song as it is leads into it.
    assert told["one"][:2] == [(-20.5, -20.0, "b", "a"), (1.5, 2.0, "a", "c")]
    assert told["other"] == [(-13.5, -13.0, "b", "a")]
    assert curves["one"].holds == (-20.0, 1.5)
    assert len(judges.asked) == len(set(judges.asked)) <= 3 * 4
    assert {run_id for _, run_id in judges.asked} == {"one", "other"}


def test_flips_beyond_the_nearest_stay_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    judges = Judges(monkeypatch, CHANGES["pitch"], run=lambda value: "a" if value < 0.5 or value > 5 else "b")
    curve = judges.narrowed()["run"]
    assert [(flip.low, flip.high) for flip in curve.flips] == [(0.4, 0.5), (4.0, 6.0)]
    assert gaps(curve) == ()


def test_two_runs_that_flip_between_the_same_points_share_the_changed_sound(monkeypatch: pytest.MonkeyPatch) -> None:
    judges = Judges(
        monkeypatch,
        CHANGES["pitch"],
        one=lambda value: "a" if value < 2.73 else "b",
        other=lambda value: "c" if value < 2.73 else "b",
    )
    made: list[float] = []
    judge = judges.judge_at
    monkeypatch.setattr(
        "core.explanation.narrowing.judge_at",
        lambda song, change, values, panel: made.extend(values) or judge(song, change, values, panel),
    )
    judges.narrowed()
    assert len(made) == len(set(made)) <= 5


def test_where_nothing_flips_or_can_be_judged_nobody_is_asked_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    same = Judges(monkeypatch, CHANGES["noise"], run=lambda _: "a")
    assert same.narrowed() == same.curves()
    assert same.asked == []
    deaf = Judges(
        monkeypatch,
        CHANGES["pitch"],
        run=lambda value: ("a" if value <= 0 else "b") if value in CHANGES["pitch"].values else None,
    )
    (flip,) = deaf.narrowed()["run"].flips
    assert (flip.low, flip.high) == (0.0, 2.0)
    assert deaf.asked == [(1.0, "run")]


def test_bit_rates_of_mp3_are_those_that_mp3_has(monkeypatch: pytest.MonkeyPatch) -> None:
    judges = Judges(monkeypatch, CHANGES["mp3"], run=lambda value: "a" if value > 170 else "b")
    (flip,) = judges.narrowed()["run"].flips
    assert (flip.low, flip.high) == (160.0, 192.0)


def test_every_grid_has_the_nine_values_and_is_finer() -> None:
    for change in CHANGES.values():
        assert list(change.grid) == sorted(set(change.grid))
        assert set(change.values) <= set(change.grid)
        assert (change.grid[0], change.grid[-1]) == (change.low, change.high)
        assert len({change.value_text(value) for value in change.grid}) == len(change.grid) > 16
        if change.is_logarithmic and change.id != "mp3":
            assert max(np.array(change.grid[1:]) / change.grid[:-1]) < 1.101


def test_the_found_flip_is_there(banded: Banded, banded_song: np.ndarray) -> None:
    song, change = ChangeableSong(wav(banded_song)), CHANGES["high-cut"]
    models = {banded.cnn: load_model(banded.cnn)}
    curves = what_if(song, change, models)
    curve = narrow_flips(song, curves, models)[banded.cnn]
    assert curve.neutral == curves[banded.cnn].neutral
    assert curve.holds is not None
    nearest = [flip for flip in curve.flips if flip.high == curve.holds[0]]
    assert nearest
    for flip in nearest:
        assert change.grid.index(flip.high) == change.grid.index(flip.low) + 1
        judged = judge_at(song, change, [flip.low, flip.high], panel_of(models))[banded.cnn]
        assert [point.verdict.genre for point in judged if point.verdict] == [flip.below, flip.above]
