"""The tab of the blind quiz: what a visitor has in hand, else how to begin."""

from collections.abc import Sequence

import streamlit as st

from core.runs.record import Run
from dashboard.human.quiz_question import ask
from dashboard.human.quiz_result import show_class, show_result
from dashboard.human.quiz_session import quiz_in_hand
from dashboard.human.quiz_setup import pick_material, show_setup
from dashboard.sentences.wording import escape_markdown


def show_quiz(run: Run | None, runs: Sequence[Run]) -> None:
    """Draw the quiz.

    Parameters
    ----------
    run : Run or None
        That in view.
    runs : sequence of Run
        That may stand beside the listener.
    """
    hand = quiz_in_hand()
    if hand is not None and not hand.is_over:
        st.caption(f"Clips of {escape_markdown(hand.material.title)}. The answers are shown at the end.")
        ask(hand)
        return
    if hand is not None:
        show_result(hand, runs)
        return
    st.markdown(
        "Are the models' mistakes those that people make? Hear test clips without knowing what they are, name the "
        "genre of each, and see your confusion matrix beside the models' on the very same clips."
    )
    material = pick_material(run)
    if material is None:
        return
    show_setup(material)
    show_class(material, runs)
