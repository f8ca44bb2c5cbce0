"""Words around a verdict: its cells, costs, and what its figures are. The verdict itself is `core`'s sentence."""

from core.evaluation.verdict.records import Pair, Verdict
from core.evaluation.verdict.words import times_text
from dashboard.sentences.wording import escape_markdown

CELLS = ("both", "only_first", "only_second", "neither")
"""Keys of `Pair.clips`, from the first row of the table to the second."""
BY_WORDS = {"artist": "Artist", "recording": "Recording", "clip": "Clip"}
_COSTS = {"training_s": "training time", "n_parameters": "parameters", "prediction_ms": "time for a prediction"}


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
    """How many times as much the first of a pair costs; empty where nothing is known."""
    return ", ".join(f"{times_text(pair.cost_ratios[name])} × {words}" for name, words in _COSTS.items()
                     if name in pair.cost_ratios)  # fmt: skip


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
