"""Genres merged into families, by hand or as the family tree of the genres proposes."""

from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st

from core.errors import GenreLabError
from core.evaluation.confusion.matrices import merge_families
from core.evaluation.confusion.tree import confusion_tree
from dashboard.confusion.choice import LONGEST_FAMILY, family_name, keep_cells, keep_families
from dashboard.sentences.confusion import family_proposal_name
from dashboard.sentences.wording import escape_markdown, format_plural

_GENRES, _NAME, _N = "confusion:family-genres", "confusion:family-name", "confusion:family-number"
_PROBLEM = "confusion:family-problem"
Families = Mapping[str, Sequence[str]]


def show_families(families: Families, whole: pd.DataFrame) -> None:
    """A popover in which families are made and dissolved.

    Parameters
    ----------
    families : mapping of str to sequence of str
        Those there are.
    whole : DataFrame
        The matrix of the genres, unmerged.
    """
    genres = [str(genre) for genre in whole.index]
    label = f"Families: {len(families):,}" if families else "Families"
    with st.popover(
        label,
        icon=":material/account_tree:",
        help="Genres that become one: a clip then counts as right where the family is.",
    ):
        if problem := st.session_state.pop(_PROBLEM, None):
            st.error(escape_markdown(problem), icon=":material/error:")
        if len(genres) < 3:
            st.caption("Two genres leave nothing to merge.")
            return
        _present(families)
        _by_hand(families, whole, [genre for genre in genres if not any(genre in each for each in families.values())])
        _proposal(whole)


def _present(families: Families) -> None:
    for place, (name, members) in enumerate(families.items()):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(f"**{escape_markdown(name)}**: {escape_markdown(', '.join(members))}", width="content")
            st.button(
                "Dissolve",
                key=f"confusion:dissolve:{place}",
                on_click=_set,
                args=({each: families[each] for each in families if each != name},),
                help=f"Its genres stand by themselves again: {escape_markdown(name)}",
            )
    if len(families) > 1:
        st.button("Dissolve all", key="confusion:dissolve-all", on_click=_set, args=({},))


def _by_hand(families: Families, whole: pd.DataFrame, free: Sequence[str]) -> None:
    if len(free) < 2:
        st.caption("All genres but one at most are in families.")
        return
    st.multiselect("Genres of a new family", free, key=_GENRES, placeholder="Choose two or more")
    st.text_input("Its name", key=_NAME, max_chars=LONGEST_FAMILY, placeholder="Named by its genres where left empty")
    st.button(
        "Make a family",
        icon=":material/add:",
        key="confusion:make-family",
        on_click=_make,
        args=(dict(families), whole),
    )


def _make(families: Families, whole: pd.DataFrame) -> None:
    members = list(st.session_state.get(_GENRES, ()))
    if len(members) < 2:
        st.session_state[_PROBLEM] = f"A family needs at least two genres; {len(members)} chosen."
        return
    name = family_name(st.session_state.get(_NAME, "")) or family_proposal_name(members)
    if name in families:
        st.session_state[_PROBLEM] = f"There is a family {name!r} already. Give this one another name."
        return
    made = {**families, name: tuple(members)}
    try:
        merge_families(whole, made)
    except GenreLabError as error:
        st.session_state[_PROBLEM] = str(error)
        return
    st.session_state[_GENRES], st.session_state[_NAME] = [], ""
    _set(made)


def _proposal(whole: pd.DataFrame) -> None:
    try:
        tree = confusion_tree(whole)
    except GenreLabError as error:
        st.caption(escape_markdown(str(error)))
        return
    most = len(tree.genres) - 1
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        st.number_input(
            "Families by the family tree",
            2,
            most,
            min(4, most),
            key=_N,
            help="The tree of the confusions is cut into so many branches, genres by themselves among them; into "
            "fewer, where several joins are equally far. The tree itself is on Human?.",
        )
        st.button(
            "Propose",
            icon=":material/account_tree:",
            key="confusion:propose",
            on_click=_propose,
            args=(whole,),
        )


def _propose(whole: pd.DataFrame) -> None:
    tree = confusion_tree(whole)
    branches = tree.families(int(st.session_state[_N]))
    found = {family_proposal_name(branch): branch for branch in branches if len(branch) > 1}
    if len(branches) < 2 or not found:
        st.session_state[_PROBLEM] = (
            f"The tree cannot be cut so: it gives {format_plural(len(branches), 'branch', 'branches')}, for several "
            "genres are equally far from each other. Choose another number."
        )
        return
    _set(found)


def _set(families: Families) -> None:
    keep_families(families)
    keep_cells(())
