"""One test clip: heard and seen, what the run and other runs said of it, its faults, and what it sounded like."""

from collections.abc import Sequence

import streamlit as st

from core.clips.collection import Collection
from core.runs.record import Run
from dashboard.charts.runs.probabilities import probability_chart
from dashboard.confusion.choice import keep_clip
from dashboard.confusion.known import Known
from dashboard.confusion.material import probabilities_of
from dashboard.confusion.nearest import show_nearest_training, sounded_like
from dashboard.confusion.other_verdicts import show_other_verdicts
from dashboard.confusion.view import View
from dashboard.confusion.why_link import why_link
from dashboard.sentences.wording import escape_markdown, name_with_seed
from dashboard.shared.player import MAX_BARS
from dashboard.shared.tested_clips import find_tested, show_tested_clip
from dashboard.state import chart_theme


def show_clip(
    view: View,
    judge: Run,
    run: Run,
    collection: Collection,
    known: Known,
    name: str,
    actual: str,
    *,
    queue: Sequence[tuple[str, str]],
    ask: str,
) -> None:
    """Draw all there is of a clip.

    Parameters
    ----------
    view : View
    judge : Run
        Whose probabilities are drawn with the player.
    run, collection
        Where the clip is known: from `tested_collection`, and the run whose collection that is.
    known : Known
    name, actual : str
        The clip and its genre.
    queue : sequence of (str, str)
        Names and genres of the clips in view around it, this one among them.
    ask : str
        Play now, once for each such text.
    """
    left, right = st.columns(2, gap="large")
    with left:
        if len(view.runs) > 1:
            st.caption(f"Probabilities by {escape_markdown(name_with_seed(judge))}.")
        show_tested_clip(
            run,
            collection,
            name,
            actual,
            probabilities=probabilities_of(judge.id, name),
            key=f"confusion:{view.run.id}",
            ask=ask,
            queue=queue,
            on_step=_follow,
        )
        clip = find_tested(run, collection, name)
        why_link(judge, collection, clip)
    with right:
        faults = known.faults(name)
        for fault in faults:
            st.markdown(f":material/warning: Known fault: {escape_markdown(fault)}")
        if view.is_of_two:
            _second_probabilities(view.runs[1], name, actual)
        show_other_verdicts(view, name, actual)
        sounded = sounded_like(judge, collection, clip)
        if sounded is not None:
            show_nearest_training(sounded, clip)


def _follow(name: str) -> None:
    """Look at what plays."""
    keep_clip(name, heard=False)


def _second_probabilities(run: Run, name: str, actual: str) -> None:
    probabilities = probabilities_of(run.id, name)
    if probabilities is None:
        return
    st.markdown(f"**{escape_markdown(name_with_seed(run))}**")
    st.altair_chart(
        probability_chart(probabilities, actual=actual, most=MAX_BARS, theme=chart_theme()),
        key=f"confusion:second:{name}",
        alt=f"Probabilities of genres for {name} by the second run",
    )
