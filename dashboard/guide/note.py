"""The teacher's note: the lesson on paper, as one file that needs no network."""

import streamlit as st

from core.report.markup import Markup, h
from core.report.style import STYLE
from dashboard.guide.scene import Scene
from dashboard.sentences.guide import LESSON_MIN, STEPS, Step, number_of, starts_at

_BEFORE = (
    "Open every step of the guide once, on the computer and the collection of the lesson: what is not there yet, "
    "features and trained networks, is said there, and can be got with a button. A training takes minutes; it goes on "
    "while you teach.",
    "Check that the sound can be heard in the room: steps 2, 3 and 6 live by it.",
    "A class with computers of its own works in pairs, each step first alone, then together. To share one server that "
    "nobody can change, start it read-only (README, Sharing a server).",
    "The address of the guide holds the step and what is done: it can be kept as a bookmark.",
)


def offer_note(scene: Scene) -> None:
    """A button that downloads it."""
    title = scene.collection.title if scene.collection is not None else ""
    st.download_button(
        "Teacher's note",
        lambda: note_html(title),
        file_name="genre-lab-lesson.html",
        mime="text/html",
        icon=":material/print:",
        type="tertiary",
        key="guide:note",
        on_click="ignore",
        help="The lesson to print: minutes, what to notice, each question with what to expect of a class.",
    )


def note_html(collection_title: str) -> str:
    """The note as a page of HTML.

    Parameters
    ----------
    collection_title : str
        Of the collection at hand; empty where there is none.
    """
    on = f", on {collection_title}" if collection_title else ""
    body = h(
        "main",
        h("h1", "How does a machine learn musical genres?"),
        h("p", f"A lesson of {LESSON_MIN} minutes with the Guide of Genre Lab{on}. For the teacher.", class_="facts"),
        h("h2", "Before the lesson"),
        h("ul", [h("li", line) for line in _BEFORE]),
        [_step(step) for step in STEPS],
    )
    head = h(
        "head",
        h("meta", charset="utf-8"),
        h("meta", name_="viewport", content="width=device-width"),
        h("title", "Genre Lab: a lesson"),
        h("style", Markup(STYLE)),
    )
    return f"<!DOCTYPE html>\n{h('html', head, h('body', body), lang='en')}"


def _step(step: Step) -> Markup:
    begins = starts_at(step)
    return h(
        "section",
        h("h2", f"{number_of(step)}. {step.title}"),
        h("p", f"Minutes {begins} to {begins + step.minutes}", class_="facts"),
        h("p", step.text.replace("**", "")),
        h("p", h("strong", "Notice. "), step.notice),
        h("p", h("strong", "Ask. "), step.question),
        h("p", h("strong", "Expect. "), step.answers),
        class_="whole",
    )
