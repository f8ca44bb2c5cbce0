"""From what contenders said to the verdict on them."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from core.errors import RunError
from core.evaluation.compare import PairedResult, paired_interval
from core.evaluation.metrics import wilson_interval
from core.evaluation.paired.agreement import cohen_kappa, cross_counts, error_consistency
from core.evaluation.paired.information import information_gained
from core.evaluation.paired.resampling import (
    N_RESAMPLES,
    percentile_interval,
    resampled_ratios,
    sums_by_group,
    swap_p_value,
)
from core.evaluation.paired.shared import SharedClips, share_clips
from core.evaluation.paired.significance import clips_needed, cochran_q, holm, independent_interval
from core.evaluation.predictions import TestResult
from core.evaluation.verdict.records import (
    Apart,
    Contender,
    GroupedInterval,
    Grouping,
    Pair,
    Standing,
    Verdict,
)
from core.evaluation.verdict.words import notes_on, verdict_sentence

MOST_CONTENDERS = 12
_BOOTSTRAP = f"paired bootstrap over clips, {N_RESAMPLES:,} resamples, percentiles"
_WALD = "Agresti and Min (2005): the bootstrap says nothing where no clip is judged differently"


def judge(contenders: Sequence[Contender], *, reason: str = "", seed: int = 0) -> Verdict:
    """The verdict on two or more contenders.

    Parameters
    ----------
    contenders : sequence of Contender
        2 to 12.
    reason : str
        Why they cannot be compared clip by clip, in words, where that is known beforehand.
    seed : int
        Of the bootstrap: the same seed gives the same intervals.

    Raises
    ------
    RunError
        Fewer than two or more than twelve, or one without a test clip.
    """
    if not 2 <= len(contenders) <= MOST_CONTENDERS:
        raise RunError(f"Expected 2 to {MOST_CONTENDERS} runs to compare, got {len(contenders)}. Name as many.")
    if empty := [each.name for each in contenders if not each.matrix.to_numpy().sum()]:
        raise RunError(f"{empty[0]} has no test clip. Choose another run.")
    standings = tuple(_standing(each, np.random.default_rng((seed, place))) for place, each in enumerate(contenders))
    shared = None
    if not reason:
        shared, reason = _shared(contenders)
    if shared is None:
        found = Verdict(
            standings=standings,
            reason=reason,
            n_shared=0,
            is_all=False,
            genres=(),
            on_shared=(),
            pairs=(),
            cochran=None,
            apart=_apart(contenders, standings),
        )
    else:
        found = Verdict(
            standings=standings,
            reason="",
            n_shared=len(shared.names),
            is_all=shared.is_all and all(set(each.matrix.index) == set(shared.genres) for each in contenders),
            genres=shared.genres,
            on_shared=tuple(
                _result(right, shared.actual, each.protocol)
                for right, each in zip(shared.correct, contenders, strict=True)
            ),
            pairs=_pairs(contenders, shared, seed),
            cochran=cochran_q(shared.correct) if len(contenders) > 2 else None,
            apart=(),
        )
    return replace(found, sentence=verdict_sentence(found), notes=notes_on(found))


def stand(contender: Contender, *, seed: int = 0) -> Standing:
    """How one contender did by itself, with the same figures as the first of a verdict has.

    Raises
    ------
    RunError
        It has no test clip.
    """
    if not contender.matrix.to_numpy().sum():
        raise RunError(f"{contender.name} has no test clip. Choose another run.")
    return _standing(contender, np.random.default_rng((seed, 0)))


def _shared(contenders: Sequence[Contender]) -> tuple[SharedClips | None, str]:
    given = [each.predictions for each in contenders if each.predictions is not None]
    if len(given) < len(contenders):
        without = next(each.name for each in contenders if each.predictions is None)
        return None, f"of {without} only the matrix is known, not what was said of each clip"
    try:
        return share_clips(given), ""
    except RunError as error:
        text = str(error).rstrip(".")
        return None, text[:1].lower() + text[1:]


def _standing(contender: Contender, rng: np.random.Generator) -> Standing:
    counts = contender.matrix.to_numpy()
    n, n_correct = int(counts.sum()), int(np.trace(counts))
    by_group, grouping = None, contender.grouping
    if contender.predictions is not None and grouping is not None:
        table = contender.predictions.table
        groups = _group_numbers([str(name) for name in table["clip"]], grouping)
        right = (table["actual"] == table["predicted"]).to_numpy()
        by_group = _grouped(right, groups, grouping.word, rng)
    return Standing(
        name=contender.name,
        genres=tuple(str(genre) for genre in contender.matrix.index),
        result=TestResult(
            n_correct=n_correct,
            n=n,
            interval=wilson_interval(n_correct, n),
            chance=float(counts.sum(axis=1).max() / n),
            protocol=contender.protocol,
        ),
        by_group=by_group,
        kappa=cohen_kappa(counts),
        information=information_gained(counts),
        cost=contender.cost,
        unit=contender.unit,
    )


def _result(right: NDArray[np.bool_], actual: NDArray[np.intp], protocol: str) -> TestResult:
    n, n_correct = len(right), int(right.sum())
    return TestResult(
        n_correct=n_correct,
        n=n,
        interval=wilson_interval(n_correct, n),
        chance=float(np.bincount(actual).max() / n),
        protocol=protocol,
    )


def _group_numbers(names: Sequence[str], grouping: Grouping | None) -> NDArray[np.intp] | None:
    """Number of the group of each clip; None where no two clips share one."""
    if grouping is None:
        return None
    number_of: dict[tuple[bool, str], int] = {}
    numbers = np.empty(len(names), dtype=np.intp)
    for place, name in enumerate(names):
        # A group may be called as a clip is that belongs to none.
        key = (True, grouping.of[name]) if name in grouping.of else (False, name)
        numbers[place] = number_of.setdefault(key, len(number_of))
    return numbers if len(number_of) < len(names) else None


def _grouped(
    values: NDArray[np.number] | NDArray[np.bool_], groups: NDArray[np.intp] | None, word: str, rng: np.random.Generator
) -> GroupedInterval | None:
    """Interval of the mean of the values, a whole group drawn at a time; None where there are no groups."""
    if groups is None:
        return None
    sizes = sums_by_group(np.ones(len(groups)), groups)
    sums = sums_by_group(values, groups)
    n_groups = len(sizes)
    if len(np.unique(sums / sizes)) > 1:
        interval = percentile_interval(resampled_ratios(sums, sizes, rng=rng))
    else:
        # All groups have the same mean: the bootstrap would say that nothing varies. A group then counts as one clip.
        n_led = round(float(sums[0] / sizes[0]) * n_groups)
        interval = wilson_interval(n_led, n_groups) if values.dtype == np.bool_ else _of_alike(n_led, n_groups)
    return GroupedInterval(interval=interval, n_groups=n_groups, largest=int(sizes.max()), word=word)


def _of_alike(n_led: int, n_groups: int) -> tuple[float, float]:
    """Interval of a difference of which each group says the same; ``n_led`` below 0 where the second leads."""
    only_a, only_b = max(0, n_led), max(0, -n_led)
    return paired_interval(
        PairedResult(n_both=0, n_only_a=only_a, n_only_b=only_b, n_neither=n_groups - only_a - only_b, p_value=1.0)
    )


def _pairs(contenders: Sequence[Contender], shared: SharedClips, seed: int) -> tuple[Pair, ...]:
    grouping = next((each.grouping for each in contenders if each.grouping is not None), None)
    groups = _group_numbers(shared.names, grouping)
    word = "" if grouping is None else grouping.word
    found = [
        _pair(first, second, contenders, shared, groups, word, seed)
        for first, second in combinations(range(len(contenders)), 2)
    ]
    adjusted = holm([pair.p_adjusted for pair in found])
    return tuple(replace(pair, p_adjusted=p_value) for pair, p_value in zip(found, adjusted, strict=True))


def _pair(
    first: int,
    second: int,
    contenders: Sequence[Contender],
    shared: SharedClips,
    groups: NDArray[np.intp] | None,
    word: str,
    seed: int,
) -> Pair:
    # Each figure has numbers of its own: none changes because another is asked for.
    of_clips, of_groups, of_errors = np.random.SeedSequence((seed, first, second)).spawn(3)
    a, b = shared.correct[first], shared.correct[second]
    lead = a.astype(np.int64) - b.astype(np.int64)
    p_value = swap_p_value(lead)
    p_by_group = None if groups is None else swap_p_value(sums_by_group(lead, groups))
    paired = PairedResult(
        n_both=int((a & b).sum()),
        n_only_a=int((a & ~b).sum()),
        n_only_b=int((~a & b).sum()),
        n_neither=int((~a & ~b).sum()),
        p_value=p_value,
    )
    varies = len(np.unique(lead)) > 1
    ones, rng = np.ones(len(lead)), np.random.default_rng(of_clips)
    return Pair(
        first=first,
        second=second,
        paired=paired,
        interval=(
            percentile_interval(resampled_ratios(lead.astype(float), ones, rng=rng))
            if varies
            else paired_interval(paired)
        ),
        method=_BOOTSTRAP if varies else _WALD,
        by_group=_grouped(lead, groups, word, np.random.default_rng(of_groups)),
        p_by_group=p_by_group,
        p_adjusted=p_value if p_by_group is None else p_by_group,
        kappa=cohen_kappa(cross_counts(shared.predicted[first], shared.predicted[second], len(shared.genres))),
        errors=error_consistency(a, b, seed=int(of_errors.generate_state(1)[0])),
        clips_needed=clips_needed(paired.n_only_a / paired.n, paired.n_only_b / paired.n),
        clips={
            "both": shared.named(a & b),
            "only_first": shared.named(a & ~b),
            "only_second": shared.named(~a & b),
            "neither": shared.named(~a & ~b),
        },
        cost_ratios=contenders[first].cost.ratios(contenders[second].cost),
    )


def _apart(contenders: Sequence[Contender], standings: Sequence[Standing]) -> tuple[Apart, ...]:
    found = []
    for first, second in combinations(range(len(contenders)), 2):
        a, b = standings[first], standings[second]
        if set(a.genres) == set(b.genres):
            found.append(
                Apart(
                    first=first,
                    second=second,
                    difference=a.result.accuracy - b.result.accuracy,
                    interval=independent_interval(a.result.n_correct, a.result.n, b.result.n_correct, b.result.n),
                )
            )
    return tuple(found)
