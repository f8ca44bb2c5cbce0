"""A question of the quiz: the clip is heard, a genre is chosen, by mouse or by key. Nothing tells which clip it is."""

import streamlit as st

from core.evaluation.human.quiz import QuizAnswers
from dashboard.human.quiz_session import QuizInHand, put_quiz_away
from dashboard.human.quiz_sound import quiz_sound
from dashboard.sentences.wording import escape_markdown

_PLAY_KEY = "P"
ANSWER_KEYS = "1234567890ABDEFGHIJKLMNOQSTUVWXYZ"
"""Keys of the genres in their order. C and R are Streamlit's own, P plays."""
FILE_NAME = "quiz-answers.json"


def ask(hand: QuizInHand) -> None:
    """Draw the question."""
    quiz, n_answered = hand.answers.quiz, len(hand.answers.answers)
    st.progress(n_answered / len(quiz.clips), text=f"Clip {n_answered + 1} of {len(quiz.clips)}")
    if hand.is_unheard:
        st.warning("This clip cannot be played here: its file is missing or damaged.", icon=":material/volume_off:")
        st.button("Go on without it", key="human:leave-out", on_click=hand.leave_out, type="primary")
        _show_ways_out(hand)
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            "Play again" if hand.n_plays else "Play",
            key="human:play",
            type="secondary" if hand.n_plays else "primary",
            icon=":material/replay:" if hand.n_plays else ":material/play_arrow:",
            on_click=hand.play,
            shortcut=_PLAY_KEY,
        )
        st.caption(_heard(hand), width="content")
    quiz_sound(hand.sound, hand.n_plays)
    st.markdown("**Which genre is it?**", help="Of the genres that the models choose among. Answer by mouse or by key.")
    with st.container(horizontal=True, gap="small"):
        for place, genre in enumerate(quiz.genres):
            st.button(
                escape_markdown(genre),
                key=f"human:answer:{place}",
                on_click=hand.answer,
                args=(genre,),
                disabled=not hand.n_plays,
                shortcut=ANSWER_KEYS[place] if place < len(ANSWER_KEYS) else None,
            )
    if not hand.n_plays:
        st.caption("Play the clip before you answer.")
    _show_ways_out(hand)


def _heard(hand: QuizInHand) -> str:
    part = hand.answers.quiz.listen_s
    length = "the whole clip" if part is None else f"{part:.0f} s from the middle of the clip"
    times = {0: "Not heard yet", 1: "Heard once", 2: "Heard twice"}.get(hand.n_plays, f"Heard {hand.n_plays} times")
    return f"{times}: {length}."


def _show_ways_out(hand: QuizInHand) -> None:
    st.space("small")
    with st.container(horizontal=True):
        st.button(
            "Take back the last answer",
            key="human:back",
            icon=":material/undo:",
            type="tertiary",
            on_click=hand.take_back,
            disabled=not hand.answers.answers,
        )
        download_answers(hand.answers, label="Save answers so far")
        with st.popover("End the quiz", icon=":material/stop:", type="tertiary"):
            st.caption("Once you have seen the result, the clips that are left cannot be answered any more.")
            st.button(
                "Show the result",
                key="human:end",
                on_click=_end,
                args=(hand,),
                disabled=not hand.answers.answers,
            )
            st.button("Throw the answers away", key="human:away", on_click=put_quiz_away)


def _end(hand: QuizInHand) -> None:
    hand.is_ended = True


def download_answers(answers: QuizAnswers, *, label: str) -> None:
    """A button that saves the answers as a file; nothing of it reaches the browser before it is pressed."""
    st.download_button(
        label,
        answers.to_json,
        file_name=FILE_NAME,
        mime="application/json",
        icon=":material/download:",
        on_click="ignore",
        key="human:save",
        type="tertiary",
        help="To go on later, or for a class. The file names the clips: do not read it before the quiz is over.",
    )
