"""What a test result does not show, in words that stand wherever its accuracy does."""

from core.evaluation.predictions import TestResult
from core.runs.comparing import FEWEST_TEST_CLIPS
from dashboard.sentences.wording import format_interval, format_percent


def result_caution(result: TestResult, *, unit: str = "clip") -> str:
    """Says where few clips were tested, and where the accuracy is no better than chance; empty where all is well.

    Parameters
    ----------
    result : TestResult
    unit : str
        What was tested: ``"clip"`` or ``"segment"``.
    """
    sentences = []
    low, _ = result.interval
    if result.n < FEWEST_TEST_CLIPS:
        units = f"{result.n} test {unit}{'' if result.n == 1 else 's'}"
        sentences.append(
            f"Only {units}: on similar music the accuracy may be anywhere from {format_interval(result.interval)}."
        )
    if result.accuracy <= result.chance:
        sentences.append(f"No better than chance ({format_percent(result.chance)}).")
    elif low <= result.chance:
        sentences.append(f"Not distinguishable from chance ({format_percent(result.chance)}).")
    return " ".join(sentences)


def result_word(result: TestResult) -> str:
    """The same in a word or two, for lists and tables; empty where all is well."""
    words = []
    low, _ = result.interval
    if result.n < FEWEST_TEST_CLIPS:
        words.append("few clips")
    if result.accuracy <= result.chance:
        words.append("no better than chance")
    elif low <= result.chance:
        words.append("not distinguishable from chance")
    return ", ".join(words)
