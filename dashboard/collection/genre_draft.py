"""What a visitor has changed in the table of labels and not saved yet: in their session alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st

from core.collections.genre_changes import mapping_of, what_labels_become
from core.collections.genre_csv import typed_genre
from core.collections.genre_mapping import GenreMapping, Label


@dataclass
class Draft:
    """A table that is being edited.

    Attributes
    ----------
    based_on : GenreMapping or None
        The mapping in force when it was begun.
    shown : dict of str to str
        Genre by key of the label, as the editor was last given it.
    current : dict of str to str
        The same with what was typed since.
    version : int
        Of the editor: one that is given another table is another widget.
    """

    based_on: GenreMapping | None
    shown: dict[str, str]
    current: dict[str, str]
    version: int = 0

    def show(self, becomes: Mapping[str, str]) -> None:
        """Give the editor a table in which these labels become something else."""
        self.shown = self.current = self.current | dict(becomes)
        self.version += 1

    def reset(self, collection_id: str, labels: tuple[Label, ...]) -> None:
        """Show what is in force again."""
        self.show(what_labels_become(labels, self.based_on))
        _set_rules(collection_id, self.based_on or GenreMapping())


def _set_rules(collection_id: str, rules: GenreMapping) -> None:
    st.session_state[several_key(collection_id)] = rules.several
    st.session_state[min_clips_key(collection_id)] = rules.min_clips


def several_key(collection_id: str) -> str:
    """Session key of the rule for clips of several genres."""
    return f"genres:several:{collection_id}"


def min_clips_key(collection_id: str) -> str:
    """Session key of the smallest number of clips."""
    return f"genres:min:{collection_id}"


def editor_key(collection_id: str, draft: Draft) -> str:
    """Session key of the editor."""
    return f"genres:table:{collection_id}:{draft.version}"


def current_draft(collection_id: str, labels: tuple[Label, ...], mapping: GenreMapping | None) -> Draft:
    """The draft of this visitor; a new one where there is none, or the mapping in force is another by now."""
    key = f"genres:draft:{collection_id}"
    kept: Draft | None = st.session_state.get(key)
    now = what_labels_become(labels, mapping)
    if kept is None or kept.based_on != mapping:
        version = 0 if kept is None else kept.version + 1
        kept = st.session_state[key] = Draft(mapping, now, now, version)
        _set_rules(collection_id, mapping or GenreMapping())
    elif kept.current.keys() != now.keys():  # scanned again since
        kept.shown = kept.current = {label: kept.current.get(label, genre) for label, genre in now.items()}
        kept.version += 1
    elif editor_key(collection_id, kept) not in st.session_state and kept.shown != kept.current:
        kept.show({})  # another page was looked at: the editor has forgotten what was typed
    return kept


def heed_edits(draft: Draft, labels: tuple[Label, ...], edited: pd.DataFrame) -> None:
    """Take over what was typed."""
    draft.current = {
        label.key: _typed(text, label) for label, text in zip(labels, edited["Becomes"].tolist(), strict=True)
    }


def _typed(text: Any, label: Label) -> str:
    """An emptied cell comes as None. A label's own name stays as it is, however it is composed."""
    return label.name if text == label.name else typed_genre(text if isinstance(text, str) else "")


def drafted_mapping(collection_id: str, draft: Draft, labels: tuple[Label, ...]) -> GenreMapping:
    """The mapping that the draft would be; `CollectionError` where it would be none."""
    rules = GenreMapping(
        becomes=() if draft.based_on is None else draft.based_on.becomes,
        several=st.session_state[several_key(collection_id)],
        min_clips=int(st.session_state[min_clips_key(collection_id)] or 1),
    )
    return mapping_of(labels, draft.current, like=rules)
