"""Advice in words that say what it rests on; plain text."""

from collections.abc import Sequence
from itertools import pairwise

from core.evaluation.adviser.choices import Choice, Ranking
from core.evaluation.adviser.curve import Step
from core.evaluation.adviser.scores import SubsetScore
from core.evaluation.predictions import TestResult

OPTIMISM = (
    "Estimates, without training anew. The choice was made on the same test set that it is measured on, so "
    "expect somewhat less; a training on these genres shows."
)


def choice_sentence(ranking: Ranking, *, unit: str = "clip") -> str:
    """Which genres are best left out, what that is estimated to bring, and how sure the choice is.

    ``unit`` is what was tested, in the singular.
    """
    best, n = ranking.choices[0], len(ranking.choices)
    what = _listed(best.dropped)
    ways = f"the best of {n:,} ways to leave out {len(best.dropped)}"
    sure = ""
    if ranking.best_again is not None and n > 1:
        sure = f" In {100 * ranking.best_again:.0f} % of matrices drawn anew from this one it is the best again."
    return f"Leave out {what}: {ways}. The {_estimate(best, unit)}, {ranking.basis}.{sure}"


def own_choice_sentence(
    ranking: Ranking, dropped: Sequence[str], *, lead: tuple[float, float] | None = None, unit: str = "clip"
) -> str:
    """Whether a given choice is the best one.

    Parameters
    ----------
    ranking : Ranking
    dropped : sequence of str
        One of its choices.
    lead : (float, float), optional
        95 % interval of what the best choice's kappa is above that of the given one.
    unit : str
        What was tested, in the singular.
    """
    own, rank = ranking.choice(dropped), ranking.rank_of(dropped)
    estimate = f"the {_estimate(own, unit)}"
    if rank == 1:
        return f"Leaving out {_listed(own.dropped)} is the best choice of {len(own.dropped)}: {estimate}."
    better = _listed(ranking.choices[0].dropped)
    sure = ""
    if lead is not None:
        low, high = (f"{value:+.2f}".replace("-", "\N{MINUS SIGN}") for value in lead)
        sure = f" (95 % interval of the lead in kappa {low} to {high}" + (
            f": these {unit}s do not show that it is really better)" if lead[0] <= 0 else ")"
        )
    return (
        f"Leaving out {_listed(own.dropped)} is number {rank} of {len(ranking.choices):,} choices: {estimate}. Better "
        f"by the estimate is leaving out {better}{sure}."
    )


def borne_out_sentence(score: SubsetScore, result: TestResult, *, name: str, unit: str = "clip") -> str:
    """What a training on the genres that stay came to, beside the estimate.

    Parameters
    ----------
    score : SubsetScore
        The estimate.
    result : TestResult
        Of the training.
    name : str
        What the training is called.
    unit : str
        What was tested, in the singular.
    """
    low, high = result.interval
    estimate = f"the estimate of {100 * score.accuracy:.0f} %"
    if low <= score.accuracy <= high:
        worth = f"{estimate} lies within it"
    else:
        worth = f"{estimate} was too {'high' if score.accuracy > high else 'low'}"
    return (
        f"Trained without them ({name}): right for {100 * result.accuracy:.1f} % of {result.n:,} test {unit}s (95 % "
        f"interval {100 * low:.0f} to {100 * high:.0f} %, chance {100 * result.chance:.0f} %; {result.protocol}); "
        f"{worth}."
    )


def turn_sentence(steps: Sequence[Step]) -> str:
    """Which single step of a curve helps most, beyond chance; empty where none helps."""
    gains = [
        (after.score.kappa - before.score.kappa, after)
        for before, after in pairwise(steps)
        if after.score.kappa is not None and before.score.kappa is not None
    ]
    if not gains:
        return ""
    gain, step = max(gains, key=lambda pair: pair[0])
    if gain <= 0:
        return "No step makes the genres easier to tell apart than chance alone does."
    what = f"merging {_listed(step.changed)}" if len(step.changed) == 2 else f"dropping {_listed(step.changed)}"
    return f"The step that helps most is {what}: kappa {gain:+.2f}, to {step.score.kappa:.2f}."


def _estimate(choice: Choice, unit: str) -> str:
    score = choice.score
    kappa = "" if score.kappa is None else f", kappa {score.kappa:.2f}".replace("-", "\N{MINUS SIGN}")
    return (
        f"{len(score.genres)} that stay are told apart in {100 * score.accuracy:.0f} % of {score.n:,} {unit}s "
        f"(estimated; chance {100 * score.chance:.0f} %{kappa})"
    )


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
