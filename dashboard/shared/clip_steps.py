"""Through a list of clips by hand: the buttons *Previous* and *Next*, and where in the list one is."""

from collections.abc import Callable, Sequence

import streamlit as st

from dashboard.sentences.wording import escape_markdown


def step_buttons(
    names: Sequence[str], chosen: str, *, on_step: Callable[[str], None], key: str, more: str = ""
) -> None:
    """Draw them.

    Parameters
    ----------
    names : sequence of str
        The list, with ``chosen`` in it.
    chosen : str
    on_step : callable
        Called with the name of the clip that is gone to.
    key : str
        What the keys of the buttons begin with.
    more : str
        What is said after the place in the list.
    """
    place = names.index(chosen)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        for label, step in (("Previous", -1), ("Next", 1)):
            is_there = 0 <= place + step < len(names)
            st.button(
                label,
                key=f"{key}:{label}",
                disabled=not is_there,
                on_click=on_step,
                args=(names[place + step] if is_there else chosen,),
                help=f"{label} clip: {escape_markdown(names[place + step])}" if is_there else None,
            )
        st.caption(f"{place + 1:,} of {len(names):,}{more}", width="content")
