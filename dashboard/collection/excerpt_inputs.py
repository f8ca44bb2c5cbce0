"""Inputs of the import forms: which excerpts of long files become clips."""

import streamlit as st

from core.clips.passages import LONGEST_S, MOST_EXCERPTS, SHORTEST_S, WHERE, Excerpting, Where

_USUAL = Excerpting()
_TITLES: dict[Where, str] = {
    "middle": "Around the middle",
    "start": "From the start",
    "loudest": "Where it is loudest",
    "whole": "None: whole files",
}
_HELP = (
    "A song of five minutes is not its first 30 seconds, which is all that most front ends look at. So files of more "
    "than twice the length of an excerpt are cut: each excerpt becomes a clip, which is shown, played and judged by "
    "itself. Excerpts of one song are always on one side of a split. Around the middle, several are spread evenly over "
    "the song; to find the loudest, each song is listened to once, at about a second a song."
)


def excerpt_inputs(form: str) -> Excerpting:
    """Where excerpts come from, how many of each song, how long; and in words what that does.

    Parameters
    ----------
    form : str
        Name of the form, for the keys of its inputs.
    """
    where = st.selectbox(
        "Excerpts of long files",
        WHERE,
        format_func=lambda each: _TITLES[each],
        help=_HELP,
        key=f"{form}-excerpt-from",
    )
    with st.container(horizontal=True, gap="small"):
        n = st.number_input("Of each song", 1, MOST_EXCERPTS, value=_USUAL.n, step=1, key=f"{form}-excerpts")
        length_s = st.number_input(
            "Length (s)", SHORTEST_S, LONGEST_S, value=_USUAL.length_s, step=5, key=f"{form}-excerpt-length"
        )
    st.caption(
        "Files of up to twice that length stay whole, as GTZAN's 30 s do. Features without sound stay as they are."
    )
    return Excerpting(where=where, n=int(n), length_s=int(length_s))
