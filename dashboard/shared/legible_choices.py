"""The one rule of style that Streamlit's theme has no option for."""

import streamlit as st

from dashboard.charts.style.theme import ChartTheme

CHOSEN_ON_DARK = "#7fcdd8"
"""The colour of links: 8.8 to 1 on a chosen pill."""


def legible_choices(theme: ChartTheme) -> None:
    """Write chosen pills, segments and tabs, and values of sliders, in a lighter tone on a dark page.

    Streamlit writes white on the primary colour in buttons, and the primary colour on a tint of itself in these: on a
    dark page no one colour makes both legible (4.5 to 1, WCAG 2.1), so it fits the buttons.
    """
    if theme.name == "dark":
        written = (
            '[data-testid="stButtonGroup"] [data-selected="true"]',
            '[role="tab"][aria-selected="true"]',
            '[data-testid="stSliderThumbValue"]',
        )
        chosen = f":is({', '.join(written)})"
        st.html(f"<style>{chosen}, {chosen} p {{ color: {CHOSEN_ON_DARK}; }}</style>")
