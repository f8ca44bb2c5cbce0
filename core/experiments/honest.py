"""The result to lead with: the best that is honest, which is seldom the newest or the highest.

Conventions: of folds of one division only the whole counts, each clip tested once, and of several seeds the one in the
middle: the best of them would owe its place to luck.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from core.evaluation.caution import FEWEST_TEST_CLIPS
from core.evaluation.predictions import TestResult
from core.experiments.aggregate import pool_folds
from core.runs.comparing import is_presentable
from core.runs.record import Run


@dataclass(frozen=True, kw_only=True)
class Honest:
    """A result that may be led with.

    Attributes
    ----------
    runs : tuple of Run
        One; all folds of a division, by fold; or all seeds of a group, by accuracy.
    run : Run
        To look at: of folds and seeds the one in the middle.
    result : TestResult
        Of that run; of folds together. Chance over folds is their mean, which the true one does not exceed.
    kind : "one", "folds" or "seeds"
    """

    runs: tuple[Run, ...]
    run: Run
    result: TestResult
    kind: Literal["one", "folds", "seeds"]


def best_honest(runs: Iterable[Run]) -> Honest | None:
    """The result to lead with; None where none was tested on clips enough.

    Recorded music goes before synthetic, a split that keeps artists apart before one that does not, more genres before
    fewer. Among those left the accuracy counts by the lower end of its 95 % interval, so that a high figure on few
    clips does not win; of equals the newer. What rests on ears that others trained is left out: they may have heard the
    test clips, or their artists, before.

    Parameters
    ----------
    runs : iterable of Run
        Newest first; also unfinished ones.
    """
    fitting = [run for run in runs if is_presentable(run) and run.config.trained_ears is None]
    told = [each for each in _results(fitting) if each.result.n >= FEWEST_TEST_CLIPS]
    return max(told, key=_honesty, default=None)


def _results(runs: Iterable[Run]) -> list[Honest]:
    joined: dict[object, list[Run]] = {}
    for run in runs:
        joined.setdefault(_joins(run), []).append(run)
    made = [_folds(found) if found[0].config.split.n_folds is not None else _one(found) for found in joined.values()]
    return [each for each in made if each is not None]


def _joins(run: Run) -> object:
    """What is the same of runs of which only the whole counts."""
    split = run.config.split
    if split.n_folds is not None:
        return run.collection_fingerprint, run.group, replace(run.config, split=replace(split, fold=1))
    return (run.group, run.collection_fingerprint) if run.group_kind == "seeds" else run.id


def _folds(found: list[Run]) -> Honest | None:
    """Folds of one division together; None while one of them is missing."""
    newest: dict[int, Run] = {}
    for run in found:
        newest.setdefault(run.config.split.fold, run)
    folds = tuple(newest[fold] for fold in sorted(newest))
    pooled = pool_folds(folds)
    if pooled.missing:
        return None
    chance = sum(run.result.chance * run.result.n for run in folds if run.result is not None) / pooled.n
    result = TestResult(
        n_correct=pooled.n_correct,
        n=pooled.n,
        interval=pooled.interval,
        chance=chance,
        protocol=f"{folds[0].config.split.rules.in_words}, {len(folds)} folds together, each clip tested once",
    )
    return Honest(runs=folds, run=_middle(folds), result=result, kind="folds")


def _one(found: list[Run]) -> Honest:
    run = _middle(found)
    assert run.result is not None
    runs = tuple(sorted(found, key=_accuracy))
    return Honest(runs=runs, run=run, result=run.result, kind="seeds" if len(found) > 1 else "one")


def _middle(runs: Iterable[Run]) -> Run:
    """The run of median accuracy, the lower of two."""
    ordered = sorted(runs, key=_accuracy)
    return ordered[(len(ordered) - 1) // 2]


def _accuracy(run: Run) -> float:
    assert run.result is not None
    return run.result.accuracy


def _honesty(told: Honest) -> tuple[object, ...]:
    config = told.run.config
    return (
        not told.run.synthetic,
        config.split.rules.is_strict,
        len(config.genres),
        told.result.interval[0],
        max(run.created_at for run in told.runs),
    )


def why_behind(run: Run, best: Honest) -> str:
    """Why a finished run does not take the place of the best honest result, in words that go on "because".

    Parameters
    ----------
    run : Run
        Finished.
    best : Honest
        From `best_honest` of runs among which it was.

    Returns
    -------
    str
        Empty where it belongs to the best.
    """
    if run.result is None or run.id in {each.id for each in best.runs}:
        return ""
    split = run.config.split
    if split.rules.is_wrong:
        return "segments of one recording are on both sides of its split"
    if not is_presentable(run):
        return "a search ended it early"
    if run.config.trained_ears is not None:
        return "it rests on ears that others trained, which may have heard its test clips before"
    if run.result.n < FEWEST_TEST_CLIPS and split.n_folds is None:
        return f"it was tested on {run.result.n:,} clips only, and {FEWEST_TEST_CLIPS} are the fewest to lead with"
    if run.synthetic and not best.run.synthetic:
        return "its music is synthetic"
    if best.run.config.split.rules.is_strict and not split.rules.is_strict:
        return "its split does not keep artists apart"
    if len(run.config.genres) < len(best.run.config.genres):
        return f"it tells {len(run.config.genres)} genres apart instead of {len(best.run.config.genres)}"
    if split.n_folds is not None:
        return "it is one fold, and of folds only all together count"
    return "the lower end of its interval is lower"
