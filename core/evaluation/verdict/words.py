"""A verdict in words that claim no more than the figures do; plain text, for pages and the command line alike."""

from collections.abc import Sequence

from core.evaluation.caution import FEWEST_TEST_CLIPS, caution_text
from core.evaluation.predictions import TestResult
from core.evaluation.verdict.records import Pair, Standing, Verdict

ALPHA = 0.05
_FEW_GROUPS = 20
MINUS = "\N{MINUS SIGN}"
MOST_CLIPS_NEEDED = 100_000
COST_WORDS = {
    "training_s": "the training time",
    "prediction_ms": "the time for a prediction",
    "n_parameters": "the parameters",
}
"""What costs most to people first."""
_SAME_COST = (0.95, 1.05)


def p_text(p_value: float) -> str:
    """``"p = 0.03"``, ``"p < 0.001"``."""
    if p_value < 0.001:
        return "p < 0.001"
    return f"p = {p_value:.3f}" if p_value < 0.01 else f"p = {p_value:.2f}"


def percent(share: float) -> str:
    """``0.625`` as ``"62.5 %"``."""
    return f"{100 * share:.1f} %"


def points(difference: float, *, sign: bool = True) -> str:
    """A difference of shares in points: ``"+6.9"``."""
    text = f"{100 * difference:+.1f}" if sign else f"{abs(100 * difference):.1f}"
    return text.replace("-", MINUS)


def points_interval(interval: tuple[float, float]) -> str:
    """``"−0.2 to +14.1"``."""
    return f"{points(interval[0])} to {points(interval[1])}"


def multiple_text(ratio: float) -> str:
    """How many times as much, as precise as is of use: ``"22 times"``, ``"40 % of"``, ``"1/150 of"``."""
    if ratio >= 1:
        return f"{_plain(ratio)} times"
    return f"{100 * ratio:.0f} % of" if ratio >= 0.1 else f"1/{_plain(1 / ratio)} of"


def _plain(ratio: float) -> str:
    return f"{ratio:,.0f}" if ratio >= 10 else f"{ratio:.1f}"


def rounded_count(n: int) -> int:
    """Two significant digits: an estimate is no more exact than that."""
    digits = max(0, len(str(n)) - 2)
    return round(n, -digits)


def is_told_apart(pair: Pair) -> bool:
    """Whether chance alone would hardly explain the difference, after allowing for groups and for several pairs."""
    return pair.p_adjusted < ALPHA


def verdict_sentence(verdict: Verdict) -> str:
    """The verdict in a few sentences; it says when the numbers do not suffice."""
    if not verdict.pairs:
        sentences = _not_comparable(verdict)
    elif len(verdict.standings) == 2:
        sentences = _of_two(verdict)
    else:
        sentences = _of_several(verdict)
    return " ".join(sentence for sentence in sentences if sentence)


def _of_two(verdict: Verdict) -> list[str]:
    (a, b), pair = verdict.standings, verdict.pairs[0]
    few = _few(verdict)
    unit = a.unit
    accuracies = (
        f"On the same {verdict.n_shared:,} test {_plural(unit, verdict.n_shared)}{_of_genres(verdict)}, {a.name} is "
        f"right for {percent(verdict.on_shared[0].accuracy)} and {b.name} for "
        f"{percent(verdict.on_shared[1].accuracy)}."
    )
    n_differing = pair.paired.n_only_a + pair.paired.n_only_b
    if n_differing == 0:
        same = f"They are right on exactly the same {unit}s: these say nothing of a difference."
        return [few, accuracies, same, *_chance(verdict), _cost(a, b, pair, better=None)]
    return [few, accuracies, _difference(a, b, pair), *_chance(verdict), _cost(a, b, pair, better=_better(pair))]


def _difference(a: Standing, b: Standing, pair: Pair) -> str:
    test = _test(pair, a.unit)
    interval = f"95 % interval {points_interval(_interval(pair))} points"
    if is_told_apart(pair):
        better = a.name if pair.difference > 0 else b.name
        ahead = points(pair.difference, sign=False)
        return f"{better} is better by {ahead} points, more than chance would explain ({interval}; {test})."
    if pair.difference == 0:
        return f"A tie, though not on the same {a.unit}s ({interval}; {test})."
    enough = ""
    if pair.clips_needed is not None and pair.clips_needed <= MOST_CLIPS_NEEDED:
        enough = f" With a difference of this size, about {rounded_count(pair.clips_needed):,} test {a.unit}s would."
    elif pair.clips_needed is not None:
        enough = f" A difference of this size would take more than {MOST_CLIPS_NEEDED:,} test {a.unit}s to find."
    return f"That does not suffice to tell them apart: {points(pair.difference)} points ({interval}; {test}).{enough}"


def _test(pair: Pair, unit: str) -> str:
    if pair.p_by_group is None or pair.by_group is None:
        return f"exact McNemar test, {p_text(pair.paired.p_value)}"
    return f"exact McNemar test with whole {pair.by_group.word}s in place of {unit}s, {p_text(pair.p_by_group)}"


def _interval(pair: Pair) -> tuple[float, float]:
    return pair.interval if pair.by_group is None else pair.by_group.interval


def _better(pair: Pair) -> int | None:
    """The place of the better one; None where they cannot be told apart."""
    if not is_told_apart(pair):
        return None
    return pair.first if pair.difference > 0 else pair.second


def _cost(a: Standing, b: Standing, pair: Pair, *, better: int | None) -> str:
    """Whether what the dearer of two costs is worth it, as far as that is known; empty where nothing is known."""
    ratios = {name: ratio for name, ratio in pair.cost_ratios.items() if not _SAME_COST[0] <= ratio <= _SAME_COST[1]}
    if not ratios:
        return ""
    listed_names = [name for name in COST_WORDS if name in ratios]
    a_is_dearer = ratios[listed_names[0]] > 1
    dearer, cheaper = (a, b) if a_is_dearer else (b, a)
    listed = [
        f"{multiple_text(ratios[name] if a_is_dearer else 1 / ratios[name])} {COST_WORDS[name]}"
        for name in listed_names
    ]
    costs = f"{dearer.name} needs {_joined(listed)}"
    dear_place = pair.first if a_is_dearer else pair.second
    if better is None:
        return f"{costs}; nothing here shows that it is worth it."
    if better == dear_place:
        return f"{costs}."
    return f"{costs}, and {cheaper.name} is better all the same."


def _of_several(verdict: Verdict) -> list[str]:
    standings, cochran = verdict.standings, verdict.cochran
    assert cochran is not None
    unit = standings[0].unit
    ranked = sorted(range(len(standings)), key=lambda place: -verdict.on_shared[place].accuracy)
    listed = [f"{standings[place].name} {percent(verdict.on_shared[place].accuracy)}" for place in ranked]
    accuracies = (
        f"On the same {verdict.n_shared:,} test {_plural(unit, verdict.n_shared)}{_of_genres(verdict)}: "
        f"{'; '.join(listed)}."
    )
    how = f"Cochran's Q = {cochran.statistic:.1f}, {p_text(cochran.p_value)}"
    groups = next((pair.by_group for pair in verdict.pairs if pair.by_group is not None), None)
    # Q counts each clip by itself, whatever the pairs are tested by.
    alone = "" if groups is None else f"Counting each {unit} by itself, "
    if cochran.p_value < ALPHA:
        whole = f"{alone}{'they' if alone else 'They'} differ by more than chance would explain ({how})."
    else:
        whole = f"{alone}{'that' if alone else 'That'} they differ at all may be chance ({how})."
    told = [pair for pair in verdict.pairs if is_told_apart(pair)]
    if not told:
        by_pair = "No two of them can be told apart (after Holm's correction for the number of pairs)."
        if groups is not None:
            by_pair = f"With whole {groups.word}s in place of {unit}s, n{by_pair[1:]}"
    else:
        said = [_is_better(standings, pair) for pair in told]
        rest = len(verdict.pairs) - len(told)
        others = "" if not rest else f"; the other {rest} pairs" if rest > 1 else "; the other pair"
        whole_groups = "" if groups is None else f" and with whole {groups.word}s in place of {unit}s"
        by_pair = f"After Holm's correction{whole_groups}, {_joined(said)}" + (
            f"{others} cannot be told apart." if others else "."
        )
    return [_few(verdict), accuracies, whole, by_pair, *_chance(verdict)]


def _is_better(standings: Sequence[Standing], pair: Pair) -> str:
    better, worse = (pair.first, pair.second) if pair.difference > 0 else (pair.second, pair.first)
    return f"{standings[better].name} is better than {standings[worse].name}"


def _not_comparable(verdict: Verdict) -> list[str]:
    unit = verdict.standings[0].unit
    sentences = [f"They cannot be compared {unit} by {unit}: {verdict.reason}."]
    for apart in verdict.apart:
        a, b = verdict.standings[apart.first], verdict.standings[apart.second]
        low, high = apart.interval
        decided = (
            "zero is within it, so nothing follows"
            if low <= 0 <= high
            else f"but the {unit}s of one may be easier than those of the other"
        )
        splits = ""
        if a.result.protocol != b.result.protocol:
            splits = f" Their splits differ too: {a.result.protocol}; {b.result.protocol}."
        sentences.append(
            f"On different {a.unit}s of the same genres, {a.name} is right for {percent(a.result.accuracy)} of "
            f"{a.result.n:,} and {b.name} for {percent(b.result.accuracy)} of {b.result.n:,}: "
            f"{points(apart.difference)} points (95 % interval {points_interval(apart.interval)} points; "
            f"{decided}).{splits}"
        )
    if len({frozenset(each.genres) for each in verdict.standings}) > 1:
        told = [
            f"{each.name} {each.information.bits:.2f} of {each.information.most_bits:.2f} bits" + _kappa(each)
            for each in verdict.standings
        ]
        sentences.append(
            "Accuracies for different genres are no measure of each other; what a verdict tells of the genre is: "
            f"{'; '.join(told)}."
        )
    cautions = [_own_caution(each.name, each.result, each.unit) for each in verdict.standings]
    return sentences + cautions


def _kappa(standing: Standing) -> str:
    return "" if standing.kappa is None else f", kappa {standing.kappa:.2f}".replace("-", MINUS)


def _own_caution(name: str, result: TestResult, unit: str) -> str:
    caution = caution_text(result, unit=unit)
    return f"{name}: {caution}" if caution else ""


def _few(verdict: Verdict) -> str:
    """That few clips were judged, said before all else."""
    n, unit = verdict.n_shared, verdict.standings[0].unit
    if n >= FEWEST_TEST_CLIPS:
        return ""
    low, high = verdict.on_shared[0].interval
    much = "almost nothing" if high - low >= 0.5 else "little"
    ranges = [f"{100 * low:.0f} to {100 * high:.0f} %" for low, high in (each.interval for each in verdict.on_shared)]
    say = "says" if n == 1 else "say"
    return f"{n} test {_plural(unit, n)} {say} {much}: the accuracies may be {_joined(ranges)}."


def _chance(verdict: Verdict) -> list[str]:
    """Which of them are not known to be better than chance."""
    below = [
        each.name
        for each, result in zip(verdict.standings, verdict.on_shared, strict=True)
        if result.accuracy <= result.chance
    ]
    unsure = [
        each.name
        for each, result in zip(verdict.standings, verdict.on_shared, strict=True)
        if result.accuracy > result.chance >= result.interval[0]
    ]
    chance = f"chance ({percent(verdict.on_shared[0].chance)})"
    said = []
    if below:
        said.append(f"{_joined(below)} {_is(below)} no better than {chance}.")
    if unsure:
        said.append(f"{_joined(unsure)} {_is(unsure)} not distinguishable from {chance}.")
    return said


def notes_on(verdict: Verdict) -> tuple[str, ...]:
    """What is to be known with a verdict, a sentence each."""
    notes = []
    unit = verdict.standings[0].unit
    if verdict.pairs and not verdict.is_all:
        own = [f"{each.name} {each.result.n:,}" for each in verdict.standings]
        fewer = (
            f" Where a run knows more than the {len(verdict.genres)} genres in common, the most probable of these "
            "counts."
            if _of_genres(verdict)
            else ""
        )
        notes.append(
            f"Compared on the {verdict.n_shared:,} {unit}s that all were tested on, of these: {'; '.join(own)}.{fewer}"
        )
    # Of the clips in common, where there are any: a run by itself may have been tested on more.
    judged = verdict.pairs or verdict.standings
    groups = next((each.by_group for each in judged if each.by_group is not None), None)
    if groups is not None:
        few = (
            f" With so few {groups.word}s even that is too narrow an interval." if groups.n_groups < _FEW_GROUPS else ""
        )
        notes.append(
            f"{unit.capitalize()}s of one {groups.word} are alike, so that they say less than as many independent "
            f"ones: intervals and tests by {groups.word} take whole {groups.word}s ({groups.n_groups:,}, the largest "
            f"with {groups.largest:,} {unit}s).{few}"
        )
    if verdict.cochran is not None and verdict.cochran.n_differing and not verdict.cochran.is_reliable:
        notes.append(
            f"Cochran's Q is an approximation that needs more than the {verdict.cochran.n_differing} {unit}s on which "
            "they differ."
        )
    return tuple(notes)


def _of_genres(verdict: Verdict) -> str:
    largest = max(len(each.genres) for each in verdict.standings)
    return f" of {len(verdict.genres)} genres" if len(verdict.genres) < largest else ""


def _joined(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _is(names: Sequence[str]) -> str:
    return "is" if len(names) == 1 else "are"


def _plural(unit: str, n: int) -> str:
    return unit if n == 1 else f"{unit}s"
