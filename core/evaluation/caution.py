"""What a test result does not show: said wherever its accuracy is, on pages and on the command line."""

from core.evaluation.predictions import TestResult

FEWEST_TEST_CLIPS = 30
"""Below so many test clips a figure is not led with: its 95 % interval is some 35 points wide."""


def caution_text(result: TestResult, *, unit: str = "clip") -> str:
    """Says where few clips were tested, and where the accuracy is no better than chance; empty where all is well.

    Parameters
    ----------
    result : TestResult
    unit : str
        What was tested, in the singular: ``"clip"`` or ``"excerpt"``.

    Examples
    --------
    >>> from core.evaluation.metrics import wilson_interval
    >>> result = TestResult(n_correct=1, n=5, interval=wilson_interval(1, 5), chance=0.5, protocol="")
    >>> caution_text(result)
    '5 test clips say almost nothing: 4 to 62 %; no better than chance (50.0 %).'
    """
    low, high = result.interval
    few = ""
    if result.n < FEWEST_TEST_CLIPS:
        what = f"1 test {unit} says" if result.n == 1 else f"{result.n} test {unit}s say"
        how_much = "almost nothing" if high - low >= 0.5 else "little"
        few = f"{what} {how_much}: {100 * low:.0f} to {100 * high:.0f} %"
    chance = _chance_word(result)
    if chance:
        chance += f" ({100 * result.chance:.1f} %)"
    text = "; ".join(part for part in (few, chance) if part)
    return f"{text[:1].upper()}{text[1:]}." if text else ""


def caution_word(result: TestResult, *, unit: str = "clip") -> str:
    """The same in a word or two, for lists and tables; empty where all is well."""
    few = f"few {unit}s" if result.n < FEWEST_TEST_CLIPS else ""
    return ", ".join(part for part in (few, _chance_word(result)) if part)


def _chance_word(result: TestResult) -> str:
    if result.accuracy <= result.chance:
        return "no better than chance"
    return "not distinguishable from chance" if result.interval[0] <= result.chance else ""
