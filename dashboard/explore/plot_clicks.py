"""Clicks on the points of a three-dimensional Plotly figure, which Streamlit itself does not report."""

from collections.abc import Callable

import streamlit as st

# Plotly announces a click by an event on its element. The figure may be drawn after this component, or drawn anew, so
# its element is looked for again and again; a listener is added to each element once.
_SCRIPT = """
export default function ({ data, setTriggerValue }) {
  const heard = new Map();
  const take = (event) => {
    const name = event.points?.[0]?.customdata?.[0];
    if (typeof name === "string") setTriggerValue("clicked", name);
  };
  const listen = () => {
    for (const figure of document.querySelectorAll(`[class~="${data.figure}"] .js-plotly-plot`)) {
      if (!heard.has(figure) && typeof figure.on === "function") {
        figure.on("plotly_click", take);
        heard.set(figure, take);
      }
    }
  };
  listen();
  const timer = setInterval(listen, 400);
  return () => {
    clearInterval(timer);
    for (const [figure, listener] of heard) figure.removeListener?.("plotly_click", listener);
  };
}
"""


def report_clicks(container_key: str, on_click: Callable[[str], None]) -> None:
    """Call ``on_click`` with the first custom datum of a point when it is clicked.

    Parameters
    ----------
    container_key : str
        Key of the ``st.container`` that holds the figure: letters, digits, ``-`` and ``_`` only.
    on_click : callable
    """
    key = f"clicks-{container_key}"
    component = st.components.v2.component("genre_lab_plot_clicks", html="<span hidden></span>", js=_SCRIPT)

    def take() -> None:
        name = st.session_state[key].get("clicked")
        if isinstance(name, str):
            on_click(name)

    component(key=key, data={"figure": f"st-key-{container_key}"}, on_clicked_change=take, height=1)
