"""Explanations in words, each sentence from figures that were computed. Names of genres stand as they are written."""

import re

import numpy as np
from numpy.typing import NDArray

from core.explanation.contributions import Contribution, Contributions
from core.explanation.heard import HeardCells
from core.explanation.saliency import Saliency
from core.explanation.what_if import WhatIf

_STANDS_OUT = 0.5
"""Standard deviations from the mean of the training clips from which on a quality is named."""
_HARDLY_POINTS, _HARDLY_LOGITS = 0.01, 0.05
_LEADS: tuple[tuple[str, str, str], ...] = (
    (r"rms_mean|mfcc_1", "loud", "quiet"),
    (r"rms_var", "strong dynamics", "little dynamics"),
    (r"spectral_centroid(_mean)?", "bright", "dark"),
    (r"zero_crossing_rate(_mean)?", "noisy", "smooth"),
    (r"chroma_stft_mean", "dense harmony", "clear pitches"),
    (r"perceptr_var", "strong beats", "soft beats"),
    (r"tempo", "fast", "slow"),
)
"""The feature that stands for a quality, and its words above and below the mean."""
_HALF = 0.5
_MOST_FEATURES = 6


def qualities(contributions: Contributions) -> tuple[str, ...]:
    """How the song differs from the training clips, in words: ``("bright", "loud", "little dynamics")``.

    Those that say most about the verdict come first; what lies near the mean is not named.
    """
    deviations = dict(contributions.deviations)
    named = []
    for group in contributions.groups:
        for pattern, above, below in _LEADS:
            for feature in group.features:
                if re.fullmatch(pattern, feature) and abs(deviations[feature]) >= _STANDS_OUT:
                    named.append(above if deviations[feature] > 0 else below)
    return tuple(dict.fromkeys(named))


def contribution_lines(contributions: Contributions) -> tuple[str, ...]:
    """Why, by groups of features: how the song sounds, from where to where, and what each group adds."""
    question, in_points = contributions.question, contributions.unit == "probability"
    words = qualities(contributions)
    lines = [f"Against the training clips the song is: {', '.join(words)}."] if words else []
    if in_points:
        lines.append(
            f"Probability of {question.genre}: {_percent(contributions.value)}; with "
            f"{contributions.background} in place of the song: {_percent(contributions.base)}."
        )
    else:
        lines.append(
            f"The logit of {question.genre} is {_above(contributions.value)} that of {question.against}; with "
            f"{contributions.background} in place of the song, {_above(contributions.base)}."
        )
    hardly = _HARDLY_POINTS if in_points else _HARDLY_LOGITS
    told = [one for one in contributions.groups if abs(one.value) >= hardly]
    lines += [f"{one.name.capitalize()} {_adds(one, in_points=in_points)}." for one in told]
    if hardly_any := [one.name for one in contributions.groups if abs(one.value) < hardly]:
        lines.append(f"Hardly anything: {', '.join(hardly_any)}.")
    return tuple(lines)


def linear_lines(contributions: Contributions) -> tuple[str, ...]:
    """Which single features say most, where the model is linear; of trained ears the tags, named as such."""
    tags = [one for one in contributions.linear if one.name.startswith("tag_")]
    told = tags or list(contributions.linear)
    if not told:
        return ()
    listed = ", ".join(
        f"{one.name.removeprefix('tag_').replace('_', ' ')} {one.value:+.2f}".replace("-", "\N{MINUS SIGN}")
        for one in told[:_MOST_FEATURES]
    )
    return (f"{'Tags' if tags else 'Single features'} that say most, in logits: {listed}.",)


def _adds(contribution: Contribution, *, in_points: bool) -> str:
    size = abs(contribution.value)
    figure = f"{100 * size:.0f} points" if in_points else f"{size:.2f}"
    is_many = contribution.name.endswith(("tags", "features")) and not contribution.name.startswith("what ")
    adds, takes = ("add", "take") if is_many else ("adds", "takes")
    return f"{adds if contribution.value > 0 else f'{takes} away'} {figure}"


def _above(logits: float) -> str:
    return f"{abs(logits):.2f} {'above' if logits >= 0 else 'below'}"


def saliency_lines(saliency: Saliency) -> tuple[str, ...]:
    """Where a network looks: the narrowest range of frequencies and the shortest time with half of the saliency."""
    question = saliency.question
    for_genre = f"for {question.genre}" + (f" and not {question.against}" if question.against else "")
    if saliency.mass().sum() == 0:
        return (f"Nothing in the song speaks {for_genre} to this model by this method.",)
    lines = []
    centres = saliency.front_end.band_axis.centres_hz
    if centres is not None:
        low, high = narrowest_range(saliency.by_band(), _HALF)
        lines.append(f"Half of what speaks {for_genre} lies between {centres[low]:,.0f} and {centres[high]:,.0f} Hz.")
    start, end = narrowest_range(saliency.by_column(), _HALF)
    from_s, to_s = start * saliency.column_s, (end + 1) * saliency.column_s
    song_s = saliency.values.shape[1] * saliency.column_s
    lines.append(f"The shortest stretch with half of it lasts from {from_s:.1f} to {to_s:.1f} s of {song_s:.1f} s.")
    return tuple(lines)


def narrowest_range(shares: NDArray[np.float64], wanted: float) -> tuple[int, int]:
    """First and last place of the shortest run of neighbours whose shares sum to at least ``wanted`` of all.

    >>> narrowest_range(np.array([0.1, 0.4, 0.3, 0.2]), 0.5)
    (1, 2)
    """
    sums = np.concatenate([[0.0], np.cumsum(shares)])
    # Rounding may leave the sum of all a hair short of the whole.
    target = wanted * sums[-1] * (1 - 1e-9)
    ends = np.searchsorted(sums, sums[:-1] + target)
    starts = np.flatnonzero(ends < len(sums))
    best = starts[np.argmin(ends[starts] - starts)]
    return int(best), int(ends[best] - 1)


def heard_lines(heard: HeardCells) -> tuple[str, ...]:
    """What came of listening to the salient cells alone, and to the rest."""
    genre, share = heard.genre, f"{100 * heard.share:.0f} %"
    before, kept, removed = (heard.probability(verdict) for verdict in (heard.before, heard.kept, heard.removed))
    lines = [
        f"With only the most salient {share} of the cells: {genre} {_percent(kept)} (the whole song: "
        f"{_percent(before)}); {_said(heard.kept.genre, genre)}.",
        f"Without them: {genre} {_percent(removed)}; {_said(heard.removed.genre, genre)}.",
    ]
    if heard.random_removed:
        mean = float(np.mean(heard.random_removed))
        draws = f"mean of {len(heard.random_removed)} draws"
        lines.append(
            f"Without as many cells at random: {genre} {_percent(mean)} ({draws}). Taking out the salient cells costs "
            f"{_points(heard.fall)}, taking out others {_points(heard.random_fall)}."
        )
    return tuple(lines)


def _said(said: str, genre: str) -> str:
    return f"the model still says {said}" if said == genre else f"the model says {said}"


def _points(fall: float) -> str:
    points = f"{100 * fall:.0f}".replace("-0", "0") if abs(fall) < 0.005 else f"{100 * fall:.0f}"
    return f"{points} point{'' if points in ('1', '-1') else 's'}".replace("-", "\N{MINUS SIGN}")


def _percent(probability: float) -> str:
    return f"{100 * probability:.1f} %"


def what_if_lines(curve: WhatIf) -> tuple[str, ...]:
    """What a change does to the verdict: where it stays, what it becomes, and what could not be judged."""
    change = curve.change
    lines = [_stays(curve)] if curve.neutral is not None else []
    lines += [
        f"Between {change.value_text(near)} and {change.value_text(far)} it turns from {before} to {after}."
        for near, far, before, after in _outwards(curve)
    ]
    lines += [
        f"{change.title}: not judged {'with' if point.value == change.neutral else 'at'} "
        f"{change.value_text(point.value)}. {point.problem}"
        for point in curve.points
        if point.verdict is None
    ]
    return tuple(lines)


def _stays(curve: WhatIf) -> str:
    """At which of the values that were judged the verdict is that on the song as it is."""
    change = curve.change
    assert curve.neutral is not None
    assert curve.holds is not None
    low, high = curve.holds
    n_judged, genre = len(curve.judged), curve.neutral.genre
    n_within = sum(low <= value <= high for value, _ in curve.judged)
    if n_judged == 1:
        return f"{change.title}: {genre} with {change.value_text(low)}, the only value that could be judged."
    if n_within == 1:
        return f"{change.title}: {genre} only with {change.value_text(low)}, of the {n_judged} values judged."
    return (
        f"{change.title}: {genre} at all {n_within} values judged from {change.value_text(low)} to "
        f"{change.value_text(high)}."
    )


def _outwards(curve: WhatIf) -> list[tuple[float, float, str, str]]:
    """Where the verdict flips as a change grows from the neutral value: nearer and further value, genre at each."""
    neutral = curve.change.neutral
    down = [(flip.high, flip.low, flip.above, flip.below) for flip in curve.flips if flip.high <= neutral]
    up = [(flip.low, flip.high, flip.below, flip.above) for flip in curve.flips if flip.high > neutral]
    return [*reversed(down), *up]
