"""What is in the way of protocols on the leak meter, and the button that trains without the genres in the way."""

import secrets
from collections.abc import Collection as Keys
from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from core.clips.collection import Collection
from core.errors import GenreLabError
from core.experiments.leak import LeakMeter, leak_meters, recipe_key, trainable
from core.recipe.config import TrainingConfig
from core.runs.record import Run
from core.splits.findings import found_pairs
from core.splits.obstacles import Obstacle, find_obstacles, listed
from core.splits.summary import Permitted, permitted
from dashboard import navigation, services
from dashboard.changes.trainings import start_group
from dashboard.sentences.leak import obstacle_text, protocol_titles
from dashboard.sentences.wording import escape_markdown, format_plural
from dashboard.shared.changing import change_button


def permitted_to(recipe: TrainingConfig) -> Permitted:
    """The splits that the clips of a recipe permit; `GenreLabError` where they are not here."""
    collection, seed = _clips_of(recipe)
    return _permitted(*_key(collection, recipe.genres), seed, _collection=collection)


def show_obstacles(meter: LeakMeter, there: Keys[str], runs: Sequence[Run]) -> None:
    """Why some protocols cannot be had with the clips of a recipe, and what would make them possible.

    Parameters
    ----------
    meter : LeakMeter
    there : collection of str
        Protocols, by their keys, that have runs already.
    runs : sequence of Run
    """
    collection, seed = _clips_of(meter.recipe)
    found = [
        obstacle
        for obstacle in _obstacles(*_key(collection, meter.recipe.genres), seed, _collection=collection)
        if obstacle.key not in there
    ]
    by_genres: dict[tuple[str, ...], list[Obstacle]] = {}
    for obstacle in found:
        by_genres.setdefault(obstacle.without, []).append(obstacle)
    for without, obstacles in by_genres.items():
        if without:
            with st.container(border=True):
                st.markdown(obstacle_text(obstacles))
                _leave_out(meter, without, runs)
    if plain := by_genres.get(()):
        st.caption(obstacle_text(plain))
        if any(obstacle.remedy for obstacle in plain):
            navigation.page_link("collections", "Open the collection", query={"collection": collection.id})


def _leave_out(meter: LeakMeter, without: tuple[str, ...], runs: Sequence[Run]) -> None:
    """The meter of the same recipe without some genres: opened where it is there, else the button that trains it."""
    recipe = replace(meter.recipe, genres=tuple(genre for genre in meter.recipe.genres if genre not in without))
    key, names = recipe_key(recipe), escape_markdown(listed(without))
    own = [run for run in runs if recipe_key(run.config) == key]
    if any(each.key == key for each in leak_meters(own)):
        navigation.page_link(
            "compare", f"Open the leak meter without {names}", query={"tab": "Leak meter", "recipe": key}
        )
        return
    if n_waiting := sum(run.status in ("queued", "running") for run in own):
        st.caption(
            f":material/pending: {format_plural(n_waiting, 'training')} without {names} queued or under way. The "
            "recipe appears in the list above once the first has finished."
        )
        return
    configs, _ = trainable(recipe, permitted_to(recipe).splits)
    if not configs:
        return
    titles = protocol_titles(config.split.key for config in configs)
    token = st.session_state.setdefault(f"leak:token:{key}:{titles}", secrets.token_hex(16))
    if change_button(
        f"Leave out {names} and train {format_plural(len(configs), 'protocol')}",
        key=f"leak:without:{key}",
        icon=":material/play_arrow:",
        help=f"The same recipe on {escape_markdown(', '.join(recipe.genres))}: {titles}. One run each, in the "
        "background. They make a leak meter of their own, since accuracies for other genres do not compare.",
    ):
        try:
            start_group(configs, "leak", token=token)
        except GenreLabError as error:
            st.error(escape_markdown(str(error)), icon=":material/error:")
        else:
            st.session_state.pop(f"leak:token:{key}:{titles}", None)
            st.rerun()


def _clips_of(recipe: TrainingConfig) -> tuple[Collection, int]:
    """The clips of a recipe, and the seed that divides them."""
    collection = services.collection(recipe.collection_id, corrected=recipe.corrected_labels).subset(recipe.genres)
    return collection, recipe.seed if recipe.split.seed is None else recipe.split.seed


_Key = tuple[str, str, tuple[str, ...], int, tuple[tuple[str, str], ...]]


def _key(collection: Collection, genres: tuple[str, ...]) -> _Key:
    """What decides how clips can be divided: themselves, what is known of them, and what the quality check found."""
    return (
        collection.id,
        collection.content_key,
        genres,
        collection.facts_key,
        found_pairs(collection.id),
    )


@st.cache_data(max_entries=32, show_spinner="Looking for protocols that these clips permit …")
def _permitted(
    collection_id: str,
    content_key: str,
    genres: tuple[str, ...],
    facts_key: int,
    pairs: tuple[tuple[str, str], ...],
    seed: int,
    *,
    _collection: Collection,
) -> Permitted:
    return permitted(_collection, _collection.clips, seed=seed)


@st.cache_data(max_entries=32, show_spinner="Looking for what would make further protocols possible …")
def _obstacles(
    collection_id: str,
    content_key: str,
    genres: tuple[str, ...],
    facts_key: int,
    pairs: tuple[tuple[str, str], ...],
    seed: int,
    *,
    _collection: Collection,
) -> tuple[Obstacle, ...]:
    found = _permitted(collection_id, content_key, genres, facts_key, pairs, seed, _collection=_collection)
    return find_obstacles(_collection, _collection.clips, found, seed=seed)
