"""Parameters of the trained ears."""

import streamlit as st

from core.ears.weights import AUTHORS, TRAININGS
from core.features.musicnn import MusicnnFeatures
from dashboard.shared.forms.inputs import number, pick_one


def ears_inputs(key: str) -> None:
    """Draw the parameters of what trained ears hear."""
    prefix = f"{key}:{MusicnnFeatures.kind}:"
    left, right = st.columns(2)
    pick_one(
        "Trained on",
        f"{prefix}training",
        {training.id: training.title for training in TRAININGS.values()},
        "Whose music and tags the network learnt from.",
        place=left,
    )
    pick_one(
        "Layer",
        f"{prefix}layer",
        {
            "tags": "50 tags",
            "penultimate": "200 units",
            "tags+penultimate": "Tags and units",
            "pooled": "1,506 maps",
        },
        "Probabilities of its tags, the layer before them (penultimate), both, or the pooled feature maps before that.",
        place=right,
    )
    pick_one(
        "One value",
        f"{prefix}per",
        {"clip": "per clip", "part": "per part"},
        "The mean over a clip, or one for each part of 3 s.",
        place=left,
    )
    number(
        "Seconds of a clip",
        f"{prefix}max_duration_s",
        3.0,
        600.0,
        5.0,
        "Seconds heard, from the start of the clip.",
        place=right,
    )
    st.caption(f"{TRAININGS[st.session_state[f'{prefix}training']].heard} {AUTHORS}")
