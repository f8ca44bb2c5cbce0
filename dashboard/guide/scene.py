"""What the tour can be given on: the collection at hand and the runs there are. Nothing here draws."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from core.clips.clip import Clip
from core.clips.collection import Collection
from core.evaluation.ordering import Confusion, biggest_confusions
from core.evaluation.published import STUDY
from core.experiments.honest import best_honest
from core.experiments.leak import LeakMeter, leak_meters
from core.runs.comparing import Comparison, best_comparison, best_first
from core.runs.record import Run
from dashboard import services

_MOST_LOOKED_AT = 40
"""Clips of a genre that are asked for their sound."""


@dataclass(frozen=True, kw_only=True)
class Scene:
    """What is at hand.

    Attributes
    ----------
    collection : Collection or None
        In view; None where it is not there yet or cannot be opened.
    runs : tuple of Run
        All, newest first.
    may_change : bool
        Whether this visitor may train and compute.
    """

    collection: Collection | None
    runs: tuple[Run, ...]
    may_change: bool

    def is_here(self, run: Run) -> bool:
        """Whether a run was trained on the collection in view."""
        return self.collection is not None and run.config.collection_id == self.collection.id

    @cached_property
    def grounds(self) -> tuple[tuple[Run, ...], ...]:
        """Finished runs to tell from, the nearest first: of this collection, those that come with Genre Lab, others."""
        finished = [
            run
            for run in self.runs
            if run.status == "finished" and run.result is not None and run.config.trained_ears is None
        ]
        here = tuple(run for run in finished if self.is_here(run))
        elsewhere = [run for run in finished if not self.is_here(run)]
        shipped = tuple(run for run in elsewhere if run.shipped)
        return here, shipped, tuple(run for run in elsewhere if not run.shipped)

    def best(self, kind: str) -> Run | None:
        """The run of a kind of model to show, ``cnn`` or ``ffnn``."""
        return next((found for ground in self.grounds if (found := _first(ground, kind)) is not None), None)

    def own(self, kind: str) -> Run | None:
        """The finished run of a kind of model on this collection; None where there is none."""
        return _first(self.grounds[0], kind)

    @property
    def to_hear(self) -> Run | None:
        """The run whose mistakes are shown: a CNN before others, one of this collection before all."""
        for ground in self.grounds:
            pair = best_comparison(ground)
            chosen = pair.cnn if pair is not None else _first(ground, "cnn") or next(iter(best_first(ground)), None)
            if chosen is not None:
                return chosen
        return None

    def under_way(self, kind: str) -> Run | None:
        """A run of that kind on this collection that trains or waits."""
        return next(
            (
                run
                for run in self.runs
                if run.status in ("running", "queued") and self.is_here(run) and run.config.model.kind == kind
            ),
            None,
        )

    @cached_property
    def pair(self) -> Comparison | None:
        """A CNN and an FFNN that were tested on the same clips."""
        return next((found for ground in self.grounds if (found := best_comparison(ground)) is not None), None)

    @property
    def meter(self) -> LeakMeter | None:
        """The leak meter that tells most, those of this collection first."""
        meters = leak_meters(self.runs)
        here = self.collection.id if self.collection is not None else ""
        return max(
            meters,
            key=lambda meter: (len(meter.rows) > 1, meter.recipe.collection_id == here, len(meter.rows)),
            default=None,
        )


def _first(runs: Iterable[Run], kind: str) -> Run | None:
    """The best of a kind: of folds and seeds the one in the middle, not the luckiest."""
    fitting = [run for run in runs if run.config.model.kind == kind]
    honest = best_honest(fitting)
    return honest.run if honest is not None else next(iter(best_first(fitting)), None)


def study_confusion(genres: Sequence[str]) -> Confusion | None:
    """The biggest confusion of the study's CNN between two of these genres; None where it knew no two of them."""
    every = biggest_confusions(STUDY.matrix, most=STUDY.matrix.size)
    return next((each for each in every if each.actual in genres and each.predicted in genres), None)


def clips_to_compare(collection: Collection) -> tuple[Clip, Clip, Confusion | None] | None:
    """Two clips of different genres that can be heard, and what the study says of such; None where there are none.

    Of the genres between which the study's CNN was wrong most, else of the first two that can be heard.
    """
    told = study_confusion(collection.genres)
    if told is not None:
        first, second = (_heard_clip(collection, genre) for genre in (told.actual, told.predicted))
        if first is not None and second is not None:
            return first, second, told
    found: list[Clip] = []
    for genre in collection.genres:
        if (clip := _heard_clip(collection, genre)) is not None:
            found.append(clip)
        if len(found) == 2:
            return found[0], found[1], None
    return None


def _heard_clip(collection: Collection, genre: str) -> Clip | None:
    """The first clip of a genre that can be heard."""
    own = [clip for clip in collection.clips if clip.genre == genre][:_MOST_LOOKED_AT]
    return next((clip for clip in own if services.sound(collection, clip) is not None), None)
