"""The advice put to the test: the run's own recipe trained without the genres, and what came of the estimate."""

import secrets
from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from core.errors import GenreLabError
from core.evaluation.adviser.choices import Choice
from core.evaluation.adviser.words import borne_out_sentence
from core.experiments.leak import recipe_key
from core.recipe.config import TrainingConfig
from core.runs.record import Run
from dashboard import navigation, services
from dashboard.changes.trainings import start_training
from dashboard.sentences.wording import escape_markdown, name_with_seed
from dashboard.shared.changing import change_button, is_as_offered, say_overtaken
from dashboard.shared.genre_picker import choose_to_train


def show_training(run: Run, best: Choice, runs: Sequence[Run]) -> None:
    """Train the advice by one click, see how far it is, or what the estimate was worth.

    Parameters
    ----------
    run : Run
        Finished; whose mistakes the advice is from.
    best : Choice
        The advice.
    runs : sequence of Run
        All, among which trainings of it are looked for.
    """
    wanted = advised(run.config, best)
    trained = trained_as(wanted, runs)
    finished = next((each for each in trained if each.result is not None), None)
    if finished is not None and finished.result is not None:
        said = borne_out_sentence(
            best.score, finished.result, name=name_with_seed(finished), unit=finished.config.split.unit
        )
        st.success(escape_markdown(said), icon=":material/fact_check:")
        navigation.page_link("confusion", "See its matrix", query={"run": finished.id})
        return
    if waiting := next((each for each in trained if each.status in ("queued", "running")), None):
        st.caption(f":material/pending: {escape_markdown(waiting.config.name)} is {waiting.status}.")
        navigation.page_link("train", "See how far it is", query={"run": waiting.id})
        return
    _offer(run, wanted, best)


def advised(config: TrainingConfig, best: Choice) -> TrainingConfig:
    """The same recipe, seed and split on the genres that stay."""
    return replace(config, genres=tuple(genre for genre in config.genres if genre in best.score.genres))


def trained_as(wanted: TrainingConfig, runs: Sequence[Run]) -> list[Run]:
    """The runs that were trained as is wanted, whatever they are called; newest first."""
    key = recipe_key(wanted)
    found = [run for run in runs if recipe_key(run.config) == key and run.config.split == wanted.split]
    return sorted(found, key=lambda run: -run.created_at)


def _offer(run: Run, wanted: TrainingConfig, best: Choice) -> None:
    """The two ways to train; none where the collection is not here."""
    try:
        collection = services.collection(run.config.collection_id)
    except GenreLabError:
        return
    if not set(wanted.genres) <= set(collection.genres):
        return
    key = f"human:advice:token:{run.id}:{'|'.join(best.dropped)}"
    token = st.session_state.setdefault(key, secrets.token_hex(16))
    is_current = is_as_offered("human:advice:train", (run.id, wanted.genres))
    pressed = change_button(
        "Train without them",
        key="human:advice:train",
        icon=":material/play_arrow:",
        help="The same recipe, split and seed on the genres that stay, at once and in the background. Then the result "
        "stands here beside the estimate.",
    )
    if pressed and not is_current:
        say_overtaken()
    elif pressed:
        try:
            start_training(wanted, token=token)
        except GenreLabError as error:
            st.error(escape_markdown(str(error)), icon=":material/error:")
        else:
            st.session_state.pop(key, None)
            st.rerun()
    if st.button("Set up a training", key="human:advice:set-up", icon=":material/model_training:", type="tertiary"):
        choose_to_train(collection, wanted.genres)
        navigation.open_page("train", collection=collection.id)
