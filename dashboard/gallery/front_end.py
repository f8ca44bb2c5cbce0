"""Choosing the front end whose spectrograms Gallery shows."""

from collections.abc import Sequence

import streamlit as st

from core.clips.collection import Collection
from core.features.base import AudioFrontEnd, Features
from core.features.table import features_from_dict
from dashboard.sentences.wording import format_plural
from dashboard.shared.forms.errors import FormErrors
from dashboard.shared.forms.front_end import front_end_form, prepare_front_end_form
from dashboard.shared.forms.inputs import fill
from dashboard.shared.forms.values import front_end_values

_KEY = "gallery:front_end"
_SHOWN = "gallery:shown"


def pick_front_end(collection: Collection, offered: Sequence[Features]) -> Features:
    """The front end in use; another one is only computed when asked for, as it takes all clips.

    Parameters
    ----------
    collection : Collection
    offered : sequence of Features
        Those that give pictures; not empty.
    """
    shown = _in_use(collection, offered)
    if collection.front_ends and len(offered) == 1:
        return shown
    prepare_front_end_form(_KEY, shown)
    with st.expander("Front end", icon=":material/tune:", key="gallery:front-end-open"):
        wanted = shown
        errors = FormErrors(st.container())
        with errors.open(), errors.heed():
            wanted = front_end_form(collection, offered, key=_KEY, label="Spectrogram")
        errors.close()
        with st.container(horizontal=True, gap="small", vertical_alignment="center"):
            st.button(
                "Show these spectrograms",
                icon=":material/play_arrow:",
                type="primary",
                disabled=wanted == shown,
                on_click=_show,
                args=(wanted,),
                key="gallery:show",
                help=f"They are computed for {format_plural(len(collection.clips), 'clip')}, unless already stored.",
            )
            st.button(
                "Back to the default",
                type="tertiary",
                disabled=shown == offered[0] == wanted,
                on_click=_show,
                args=(offered[0],),
                key="gallery:usual",
            )
    return shown


def _show(front_end: Features) -> None:
    st.session_state[_SHOWN] = front_end.to_dict()
    fill(front_end_values(front_end, _KEY))


def _in_use(collection: Collection, offered: Sequence[Features]) -> Features:
    kept = st.session_state.get(_SHOWN)
    if kept is None:
        return offered[0]
    front_end = features_from_dict(kept)
    possible = front_end in offered if collection.front_ends else not front_end.is_numeric
    return front_end if possible and (isinstance(front_end, AudioFrontEnd) or collection.front_ends) else offered[0]
