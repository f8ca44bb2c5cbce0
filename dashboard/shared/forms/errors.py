"""Messages about settings, each at the input that it is about, and a mark at the part of the form that holds it.

Inputs are known by the field that they set (see `dashboard.shared.forms.fields`), messages by the field that they carry
(`core.errors.SettingError`), so neither has to know the other's words.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import streamlit as st

from core.errors import GenreLabError, SettingError
from dashboard.sentences.wording import escape_markdown
from dashboard.shared.forms.fields import field_of, fields_for, part_of

_OPEN: ContextVar["FormErrors | None"] = ContextVar("form_errors", default=None)
Place = Any
"""``st`` itself, a column or a container."""


class FormErrors:
    """What is wrong with a form that is being drawn.

    Parameters
    ----------
    place : container
        Where a message goes that no input and no part of the form can take.
    parts : mapping of str to sequence of str, optional
        First names of the fields that each part, such as a tab, holds.

    Attributes
    ----------
    first : str
        The first message; empty where nothing is wrong.
    """

    def __init__(self, place: Place, parts: Mapping[str, Sequence[str]] | None = None) -> None:
        self.first = ""
        self._place, self._parts = place, parts or {}
        self._places: dict[str, Place] = {}
        self._marks: Place = None
        self._titles: dict[str, str] = {}
        self._marked: list[str] = []
        self._slots: dict[str, Place] = {}
        self._waiting: dict[str, str] = {}

    @contextmanager
    def open(self) -> Iterator[None]:
        """Inputs that are drawn meanwhile take part."""
        token = _OPEN.set(self)
        try:
            yield
        finally:
            _OPEN.reset(token)

    def show_marks(self, marks: Place, places: Mapping[str, Place], titles: Mapping[str, str]) -> None:
        """Where the parts that hold something wrong are named, and where they say what none of their inputs can.

        Parameters
        ----------
        marks : empty element
        places : mapping of part to container
        titles : mapping of part to its name for people, where that is another
        """
        self._marks, self._places, self._titles = marks, dict(places), dict(titles)

    @contextmanager
    def heed(self, part: str = "") -> Iterator[None]:
        """Show what is raised within instead of passing it on; ``part`` is taken where the message names no field."""
        try:
            yield
        except GenreLabError as error:
            self.show(error, part=part)

    def show(self, error: GenreLabError, *, part: str = "") -> None:
        """Show a message at its input, else at its part of the form."""
        text = str(error)
        field = error.field if isinstance(error, SettingError) else ""
        part = part_of(field, self._parts) or part
        self.first = self.first or text
        self._mark(part)
        slot = next((name for name in fields_for(field) if name in self._slots), None)
        if slot is not None:
            _say(self._slots.pop(slot), text, icon=None)
        elif part in self._places:
            _say(self._places[part], text)
        elif field:
            self._waiting[field] = text
        else:
            _say(self._place, text)

    def close(self) -> None:
        """Show the messages whose input was not drawn after all."""
        for text in self._waiting.values():
            _say(self._place, text)
        self._waiting.clear()

    def _mark(self, part: str) -> None:
        if part not in self._places or part in self._marked:
            return
        self._marked.append(part)
        with self._marks.container(horizontal=True, gap="small"):
            for marked in self._marked:
                st.badge(self._titles.get(marked, marked), icon=":material/block:", color="red")

    def take(self, key: str, place: Place) -> None:
        """Take the place below an input for a message about its field."""
        # A container, which is not drawn while it is empty: an empty element would still count as the last of its
        # column, and Streamlit lifts a switch to the level of its neighbours only where it is the last.
        field, slot = field_of(key), place.container()
        self._slots.setdefault(field, slot)
        if field in self._waiting:
            _say(self._slots.pop(field), self._waiting.pop(field), icon=None)


def _say(place: Place, text: str, icon: str | None = ":material/block:") -> None:
    """Show a message; below an input without an icon, which leaves a column of a third too little room for words."""
    place.error(escape_markdown(text), icon=icon)


def slot_below(key: str, place: Place = st) -> None:
    """Keep a place for a message below the input that was just drawn, where its form shows messages at inputs."""
    form = _OPEN.get()
    if form is not None:
        form.take(key, place)
