"""The form of a kind of model that has none of its own: an input for each of its settings."""

from dataclasses import fields
from typing import Any, get_args, get_type_hints

import streamlit as st

from core.models.kinds import ModelKind
from dashboard.shared.forms.inputs import choose, number, switch
from dashboard.shared.forms.values import KEY

_N_COLUMNS = 3
_LARGEST = 1_000_000


def plain_form(kind: ModelKind) -> None:
    """Switches, choices and numbers, as the configuration's defaults are; all else stays at its value.

    What a setting may be is said by the configuration itself, where a value is impossible.
    """
    types = get_type_hints(kind.config)
    shown = [
        field for field in fields(kind.config) if field.name != "kind" and _has_input(types[field.name], field.default)
    ]
    columns = st.columns(_N_COLUMNS, vertical_alignment="bottom")
    for n, field in enumerate(shown):
        _input(f"{KEY}{kind.id}_{field.name}", field.name, types[field.name], field.default, columns[n % _N_COLUMNS])


def _has_input(of_type: Any, default: Any) -> bool:
    return (bool(get_args(of_type)) and isinstance(default, str)) or isinstance(default, bool | int | float)


def _input(key: str, name: str, of_type: Any, default: Any, place: st.delta_generator.DeltaGenerator) -> None:
    label = name.replace("_", " ").capitalize()
    if isinstance(default, bool):
        switch(label, key, place=place)
    elif isinstance(default, str):
        choose(label, key, {option: str(option).capitalize() for option in get_args(of_type)}, place=place)
    elif isinstance(default, int):
        number(label, key, -_LARGEST, _LARGEST, 1, place=place)
    else:
        number(label, key, -float(_LARGEST), float(_LARGEST), abs(default) / 10 or 0.1, place=place)
