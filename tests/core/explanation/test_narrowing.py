"""Flips are told between two neighbours of the values that can be chosen, in as few judgements as halving needs."""

from collections.abc import Callable, Sequence
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


class Judges:
    """Runs that say a genre by the value alone, in place of those that listen; None where they cannot judge."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, change: Change, **said: Callable[[float], str | None]) -> None:
        self.change, self.said, self.asked = change, said, []
        monkeypatch.setattr("core.explanation.narrowing.panel_of", lambda models: list(models))
        monkeypatch.setattr("core.explanation.narrowing.judge_at", self.judge_at)

    def judge_at(
        self, _: object, change: Change, values: Sequence[float], panel: list[str], *, on_point: Any
    ) -> dict[str, tuple[CurvePoint, ...]]:
        self.asked += values
        for place in range(len(values)):
            on_point(place + 1, len(values))
        return {run_id: tuple(self.point(run_id, value) for value in values) for run_id in panel}

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


def test_each_of_several_flips_is_told_and_each_run_is_asked_at_each_value(monkeypatch: pytest.MonkeyPatch) -> None:
    judges = Judges(
        monkeypatch,
        CHANGES["loudness"],
        one=lambda value: "a" if value < 2 else "c" if value < 4.2 else "b",  # a third genre between two points
        other=lambda value: "b" if value < -13 else "a",
    )
    curves = judges.narrowed()
    assert [(flip.low, flip.high, flip.below, flip.above) for flip in curves["one"].flips] == [
        (1.5, 2.0, "a", "c"),
        (4.0, 4.5, "c", "b"),
    ]
    assert [(flip.low, flip.high) for flip in curves["other"].flips] == [(-13.5, -13.0)]
    assert [point.value for point in curves["one"].points] == [point.value for point in curves["other"].points]
    assert len(judges.asked) == len(set(judges.asked))


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
    assert deaf.asked == [1.0]


def test_no_more_is_judged_than_was_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    judges = Judges(monkeypatch, CHANGES["tempo"], run=lambda value: "ab"[round(100 * value) % 2])
    curve = judges.narrowed(most=3)["run"]
    assert len(judges.asked) == 3
    assert gaps(curve)


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
    assert len(curve.flips) >= len(curves[banded.cnn].flips) >= 1
    for flip in curve.flips:
        assert change.grid.index(flip.high) == change.grid.index(flip.low) + 1
        judged = judge_at(song, change, [flip.low, flip.high], panel_of(models))[banded.cnn]
        assert [point.verdict.genre for point in judged if point.verdict] == [flip.below, flip.above]
