"""What stands behind the answer, each part to unfold: it is drawn only once somebody looks."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import streamlit as st

from core.prediction.song import SongVerdict
from core.runs.record import Run
from dashboard.classify.pictures import song_pictures
from dashboard.classify.songs import Song
from dashboard.classify.tags import show_tags
from dashboard.classify.verdicts import show_table, show_timelines, show_verdicts

MODELS, ALONG, SEEN, FIGURES = "classify:models", "classify:along", "classify:seen", "classify:figures"
"""Session keys of whether a part is unfolded."""


def show_details(song: Song, runs: Mapping[str, Run], verdicts: Mapping[str, SongVerdict]) -> None:
    """The models one by one, all genres and tags along the song, what the models see, and all figures."""
    with _part("Each model: probabilities, spread and how far to believe it", "balance", MODELS) as is_open:
        if is_open:
            show_verdicts(runs, verdicts)
    with _part("All genres and tags along the song", "timeline", ALONG) as is_open:
        if is_open:
            show_timelines(runs, verdicts)
            show_tags(song, runs.values(), verdicts)
    with _part("The song as each model sees it", "graphic_eq", SEEN) as is_open:
        if is_open:
            song_pictures(song, runs.values())
    with _part("All probabilities, and exports", "table", FIGURES) as is_open:
        if is_open:
            show_table(song, runs, verdicts)


@contextmanager
def _part(title: str, icon: str, key: str) -> Iterator[bool]:
    unfolded = st.expander(title, icon=f":material/{icon}:", key=key, on_change="rerun")
    with unfolded:
        yield bool(unfolded.open)
