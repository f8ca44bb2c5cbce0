"""Clicks on the points of a Plotly figure, boxes dragged over them, and the part of it that is looked at.

Streamlit itself reports no clicks in three dimensions, and of a box every point in it, of which there may be thousands;
and it draws a figure anew, at its first zoom, whenever something in it changes.
"""

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

# Plotly announces what happens by events on its element. The figure may be drawn after this component, or drawn anew,
# so its element is looked for again and again; listeners are added to each element once.
_SCRIPT = """
export default function ({ data, setTriggerValue, setStateValue }) {
  const heard = new Map();
  let waiting = 0;
  const events = {
    plotly_click: () => (event) => {
      const datum = event.points?.[0]?.customdata;
      const name = Array.isArray(datum) ? datum[0] : datum;
      if (typeof name === "string") setTriggerValue("clicked", name);
    },
    plotly_selected: () => (event) => {
      const { x, y } = event?.range ?? {};
      if (x && y) setTriggerValue("boxed", { x, y });
    },
    plotly_deselect: () => () => setTriggerValue("boxed", {}),
    plotly_relayout: (figure) => (event) => {
      if (!Object.keys(event ?? {}).some((name) => /^[xy]axis/.test(name))) return;
      clearTimeout(waiting);
      waiting = setTimeout(() => {
        const { xaxis, yaxis } = figure._fullLayout ?? {};
        const isWhole = event["xaxis.autorange"] || event["yaxis.autorange"];
        if (xaxis && yaxis) setStateValue("seen", isWhole ? {} : { x: [...xaxis.range], y: [...yaxis.range] });
      }, 250);
    },
  };
  const listen = () => {
    for (const figure of document.querySelectorAll(`[class~="${data.figure}"] .js-plotly-plot`)) {
      if (!heard.has(figure) && typeof figure.on === "function") {
        const own = data.events.map((event) => [event, events[event](figure)]);
        for (const [event, listener] of own) figure.on(event, listener);
        heard.set(figure, own);
      }
    }
  };
  listen();
  const timer = setInterval(listen, 400);
  return () => {
    clearInterval(timer);
    for (const [figure, own] of heard) {
      for (const [event, listener] of own) figure.removeListener?.(event, listener);
    }
  };
}
"""
_CHOICES = ["plotly_click", "plotly_selected", "plotly_deselect"]

Box = Mapping[str, tuple[float, float]]


def report_events(
    container_key: str, on_click: Callable[[str], None], *, on_box: Callable[[Box], None] | None = None
) -> None:
    """Call ``on_click`` with the custom datum of a point that was clicked, ``on_box`` with a box that was dragged.

    Parameters
    ----------
    container_key : str
        Key of the ``st.container`` that holds the figure: letters, digits, ``-`` and ``_`` only.
    on_click : callable
        Gets the first where a point has several.
    on_box : callable, optional
        Gets the least and largest ``x`` and ``y``; nothing where the box was taken away by a double click.
    """
    key = f"events-{container_key}"

    def take_click() -> None:
        name = st.session_state[key].get("clicked")
        if isinstance(name, str):
            on_click(name)

    def take_box() -> None:
        if on_box is not None:
            on_box(_read(st.session_state[key].get("boxed")))

    _component()(
        key=key,
        data={"figure": f"st-key-{container_key}", "events": _CHOICES},
        on_clicked_change=take_click,
        on_boxed_change=take_box,
        height=1,
    )


def seen_part(name: str) -> Box:
    """Which part of a figure the visitor zoomed or moved to; empty for all of it.

    Parameters
    ----------
    name : str
        The same as for `keep_seen_part`.
    """
    kept: Box = st.session_state.get(f"seen:{name}", {})
    return kept


@st.fragment
def keep_seen_part(container_key: str, name: str) -> None:
    """Remember the part of a figure that is looked at; a fragment, so that a turn of the wheel draws no page.

    Parameters
    ----------
    container_key : str
        As in `report_events`.
    name : str
        Of what the figure shows: another one is seen whole at first.
    """
    key = f"seen-{container_key}"

    def take() -> None:
        st.session_state[f"seen:{name}"] = _read(st.session_state[key].get("seen"))

    _component()(
        key=key,
        data={"figure": f"st-key-{container_key}", "events": ["plotly_relayout"]},
        on_seen_change=take,
        height=1,
    )


def _component() -> Any:
    return st.components.v2.component("genre_lab_plot_events", html="<span hidden></span>", js=_SCRIPT)


def _read(told: Any) -> Box:
    """The box as the browser tells it; empty where it is none."""
    if not isinstance(told, Mapping):
        return {}
    ends = {axis: told.get(axis) for axis in ("x", "y")}
    box: dict[str, tuple[float, float]] = {}
    for axis, pair in ends.items():
        if not (
            isinstance(pair, list | tuple) and len(pair) == 2 and all(isinstance(end, int | float) for end in pair)
        ):
            return {}
        box[axis] = (float(min(pair)), float(max(pair)))
    return box
