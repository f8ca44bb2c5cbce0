"""Buttons that change something others see: switched off, with the reason, for who may only look."""

from typing import Any

import streamlit as st

from dashboard.access import why_not


def change_button(label: str, *, help: str | None = None, disabled: bool = False, **given: Any) -> bool:
    """As `st.button`."""
    reason = why_not()
    return st.button(label, help=reason or help, disabled=disabled or bool(reason), **given)


def is_as_offered(key: str, subject: object) -> bool:
    """Whether a button acts on what it was drawn for, when the page was drawn last.

    A click is heeded after the page has looked anew at what there is: what was chosen may be gone, and something else
    be chosen in its place. To be asked at each drawing.

    Parameters
    ----------
    key : str
        Of the button.
    subject : object
        What it acts on: ids of runs, and what was seen of them where that matters.
    """
    name = f"offered:{key}"
    before = st.session_state.get(name, subject)
    st.session_state[name] = subject
    return bool(before == subject)


def say_overtaken() -> None:
    """That a click was not heeded, since what it was meant for is no longer what it was."""
    st.error(
        "Nothing was changed: somebody else has changed or deleted one of these runs meanwhile. Look at what is chosen "
        "now, then try again.",
        icon=":material/sync_problem:",
    )


def change_submit_button(label: str, **given: Any) -> bool:
    """As `st.form_submit_button`."""
    reason = why_not()
    return st.form_submit_button(label, help=reason or None, disabled=bool(reason), **given)
