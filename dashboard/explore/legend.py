"""The genres of a collection as the legend of all charts on Explore; a click on an entry filters every view."""

import streamlit as st

from core.clips.collection import Collection
from dashboard.charts.style.palette import genre_colors, genre_paths
from dashboard.sentences.wording import format_plural

# Buttons that can be reached and pressed by keyboard. They are made anew only where the genres are others, so that the
# one pressed keeps the focus.
_SCRIPT = """
const SVG = "http://www.w3.org/2000/svg";
function glyph({ path, color }) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "-1.4 -1.4 2.8 2.8");
  svg.setAttribute("aria-hidden", "true");
  const shape = document.createElementNS(SVG, "path");
  shape.setAttribute("d", path);
  shape.setAttribute("fill", color);
  svg.append(shape);
  return svg;
}
function entry(told, press) {
  const button = document.createElement("button");
  button.type = "button";
  button.onclick = press;
  const name = document.createElement("span");
  name.textContent = told.genre;
  const count = document.createElement("small");
  count.textContent = told.count;
  button.append(glyph(told), name, count);
  return button;
}
export default function ({ parentElement, data, setTriggerValue }) {
  const root = parentElement.querySelector(".legend");
  const said = JSON.stringify(data.entries.map(({ shown, ...same }) => same));
  if (root.said !== said) {
    root.said = said;
    const buttons = data.entries.map((told) => entry(told, () => root.press("toggled", told.genre)));
    const all = document.createElement("button");
    all.type = "button";
    all.className = "all";
    all.textContent = "Show all";
    all.onclick = () => root.press("everything", true);
    root.replaceChildren(...buttons, all);
  }
  root.press = setTriggerValue;
  data.entries.forEach((told, place) => {
    const button = root.children[place];
    button.setAttribute("aria-pressed", String(told.shown));
    button.title = told.help;
  });
  root.lastElementChild.hidden = data.entries.every((told) => told.shown);
}
"""
_STYLE = """
.legend { display: flex; flex-wrap: wrap; gap: 0.25rem; max-height: 8.5rem; overflow-y: auto; padding: 2px;
  font-family: var(--st-font); font-size: 0.8125rem; }
button { display: flex; align-items: center; gap: 0.35rem; padding: 0.1rem 0.5rem; min-height: 1.65rem; font: inherit;
  color: var(--st-text-color); background: none; cursor: pointer; border-radius: 1rem;
  border: 1px solid var(--st-border-color); max-width: 14rem; }
button[aria-pressed="true"] { background: color-mix(in srgb, var(--st-text-color) 6%, transparent); }
button[aria-pressed="false"] { border-style: dashed; }
button[aria-pressed="false"] svg { opacity: 0.3; }
button[aria-pressed="false"] span { text-decoration: line-through;
  text-decoration-color: color-mix(in srgb, var(--st-text-color) 55%, transparent); }
button:hover { border-color: var(--st-primary-color); }
button:focus-visible { outline: 2px solid var(--st-primary-color); outline-offset: 1px; }
button[hidden] { display: none; }
.all { border-color: transparent; color: var(--st-link-color); }
span { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
small { font-size: 0.75rem; opacity: 0.75; font-variant-numeric: tabular-nums; }
svg { flex: none; width: 0.85rem; height: 0.85rem; }
"""
_HTML = '<div class="legend" role="group" aria-label="Genres shown"></div>'


def shown_key(collection: Collection) -> str:
    """Session key of the genres shown."""
    return f"explore-shown:{collection.id}"


def shown_genres(collection: Collection) -> tuple[str, ...]:
    """Genres shown, in alphabetical order: all where none is chosen."""
    kept = st.session_state.get(shown_key(collection), ())
    return tuple(genre for genre in collection.genres if genre in kept) or collection.genres


def after_click(genres: tuple[str, ...], shown: tuple[str, ...], clicked: str) -> tuple[str, ...]:
    """What is shown after a click on an entry: it alone where all were shown, else it more or less.

    Parameters
    ----------
    genres : tuple of str
        All.
    shown : tuple of str
        Before.
    clicked : str

    Returns
    -------
    tuple of str
        All again where none would be left.
    """
    if clicked not in genres:
        return shown
    if set(shown) == set(genres):
        return (clicked,)
    now = set(shown) ^ {clicked}
    return tuple(genre for genre in genres if genre in now) or genres


def genre_legend(collection: Collection) -> tuple[str, ...]:
    """Draw the legend; the genres shown, at least one."""
    shown = shown_genres(collection)
    if len(collection.genres) < 2:
        return shown
    key = f"explore-legend:{collection.id}"
    component = st.components.v2.component("genre_lab_legend", html=_HTML, css=_STYLE, js=_SCRIPT)

    def take() -> None:
        clicked = st.session_state[key].get("toggled")
        if isinstance(clicked, str):
            st.session_state[shown_key(collection)] = after_click(collection.genres, shown_genres(collection), clicked)

    def show_all() -> None:
        st.session_state.pop(shown_key(collection), None)

    component(
        key=key,
        data={"entries": _entries(collection, shown)},
        on_toggled_change=take,
        on_everything_change=show_all,
    )
    return shown


def _entries(collection: Collection, shown: tuple[str, ...]) -> list[dict[str, object]]:
    counts = collection.counts
    colors, paths = genre_colors(collection.genres), genre_paths(collection.genres)
    are_all = len(shown) == len(collection.genres)

    def what_a_click_does(genre: str) -> str:
        if are_all:
            return f"{genre}: show these alone"
        return f"{genre}: {'hide' if genre in shown else 'show'} these"

    return [
        {
            "genre": genre,
            "count": f"{counts[genre]:,}",
            "color": colors[genre],
            "path": paths[genre],
            "shown": genre in shown,
            "help": f"{what_a_click_does(genre)} ({format_plural(counts[genre], 'clip')})",
        }
        for genre in collection.genres
    ]
