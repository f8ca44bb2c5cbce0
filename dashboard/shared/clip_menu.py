"""The menu of every clip: tags, a note, a wrong label, in or out of the collection, and the pages that show the clip.

It is a fragment: opening it draws nothing else anew, and what is in it is made only then. What is typed in it and not
saved is kept for the visitor when it closes.
"""

import streamlit as st

from core.clips.clip import Clip
from core.clips.collection import Collection
from core.collections.annotations import Annotation, load_annotations
from core.collections.corrections import genre_said
from core.collections.sound import Sound
from core.errors import GenreLabError
from dashboard import services
from dashboard.changes.collections import exclude_clips, restore_clips
from dashboard.sentences.annotations import EXCLUDED_BY_HAND, genre_words, label_words, note_words
from dashboard.sentences.wording import escape_badge, escape_markdown
from dashboard.shared.changing import change_button
from dashboard.shared.clip_links import clip_links
from dashboard.shared.clip_words import Noted, forget_seen, has_draft, problem_key, words_inputs
from dashboard.shared.late_popover import tend_popover

_MOST_BADGES = 6
_NOTICE = "clip-menu:notice"
"""Session key of what the visitor did in a menu; any menu says it, as the clip's own may be gone."""


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
            tend_popover(f"{key}:popover")
    else:
        forget_seen(key)


def _changed(key: str) -> str:
    return f"{key}:changed"


def _noted(collection_id: str, name: str) -> Noted:
    whole = _whole(collection_id)
    clip, entry = whole.clip(name), load_annotations(collection_id).get(name, Annotation())
    return Noted(whole, clip, entry, genre_said(whole, clip, entry))


def _say(noted: Noted) -> None:
    """What is said of the clip, on one line where there is room."""
    entry = noted.entry
    if has_draft(noted):
        st.badge("Not saved yet", icon=":material/edit:", color="orange", help="Open the menu to save or discard it.")
    if noted.genre != noted.clip.genre:
        st.badge(escape_badge(genre_words(noted.genre)), icon=":material/label_off:", color="orange")
    for tag in entry.tags[:_MOST_BADGES]:
        st.badge(escape_badge(tag), icon=":material/sell:", color="gray")
    if (further := len(entry.tags) - _MOST_BADGES) > 0:
        st.caption(f"and {further} more", width="content")
    if entry.note:
        st.caption(f":material/sticky_note_2: {note_words(entry.note)}", width="content")


def _fill(noted: Noted, key: str) -> None:
    """The open menu."""
    name = escape_markdown(noted.clip.name)
    st.markdown(f"**{name}** · {label_words(noted.whole, noted.clip, noted.entry)}")
    if problem := st.session_state.pop(problem_key(key), None):
        st.error(escape_markdown(problem), icon=":material/error:")
    words_inputs(noted, key, on_saved=_close)
    _in_or_out(noted, key)
    clip_links(noted.whole, noted.clip, is_out=noted.entry.exclusion is not None)


def _close(key: str, notice: str) -> None:
    st.session_state[key] = False
    forget_seen(key)
    st.session_state[_changed(key)] = True
    st.session_state[_NOTICE] = notice


def _in_or_out(noted: Noted, key: str) -> None:
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


def _exclude(noted: Noted, key: str) -> None:
    name = noted.clip.name
    try:
        exclude_clips(noted.whole.id, {name: EXCLUDED_BY_HAND}, all_names=noted.whole.by_name)
    except GenreLabError as error:
        st.session_state[problem_key(key)] = str(error)
        return
    _close(key, f"{escape_markdown(name)} is excluded. Collections, Quality takes it back.")


def _include(noted: Noted, key: str) -> None:
    try:
        restore_clips(noted.whole.id, [noted.clip.name])
    except GenreLabError as error:
        st.session_state[problem_key(key)] = str(error)
        return
    _close(key, f"{escape_markdown(noted.clip.name)} is included again.")
