"""Collections that a background job has made: said quietly, and brought into view only for who is waiting for them.

A visitor who started a job and has not chosen another collection since waits for what it makes. Everybody else, whose
eyes may be on something else by then, gets a line with a button.
"""

import streamlit as st

from dashboard.state import kept_choice, set_query_value

_AWAITED = "arrivals:awaited"
_NEWS = "arrivals:news"


def await_arrival(job_id: str) -> None:
    """Remember that this visitor has started a job, and what was in view then."""
    st.session_state.setdefault(_AWAITED, {})[job_id] = kept_choice("collection")


def arrived(job_id: str, collection_id: str, sentence: str) -> None:
    """Tell this visitor that a job has made a collection.

    Parameters
    ----------
    job_id, collection_id : str
    sentence : str
        What there is to say of it, as Markdown.
    """
    awaited = st.session_state.get(_AWAITED, {})
    is_waiting = job_id in awaited and awaited.pop(job_id) == kept_choice("collection")
    if is_waiting:
        set_query_value("collection", collection_id)
    st.session_state.setdefault(_NEWS, {})[collection_id] = sentence


def show_arrivals() -> None:
    """What has arrived since, each until it is shown or hidden."""
    news: dict[str, str] = st.session_state.get(_NEWS, {})
    for collection_id, sentence in list(news.items()):
        with st.container(border=True, horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(f":green[:material/check_circle:] {sentence}", width="stretch")
            if collection_id != kept_choice("collection"):
                st.button("Show", key=f"arrival:show:{collection_id}", on_click=_show, args=(collection_id,))
            st.button(
                "Hide",
                key=f"arrival:hide:{collection_id}",
                type="tertiary",
                help="Hide this message.",
                on_click=_hide,
                args=(collection_id,),
            )


def _hide(collection_id: str) -> None:
    st.session_state.get(_NEWS, {}).pop(collection_id, None)


def _show(collection_id: str) -> None:
    _hide(collection_id)
    set_query_value("collection", collection_id)


def _hide(collection_id: str) -> None:
    st.session_state[_NEWS].pop(collection_id, None)
