"""What a group of runs comes to: mean and spread over seeds, pooled accuracy over folds, inflation over protocols."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import mean, stdev

import pandas as pd

from core.errors import RunError
from core.evaluation.metrics import wilson_interval
from core.evaluation.predictions import Predictions, TestResult
from core.runs.record import Run
from core.splits.protocols import PROTOCOLS, Protocol, protocol_of, protocol_title


@dataclass(frozen=True, kw_only=True)
class Spread:
    """Accuracies of several runs.

    Attributes
    ----------
    n_runs : int
    mean : float
        0 to 1.
    deviation : float or None
        Standard deviation with n - 1; None for a single run.
    interval : (float, float) or None
        95 % interval of the mean by Student's t, which takes the accuracies for normally distributed; cut to 0..1. None
        for a single run, and where all accuracies are the same: nothing is then known of how they vary.
    lowest, highest : float
    """

    n_runs: int
    mean: float
    deviation: float | None
    interval: tuple[float, float] | None
    lowest: float
    highest: float


def spread(accuracies: Sequence[float]) -> Spread:
    """Mean, standard deviation and t interval of accuracies, 0 to 1."""
    if not accuracies:
        raise ValueError("There are no accuracies.")
    n = len(accuracies)
    centre = mean(accuracies)
    deviation = stdev(accuracies) if n > 1 else None
    interval = None
    if deviation is not None and min(accuracies) < max(accuracies):
        from scipy.stats import t

        half = float(t.ppf(0.975, n - 1)) * deviation / sqrt(n)
        interval = (max(0.0, centre - half), min(1.0, centre + half))
    return Spread(
        n_runs=n,
        mean=centre,
        deviation=deviation,
        interval=interval,
        lowest=min(accuracies),
        highest=max(accuracies),
    )


@dataclass(frozen=True, kw_only=True)
class Pooled:
    """Folds laid together: each clip was tested once.

    Attributes
    ----------
    n_correct, n : int
        Over all folds.
    interval : (float, float)
        95 % Wilson interval of the pooled accuracy. The folds share most of their training clips, so it is a little too
        narrow (Bengio and Grandvalet, "No unbiased estimator of the variance of k-fold cross-validation", 2004).
    folds : Spread
        Of the accuracies of the single folds.
    missing : tuple of int
        Folds without a finished run.
    chance : float
        Share of the commonest genre in the test parts, the mean over all clips.
    """

    n_correct: int
    n: int
    interval: tuple[float, float]
    folds: Spread
    missing: tuple[int, ...]
    chance: float

    @property
    def accuracy(self) -> float:
        """Share judged rightly over all folds, 0 to 1."""
        return self.n_correct / self.n

    @property
    def result(self) -> TestResult:
        """As the result of one run."""
        return TestResult(
            n_correct=self.n_correct, n=self.n, interval=self.interval, chance=self.chance, protocol="folds"
        )


def pool_folds(runs: Iterable[Run]) -> Pooled:
    """Lay the finished folds of one recipe together.

    Raises
    ------
    RunError
        None is finished, two test the same fold, or they are not folds of one division.
    """
    finished = [run for run in runs if run.result is not None]
    if not finished:
        raise RunError("No fold is finished yet.")
    grounds = {(_division(run), run.collection_fingerprint, run.config.genres) for run in finished}
    n_folds = finished[0].config.split.n_folds
    if len(grounds) > 1 or n_folds is None:
        raise RunError("These runs are not folds of the same split: collection, genres, protocol or seed differ.")
    tested = [run.config.split.fold for run in finished]
    if len(set(tested)) < len(tested):
        raise RunError("Two of these runs test the same fold; pool one run per fold.")
    results = [run.result for run in finished if run.result is not None]
    n_correct, n = sum(result.n_correct for result in results), sum(result.n for result in results)
    return Pooled(
        n_correct=n_correct,
        n=n,
        interval=wilson_interval(n_correct, n),
        folds=spread([result.accuracy for result in results]),
        missing=tuple(fold for fold in range(1, n_folds + 1) if fold not in tested),
        chance=mean_chance(results),
    )


def mean_chance(results: Sequence[TestResult]) -> float:
    """Chance of several test parts, at least one: the mean over all clips."""
    return sum(result.chance * result.n for result in results) / sum(result.n for result in results)


def _division(run: Run) -> tuple[object, ...]:
    """What the folds of one division share."""
    return run.config.split.ground(run.config.seed)[:-1]


def pool_predictions(folds: Sequence[Predictions]) -> Predictions:
    """Test probabilities of several folds as one table.

    Raises
    ------
    RunError
        They tell different genres apart, or a clip was tested twice.
    """
    if len({fold.genres for fold in folds}) != 1:
        raise RunError("Only folds with the same genres can be pooled.")
    table = pd.concat([fold.table for fold in folds], ignore_index=True)
    if table["clip"].duplicated().any():
        twice = table.loc[table["clip"].duplicated(), "clip"].iloc[0]
        raise RunError(f"{twice} was tested in two folds; expected each clip to be tested once.")
    return Predictions(table.sort_values("clip", ignore_index=True), folds[0].genres)


@dataclass(frozen=True, kw_only=True)
class LeakRow:
    """Accuracy under one protocol.

    Attributes
    ----------
    protocol : str
        A `core.splits.config.SplitConfig.key`.
    n_correct, n : int
        Test clips, pooled where there are several runs on different clips.
    interval : (float, float)
        95 % Wilson interval.
    inflation : float
        Accuracy less that under the strictest protocol of the meter, -1 to 1; 0 for the strictest itself.
    runs : tuple of str
        Ids of the runs behind it.
    words : str
        The protocol in words.
    n_train : int
        Clips that a run learnt from, the mean over folds.
    unit : str
        What is counted: ``"clip"``, or ``"excerpt"`` where clips were cut.
    chance : float
        Share of the commonest genre in the test part; of several, the mean over all clips.
    """

    protocol: str
    n_correct: int
    n: int
    interval: tuple[float, float]
    inflation: float
    runs: tuple[str, ...]
    words: str
    n_train: int
    unit: str = "clip"
    chance: float = 0.0

    @property
    def result(self) -> TestResult:
        """As the result of one run."""
        return TestResult(
            n_correct=self.n_correct, n=self.n, interval=self.interval, chance=self.chance, protocol=self.words
        )

    @property
    def rules(self) -> Protocol:
        """What the table of protocols says of it."""
        return protocol_of(self.protocol)

    @property
    def title(self) -> str:
        """Title of the protocol, with the number of its folds."""
        folds = f", {len(self.runs)} folds" if len(self.runs) > 1 else ""
        return protocol_title(self.protocol) + folds

    @property
    def accuracy(self) -> float:
        """Share judged rightly, 0 to 1."""
        return self.n_correct / self.n


def leak_rows(runs_by_protocol: Mapping[str, Sequence[Run]]) -> tuple[LeakRow, ...]:
    """One row a protocol, from the one that lets most leak to the strictest.

    Parameters
    ----------
    runs_by_protocol : mapping
        Finished runs of one recipe by `SplitConfig.key`: a single one, or the folds of one division.
    """
    figures: dict[str, tuple[int, int, list[Run]]] = {}
    for protocol in sorted(runs_by_protocol, key=_looseness):
        finished = [run for run in runs_by_protocol.get(protocol, ()) if run.result is not None]
        results = [run.result for run in finished if run.result is not None]
        if results:
            figures[protocol] = (sum(each.n_correct for each in results), sum(each.n for each in results), finished)
    if not figures:
        return ()
    least_correct, least_n, _ = figures[list(figures)[-1]]
    return tuple(
        LeakRow(
            protocol=protocol,
            n_correct=n_correct,
            n=n,
            interval=wilson_interval(n_correct, n),
            inflation=n_correct / n - least_correct / least_n,
            runs=tuple(run.id for run in finished),
            words=protocol_words(finished),
            n_train=round(mean(run.split_sizes.get("train", 0) for run in finished)),
            unit=finished[0].config.split.unit,
            chance=mean_chance([run.result for run in finished if run.result is not None]),
        )
        for protocol, (n_correct, n, finished) in figures.items()
    )


def _looseness(protocol: str) -> tuple[int, str]:
    """Sorts protocols, by their keys, from the one that lets most leak."""
    return list(PROTOCOLS).index(protocol_of(protocol).id), protocol


def protocol_words(finished: Sequence[Run]) -> str:
    """The protocol of a finished run in words, or that of the folds of one division together."""
    result, split = finished[0].result, finished[0].config.split
    assert result is not None
    if len(finished) == 1:
        return result.protocol
    before_sizes = result.protocol.rpartition(": ")[0]
    return before_sizes.replace(f"fold {split.fold} of {split.n_folds}", f"all {split.n_folds} folds")
