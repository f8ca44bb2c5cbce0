"""Human?: whether a model's mistakes are those that people make, and what its confusions say of the genres."""

import streamlit as st

from core.errors import GenreLabError
from dashboard import services
from dashboard.human.adviser_tab import show_advice
from dashboard.human.kinship_tab import show_kinship
from dashboard.human.quiz_tab import show_quiz
from dashboard.human.subject import pick_subject
from dashboard.human.tree_tab import show_trees
from dashboard.sentences.wording import escape_markdown
from dashboard.shared.feedback import page_header, show_errors
from dashboard.state import linked_tabs


def main() -> None:
    page_header("Human?", "Are a model's mistakes those that people make? Hear for yourself, or ask the literature.")
    try:
        runs = services.runs()
    except GenreLabError as error:
        st.error(escape_markdown(str(error)), icon=":material/error:")
        return
    subject = pick_subject(runs)
    quiz, kinship, trees, adviser = linked_tabs(["Blind quiz", "Kinship", "Family tree", "Adviser"], key="human:tab")
    if quiz.open:
        with quiz, show_errors():
            show_quiz(subject.run, runs)
    if kinship.open:
        with kinship, show_errors():
            show_kinship(subject)
    if trees.open:
        with trees, show_errors():
            show_trees(subject)
    if adviser.open:
        with adviser, show_errors():
            show_advice(subject, runs)


main()
