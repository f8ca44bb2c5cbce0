"""Buttons that change something others see: switched off, with the reason, for who may only look."""

from typing import Any

import streamlit as st

from dashboard.access import why_not


def change_button(label: str, *, help: str | None = None, disabled: bool = False, **given: Any) -> bool:
    """As `st.button`."""
    reason = why_not()
    return st.button(label, help=reason or help, disabled=disabled or bool(reason), **given)


def change_submit_button(label: str, **given: Any) -> bool:
    """As `st.form_submit_button`."""
    reason = why_not()
    return st.form_submit_button(label, help=reason or None, disabled=bool(reason), **given)
