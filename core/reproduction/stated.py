"""The figures that the README and the model cards state, and how far a training here may be from them.

On one kind of processor a training gives the same figures each time, with any number of threads. Another kind computes
with other instructions, whose sums are rounded otherwise, and over hundreds of steps that grows: with the instructions
of AVX2 in place of AVX-512, on one and the same machine, the fault-filtered accuracies of four recipes were 0, 1, 2 and
10 clips of 290 from the stated ones, and with still others Numeric FFNN had 162 to 167 right, where 165 is stated.
"""

from dataclasses import dataclass
from typing import Any, Literal

from core.evaluation.predictions import TestResult

TOLERANCE = 0.04
"""Largest difference of an accuracy from the stated one that another kind of processor explains: 11 clips of 290."""


@dataclass(frozen=True, kw_only=True)
class StatedFigure:
    """Clips judged rightly, of those tested."""

    n_correct: int
    n: int


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """A figure beside the stated one.

    Attributes
    ----------
    stated : StatedFigure
    difference : float
        Accuracy here less the stated one, -1 to 1.
    verdict : "exact", "within tolerance" or "different"
    """

    stated: StatedFigure
    difference: float
    verdict: Literal["exact", "within tolerance", "different"]

    @property
    def text(self) -> str:
        """In words: ``stated 165 of 290: 1.0 points less, within the 4 that another processor makes``."""
        said = f"stated {self.stated.n_correct} of {self.stated.n}"
        if self.verdict == "exact":
            return f"{said}: the same"
        points = 100 * abs(self.difference)
        size = f"{points:.1f} points {'more' if self.difference > 0 else 'less'}"
        limit = f"{100 * TOLERANCE:.0f}"
        if self.verdict == "within tolerance":
            return f"{said}: {size}, within the {limit} that another kind of processor can make"
        return f"{said}: {size}, which is more than the {limit} that another kind of processor can make"

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {
            "n_correct": self.stated.n_correct,
            "n": self.stated.n,
            "difference": self.difference,
            "verdict": self.verdict,
        }


_N_BY_CLIP, _N_FAULT_FILTERED, _N_SMALL = 999, 290, 80
_N_EXCERPTS, _N_EXCERPTS_FAULT_FILTERED = 479, 128

_BY_CLIP = {
    "study-cnn": StatedFigure(n_correct=531, n=_N_BY_CLIP),
    "study-ffnn": StatedFigure(n_correct=367, n=_N_BY_CLIP),
    "numeric-ffnn": StatedFigure(n_correct=778, n=_N_BY_CLIP),
    "compact-cnn": StatedFigure(n_correct=820, n=_N_BY_CLIP),
    "numeric-ffnn+compact-cnn": StatedFigure(n_correct=859, n=_N_BY_CLIP),
    "trained-ears": StatedFigure(n_correct=373, n=_N_EXCERPTS),
}
_FAULT_FILTERED = {
    "study-cnn": StatedFigure(n_correct=108, n=_N_FAULT_FILTERED),
    "study-ffnn": StatedFigure(n_correct=86, n=_N_FAULT_FILTERED),
    "numeric-ffnn": StatedFigure(n_correct=165, n=_N_FAULT_FILTERED),
    "compact-cnn": StatedFigure(n_correct=164, n=_N_FAULT_FILTERED),
    "numeric-ffnn+compact-cnn": StatedFigure(n_correct=175, n=_N_FAULT_FILTERED),
    "trained-ears": StatedFigure(n_correct=99, n=_N_EXCERPTS_FAULT_FILTERED),
}
_WHOLE_CLIPS = {"trained-ears": StatedFigure(n_correct=57, n=_N_SMALL)}
_SMALL = {
    "trained-ears": StatedFigure(n_correct=71, n=_N_SMALL),
    "numeric-ffnn": StatedFigure(n_correct=65, n=_N_SMALL),
    "study-cnn": StatedFigure(n_correct=18, n=_N_SMALL),
    "study-ffnn": StatedFigure(n_correct=21, n=_N_SMALL),
}


def stated_by_clip(recipe: str) -> StatedFigure | None:
    """What is stated of a recipe for five folds by clip; None where nothing is."""
    return _BY_CLIP.get(recipe)


def stated_fault_filtered(recipe: str) -> StatedFigure | None:
    """What is stated of a recipe for the fault-filtered partition; None where nothing is."""
    return _FAULT_FILTERED.get(recipe)


def stated_on_whole_clips(recipe: str) -> StatedFigure | None:
    """What is stated of a recipe learnt from cuts, on whole clips by other artists; None where nothing is."""
    return _WHOLE_CLIPS.get(recipe)


def stated_on_small(recipe: str) -> StatedFigure | None:
    """What is stated of a recipe for five folds by clip of a small collection, 80 clips; None where nothing is."""
    return _SMALL.get(recipe)


def compare_with_stated(result: TestResult, stated: StatedFigure | None) -> Agreement | None:
    """A figure beside the stated one; None where nothing is stated, or of another number of clips."""
    if stated is None or result.n != stated.n:
        return None
    difference = (result.n_correct - stated.n_correct) / stated.n
    if result.n_correct == stated.n_correct:
        return Agreement(stated=stated, difference=0.0, verdict="exact")
    is_near = abs(difference) <= TOLERANCE
    return Agreement(stated=stated, difference=difference, verdict="within tolerance" if is_near else "different")
