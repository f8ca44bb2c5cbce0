"""Whether a CNN is worth training when ears can be borrowed, in words that claim no more than the figures do."""

from core.ears.weights import AUTHORS, TRAININGS
from core.recipe.config import TrainingConfig
from core.runs.borrowed import Borrowed, Judged
from dashboard.sentences.wording import (
    escape_markdown,
    format_duration,
    format_interval,
    format_percent,
    format_plural,
    name_with_seed,
)

QUESTION = "Is it worth training a CNN at all, when trained ears can be borrowed?"
_APART = "the intervals, which take each clip by itself, do not overlap"
_LENGTHS_DIFFER = 1.5
"""From so many times on it is said that clips are of different lengths."""


def borrowed_sentence(borrowed: Borrowed) -> str:
    """The answer that these runs give, as Markdown."""
    best = max(borrowed.others, key=lambda judged: judged.result.accuracy)
    ears, best_name = borrowed.ears, judged_name(best, borrowed)
    low, high = ears.result.interval
    difference = 100 * (ears.result.accuracy - best.result.accuracy)
    points = f"{abs(difference):.1f} points"
    if low > best.result.interval[1]:
        verdict = f"**Not for these clips:** the borrowed ears are {points} ahead of {best_name}, and {_APART}."
    elif high < best.result.interval[0]:
        verdict = f"**Yes, for these clips:** {best_name} is {points} ahead of the borrowed ears, and {_APART}."
    elif difference == 0:
        verdict = f"**Undecided:** the borrowed ears and {best_name} are right on the same number of clips."
    else:
        ahead = "the borrowed ears are" if difference > 0 else f"{best_name} is"
        verdict = f"**Undecided:** {ahead} {points} ahead, but the intervals overlap, so it may be due to chance."
    ground = "test clips" if borrowed.same_clips else "recordings that all were tested on"
    figures = "; ".join(_figure(judged, borrowed) for judged in (ears, *borrowed.others))
    return f"{verdict} On the same {ears.result.n:,} {ground}: {figures} (95 % intervals).{_lengths(borrowed)}"


def heard_before(config: TrainingConfig) -> str:
    """What the trained ears of a configuration have heard before, and whose they are; empty where it has none."""
    ears = config.trained_ears
    return "" if ears is None else f"{TRAININGS[ears.training].heard} {escape_markdown(AUTHORS)}"


def ears_leak_note(config: TrainingConfig) -> str:
    """What no split can rule out of a recipe with trained ears; empty where it has none."""
    ears = config.trained_ears
    if ears is None:
        return ""
    return (
        f"A split keeps apart what the genres are learnt from. What the ears heard before is beyond it: "
        f"{TRAININGS[ears.training].heard}"
    )


def judged_name(judged: Judged, borrowed: Borrowed) -> str:
    """A run by its name; with what tells it from others of that name, where there are some."""
    names = [one.run.config.name for one in (borrowed.ears, *borrowed.others)]
    name = judged.run.config.name
    return escape_markdown(name if names.count(name) == 1 else name_with_seed(judged.run))


def _figure(judged: Judged, borrowed: Borrowed) -> str:
    result, name = judged.result, judged_name(judged, borrowed)
    trained = "" if judged.run.training_s is None else f", trained in {format_duration(judged.run.training_s)}"
    return f"{name} is right on {format_percent(result.accuracy)} ({format_interval(result.interval)}{trained})"


def _lengths(borrowed: Borrowed) -> str:
    """That the models heard different lengths of them, and learnt from different numbers, where it is so."""
    if borrowed.same_clips:
        return ""
    ears, other = borrowed.ears, borrowed.others[0]
    sizes = [sum(judged.run.split_sizes.get(part, 0) for part in _learnt_parts(judged)) for judged in (ears, other)]
    longest, shortest = max(ears.clip_s, other.clip_s), min(ears.clip_s, other.clip_s)
    if longest < _LENGTHS_DIFFER * shortest:
        return f" The ears learnt from {format_plural(sizes[0], 'clip')}, the others from {sizes[1]:,}."
    return (
        f" The ears learnt from {sizes[0]:,} and heard {ears.clip_s:.2g} s of each; the others learnt from "
        f"{sizes[1]:,} and heard {other.clip_s:.2g} s."
    )


def _learnt_parts(judged: Judged) -> tuple[str, ...]:
    return ("train", "validation") if judged.run.config.train_on_validation else ("train",)
