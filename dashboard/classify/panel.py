"""Before there is a song: who will answer, and how far each of them is to be believed."""

from collections.abc import Mapping
from contextlib import suppress

import streamlit as st

from core.errors import GenreLabError
from core.evaluation.predictions import Predictions
from core.runs.record import Run
from dashboard import services
from dashboard.classify.answer import model_names
from dashboard.tables.models import models_frame


def show_panel(runs: Mapping[str, Run]) -> None:
    """The models as a table.

    It is also why the answer comes sooner: a browser fetches what draws a table, about a megabyte, with the first one
    on a page, and so while the visitor looks for a song.
    """
    names = model_names(runs)
    predictions: dict[str, Predictions] = {}
    for run_id in runs:
        with suppress(GenreLabError):  # the table says that it is not known, the run's own pages why
            predictions[run_id] = services.predictions(run_id)
    st.subheader("Who answers", anchor=False)
    st.dataframe(
        models_frame([(names[run_id], run) for run_id, run in runs.items()], predictions),
        height="content",
        column_config={
            "Right": st.column_config.TextColumn(help="Share of its test music whose genre it recognised."),
            "Knows best": st.column_config.TextColumn(help="The genre of which it recognised most of the test music."),
            "Knows worst": st.column_config.TextColumn(
                help="The genre of which it recognised least of the test music."
            ),
        },
        key="classify:panel",
        alt="How often each model was right in its test, and which genres it knows best and worst",
    )
