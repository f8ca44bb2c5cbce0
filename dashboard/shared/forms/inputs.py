"""Inputs of the training form: each shows and keeps one value of the session, which presets and runs fill in."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

import streamlit as st

from dashboard.shared.forms.errors import slot_below

_FURTHER = "train:further"
Place = Any
"""``st`` itself, a column or a container."""


def fill(values: Mapping[str, Any]) -> None:
    """Put values into the form; those that a slider of set values does not offer are added to it."""
    further: dict[str, set[Any]] = st.session_state.setdefault(_FURTHER, {})
    for key, value in values.items():
        st.session_state[key] = value
        if isinstance(value, int | float) and not isinstance(value, bool):
            further.setdefault(key, set()).add(value)


def shown_values() -> Mapping[str, Any]:
    """What all inputs hold, whether they are shown or not."""
    return cast("Mapping[str, Any]", st.session_state)


def steps(label: str, key: str, standard: Sequence[Any], help: str | None = None, *, place: Place = st) -> Any:
    """Slider over set values, and over any others that a preset or a run has brought."""
    further: dict[str, set[Any]] = st.session_state.get(_FURTHER, {})
    options = sorted({*standard, *further.get(key, ()), st.session_state[key]})
    chosen = place.select_slider(label, options, format_func=_plain, key=key, help=help, persist_state="session")
    slot_below(key, place)
    return chosen


def _plain(value: Any) -> str:
    return f"{value:,}" if isinstance(value, int) else f"{value:g}"


def slide(
    label: str,
    key: str,
    low: float,
    high: float,
    step: float,
    help: str | None = None,
    *,
    place: Place = st,
    format: str | None = None,
) -> Any:
    """Slider over a range."""
    chosen = place.slider(label, low, high, step=step, key=key, help=help, format=format, persist_state="session")
    slot_below(key, place)
    return chosen


def number(
    label: str,
    key: str,
    low: float,
    high: float,
    step: float,
    help: str | None = None,
    *,
    place: Place = st,
    disabled: bool = False,
) -> Any:
    """Number to be typed."""
    typed = place.number_input(
        label,
        min_value=low,
        max_value=high,
        step=step,
        format="%d" if isinstance(low, int) else "%g",
        key=key,
        help=help,
        disabled=disabled,
        persist_state="session",
    )
    slot_below(key, place)
    return typed


def switch(label: str, key: str, help: str | None = None, *, place: Place = st) -> bool:
    """On or off."""
    on = bool(place.toggle(label, key=key, help=help, persist_state="session"))
    slot_below(key, place)
    return on


def choose(
    label: str,
    key: str,
    titles: Mapping[str, str],
    help: str | None = None,
    *,
    place: Place = st,
    on_change: Callable[[], None] | None = None,
) -> str:
    """One of several, by its name for people."""
    chosen: str = place.selectbox(
        label,
        list(titles),
        format_func=lambda option: titles.get(option, str(option)),
        key=key,
        help=help,
        on_change=on_change,
        persist_state="session",
    )
    slot_below(key, place)
    return chosen


def pick_one(label: str, key: str, titles: Mapping[str, str], help: str | None = None, *, place: Place = st) -> str:
    """One of two or three, side by side."""
    chosen: str = place.segmented_control(
        label,
        list(titles),
        format_func=lambda option: titles[option],
        required=True,
        key=key,
        help=help,
        persist_state="session",
    )
    slot_below(key, place)
    return chosen


def layer_sizes(label: str, count: str, each: str, standard: Sequence[int], help: str | None = None) -> None:
    """A slider for the size of each of as many layers as ``count`` says."""
    n_layers = int(st.session_state[count])
    if not n_layers:
        return
    columns = st.columns(min(3, n_layers))
    for place in range(n_layers):
        steps(f"{label} {place + 1}", f"{each}_{place}", standard, help, place=columns[place % len(columns)])
