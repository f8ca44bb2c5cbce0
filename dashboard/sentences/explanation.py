"""Why a model says what it says, in sentences for a page: those of the engine, with names from outside escaped."""

from core.explanation.contributions import Contributions
from core.explanation.heard import HeardCells
from core.explanation.question import Question
from core.explanation.saliency import METHODS, Saliency
from core.explanation.what_if import WhatIf
from core.explanation.words import contribution_lines, heard_lines, linear_lines, saliency_lines, what_if_lines
from dashboard.sentences.wording import escape_markdown


def question_heading(question: Question) -> str:
    """``Why jazz and not rock?`` as Markdown."""
    return escape_markdown(question.text)


def saliency_sentence(saliency: Saliency) -> str:
    """Where a network looks, as Markdown."""
    return escape_markdown(" ".join(saliency_lines(saliency)))


def method_sentence(saliency: Saliency, share: float) -> str:
    """What the picture of a saliency shows, as Markdown."""
    return escape_markdown(
        f"Grey: the music. Blue: what speaks for {saliency.question.genre}, the stronger the more. The line goes "
        f"around the most salient {100 * share:.0f} % of the cells. {METHODS[saliency.method]}. {saliency.basis}"
    )


def heard_sentence(heard: HeardCells) -> str:
    """What came of listening to the salient cells alone, and to the rest, as Markdown."""
    return escape_markdown(" ".join(heard_lines(heard)))


def contribution_sentences(contributions: Contributions) -> tuple[str, ...]:
    """What each group of features adds, as Markdown, a sentence or two each."""
    lines = [*contribution_lines(contributions), *linear_lines(contributions)]
    return tuple(escape_markdown(line) for line in lines)


def what_if_sentences(curve: WhatIf) -> tuple[str, ...]:
    """What a change does to the verdict, as Markdown."""
    return tuple(escape_markdown(line) for line in what_if_lines(curve))


def unreliable_sentence(curve: WhatIf) -> str:
    """At which values a song lacks what the model listens to, as Markdown; empty where at none."""
    lacking = [value for value, verdict in curve.judged if not verdict.reliable]
    if not lacking:
        return ""
    listed = ", ".join(curve.change.value_text(value) for value in lacking)
    return escape_markdown(f"Unreliable at {listed}: the sound lacks frequencies that the model listens to.")
