"""What a visitor says of a clip in its menu: tags, a note, the right genre.

What is typed and not saved is kept for the visitor when the menu closes, and stands in all menus of the clip.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import streamlit as st

from core.clips.clip import Clip
from core.clips.collection import Collection
from core.collections.annotation_changes import Words, typed_note, typed_tags
from core.collections.annotations import MAX_NOTE, MAX_TAGS, Annotation, load_annotations, tags_of
from core.collections.corrections import genre_said
from core.errors import GenreLabError
from dashboard.access import may_change
from dashboard.changes.collections import revise_clip
from dashboard.sentences.wording import escape_markdown
from dashboard.shared.changing import change_button


@dataclass(frozen=True)
class Noted:
    """A clip and what is said of it.

    Attributes
    ----------
    whole : Collection
        With its excluded clips, as labelled.
    clip : Clip
        Of that collection.
    entry : Annotation
    genre : str
        The right one, as the collection calls it now; the clip's own where nobody says otherwise.
    """

    whole: Collection
    clip: Clip
    entry: Annotation
    genre: str


@dataclass(frozen=True)
class Typed:
    """What stands in a menu.

    Attributes
    ----------
    seen : Annotation
        What was said of the clip when the visitor began.
    tags : tuple of str
    note, genre : str
    """

    seen: Annotation
    tags: tuple[str, ...]
    note: str
    genre: str


def words_inputs(noted: Noted, key: str, *, on_saved: Callable[[str, str], None]) -> None:
    """The inputs, and the buttons that save and discard.

    Parameters
    ----------
    noted : Noted
    key : str
        Of the menu.
    on_saved : callable
        Called with the key and a notice when all is saved.
    """
    _begin(noted, key)
    given = st.session_state
    genres = dict.fromkeys([noted.clip.genre, *noted.whole.genres, given[f"{key}:genre"] or noted.clip.genre])
    about: dict[str, Any] = {"disabled": not may_change(), "on_change": _keep, "args": (noted, key)}
    st.multiselect(
        "Tags",
        dict.fromkeys([*tags_of(load_annotations(noted.whole.id)), *given[f"{key}:tags"]]),
        key=f"{key}:tags",
        accept_new_options=True,
        max_selections=MAX_TAGS,
        placeholder="Choose, or type and press Enter",
        **about,
    )
    st.text_area("Note", key=f"{key}:note", max_chars=MAX_NOTE, height=84, **about)
    st.selectbox(
        "Right genre",
        list(genres),
        key=f"{key}:genre",
        format_func=lambda genre: f"{genre} (as labelled)" if genre == noted.clip.genre else genre,
        accept_new_options=True,
        help="Another genre says that the label is wrong. The label stays; Train can use the corrected ones.",
        **about,
    )
    # Nothing in the menu may come or go by what is typed: a click on a button ends the typing, and would miss it.
    with st.container(horizontal=True, gap="small"):
        change_button(
            "Save",
            type="primary",
            icon=":material/check:",
            width="stretch",
            key=f"{key}:save",
            on_click=_save,
            args=(noted, key, on_saved),
        )
        st.button(
            "Discard",
            icon=":material/undo:",
            width="stretch",
            key=f"{key}:discard",
            disabled=_draft_key(noted) not in given,
            help="What you typed and did not save stays here, also when the menu is closed, while Genre Lab is open in "
            "this tab. This takes it away.",
            on_click=_discard,
            args=(noted, key),
        )


def problem_key(key: str) -> str:
    """Session key of why nothing was saved."""
    return f"{key}:problem"


def has_draft(noted: Noted) -> bool:
    """Whether the visitor has typed something of the clip that is not saved."""
    return _draft_key(noted) in st.session_state


def forget_seen(key: str) -> None:
    """Begin anew with what is said by then when the menu is opened again."""
    st.session_state.pop(_seen(key), None)


def _seen(key: str) -> str:
    """Session key of what was said when the visitor began."""
    return f"{key}:seen"


def _draft_key(noted: Noted) -> str:
    return f"clip-menu:draft:{noted.whole.id}:{noted.clip.name}"


def _begin(noted: Noted, key: str) -> None:
    """Put into the menu what is said of the clip, or what the visitor had typed before, where it was just opened."""
    given = st.session_state
    if _seen(key) in given and f"{key}:note" in given:
        return
    draft: Typed | None = given.get(_draft_key(noted))
    _put(draft or _as_said(noted, noted.entry), key)


def _as_said(noted: Noted, entry: Annotation) -> Typed:
    return Typed(entry, entry.tags, entry.note, genre_said(noted.whole, noted.clip, entry))


def _put(typed: Typed, key: str) -> None:
    given = st.session_state
    given[_seen(key)] = typed.seen
    given[f"{key}:tags"], given[f"{key}:note"], given[f"{key}:genre"] = list(typed.tags), typed.note, typed.genre


def _typed(noted: Noted, key: str) -> Typed:
    given = st.session_state
    genre = " ".join(str(given[f"{key}:genre"] or noted.clip.genre).split())
    return Typed(given[_seen(key)], tuple(given[f"{key}:tags"]), given[f"{key}:note"], genre)


def _keep(noted: Noted, key: str) -> None:
    """Remember what is typed until it is saved or discarded."""
    if _seen(key) not in st.session_state:
        return  # it was saved by the click that ended the typing
    typed, place = _typed(noted, key), _draft_key(noted)
    if typed == _as_said(noted, typed.seen):
        st.session_state.pop(place, None)
    else:
        st.session_state[place] = typed


def _discard(noted: Noted, key: str) -> None:
    st.session_state.pop(_draft_key(noted), None)
    st.session_state.pop(_seen(key), None)


def _save(noted: Noted, key: str, on_saved: Callable[[str, str], None]) -> None:
    typed = _typed(noted, key)
    labels = {clip.name: clip.genre for clip in noted.whole.clips}
    try:
        words = Words(
            tags=typed_tags(typed.tags, known=tags_of(load_annotations(noted.whole.id))),
            note=typed_note(typed.note),
            genre=None if typed.genre == _as_said(noted, typed.seen).genre else typed.genre,
        )
        revise_clip(noted.whole.id, noted.clip.name, seen=typed.seen, words=words, labels=labels)
    except GenreLabError as error:
        st.session_state[problem_key(key)] = str(error)
        with suppress(GenreLabError):
            _catch_up(noted, typed, key)
        return
    st.session_state.pop(_draft_key(noted), None)
    on_saved(key, f"Saved for {escape_markdown(noted.clip.name)}")


def _catch_up(noted: Noted, typed: Typed, key: str) -> None:
    """Where the visitor has typed nothing else, what others have said since stands in the menu: to be saved again."""
    now = _as_said(noted, load_annotations(noted.whole.id).get(noted.clip.name, Annotation()))
    seen = _as_said(noted, typed.seen)
    taken_away = set(seen.tags) - set(typed.tags)
    tags = [*(tag for tag in now.tags if tag not in taken_away), *(tag for tag in typed.tags if tag not in seen.tags)]
    _put(
        Typed(
            now.seen,
            tuple(dict.fromkeys(tags)),
            now.note if typed.note == seen.note else typed.note,
            now.genre if typed.genre == seen.genre else typed.genre,
        ),
        key,
    )
    _keep(noted, key)
