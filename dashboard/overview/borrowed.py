"""The third answer on Overview: trained ears beside the networks that learn to listen here."""

from collections.abc import Sequence

import streamlit as st

from core.ears.weights import why_missing
from core.runs.borrowed import Judged, beside_ears
from core.runs.record import Run
from dashboard import navigation, services
from dashboard.sentences.borrowed import QUESTION, borrowed_sentence, heard_before, judged_name
from dashboard.sentences.results import result_caution
from dashboard.sentences.wording import escape_markdown, format_interval, format_percent
from dashboard.shared.shipped_runs import shipped_badge


def show_borrowed(runs: Sequence[Run]) -> None:
    """Whether a CNN is worth training when ears can be borrowed, as the runs at hand say; nothing where none does."""
    borrowed = beside_ears(runs, predictions=services.predictions)
    if borrowed is None:
        return
    st.header("Or borrow ears?", anchor=False)
    st.markdown(QUESTION)
    judged = (borrowed.ears, *borrowed.others)
    if all(one.run.shipped for one in judged):
        shipped_badge()
    for column, one in zip(st.columns(len(judged), gap="small"), judged, strict=True):
        with column:
            _card(one, judged_name(one, borrowed))
    st.markdown(borrowed_sentence(borrowed))
    st.caption(heard_before(borrowed.ears.run.config))
    if lack := why_missing():
        st.caption(f":material/hearing_disabled: {escape_markdown(lack)}")
    run_ids = ",".join(one.run.id for one in judged)
    with st.container(horizontal=True):
        navigation.page_link(
            "compare", "Compare the three" if len(judged) == 3 else "Compare both", query={"runs": run_ids}
        )
        if not why_missing():
            navigation.page_link("classify", "Let them hear a song", query={"runs": run_ids})


def _card(judged: Judged, name: str) -> None:
    result, unit = judged.result, judged.run.config.split.unit
    with st.container(border=True):
        st.metric(name, format_percent(result.accuracy))
        st.caption(
            f"{result.n_correct} of {result.n} shared test {unit}s · 95 % interval {format_interval(result.interval)}"
        )
        if caution := result_caution(result, unit=unit):
            st.caption(f":material/warning: {caution}")
