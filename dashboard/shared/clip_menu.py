"""The menu of every clip: tags, a note, a wrong label, in or out of the collection, and the pages that show the clip.

It is a fragment: opening it draws nothing else anew, and what is in it is made only then.
"""

from dataclasses import dataclass

import streamlit as st

from core.clips.clip import Clip
from core.clips.collection import Collection
from core.collections.annotation_changes import Words, typed_note, typed_tags
from core.collections.annotations import MAX_NOTE, MAX_TAGS, Annotation, load_annotations, tags_of
from core.collections.corrections import genre_said
from core.collections.sound import Sound
from core.errors import GenreLabError
from dashboard import services
from dashboard.access import may_change
from dashboard.changes.collections import exclude_clips, restore_clips, revise_clip
from dashboard.sentences.annotations import EXCLUDED_BY_HAND, genre_words, label_words, note_words
from dashboard.sentences.wording import escape_badge, escape_markdown
from dashboard.shared.changing import change_button, change_submit_button
from dashboard.shared.clip_links import clip_links

_MOST_BADGES = 6
_NOTICE = "clip-menu:notice"
"""Session key of what the visitor did in a menu; any menu says it, as the clip's own may be gone."""


@dataclass(frozen=True)
class _Noted:
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


def clip_menu(collection: Collection, clip: Clip, *, key: str, sound: Sound | None = None) -> None:
    """What is said of a clip, and the menu to say more; nothing where the clip is in no collection that is here.

    Parameters
    ----------
    collection : Collection
        Whatever part of a collection is in view: what is said is kept with all of it.
    clip : Clip
        Or an excerpt of one.
    key : str
        The menu's own on this page.
    sound : Sound, optional
        Where the clip is heard: where its own collection is not here, as a run's may be, the menu is that clip's.
    """
    # Here the whole page is drawn: what was changed is shown everywhere.
    st.session_state.pop(_changed(key), None)
    if notice := st.session_state.pop(_NOTICE, None):
        st.toast(notice, icon=":material/check:")
    places = [(collection.id, clip.whole.name)]
    if sound is not None and sound.start_s is None and sound.end_s is None:
        places.append((sound.collection_id, sound.clip.name))
    if (place := next(filter(_is_here, places), None)) is not None:
        _menu(*place, key)


def _is_here(place: tuple[str, str]) -> bool:
    """Whether a collection, by its id, is here and has a clip of that name."""
    collection_id, name = place
    try:
        return name in _whole(collection_id).by_name
    except GenreLabError:
        return False  # it is not here, or cannot be read, which the page says


def _whole(collection_id: str) -> Collection:
    return services.collection(collection_id, with_excluded=True)


@st.fragment
def _menu(collection_id: str, name: str, key: str) -> None:
    if st.session_state.pop(_changed(key), False):
        st.rerun()  # the menu was drawn alone, and what is said is shown elsewhere on the page, too
    try:
        noted = _noted(collection_id, name)
    except GenreLabError as error:
        st.caption(f":material/error: {escape_markdown(str(error))}")
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        menu = st.popover(
            "Tags and more",
            icon=":material/more_horiz:",
            key=key,
            on_change="rerun",
            help=f"Tags, a note, a wrong label, and the pages that show {escape_markdown(name)}",
        )
        _say(noted)
    if menu.open:
        with menu, st.container(gap="small"):
            _fill(noted, key)
    else:
        st.session_state.pop(_seen(key), None)


def _seen(key: str) -> str:
    """Session key of what was said when the visitor opened the menu."""
    return f"{key}:seen"


def _changed(key: str) -> str:
    return f"{key}:changed"


def _problem(key: str) -> str:
    return f"{key}:problem"


def _noted(collection_id: str, name: str) -> _Noted:
    whole = _whole(collection_id)
    clip, entry = whole.clip(name), load_annotations(collection_id).get(name, Annotation())
    return _Noted(whole, clip, entry, genre_said(whole, clip, entry))


def _say(noted: _Noted) -> None:
    """What is said of the clip, on one line where there is room."""
    entry = noted.entry
    if noted.genre != noted.clip.genre:
        st.badge(escape_badge(genre_words(noted.genre)), icon=":material/label_off:", color="orange")
    for tag in entry.tags[:_MOST_BADGES]:
        st.badge(escape_badge(tag), icon=":material/sell:", color="gray")
    if (further := len(entry.tags) - _MOST_BADGES) > 0:
        st.caption(f"and {further} more", width="content")
    if entry.note:
        st.caption(f":material/sticky_note_2: {note_words(entry.note)}", width="content")


def _fill(noted: _Noted, key: str) -> None:
    """The open menu."""
    name = escape_markdown(noted.clip.name)
    st.markdown(f"**{name}** · {label_words(noted.whole, noted.clip, noted.entry)}")
    if problem := st.session_state.pop(_problem(key), None):
        st.error(escape_markdown(problem), icon=":material/error:")
    seen: Annotation = st.session_state.setdefault(_seen(key), noted.entry)
    shown = genre_said(noted.whole, noted.clip, seen)
    tags = tags_of(load_annotations(noted.whole.id))
    genres = dict.fromkeys([noted.clip.genre, *noted.whole.genres, shown])
    closed = not may_change()
    with st.form(f"{key}:form", border=False):
        st.multiselect(
            "Tags",
            dict.fromkeys([*tags, *seen.tags]),
            default=seen.tags,
            key=f"{key}:tags",
            accept_new_options=True,
            max_selections=MAX_TAGS,
            placeholder="Choose, or type and press Enter",
            disabled=closed,
        )
        st.text_area("Note", seen.note, key=f"{key}:note", max_chars=MAX_NOTE, height=84, disabled=closed)
        st.selectbox(
            "Right genre",
            list(genres),
            index=list(genres).index(shown),
            format_func=lambda genre: f"{genre} (as labelled)" if genre == noted.clip.genre else genre,
            key=f"{key}:genre",
            accept_new_options=True,
            disabled=closed,
            help="Another genre says that the label is wrong. The label stays; Train can use the corrected ones.",
        )
        change_submit_button(
            "Save",
            type="primary",
            icon=":material/check:",
            width="stretch",
            key=f"{key}:save",
            on_click=_save,
            args=(noted, seen, shown, tags, key),
        )
    _in_or_out(noted, key)
    clip_links(noted.whole, noted.clip, is_out=noted.entry.exclusion is not None)


def _save(noted: _Noted, seen: Annotation, shown: str, tags: tuple[str, ...], key: str) -> None:
    given = st.session_state
    genre = " ".join(str(given[f"{key}:genre"] or noted.clip.genre).split())
    words = Words(
        tags=typed_tags(given[f"{key}:tags"], known=tags),
        note=typed_note(given[f"{key}:note"]),
        genre=None if genre == shown else genre,
    )
    labels = {clip.name: clip.genre for clip in noted.whole.clips}
    try:
        revise_clip(noted.whole.id, noted.clip.name, seen=seen, words=words, labels=labels)
    except GenreLabError as error:
        given[_problem(key)] = str(error)
        return
    _close(key, f"Saved for {escape_markdown(noted.clip.name)}")


def _close(key: str, notice: str) -> None:
    st.session_state[key] = False
    st.session_state.pop(_seen(key), None)
    st.session_state[_changed(key)] = True
    st.session_state[_NOTICE] = notice


def _in_or_out(noted: _Noted, key: str) -> None:
    """Exclude the clip, or take it back."""
    name = noted.clip.name
    if noted.entry.exclusion is not None:
        change_button(
            "Include it again",
            icon=":material/undo:",
            width="stretch",
            key=f"{key}:include",
            on_click=_include,
            args=(noted, key),
        )
        return
    change_button(
        "Exclude it",
        icon=":material/block:",
        width="stretch",
        key=f"{key}:exclude",
        help=f"Leave {escape_markdown(name)} out of Explore, Gallery and Train. The file stays unchanged.",
        on_click=_exclude,
        args=(noted, key),
    )


def _exclude(noted: _Noted, key: str) -> None:
    name = noted.clip.name
    try:
        exclude_clips(noted.whole.id, {name: EXCLUDED_BY_HAND}, all_names=noted.whole.by_name)
    except GenreLabError as error:
        st.session_state[_problem(key)] = str(error)
        return
    _close(key, f"{escape_markdown(name)} is excluded. Collections, Quality takes it back.")


def _include(noted: _Noted, key: str) -> None:
    try:
        restore_clips(noted.whole.id, [noted.clip.name])
    except GenreLabError as error:
        st.session_state[_problem(key)] = str(error)
        return
    _close(key, f"{escape_markdown(noted.clip.name)} is included again.")
