"""What one person is looking at: choices that survive a page switch and stand in the URL.

A choice is looked for in the URL (somebody opened a deep link), then in this session (it was made on another
page), then the default holds. What differs from the default stands in the URL, so that the address bar can be shared.

Streamlit makes an entry of the browser's history of each parameter that is written. So all that a run of the script
changes is written at once, at its end, and nothing where the defaults hold: Back leads to the page before.
"""

from collections.abc import Callable, Collection, Sequence
from typing import Any

import streamlit as st
from streamlit import runtime
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.uploaded_file_manager import UploadedFile

from dashboard.charts.style.theme import DARK, LIGHT, ChartTheme
from dashboard.sentences.wording import escape_markdown, quoted_value

_PENDING = "address:pending"
"""Session key of what is to be written into the address: values by name, None for what is taken out."""
_SHOWN = "address:shown"
"""Session key of the page that was drawn last, and what stood in its address."""
_OF_EACH_PAGE = frozenset({"show", "other"})
"""Names that pages use each for something of its own: what is chosen on one of them is not heeded on another."""


def open_address(page: str) -> None:
    """Heed the address before a page is drawn: what the browser's Back took out of it is no longer chosen.

    Parameters
    ----------
    page : str
        Names the page.
    """
    context = get_script_run_ctx()
    went_back = context is not None and context.is_history_navigation
    page_before, before = st.session_state.get(_SHOWN, ("", {}))
    address = st.query_params.to_dict()
    if went_back and page_before == page:
        for name in before.keys() - address.keys():
            st.session_state.pop(_key(name), None)
            st.session_state.pop(_key(f"{name}:{page}"), None)
    if (page_before, before) != (page, address):
        # A link was followed, or a page chosen: what an earlier run left to be written is out of date.
        st.session_state.pop(_PENDING, None)
    st.session_state[_SHOWN] = (page, address)


def write_address(page: str, names: Collection[str]) -> None:
    """Put what was chosen into the address after a page was drawn, as one entry of the browser's history.

    Parameters
    ----------
    page : str
    names : collection of str
        Parameters of this page; others are taken out.
    """
    pending: dict[str, str | None] = st.session_state.pop(_PENDING, {})
    wanted = {**st.query_params.to_dict(), **pending}
    address = {name: value for name, value in wanted.items() if name in names and value is not None}
    # Also where nothing changed: a link within a page leaves the browser's address as it was. Where it is that already,
    # the browser makes no entry.
    st.query_params.from_dict(address)
    st.session_state[_SHOWN] = (page, address)


def address_value(name: str) -> str | None:
    """What the address says of a choice, or is about to say; None where it says nothing."""
    pending: dict[str, str | None] = st.session_state.get(_PENDING, {})
    return pending[name] if name in pending else st.query_params.get(name)


def set_address_value(name: str, value: str | None) -> None:
    """Put a value into the address, or take it out, without remembering it as a choice."""
    st.session_state.setdefault(_PENDING, {})[name] = value


def query_value(
    name: str,
    allowed: Sequence[str],
    default: str | None,
    *,
    what: str | None = None,
    titled: Callable[[str], str] = str,
) -> str | None:
    """The choice called ``name``, one of ``allowed``, or ``default``.

    A deep link to something that is not there is answered with a warning, not an error.

    Parameters
    ----------
    name : str
        In the URL: ``collection``.
    allowed : sequence of str
    default : str or None
    what : str, optional
        What the value is, for the warning; the name when not given.
    titled : callable
        What a value is called for people, in the warning: of an id its title.
    """
    wanted = address_value(name)
    if wanted is not None and wanted not in allowed and wanted == st.session_state.get(_key(name)):
        wanted = None  # not a link: what this visitor chose before, where it was to be had
    if wanted is not None and wanted not in allowed:
        instead = (
            f"Showing {escape_markdown(titled(default))} instead." if default is not None else "Choose another one."
        )
        warn_of_link(
            f"The link asks for the {what or name} {quoted_value(wanted)}, which does not exist here. {instead}"
        )
        wanted = None
        st.session_state.pop(_key(name), None)
    if wanted is None:
        kept = st.session_state.get(_key(name))
        wanted = kept if kept in allowed else default
    if wanted is None:
        set_query_value(name, None)
        return None
    st.session_state[_key(name)] = wanted
    if wanted != (said := address_value(name)):
        # A default needs no word, unless the address says something else.
        if wanted != default:
            set_address_value(name, wanted)
        elif said is not None:
            set_address_value(name, None)
    return wanted


def kept_choice(name: str) -> str | None:
    """The choice called ``name`` that was made before in this session; None where there is none.

    On whatever page it was made, but of names that each page uses for something of its own.
    """
    kept: str | None = st.session_state.get(_key(name))
    return kept


def warn_of_link(text: str) -> None:
    """Say what of a link cannot be shown.

    Parameters
    ----------
    text : str
        Markdown: values of the address pass `dashboard.sentences.wording.quoted_value`.
    """
    st.warning(text, icon=":material/link_off:")


def set_query_value(name: str, value: str | None) -> None:
    """Remember a choice and put it into the URL; None forgets it."""
    if value is None:
        st.session_state.pop(_key(name), None)
    else:
        st.session_state[_key(name)] = value
    set_address_value(name, value)


def linked_key(name: str, value: str | None) -> tuple[str, Callable[[], None]]:
    """Key and ``on_change`` of a widget that shows and sets the choice called ``name``.

    The widget then always shows what the URL says, and a change of the widget reaches the URL before the page
    runs: ``key, changed = linked_key("run", run_id); st.selectbox(..., key=key, on_change=changed)``.
    """
    key = f"linked:{name}"
    st.session_state[key] = value

    def changed() -> None:
        set_query_value(name, st.session_state[key])

    return key, changed


def linked_tabs(titles: Sequence[str], *, key: str, name: str = "tab") -> Sequence[Any]:
    """Tabs of which the address says which is open; the first where it says nothing, or one that is not there.

    Parameters
    ----------
    titles : sequence of str
    key : str
        Of the widget.
    name : str
        In the URL.
    """
    wanted = address_value(name)
    if wanted is not None and wanted not in titles:
        warn_of_link(
            f"The link asks for the tab {quoted_value(wanted)}, which does not exist here. Showing "
            f"{escape_markdown(titles[0])} instead."
        )
        set_address_value(name, None)
    st.session_state[key] = wanted if wanted in titles else titles[0]

    def changed() -> None:
        chosen = st.session_state[key]
        set_address_value(name, None if chosen == titles[0] else chosen)

    return st.tabs(titles, key=key, on_change=changed)


def _key(name: str) -> str:
    """Session key of a choice: that of the page which is drawn, where others use the name for something else."""
    if name not in _OF_EACH_PAGE:
        return f"choice:{name}"
    page, _ = st.session_state.get(_SHOWN, ("", {}))
    return f"choice:{name}:{page}"


def chart_theme() -> ChartTheme:
    """Colours for charts that fit the visitor's light or dark page."""
    return DARK if st.context.theme.type == "dark" else LIGHT


def let_go(uploaded: UploadedFile) -> None:
    """Free the memory of an upload that is stored: Streamlit keeps it until its page is closed."""
    manager = runtime.get_instance().uploaded_file_mgr if runtime.exists() else None
    if isinstance(manager, MemoryUploadedFileManager):
        manager.remove_file(session_id=session_id(), file_id=uploaded.file_id)


def session_id() -> str:
    """Of the visitor's session; empty outside one."""
    context = get_script_run_ctx()
    return "" if context is None else context.session_id
