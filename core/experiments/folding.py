"""Seeds and folds of one configuration as one: what they come to together, with mean and spread."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from typing import Literal

from core.evaluation.metrics import wilson_interval
from core.experiments.aggregate import Spread, mean_chance, spread
from core.recipe.config import TrainingConfig
from core.runs.naming import common_name
from core.runs.record import Run
from core.splits.config import SplitConfig

_OF_CONFIG = [each.name for each in fields(TrainingConfig) if each.name not in ("name", "seed", "split")]
_OF_SPLIT = [each.name for each in fields(SplitConfig) if each.name != "fold"]


@dataclass(frozen=True, kw_only=True)
class FoldedRuns:
    """A run by itself, or finished runs that differ in seed and fold alone.

    Attributes
    ----------
    runs : tuple of Run
        In the order in which they were given; at least one.
    kind : "single", "seeds" or "folds"
        ``folds``: of one division, so that no clip was tested twice. ``seeds``: all else.
    """

    runs: tuple[Run, ...]
    kind: Literal["single", "seeds", "folds"]

    @property
    def first(self) -> Run:
        """The first of them: whatever they share can be read from it."""
        return self.runs[0]

    @property
    def name(self) -> str:
        """What they are called together."""
        return common_name([run.config.name for run in self.runs])

    @property
    def spread(self) -> Spread | None:
        """Of their accuracies; None for a run by itself."""
        return None if self.kind == "single" else spread(self._accuracies)

    @property
    def accuracy(self) -> float | None:
        """The run's own; over folds the share of all tested clips that was judged rightly, over seeds the mean, 0 to 1.

        None where there is no result.
        """
        if self.kind == "single":
            return self._accuracies[0] if self._accuracies else None
        if self.kind == "folds":
            return self._n_correct / self._n_tested
        return sum(self._accuracies) / len(self._accuracies)

    @property
    def n(self) -> int | None:
        """Test clips: of all folds, but of one seed alone (the mean, where they differ): seeds test the same anew."""
        if not self._accuracies:
            return None
        return self._n_tested if self.kind == "folds" else round(self._n_tested / len(self._accuracies))

    @property
    def interval(self) -> tuple[float, float] | None:
        """95 % Wilson interval at that accuracy with so many clips; how much seeds vary comes in addition."""
        if self.kind == "single":
            result = self.first.result
            return None if result is None else result.interval
        assert self.accuracy is not None
        assert self.n is not None
        return wilson_interval(round(self.accuracy * self.n), self.n)

    @property
    def chance(self) -> float | None:
        """Share of the commonest genre in the test parts, the mean over all clips; None where there is no result."""
        results = [run.result for run in self.runs if run.result is not None]
        return mean_chance(results) if results else None

    @property
    def missing(self) -> tuple[int, ...]:
        """Folds of which no run is finished."""
        n_folds = self.first.config.split.n_folds
        if self.kind != "folds" or n_folds is None:
            return ()
        tested = {run.config.split.fold for run in self.runs}
        return tuple(fold for fold in range(1, n_folds + 1) if fold not in tested)

    @property
    def _accuracies(self) -> list[float]:
        return [run.result.accuracy for run in self.runs if run.result is not None]

    @property
    def _n_tested(self) -> int:
        return sum(run.result.n for run in self.runs if run.result is not None)

    @property
    def _n_correct(self) -> int:
        return sum(run.result.n_correct for run in self.runs if run.result is not None)


def fold_runs(runs: Iterable[Run]) -> tuple[FoldedRuns, ...]:
    """Runs with those together that differ in seed and fold alone, each at the place of the first of them.

    Only finished ones are taken together, none that a search has ended early, and of the same seed and fold only the
    first: the same training twice says nothing of how much it varies.

    Parameters
    ----------
    runs : iterable of Run
        Newest first.
    """
    together: dict[tuple[object, ...], list[Run]] = {}
    seen: set[tuple[object, ...]] = set()
    for run in runs:
        own = (run.config.seed, run.config.split.fold)
        key = configuration_key(run)
        if run.status != "finished" or run.result is None or run.stop_reason or (key, own) in seen:
            together[(run.id,)] = [run]
            continue
        seen.add((key, own))
        together.setdefault(key, []).append(run)
    return tuple(_folded(found) for found in together.values())


def _folded(runs: Sequence[Run]) -> FoldedRuns:
    if len(runs) == 1:
        return FoldedRuns(runs=tuple(runs), kind="single")
    is_one_division = runs[0].config.split.n_folds is not None and (
        len({run.config.split.ground(run.config.seed)[:-1] for run in runs}) == 1
    )
    return FoldedRuns(runs=tuple(runs), kind="folds" if is_one_division else "seeds")


def configuration_key(run: Run) -> tuple[object, ...]:
    """What runs share that differ in name, seed and fold alone."""
    config = run.config
    return (
        run.collection_fingerprint,
        *(getattr(config, name) for name in _OF_CONFIG),
        *(getattr(config.split, name) for name in _OF_SPLIT),
    )
