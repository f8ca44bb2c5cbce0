"""Which cells are looked at, and which genres are one family: chosen by click, by list or by the address.

One cell, a whole row or a whole column stands in the address as ``actual`` and ``predicted``, of which one may be
missing; several cells as ``cells``, families as ``families``, both JSON.
"""

import json
from collections.abc import Mapping, Sequence

import streamlit as st

from core.evaluation.confusion.cells import Cell
from core.names import readable_name
from dashboard.listening.asking import ask_for
from dashboard.sentences.wording import quoted_value
from dashboard.state import address_value, kept_choice, set_address_value, set_query_value, warn_of_link

_MOUNT = "confusion:mount"
_BASIS = "confusion:basis"
_CLIP = "confusion:clip"
_FAMILIES = "confusion:families"
_NAMES = ("actual", "predicted", "cells")
MOST_CELLS = 200
"""Cells that can be looked at together; a whole row or column is one."""
LONGEST_FAMILY = 40
"""Characters of a family's name."""


def chosen_cells(basis: str, names: Sequence[str]) -> tuple[Cell, ...]:
    """Cells in the address, else of the last visit; empty where none is chosen.

    A link to a genre that is not there is warned of, unless the visitor has just changed what is looked at.

    Parameters
    ----------
    basis : str
        Of what the cells are: another one for another run, or other families.
    names : sequence of str
        Of rows and columns.
    """
    changed = st.session_state.get(_BASIS, basis) != basis
    st.session_state[_BASIS] = basis
    given = {name: address_value(name) for name in _NAMES}
    if not any(given.values()):
        given = {name: kept_choice(name) for name in _NAMES}
    unknown = {name: given[name] for name in ("actual", "predicted") if given[name] not in (None, *names)}
    several = None if given["cells"] is None else _cells_of(given["cells"], names)
    if given["cells"] is not None and several is None and not changed:
        warn_of_link(
            f"The link asks for the cells {quoted_value(given['cells'])}; expected pairs of genres of this matrix as "
            'JSON, such as [["blues", "jazz"], ["rock", null]], where null is every genre.'
        )
    for name, value in unknown.items():
        if value is not None and not changed:
            warn_of_link(
                f"The link asks for the {name} genre {quoted_value(value)}, which is not among the genres of this "
                "matrix."
            )
    if several is not None:
        cells = several
    elif unknown or given["actual"] is given["predicted"] is None:
        cells = ()
    else:
        cells = ((given["actual"], given["predicted"]),)
    keep_cells(cells, clicked=bool(cells))
    return cells


def _cells_of(text: str, names: Sequence[str]) -> tuple[Cell, ...] | None:
    """Cells as they stand in the address; None where they are none of this matrix."""
    try:
        pairs = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(pairs, list) or not 1 <= len(pairs) <= MOST_CELLS:
        return None
    found = []
    for pair in pairs:
        if not isinstance(pair, list) or len(pair) != 2 or any(name is not None and name not in names for name in pair):
            return None
        found.append((pair[0], pair[1]))
    return tuple(dict.fromkeys(found))


def keep_cells(cells: Sequence[Cell], *, clicked: bool = False) -> None:
    """Put cells into the address; none closes them.

    The chart keeps what was clicked in it last, and a click on that same cell says nothing new. So it is mounted anew
    whenever cells were chosen elsewhere.
    """
    actual, predicted, several = None, None, None
    if len(cells) == 1 and cells[0] != (None, None):
        actual, predicted = cells[0]
    elif cells:
        several = json.dumps([list(cell) for cell in cells], ensure_ascii=False)
    for name, value in zip(_NAMES, (actual, predicted, several), strict=True):
        set_query_value(name, value)
    if not clicked:
        st.session_state[_MOUNT] = mount() + 1


def mount() -> int:
    """Number of the chart that is on the page: another one for another choice of cells."""
    return int(st.session_state.get(_MOUNT, 0))


def open_cells(cells: Sequence[Cell], *, clicked: bool = False) -> None:
    """Choose cells and ask to hear the first of their clips: to be called by what a click calls."""
    keep_cells(cells, clicked=clicked)
    st.session_state.pop(_CLIP, None)
    ask_for(cells_request(cells))


def cells_request(cells: Sequence[Cell]) -> str:
    """What is asked for by a click on cells: to hear their first clip."""
    return f"cells {tuple(cells)}"


def chosen_clip(names: Sequence[str]) -> str:
    """The clip that is looked at: that of a link once, then the one chosen in the list, else the first."""
    linked = address_value("hear")
    if linked is not None:
        set_address_value("hear", None)
        if linked in names:
            st.session_state[_CLIP] = linked
        else:
            warn_of_link(f"The link asks for the clip {quoted_value(linked)}, which is not in this cell.")
    kept: str | None = st.session_state.get(_CLIP)
    return kept if kept is not None and kept in names else names[0]


def keep_clip(name: str, *, heard: bool) -> None:
    """Look at a clip, and play it where ``heard``."""
    st.session_state[_CLIP] = name
    if heard:
        ask_for(name)


def chosen_families(genres: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Genres by their family, as they stand in the address, else as chosen before; those of other genres are left."""
    linked, kept = address_value("families"), kept_choice("families")
    found = None if linked is None else _families_of(linked)
    if linked is not None and found is None:
        warn_of_link(
            f"The link asks for the families {quoted_value(linked)}; expected genres by the name of their family as "
            'JSON, such as {"roots": ["blues", "country"]}.'
        )
    if found is None:
        found = None if kept is None else _families_of(kept)
    here = {
        family: tuple(genre for genre in members if genre in genres)
        for family, members in (found or {}).items()
        if family not in genres or family in members
    }
    families = {family: members for family, members in here.items() if len(members) > 1}
    # A link names genres of another run, or all genres in one family: that would leave nothing to tell apart.
    n_left = len(genres) - sum(len(members) - 1 for members in families.values())
    families = families if n_left > 1 else {}
    keep_families(families)
    return families


def _families_of(text: str) -> dict[str, tuple[str, ...]] | None:
    try:
        given = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(given, dict) or not all(
        isinstance(members, list) and all(isinstance(genre, str) for genre in members) for members in given.values()
    ):
        return None
    taken: set[str] = set()
    families: dict[str, tuple[str, ...]] = {}
    for family, members in given.items():
        name = family_name(family)
        own = tuple(genre for genre in dict.fromkeys(members) if genre not in taken)
        if not name or name in families or not own:
            return None
        families[name] = own
        taken |= set(own)
    return families


def family_name(text: str) -> str:
    """A name for a family as it is kept: on one line, what cannot be printed made visible, not too long."""
    return readable_name(" ".join(text.split()))[:LONGEST_FAMILY].strip()


def keep_families(families: Mapping[str, Sequence[str]]) -> None:
    """Put families into the address; none takes them out."""
    text = json.dumps({family: list(members) for family, members in families.items()}, ensure_ascii=False)
    set_query_value("families", text if families else None)
