"""Two runs on the same test clips, side by side."""

from collections.abc import Iterable
from dataclasses import dataclass

from core.errors import RunError
from core.runs.record import Predictions, Run
from core.runs.store import load_predictions


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


@dataclass(frozen=True, kw_only=True)
class PairedResult:
    """How two runs judged the same test clips.

    Attributes
    ----------
    n_both, n_only_a, n_only_b, n_neither : int
        Clips judged rightly by both, by the first only, by the second only, by neither.
    p_value : float
        Exact McNemar test (two-sided) of equal accuracy, from the clips on which the two differ; 1 where they
        never differ.

    References
    ----------
    Q. McNemar, "Note on the sampling error of the difference between correlated proportions or percentages",
    Psychometrika 12 (1947).
    """

    n_both: int
    n_only_a: int
    n_only_b: int
    n_neither: int
    p_value: float

    @property
    def n(self) -> int:
        """Test clips."""
        return self.n_both + self.n_only_a + self.n_only_b + self.n_neither

    @property
    def accuracy_difference(self) -> float:
        """Accuracy of the first less that of the second, -1 to 1."""
        return (self.n_only_a - self.n_only_b) / self.n


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
        if run.status != "finished" or run.result is None or run.config.model.kind not in ("cnn", "ffnn"):
            continue
        if run.config.split.protocol == "segment-random":
            continue  # wrong on purpose: no figure to lead with
        pair = newest.setdefault(_same_ground(run), {})
        pair.setdefault(run.config.model.kind, run)
        if len(pair) == 2:
            return Comparison(cnn=pair["cnn"], ffnn=pair["ffnn"])
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


def compare_predictions(a: Predictions, b: Predictions) -> PairedResult:
    """Pair two sets of predictions by clip.

    Raises
    ------
    RunError
        They are not of the same clips with the same genres.
    """
    left = a.table.set_index("clip")
    right = b.table.set_index("clip")
    if set(left.index) != set(right.index):
        n_common = len(set(left.index) & set(right.index))
        raise RunError(
            f"The two runs were tested on different clips ({len(left)} and {len(right)}, {n_common} in common). "
            "Compare runs of the same collection, genres and split."
        )
    right = right.loc[left.index]
    if not (left["actual"] == right["actual"]).all():
        raise RunError("The two runs disagree on the genre of a test clip: the collection has changed between them.")
    right_a = (left["actual"] == left["predicted"]).to_numpy()
    right_b = (right["actual"] == right["predicted"]).to_numpy()
    only_a, only_b = int((right_a & ~right_b).sum()), int((~right_a & right_b).sum())
    from scipy.stats import binomtest  # a second to import, and Overview does not need it

    differing = only_a + only_b
    return PairedResult(
        n_both=int((right_a & right_b).sum()),
        n_only_a=only_a,
        n_only_b=only_b,
        n_neither=int((~right_a & ~right_b).sum()),
        p_value=float(binomtest(only_a, differing, 0.5).pvalue) if differing else 1.0,
    )


def compare_runs(a: Run, b: Run) -> PairedResult:
    """Pair two finished runs by test clip; `RunError` where they were tested on different clips."""
    return compare_predictions(load_predictions(a.id), load_predictions(b.id))
