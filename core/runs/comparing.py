"""Which runs can be compared, and comparing them clip by clip."""

from collections.abc import Iterable
from dataclasses import dataclass

from core.evaluation.caution import FEWEST_TEST_CLIPS
from core.evaluation.compare import PairedResult, compare_predictions
from core.runs.record import Run
from core.runs.results import load_predictions

PAIR = {"cnn": "a CNN", "ffnn": "an FFNN"}
"""The two kinds of model whose comparison Genre Lab is about, as they stand in a sentence."""


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """A CNN and an FFNN trained on the same clips.

    Attributes
    ----------
    cnn, ffnn : Run
        Both finished.
    """

    cnn: Run
    ffnn: Run

    @property
    def accuracy_difference(self) -> float:
        """Test accuracy of the CNN less that of the FFNN, -1 to 1."""
        assert self.cnn.result is not None
        assert self.ffnn.result is not None
        return self.cnn.result.accuracy - self.ffnn.result.accuracy


def ground_of(run: Run) -> tuple[object, ...]:
    """What two runs must share for their test parts to be the same clips."""
    config = run.config
    ground = config.split.ground(config.seed)
    return run.collection_fingerprint, config.genres, ground, run.split_sizes.get("test", 0)


def is_same_ground(a: Run, b: Run) -> bool:
    """Whether two runs were trained on the same clips with the same split, so that their test parts are the same."""
    return ground_of(a) == ground_of(b)


def is_presentable(run: Run) -> bool:
    """Whether a run's accuracy may stand for its model: finished, not ended early by a search, on an honest split."""
    return (
        run.status == "finished"
        and run.result is not None
        and not run.stop_reason
        and not run.config.split.rules.is_wrong
    )


def is_telling(run: Run) -> bool:
    """Whether it is presentable and was tested on clips enough to say something."""
    return is_presentable(run) and run.result is not None and run.result.n >= FEWEST_TEST_CLIPS


def best_first(runs: Iterable[Run]) -> list[Run]:
    """Finished runs, those first from which one learns most.

    Recorded music before synthetic, then a split that keeps artists apart before one that does not, then what was
    tested on more clips, then the more accurate, then the newer. What is not presentable comes after all that is, and
    what was tested on a handful of clips after what was not.
    """
    finished = [run for run in runs if run.status == "finished" and run.result is not None]
    return sorted(finished, key=_standing, reverse=True)


def _standing(run: Run) -> tuple[object, ...]:
    assert run.result is not None
    return (
        is_telling(run),
        is_presentable(run),
        not run.synthetic,
        run.config.split.rules.is_strict,
        run.result.n,
        run.result.accuracy,
        run.created_at,
    )


def best_comparison(runs: Iterable[Run]) -> Comparison | None:
    """A CNN and an FFNN on the same collection, genres and split; None where there is no presentable pair.

    Both learnt to listen here: what lies on ears that others trained is set beside them (`core.runs.borrowed`).
    Of several grounds the one that `best_first` puts first, and there the best run of each kind.
    """
    best: dict[tuple[object, ...], dict[str, Run]] = {}
    for run in best_first(runs):
        if is_presentable(run) and run.config.model.kind in PAIR and run.config.trained_ears is None:
            best.setdefault(ground_of(run), {}).setdefault(run.config.model.kind, run)
    for pair in best.values():
        if len(pair) == len(PAIR):
            return Comparison(**pair)
    return None


def best_comparable(runs: Iterable[Run]) -> tuple[Run, Run] | None:
    """The two best presentable runs of any kind that were tested on the same clips; None where there are none."""
    best: dict[tuple[object, ...], Run] = {}
    for run in best_first(runs):
        if is_presentable(run):
            other = best.setdefault(ground_of(run), run)
            if other is not run:
                return other, run
    return None


def best_counterpart(run: Run, runs: Iterable[Run]) -> Run | None:
    """The best presentable run to compare a run with: of another kind before the same; None where none fits."""
    fitting = [each for each in best_first(runs) if each.id != run.id and is_presentable(each)]
    fitting = [each for each in fitting if is_same_ground(each, run)]
    other_kind = [each for each in fitting if each.config.model.kind != run.config.model.kind]
    return next(iter(other_kind or fitting), None)


def largest_same_ground(runs: Iterable[Run]) -> tuple[Run, ...]:
    """The most runs among these that were tested on the same clips; empty where no two were."""
    grounds: dict[tuple[object, ...], list[Run]] = {}
    for run in runs:
        grounds.setdefault(ground_of(run), []).append(run)
    largest = max(grounds.values(), key=len, default=[])
    return tuple(largest) if len(largest) > 1 else ()


def missing_of_pair(runs: Iterable[Run]) -> list[str]:
    """Which of the two kinds no run is of, as they stand in a sentence; empty where both are there."""
    kinds = {run.config.model.kind for run in runs}
    return [name for kind, name in PAIR.items() if kind not in kinds]


def compare_runs(a: Run, b: Run) -> PairedResult:
    """Pair two finished runs by test clip; `RunError` where they were tested on different clips."""
    return compare_predictions(load_predictions(a.id), load_predictions(b.id))
