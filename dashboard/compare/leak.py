"""The leak meter: one recipe under every protocol that its collection permits, and what the loose ones add."""

import secrets
from collections.abc import Sequence

import streamlit as st

from core.cost.start import overhead_s
from core.errors import GenreLabError
from core.experiments.leak import LeakMeter, leak_meters, trainable
from core.recipe.config import TrainingConfig
from core.runs.record import Run
from dashboard import navigation
from dashboard.changes.trainings import start_group
from dashboard.charts.runs.leak import leak_chart, leak_table
from dashboard.compare.leak_obstacles import permitted_to, show_obstacles
from dashboard.sentences.borrowed import ears_leak_note
from dashboard.sentences.leak import leak_sentence, protocol_titles, recipe_label, size_note
from dashboard.sentences.results import result_caution
from dashboard.sentences.wording import (
    escape_markdown,
    format_duration,
    format_plural,
)
from dashboard.shared.changing import change_button
from dashboard.shared.downloads import table_download
from dashboard.shared.feedback import empty_state, synthetic_badge
from dashboard.shared.run_picker import redraw_when_ended
from dashboard.state import chart_theme, linked_key, query_value
from dashboard.tables.leak import leak_frame

_ABOUT = (
    "The same recipe, trained under each protocol. Accuracy gained under a looser protocol over the strictest one "
    "is not knowledge of genre: the model recognises recordings and artists that are on both sides of the split."
)


def show_leak_meter(runs: Sequence[Run]) -> None:
    """The recipe in view with its picture, its words, and the button that trains what is missing."""
    st.caption(_ABOUT)
    meters = {meter.key: meter for meter in leak_meters(runs)}
    if not meters:
        empty_state(
            "No finished run yet",
            "Train a model once, under any protocol. The leak meter then trains the same recipe under the others.",
            page="train",
            label="Train a model",
        )
        return
    # The one that compares most protocols says most.
    default = max(meters, key=lambda key: len(meters[key].rows))

    def titled(key: str) -> str:
        return recipe_label(meters[key])

    chosen = query_value("recipe", list(meters), default, what="recipe", titled=titled)
    key, changed = linked_key("recipe", chosen)
    st.selectbox(
        "Recipe",
        list(meters),
        format_func=titled,
        key=key,
        on_change=changed,
        help=(
            "All runs of a recipe have the same collection, genres, model, training settings and seed; only the "
            "split differs."
        ),
    )
    meter = meters[chosen or default]
    by_id = {run.id: run for run in runs}
    if meter.synthetic:
        synthetic_badge()
    _picture(meter, by_id)
    _missing(meter, runs)
    redraw_when_ended(by_id[run_id] for run_id in meter.waiting_runs)


def _picture(meter: LeakMeter, by_id: dict[str, Run]) -> None:
    rows = meter.rows
    strictest = by_id[rows[-1].runs[0]].result
    chance = strictest.chance if strictest is not None else 0.0
    st.altair_chart(
        leak_chart(leak_table(rows), chance=chance, theme=chart_theme()),
        alt="Test accuracy with 95 % interval under each split protocol",
    )
    st.markdown(leak_sentence(rows))
    if caution := result_caution(rows[-1].result, unit=rows[-1].unit):
        st.caption(f":material/warning: {caution}")
    if note := size_note(rows):
        st.caption(note)
    if note := ears_leak_note(meter.recipe):
        st.caption(f":material/hearing: {note}")
    table = leak_frame(rows)
    st.dataframe(table, hide_index=True, height="content", alt="Accuracy under each protocol")
    st.caption("  \n".join(f"{escape_markdown(row.words[:1].upper() + row.words[1:])}." for row in rows))
    with st.container(horizontal=True, vertical_alignment="center"):
        table_download(
            "Export as CSV",
            leak_table(rows).assign(words=[row.words for row in rows]),
            "genre-lab-leak-meter.csv",
            help="Full precision.",
        )
        run_ids = [run_id for row in rows for run_id in row.runs][:8]
        navigation.page_link("compare", "Compare these runs", query={"runs": ",".join(run_ids)})


def _missing(meter: LeakMeter, runs: Sequence[Run]) -> None:
    """Protocols without a run: the button that starts them, or why these clips do not permit them."""
    if meter.waiting:
        titles = protocol_titles(meter.waiting)
        st.caption(f":material/pending: Queued or in training: {titles}. They appear here once finished.")
    try:
        possible = permitted_to(meter.recipe)
    except GenreLabError as error:
        st.caption(f"No further protocol can be trained: {escape_markdown(str(error))}")
        return
    there = {row.protocol for row in meter.rows} | set(meter.waiting)
    missing = {protocol: config for protocol, config in possible.splits.items() if protocol not in there}
    configs, reasons = trainable(meter.recipe, missing)
    for protocol, reason in reasons.items():
        st.caption(f"Not with this recipe: {protocol_titles([protocol])}. {escape_markdown(reason)}")
    if configs:
        _start(meter, configs, {run.id: run for run in runs})
    show_obstacles(meter, there, runs)


def _start(meter: LeakMeter, configs: Sequence[TrainingConfig], by_id: dict[str, Run]) -> None:
    titles = protocol_titles(config.split.key for config in configs)
    took = [by_id[run_id].training_s for row in meter.rows for run_id in row.runs]
    known = [seconds for seconds in took if seconds is not None]
    about = ""
    if known:
        total_s = sum(max(known) + overhead_s(config) for config in configs)
        about = f" About {format_duration(total_s)}, with the start of each training."
    with st.container(border=True):
        st.markdown(f"**Not trained yet:** {titles}.{about}")
        token = st.session_state.setdefault(f"leak:token:{meter.key}:{titles}", secrets.token_hex(16))
        if change_button(
            f"Train {format_plural(len(configs), 'protocol')}",
            key="leak:start",
            icon=":material/play_arrow:",
            help="The same recipe under each missing protocol, one run each, in the background.",
        ):
            try:
                start_group(configs, "leak", token=token)
            except GenreLabError as error:
                st.error(escape_markdown(str(error)), icon=":material/error:")
            else:
                st.session_state.pop(f"leak:token:{meter.key}:{titles}", None)
                st.rerun()
