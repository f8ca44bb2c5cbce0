"""Two runs on the same test clips, side by side."""

from dataclasses import dataclass
from math import sqrt

from core.errors import RunError
from core.evaluation.metrics import Z_95
from core.evaluation.predictions import Predictions


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


def paired_interval(paired: PairedResult) -> tuple[float, float]:
    """95 % interval of the difference of two accuracies on the same clips, first less second, within -1..1.

    Wald's interval after half a clip was added to each of the four counts.

    References
    ----------
    A. Agresti and Y. Min, "Simple improved confidence intervals for comparing matched proportions", Statistics in
    Medicine 24 (2005).
    """
    n = paired.n + 2
    only_a, only_b = paired.n_only_a + 0.5, paired.n_only_b + 0.5
    difference = (only_a - only_b) / n
    half = Z_95 * sqrt(only_a + only_b - (only_a - only_b) ** 2 / n) / n
    return max(-1.0, difference - half), min(1.0, difference + half)
