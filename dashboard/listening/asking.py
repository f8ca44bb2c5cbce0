"""A click that asks for sound: the player that is drawn next for what was clicked plays it, once."""

import streamlit as st

_ASKED, _COUNT = "listening:asked", "listening:count"


def ask_for(what: str) -> None:
    """Note that the visitor has asked to hear something: to be called by what a click calls.

    Parameters
    ----------
    what : str
        Name of the clip, or whatever `asked` is called with.
    """
    count = st.session_state.get(_COUNT, 0) + 1
    st.session_state[_COUNT] = count
    st.session_state[_ASKED] = (what, count)


def asked(what: str) -> str:
    """The request for this, for `listen`: the same text until there is another one; empty where there was none."""
    wanted, count = st.session_state.get(_ASKED, ("", 0))
    return f"{count}:{what}" if count and wanted == what else ""
