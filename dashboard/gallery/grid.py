"""Cards in as many columns of equal width as fit, whatever the width of the window, which the server does not know."""

import streamlit as st


def filling_grid(key: str, *, least_px: int) -> None:
    """Lay out the children of the container with this key in columns that fill the width.

    Parameters
    ----------
    key : str
        Of a container; letters, digits and hyphens.
    least_px : int
        Width of a column at least, where the window is as wide.
    """
    columns = f"repeat(auto-fit, minmax(min(100%, {least_px}px), 1fr))"
    st.html(f"<style>.st-key-{key} {{ display: grid; grid-template-columns: {columns}; align-items: start; }}</style>")
