"""What several models say of one song, in words: the answer, whether they agree, and how sure it is."""

from collections import Counter
from collections.abc import Sequence

from core.evaluation.consensus import Said, consensus
from core.evaluation.trust import Excess, Trust

_CLEAR = 0.05
"""By how much models that disagree must together be surer of the first genre than of the second."""


def answer_title(said: Sequence[Said]) -> str:
    """The answer in a few words: the genre that most models say and that their mean says, or that there is none."""
    ranked = Counter(one.genre for one in said).most_common()
    together = consensus(said)
    if len(ranked) == 1:
        return ranked[0][0]
    is_most = ranked[0][1] > ranked[1][1]
    if is_most and (together is None or (together[0].genre == ranked[0][0] and _lead(together[0]) >= _CLEAR)):
        return ranked[0][0]
    return "No clear answer"


def _lead(said: Said) -> float:
    """By how much the first genre is more probable than the second."""
    first, second, *_ = [*sorted(said.probabilities.values(), reverse=True), 0.0]
    return first - second


def agreement(said: Sequence[Said]) -> str:
    """Who says what, and what they say together, in one or two sentences."""
    if len(said) == 1:
        return f"{said[0].name} says {said[0].genre}, with a probability of {_percent(said[0].probability)}."
    by_genre: dict[str, list[Said]] = {}
    for one in said:
        by_genre.setdefault(one.genre, []).append(one)
    ranked = sorted(by_genre.items(), key=lambda item: -len(item[1]))
    if len(ranked) == 1:
        first = f"{'Both' if len(said) == 2 else f'All {len(said)}'} models say {ranked[0][0]}."
    else:
        by_others = [f"{_listed([one.name for one in of])} {_says(of)} {genre}" for genre, of in ranked]
        leads = len(ranked[0][1]) > len(ranked[1][1])
        first = (
            f"{len(ranked[0][1])} of {len(said)} models say {ranked[0][0]}; {_listed(by_others[1:])}."
            if leads
            else f"The models disagree: {_listed(by_others)}."
        )
    return f"{first} {_together(said)}"


def _together(said: Sequence[Said]) -> str:
    found = consensus(said)
    if found is None:
        return "There is no mean of them: each knows other genres."
    mean, of = found
    next_to_it = ""
    if _lead(mean) < _CLEAR:
        second = sorted(mean.probabilities, key=lambda genre: -mean.probabilities[genre])[1]
        next_to_it = f" and {second} {_percent(mean.probabilities[second])}"
    both = "both" if len(of) == 2 else f"the {len(of)}"
    text = f"On the mean of {both}, {mean.genre} has {_percent(mean.probability)}{next_to_it}."
    left = [one.name for one in said if one not in of]
    if len(left) == 1:
        text += f" {left[0]} knows other genres and is not in the mean."
    elif left:
        text += f" {_listed(left)} know other genres and are not in the mean."
    return text


def trust_text(trust: Trust | None) -> str:
    """How often the model was right when it was as sure, for a cell of a table."""
    if trust is None:
        return "too few such test clips"
    low, high = trust.interval
    return f"{_percent(trust.share)} ({100 * low:.0f} to {100 * high:.0f}; n = {trust.n})"


TRUST_HELP = (
    "Of the test clips to which the model gave its genre about the probability that it gives here (10 points more or "
    "less), the share that it got right, with its 95 % interval in per cent, and their number. Where the run has a "
    "temperature, fitted on its validation clips, these probabilities are at it."
)


def excess_sentence(measured: Sequence[tuple[str, Excess | None]]) -> str:
    """Which models are surer than they are right, or less sure, on the mean; empty where that is certain of none.

    Parameters
    ----------
    measured : sequence of (str, Excess or None)
        Each model's name with what was measured on its test clips.
    """
    told: dict[bool, list[str]] = {True: [], False: []}
    for name, excess in measured:
        if excess is not None and excess.is_certain:
            low, high = sorted(abs(100 * end) for end in excess.interval)
            figures = (
                f"by {abs(100 * excess.value):.0f} points, 95 % interval {low:.0f} to {high:.0f}, n = {excess.n:,}"
            )
            told[excess.value > 0].append(f"{name} ({figures})")
    sentences = []
    if told[True]:
        sentences.append(
            f"Over-confident on test clips, right less often than the probabilities say: {_listed(told[True])}."
        )
    if told[False]:
        sentences.append(f"Right more often on test clips than the probabilities say: {_listed(told[False])}.")
    return " ".join(sentences)


def _says(models: Sequence[Said]) -> str:
    return "says" if len(models) == 1 else "say"


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
