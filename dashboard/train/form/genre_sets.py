"""Choosing the genres of a training: the genre picker with quick sets and the chance level."""

import streamlit as st

from core.clips.collection import Collection
from dashboard.sentences.wording import format_percent
from dashboard.shared.genre_picker import TO_TRAIN, choose_to_train, genre_picker

_STUDY_LEFT_OUT = frozenset({"blues", "rock", "reggae"})


def quick_sets(genres: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """Sets of genres to choose with one click, by their name; those of the study where it knows the genres."""
    sets: dict[str, tuple[str, ...]] = {"All": genres, "None": ()}
    if set(genres) >= _STUDY_LEFT_OUT:
        sets[f"Without {', '.join(sorted(_STUDY_LEFT_OUT))}"] = tuple(
            genre for genre in genres if genre not in _STUDY_LEFT_OUT
        )
    if {"metal", "classical"} <= set(genres):
        sets["Metal and classical"] = ("classical", "metal")
    return sets


def set_genres(collection: Collection, genres: tuple[str, ...]) -> None:
    """Choose these genres of the collection in the form."""
    choose_to_train(collection, genres)


def pick_genres(collection: Collection) -> tuple[str, ...]:
    """Genres to tell apart, in alphabetical order; the chance level is said below."""
    chosen = genre_picker(
        collection,
        key=TO_TRAIN,
        label="Genres to tell apart",
        help="The model can only predict these. Fewer genres are easier, so compare a result with its chance level.",
    )
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        for name, genres in quick_sets(collection.genres).items():
            st.button(
                name,
                key=f"train:set:{name}",
                on_click=set_genres,
                args=(collection, genres),
                type="tertiary",
                help="The study's subset of seven genres." if name.startswith("Without") else None,
            )
    if len(chosen) >= 2:
        counts = [collection.counts[genre] for genre in chosen]
        st.caption(
            f"{len(chosen)} genres, {sum(counts):,} clips. Chance: always predicting the most common genre would be "
            f"correct in about {format_percent(max(counts) / sum(counts))} of cases."
        )
    return chosen
