"""Why a model says what it says, in sentences for a page: those of the engine, with names from outside escaped."""

from core.explanation.explain import Explanation
from core.explanation.what_if import WhatIf
from core.explanation.words import contribution_lines, heard_lines, linear_lines, saliency_lines, what_if_lines
from dashboard.sentences.wording import escape_markdown


def explanation_sentences(explanation: Explanation) -> tuple[str, ...]:
    """The whole explanation as Markdown, a sentence or two each."""
    lines: list[str] = []
    if explanation.saliency is not None:
        lines += saliency_lines(explanation.saliency)
    if explanation.heard is not None:
        lines += heard_lines(explanation.heard)
    if explanation.unheard:
        lines.append(explanation.unheard)
    if explanation.contributions is not None:
        lines += [*contribution_lines(explanation.contributions), *linear_lines(explanation.contributions)]
    return tuple(escape_markdown(line) for line in lines)


def question_heading(explanation: Explanation) -> str:
    """``Why jazz and not rock?`` as Markdown."""
    return escape_markdown(explanation.question.text)


def what_if_sentences(curve: WhatIf) -> tuple[str, ...]:
    """What a change does to the verdict, as Markdown."""
    return tuple(escape_markdown(line) for line in what_if_lines(curve))
