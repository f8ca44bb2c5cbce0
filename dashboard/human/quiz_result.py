"""The result of a quiz, and a class's answers laid together."""

from collections.abc import Sequence

import streamlit as st

from core.errors import GenreLabError
from core.evaluation.human.listeners import class_consistency, merge_answers, predictions_of
from core.evaluation.human.quiz import QuizAnswers, read_answers
from core.runs.record import Run
from dashboard import navigation, services
from dashboard.human.beside_models import show_beside
from dashboard.human.material import Material
from dashboard.human.quiz_question import download_answers
from dashboard.human.quiz_session import QuizInHand, put_quiz_away, require_same_clips
from dashboard.human.quiz_setup import finished_on
from dashboard.listening.component import around
from dashboard.sentences.wording import escape_markdown, format_plural
from dashboard.shared.classes import keep_class
from dashboard.shared.feedback import show_errors, synthetic_badge
from dashboard.shared.player import clip_player

YOU = "Your ear"
_MISTAKE = "human:mistake"
_MOST_FILES_SHOWN = 3


def show_result(hand: QuizInHand, runs: Sequence[Run]) -> None:
    """Draw how the visitor did."""
    answers, material = hand.answers, hand.material
    st.header("Your result", anchor=False)
    with st.container(horizontal=True):
        st.button("Another quiz", key="human:again", icon=":material/refresh:", on_click=put_quiz_away)
        if answers.answers:
            download_answers(answers, label="Save your answers")
    if material.collection.synthetic:
        synthetic_badge()
    if not answers.answers:
        st.caption("No clip was answered.")
        return
    part = answers.quiz.listen_s
    length = "whole" if part is None else f"{part:.0f} s of each"
    n_plays = {answer.clip: answer.n_plays for answer in answers.answers}
    st.caption(
        f"{len(answers.answers)} of {format_plural(len(answers.quiz.clips), 'clip')} of "
        f"{escape_markdown(material.title)}, {length}, heard {sum(n_plays.values()):,} times in all."
    )
    merged = merge_answers({"The quiz": answers}, material.truth, material.genres)
    show_beside(merged, YOU, finished_on(material, runs), key="human:result", n_plays=n_plays)
    _hear_mistakes(answers, material)


def _hear_mistakes(answers: QuizAnswers, material: Material) -> None:
    """The clips that were taken for another genre, to hear again now that their names may be known."""
    wrong = {each.clip: each.genre for each in answers.answers if each.genre != material.truth[each.clip]}
    if not wrong:
        return
    st.header("Hear your mistakes", anchor=False)
    chosen = st.selectbox(
        "Clip",
        list(wrong),
        format_func=lambda name: f"{name}: {material.truth[name]}, you said {wrong[name]}",
        key=_MISTAKE,
    )
    clip = material.clip(chosen)
    if clip is not None:
        clips = [found for name in wrong if (found := material.clip(name)) is not None]
        queue = around(clips, [each.name for each in clips].index(clip.name))
        clip_player(material.collection, clip, key="human:mistake:player", queue=queue, on_step=_look_at)


def _look_at(name: str) -> None:
    st.session_state[_MISTAKE] = name


def show_class(material: Material, runs: Sequence[Run]) -> None:
    """Files of several listeners laid together, beside models on the same clips."""
    with st.expander("Answers of a class", icon=":material/groups:"):
        st.caption(
            "Lay the files together that listeners saved: each of their answers counts once in the matrix, and the "
            "genre that most of them named stands for the class. The files stay in this browser session."
        )
        uploaded = st.file_uploader(
            "Answers of listeners (JSON, one file each)",
            type=["json"],
            accept_multiple_files=True,
            key="human:class",
            max_upload_size=1,
        )
        if uploaded:
            with show_errors():
                _show_merged([(each.name, each.getvalue()) for each in uploaded], material, runs)


def _show_merged(uploaded: Sequence[tuple[str, bytes]], material: Material, runs: Sequence[Run]) -> None:
    files: dict[str, QuizAnswers] = {}
    refused: list[str] = []
    for number, (name, content) in enumerate(uploaded, start=1):
        try:
            answers = read_answers(content, name)
            require_same_clips(answers, material, name)
        except GenreLabError as error:
            refused.append(str(error))
            continue
        files[name if name not in files else f"{name} (file {number})"] = answers
    for message in refused[:_MOST_FILES_SHOWN]:
        st.error(escape_markdown(message), icon=":material/error:")
    if len(refused) > _MOST_FILES_SHOWN:
        st.error(f"{len(refused) - _MOST_FILES_SHOWN:,} further files cannot be used either.", icon=":material/error:")
    if not files:
        return
    merged = merge_answers(files, material.truth, material.genres)
    tied = f"; of {format_plural(merged.n_tied, 'clip')} several genres got as many votes" if merged.n_tied else ""
    right = int(merged.matrix.to_numpy().trace())
    st.caption(
        f"{format_plural(merged.n_listeners, 'listener')} gave {format_plural(merged.n_answers, 'answer')} on "
        f"{format_plural(merged.n_clips, 'clip')}, {100 * right / merged.n_answers:.1f} % of them right{tied}."
    )
    able = finished_on(material, runs)
    keep_class(merged, collection_id=material.collection.id, collection_title=material.collection.title)
    if able:
        query = {"runs": ",".join(run.id for run in able[:2])}
        navigation.page_link("compare", "Hold the class against runs on Compare", query=query)
    show_beside(merged, merged.contender.name, able, key="human:class-result")
    if material.run is not None and merged.n_listeners > 1:
        each = [predictions_of(one, material.truth, material.genres) for one in files.values() if one.answers]
        found = class_consistency(each, services.predictions(material.run.id))
        if found.with_run is not None and found.among_listeners is not None:
            st.caption(
                f"Mean error consistency of a listener with {escape_markdown(material.title)} {found.with_run:.2f}, of "
                f"two listeners {found.among_listeners:.2f}.".replace("-", "\N{MINUS SIGN}"),
                help="The ceiling for a model: it cannot be expected to err as people do more than they do among "
                "themselves.",
            )
