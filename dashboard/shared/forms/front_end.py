"""Choosing a front end and its parameters, each with what it means in ms and Hz. Used on Train and on Gallery.

The values live in the session under ``<key>:...``; `prepare_front_end_form` gives them their first values.
"""

from collections.abc import Mapping, Sequence

import streamlit as st

from core.clips.collection import Collection
from core.features.base import Features
from core.features.table import audio_front_ends
from dashboard import services
from dashboard.shared.forms.front_end_inputs.table import INPUTS
from dashboard.shared.forms.inputs import choose, fill, shown_values
from dashboard.shared.forms.values import all_front_end_values, front_end_values, read_front_end


def prepare_front_end_form(key: str, first: Features) -> None:
    """Give the inputs values where this visitor has none yet."""
    if f"{key}:kind" not in st.session_state:
        fill(all_front_end_values(key) | front_end_values(first, key))


def front_end_form(
    collection: Collection, offered: Sequence[Features], *, key: str, label: str = "Front end"
) -> Features:
    """The front end chosen, with its parameters.

    Parameters
    ----------
    collection : Collection
    offered : sequence of Features
        Of `services.front_ends_of`; not empty.
    key : str
        Begins the names of the inputs' values.
    label : str

    Raises
    ------
    FeatureError
        The parameters do not fit together.
    """
    prepare_front_end_form(key, offered[0])
    titles = _titles(collection, offered)
    chosen = st.session_state[f"{key}:kind"]
    if chosen not in titles:
        st.session_state[f"{key}:kind"] = _same(chosen, titles, collection)
    kind = choose(
        label,
        f"{key}:kind",
        titles,
        "Turns a clip into the model's input. A collection of pre-computed features has only those."
        if collection.front_ends
        else "Turns a clip into the model's input. Computed from the sound once, then stored.",
    )
    if collection.front_ends:
        front_end = read_front_end(key, shown_values(), collection.front_ends)
        n, n_frames = front_end.shape
        size = f"{n} bands × {n_frames} frames"
        if front_end.n_parts == 1:
            size = f"{n} values per clip"
        elif front_end.n_parts > 1:
            size = f"{n} values for each of {n_frames} parts of a clip"
        st.caption(f"{size}, pre-computed with the collection: nothing to set here.")
        return front_end
    if kind in INPUTS:
        with st.expander("Parameters", icon=":material/tune:"):
            INPUTS[kind](key)
    else:
        st.caption(" ".join(["There is nothing to set.", *audio_front_ends()[kind].meanings.values()]))
    return read_front_end(key, shown_values())


def _titles(collection: Collection, offered: Sequence[Features]) -> dict[str, str]:
    """Names for people, by the value of the choice: an identity where the collection brought it, else a kind."""
    if collection.front_ends:
        return {each.identity: each.title for each in offered}
    return {each.kind: each.title for each in offered}


def _same(chosen: str, titles: Mapping[str, str], collection: Collection) -> str:
    """The same kind of front end under the name that this collection has for it, else the first."""
    for each in collection.front_ends:
        if each.identity in titles and chosen == each.kind:
            return each.identity
    return next(iter(titles))


def offered_front_ends(collection: Collection, *, numeric: bool | None = None) -> tuple[Features, ...]:
    """Those that the collection has or can have: all, or only numeric ones, or only spectrograms."""
    if numeric is None:
        return services.front_ends_of(collection)
    return services.numeric_front_ends(collection) if numeric else services.picture_front_ends(collection)
