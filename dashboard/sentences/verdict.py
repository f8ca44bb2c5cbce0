"""Words around a verdict: its cells, costs, and what its figures are. The verdict itself is `core`'s sentence."""

from core.evaluation.verdict.records import Pair, Verdict
from core.evaluation.verdict.words import COST_WORDS, multiple_text
from dashboard.sentences.wording import escape_markdown

CELLS = ("both", "only_first", "only_second", "neither")
"""Keys of `Pair.clips`, from the first row of the table to the second."""
BY_WORDS = {"artist": "Artist", "recording": "Recording", "clip": "Clip"}


def cell_title(cell: str, first: str, second: str) -> str:
    """What the two have in common on the clips of a cell: ``"only CNN is right"``."""
    titles = {
        "both": "both are right",
        "only_first": f"only {first} is right",
        "only_second": f"only {second} is right",
        "neither": "both are wrong",
    }
    return titles[cell]


def costs_text(pair: Pair) -> str:
    """What the first of a pair costs against the second: ``"22 times the training time"``; empty if unknown."""
    return ", ".join(
        f"{multiple_text(pair.cost_ratios[name])} {words}"
        for name, words in COST_WORDS.items()
        if name in pair.cost_ratios
    )


def figure_words(verdict: Verdict, n_shown: int) -> str:
    """What is drawn of the differences, as Markdown."""
    pair = verdict.pairs[0]
    word = next((each.by_group.word for each in verdict.pairs if each.by_group is not None), "")
    unit = verdict.standings[0].unit
    thin = f" Thin line: the same with whole {word}s drawn." if word else ""
    few = f" The {n_shown} of {len(verdict.pairs):,} pairs that differ most; the table has all." * (
        n_shown < len(verdict.pairs)
    )
    return escape_markdown(
        f"Dot: difference of accuracies, first run less second. Thick line: 95 % interval by {unit} ({pair.method})."
        f"{thin} Where a line crosses 0, the runs may be equally good.{few}"
    )
