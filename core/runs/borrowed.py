"""Trained ears beside the networks that learn to listen here, for whether training those is worth it.

Conventions: what is compared are accuracies on the same recordings. Runs on the same clips share all of them. The
models that come with Genre Lab were tested on recordings of one collection, under its names, of which those count that
all were tested on, although some heard them whole and others a cut; no model learnt from them or from their artists.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from core.evaluation.caution import FEWEST_TEST_CLIPS
from core.evaluation.metrics import evaluate
from core.evaluation.predictions import Predictions, TestResult
from core.runs.comparing import PAIR, best_first, is_presentable, is_same_ground
from core.runs.record import Run
from core.runs.results import load_details, load_predictions


@dataclass(frozen=True, kw_only=True)
class Judged:
    """What a run says of the recordings that are compared on.

    Attributes
    ----------
    run : Run
    result : TestResult
        On these recordings only.
    clip_s : float
        Seconds that the clips of its training have, in the median.
    """

    run: Run
    result: TestResult
    clip_s: float


@dataclass(frozen=True, kw_only=True)
class Borrowed:
    """Trained ears beside a CNN, an FFNN or both.

    Attributes
    ----------
    ears : Judged
    others : tuple of Judged
        The CNN before the FFNN; none of them uses trained ears.
    same_clips : bool
        Whether all learnt from and were tested on the same clips, and not only on the same recordings.
    """

    ears: Judged
    others: tuple[Judged, ...]
    same_clips: bool


def best_ears(runs: Iterable[Run]) -> Run | None:
    """The run with trained ears from which one learns most; None where there is none to present."""
    return next((run for run in best_first(runs) if is_presentable(run) and run.config.trained_ears is not None), None)


def beside_ears(
    runs: Sequence[Run], *, predictions: Callable[[str], Predictions] = load_predictions
) -> Borrowed | None:
    """The best trained ears beside the best networks without; None where no such runs can be compared.

    Parameters
    ----------
    runs : sequence of Run
    predictions : callable
        Gives the test probabilities of a run by its id.

    Raises
    ------
    RunError
        The files of a run cannot be read.
    """
    ranked = [run for run in best_first(runs) if is_presentable(run)]
    networks = [run for run in ranked if run.config.model.kind in PAIR and run.config.trained_ears is None]
    for ears in (run for run in ranked if run.config.trained_ears is not None):
        for is_comparable, same_clips in ((is_same_ground, True), (_both_shipped, False)):
            fitting = [run for run in networks if is_comparable(run, ears)]
            chosen = [next((run for run in fitting if run.config.model.kind == kind), None) for kind in PAIR]
            others = [run for run in chosen if run is not None]
            if others and (found := _compare(ears, others, same_clips=same_clips, predictions=predictions)):
                return found
    return None


def _both_shipped(a: Run, b: Run) -> bool:
    return a.shipped and b.shipped and a.config.genres == b.config.genres


def _compare(
    ears: Run, others: Sequence[Run], *, same_clips: bool, predictions: Callable[[str], Predictions]
) -> Borrowed | None:
    given = {run.id: predictions(run.id) for run in (ears, *others)}
    shared = set.intersection(*(set(each.table["clip"]) for each in given.values()))
    if not shared or (not same_clips and len(shared) < FEWEST_TEST_CLIPS):
        return None

    def judged(run: Run) -> Judged:
        table = given[run.id].table
        part = Predictions(table[table["clip"].isin(shared)].reset_index(drop=True), given[run.id].genres)
        assert run.result is not None
        result = run.result if len(part.table) == run.result.n else evaluate(part, protocol=run.result.protocol)
        return Judged(run=run, result=result, clip_s=float(load_details(run.id)["typical_duration_s"]))

    return Borrowed(ears=judged(ears), others=tuple(judged(run) for run in others), same_clips=same_clips)
