"""What the model sees: front end, a hybrid's second one, whole clips or segments, scaling."""

from contextlib import suppress

import streamlit as st

from core.clips.collection import Collection
from core.errors import GenreLabError
from core.features.frontends import FrontEnd
from core.models.kinds import ModelKind
from core.recipe.inputs import one_part_at_a_time
from core.recipe.settings import SegmentConfig
from dashboard import services
from dashboard.shared.form_inputs import choose, fill, number, shown_values, slide, switch
from dashboard.shared.form_values import KEY, read_segments
from dashboard.shared.front_end_form import front_end_form, offered_front_ends

_SCALINGS = {
    "standard": "Standardised",
    "clipped": "Standardised and clipped",
    "power": "Power transform, then clipped",
}


def input_form(collection: Collection, kind: ModelKind) -> tuple[FrontEnd, FrontEnd | None]:
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
    if services.is_numeric(front_end) or second is not None:
        choose(
            "Scaling of numeric features",
            f"{KEY}numeric_scaling",
            _SCALINGS,
            "Learnt from the training part. Standardised: mean 0 and variance 1. Clipped: besides, cut at three "
            "standard deviations. Power transform: first bent so that each feature is nearly normally distributed "
            "(Yeo and Johnson 2000).",
        )
    if services.is_numeric(front_end) and front_end.shape[1] > 1:
        _parts(front_end)
    elif not services.is_numeric(front_end):
        _segments(front_end)
    elif st.session_state[f"{KEY}segmented"]:
        fill({f"{KEY}segmented": False})  # there is nothing to cut
    return front_end, second


def _parts(front_end: FrontEnd) -> None:
    n_parts = front_end.shape[1]
    one_by_one = switch(
        "One part at a time",
        f"{KEY}segmented",
        "On: the model sees the figures of one part of a clip at a time, of another one in each epoch; the verdict on "
        "a clip is the mean probability of its parts. Off: it sees the figures of all parts side by side.",
    )
    if not one_by_one:
        st.caption(f"Whole clips: {n_parts} × {front_end.shape[0]} figures at a time.")
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
    st.caption(f"{front_end.shape[0]} figures of {part.length_s:g} s at a time, {n_parts} parts for the verdict.")


def _segments(front_end: FrontEnd) -> None:
    known = front_end.frame_s > 0
    segmented = switch(
        "Segments",
        f"{KEY}segmented",
        "Off: the model sees whole clips. On: it sees segments cut at random places, new ones in each epoch; the "
        "verdict on a clip is the mean probability of evenly spaced segments. Clips, never segments, are divided into "
        "parts.",
    )
    if not segmented:
        return
    if not known:
        st.caption("How long a frame of this front end lasts is unknown, so no segment can be cut from it.")
        return
    left, middle, right = st.columns(3)
    slide("Segment (s)", f"{KEY}segment_length_s", 0.5, 60.0, 0.5, "Length.", place=left)
    number("A clip in an epoch", f"{KEY}segment_per_epoch", 1, 20, 1, "Segments drawn from each clip.", place=middle)
    about = "Evenly spaced segments whose mean probability is the clip's verdict."
    number("For the verdict", f"{KEY}segment_n_verdict", 1, 50, 1, about, place=right)
    with suppress(GenreLabError):  # said at the input, when the form reads it
        st.caption(segments_text(read_segments(shown_values()), front_end))


def segments_text(segments: SegmentConfig | None, front_end: FrontEnd) -> str:
    """What the segments come to, in words."""
    if segments is None:
        return "Whole clips."
    n_frames = max(1, round(segments.length_s / front_end.frame_s))
    whole_s = front_end.shape[1] * front_end.frame_s
    return (
        f"{segments.length_s:g} s are {n_frames:,} of the front end's {front_end.shape[1]:,} frames "
        f"({100 * segments.length_s / whole_s:.0f} % of {whole_s:.1f} s)."
    )
