"""Which runs can be compared, and comparing them clip by clip."""

from collections.abc import Iterable
from dataclasses import dataclass

from core.evaluation.compare import PairedResult, compare_predictions
from core.runs.record import Run
from core.runs.store import load_predictions

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


def _same_ground(run: Run) -> tuple[object, ...]:
    """What two runs must share for their test parts to be the same clips."""
    config = run.config
    ground = config.split.ground(config.seed)
    return run.collection_fingerprint, config.genres, ground, run.split_sizes.get("test", 0)


def is_same_ground(a: Run, b: Run) -> bool:
    """Whether two runs were trained on the same clips with the same split, so that their test parts are the same."""
    return _same_ground(a) == _same_ground(b)


def latest_comparison(runs: Iterable[Run]) -> Comparison | None:
    """The newest finished CNN and FFNN on the same collection, genres and split; None where there is no pair.

    Parameters
    ----------
    runs : iterable of Run
        Newest first, as `core.runs.store.list_runs` gives them.
    """
    newest: dict[tuple[object, ...], dict[str, Run]] = {}
    for run in runs:
        if run.status != "finished" or run.result is None or run.config.model.kind not in PAIR:
            continue
        if run.config.split.rules.is_wrong:
            continue  # wrong on purpose: no figure to lead with
        pair = newest.setdefault(_same_ground(run), {})
        pair.setdefault(run.config.model.kind, run)
        if len(pair) == len(PAIR):
            return Comparison(**pair)
    return None


def latest_comparable(runs: Iterable[Run]) -> tuple[Run, Run] | None:
    """The two newest finished runs, of whatever kind, that were tested on the same clips; None where there are none.

    Parameters
    ----------
    runs : iterable of Run
        Newest first.
    """
    newest: dict[tuple[object, ...], Run] = {}
    for run in runs:
        if run.status == "finished" and run.result is not None:
            other = newest.setdefault(_same_ground(run), run)
            if other is not run:
                return other, run
    return None


def first_pair(runs: Iterable[Run]) -> tuple[Run, Run] | None:
    """The first CNN and the first FFNN among runs, whatever they were tested on; None where one is missing."""
    firsts: dict[str, Run] = {}
    for run in runs:
        firsts.setdefault(run.config.model.kind, run)
    return (firsts["cnn"], firsts["ffnn"]) if firsts.keys() >= PAIR.keys() else None


def missing_of_pair(runs: Iterable[Run]) -> list[str]:
    """Which of the two kinds no run is of, as they stand in a sentence; empty where both are there."""
    kinds = {run.config.model.kind for run in runs}
    return [name for kind, name in PAIR.items() if kind not in kinds]


def compare_runs(a: Run, b: Run) -> PairedResult:
    """Pair two finished runs by test clip; `RunError` where they were tested on different clips."""
    return compare_predictions(load_predictions(a.id), load_predictions(b.id))
