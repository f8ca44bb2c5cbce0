"""What the model sees: front end, a hybrid's second one, whole clips or segments, scaling."""

from contextlib import suppress

import streamlit as st

from core.clips.collection import Collection
from core.errors import GenreLabError
from core.features.base import Features
from core.models.kinds import ModelKind
from core.recipe.inputs import one_part_at_a_time
from dashboard.sentences.model import segments_text
from dashboard.shared.forms.front_end import front_end_form, offered_front_ends
from dashboard.shared.forms.inputs import choose, fill, number, shown_values, slide, switch
from dashboard.shared.forms.values import KEY, read_segments

_SCALINGS = {
    "standard": "Standardised",
    "clipped": "Standardised and clipped",
    "power": "Power transform, then clipped",
}


def input_form(collection: Collection, kind: ModelKind) -> tuple[Features, Features | None]:
    """Front end, and the numeric one of a hybrid; `FeatureError` where the parameters do not fit together.

    Parameters
    ----------
    collection : Collection
    kind : ModelKind
        Only front ends that it takes are offered.
    """
    numeric = None if kind.takes == "either" else kind.takes == "numeric"
    with st.container(border=True):
        front_end = front_end_form(collection, offered_front_ends(collection, numeric=numeric), key=f"{KEY}front_end")
    second = None
    if kind.takes == "both":
        with st.container(border=True):
            offered = offered_front_ends(collection, numeric=True)
            second = front_end_form(collection, offered, key=f"{KEY}numeric_front_end", label="Numeric features")
    if front_end.is_numeric or second is not None:
        choose(
            "Scaling of numeric features",
            f"{KEY}numeric_scaling",
            _SCALINGS,
            "Fitted on the training set. Standardised: mean 0 and variance 1. Clipped: standardised, then cut at "
            "three standard deviations. Power transform: first transformed so that each feature is nearly normally "
            "distributed (Yeo and Johnson 2000).",
        )
    if front_end.n_parts > 1:
        _parts(front_end)
    elif not front_end.is_numeric:
        _segments(front_end)
    elif st.session_state[f"{KEY}segmented"]:
        fill({f"{KEY}segmented": False})  # there is nothing to cut
    return front_end, second


def _parts(front_end: Features) -> None:
    n_parts = front_end.n_parts
    one_by_one = switch(
        "One part at a time",
        f"{KEY}segmented",
        "On: the model sees the values of one part of a clip at a time, a different part in each epoch; the "
        "prediction for a clip is the mean probability over its parts. Off: it sees the values of all parts "
        "together.",
    )
    if not one_by_one:
        st.caption(f"Whole clips: {n_parts} × {front_end.shape[0]} values at a time.")
        return
    part = one_part_at_a_time(front_end)
    assert part is not None
    values = {
        f"{KEY}segment_length_s": part.length_s,
        f"{KEY}segment_per_epoch": part.per_epoch,
        f"{KEY}segment_n_verdict": part.n_verdict,
    }
    if any(st.session_state[name] != value for name, value in values.items()):
        fill(values)
    st.caption(f"{front_end.shape[0]} values from {part.length_s:g} s at a time, {n_parts} parts for the prediction.")


def _segments(front_end: Features) -> None:
    known = front_end.frame_s > 0
    segmented = switch(
        "Segments",
        f"{KEY}segmented",
        "Off: the model sees whole clips. On: it sees segments cut at random positions, new ones in each epoch; the "
        "prediction for a clip is the mean probability over evenly spaced segments. The split divides clips, never "
        "segments.",
    )
    if not segmented:
        return
    if not known:
        st.caption("The duration of a frame of this front end is unknown, so segments cannot be cut.")
        return
    left, middle, right = st.columns(3)
    slide("Segment (s)", f"{KEY}segment_length_s", 0.5, 60.0, 0.5, "Length of a segment.", place=left)
    number(
        "Per clip and epoch",
        f"{KEY}segment_per_epoch",
        1,
        20,
        1,
        "Number of segments drawn from each clip in an epoch.",
        place=middle,
    )
    about = "Number of evenly spaced segments; their mean probability is the prediction for the clip."
    number("For the prediction", f"{KEY}segment_n_verdict", 1, 50, 1, about, place=right)
    with suppress(GenreLabError):  # said at the input, when the form reads it
        st.caption(segments_text(read_segments(shown_values()), front_end))
