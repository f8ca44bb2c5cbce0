"""What one person is looking at: choices that survive a page switch and stand in the URL.

A choice is looked for in the URL (somebody opened a deep link), then in this session (it was made on another
page), then the default holds. It is written back to the URL, so the address bar can always be shared.
"""

from collections.abc import Callable, Sequence

import streamlit as st
from streamlit import runtime
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.uploaded_file_manager import UploadedFile

from dashboard.charts.style.theme import DARK, LIGHT, ChartTheme
from dashboard.sentences.wording import escape_markdown, quoted_value


def query_value(name: str, allowed: Sequence[str], default: str | None, *, what: str | None = None) -> str | None:
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
    """
    wanted = st.query_params.get(name)
    if wanted is not None and wanted not in allowed:
        instead = f"Showing {escape_markdown(default)} instead." if default is not None else "Choose another one."
        warn_of_link(
            f"The link asks for the {what or name} {quoted_value(wanted)}, which does not exist here. {instead}"
        )
        wanted = None
        st.session_state.pop(_key(name), None)
    if wanted is None:
        kept = st.session_state.get(_key(name))
        wanted = kept if kept in allowed else default
    set_query_value(name, wanted)
    return wanted


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
        if name in st.query_params:
            del st.query_params[name]
        return
    st.session_state[_key(name)] = value
    if st.query_params.get(name) != value:
        st.query_params[name] = value


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


def _key(name: str) -> str:
    return f"choice:{name}"


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
