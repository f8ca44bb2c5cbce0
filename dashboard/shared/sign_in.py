"""Signing in, and what is said of who has: only where the operator has set up a login."""

import streamlit as st

from dashboard.access import Access, providers, uses_login
from dashboard.sentences.wording import escape_markdown


def show_sign_in(visitor: Access) -> None:
    """All that is shown to who may not look: why, and the ways to sign in."""
    st.title("Genre Lab", anchor=False)
    if visitor.email:
        st.warning(
            f"{escape_markdown(visitor.why_not)} Ask who runs it to add you, or sign in with another address.",
            icon=":material/lock:",
        )
    else:
        st.markdown(escape_markdown(visitor.why_not))
    for name in providers():
        st.button(
            f"Sign in with {escape_markdown(name)}" if name else "Sign in",
            key=f"sign-in:{name}",
            type="primary",
            icon=":material/login:",
            on_click=st.login,
            args=(name,) if name else (),
        )
    if visitor.email:
        _sign_out()


def show_visitor(visitor: Access) -> None:
    """Who has signed in, and that nothing can be changed where that is so, in the sidebar."""
    with st.sidebar:
        if visitor.why_not:
            st.caption(
                f":material/lock: {escape_markdown(visitor.why_not)} Buttons that would are switched off.",
                help="You can look at everything, listen, and classify songs of your own.",
            )
        if visitor.email and uses_login():
            st.caption(f"Signed in as {escape_markdown(visitor.email)}")
            _sign_out()


def _sign_out() -> None:
    st.button("Sign out", key="sign-out", icon=":material/logout:", on_click=st.logout)
