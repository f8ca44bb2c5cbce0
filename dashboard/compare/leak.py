"""The leak meter: one recipe under every protocol that its collection permits, and what the loose ones add."""

import secrets
from collections.abc import Iterable, Sequence

import pandas as pd
import streamlit as st

from core.clips.collection import Collection
from core.errors import GenreLabError
from core.experiments.aggregate import LeakRow
from core.experiments.groups import start_group
from core.experiments.leak import LeakMeter, leak_meters, trainable
from core.recipe.config import TrainingConfig
from core.runs.record import Run
from core.splits.config import SplitConfig, protocol_title
from core.splits.summary import permitted
from dashboard import navigation, services
from dashboard.charts.leak import inflation_text, leak_chart, leak_table
from dashboard.sentences.wording import (
    escape_markdown,
    format_duration,
    format_genres,
    format_interval,
    format_percent,
    format_plural,
)
from dashboard.shared.feedback import empty_state, synthetic_badge
from dashboard.shared.run_picker import redraw_when_ended
from dashboard.state import chart_theme, linked_key, query_value

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
    chosen = query_value("recipe", list(meters), default, what="recipe")
    key, changed = linked_key("recipe", chosen)
    st.selectbox(
        "Recipe",
        list(meters),
        format_func=lambda each: _label(meters[each]),
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
    _missing(meter, by_id)
    redraw_when_ended(by_id[run_id] for run_id in meter.waiting_runs)


def _label(meter: LeakMeter) -> str:
    recipe = meter.recipe
    return " · ".join(
        (
            recipe.name,
            format_genres(recipe.genres, most=3),
            meter.collection_title,
            f"seed {recipe.seed}",
            format_plural(len(meter.rows), "protocol"),
        )
    )


def _picture(meter: LeakMeter, by_id: dict[str, Run]) -> None:
    rows = meter.rows
    strictest = by_id[rows[-1].runs[0]].result
    chance = strictest.chance if strictest is not None else 0.0
    st.altair_chart(
        leak_chart(leak_table(rows), chance=chance, theme=chart_theme()),
        alt="Test accuracy with 95 % interval under each split protocol",
    )
    st.markdown(leak_sentence(rows))
    if note := size_note(rows):
        st.caption(note)
    table = leak_frame(rows)
    st.dataframe(table, hide_index=True, height="content", alt="Accuracy under each protocol")
    st.caption("  \n".join(f"{escape_markdown(row.words[:1].upper() + row.words[1:])}." for row in rows))
    with st.container(horizontal=True, vertical_alignment="center"):
        st.download_button(
            "Export as CSV",
            leak_table(rows).assign(words=[row.words for row in rows]).to_csv(index=False),
            file_name="genre-lab-leak-meter.csv",
            mime="text/csv",
            icon=":material/download:",
            on_click="ignore",
            help="Full precision.",
        )
        run_ids = [run_id for row in rows for run_id in row.runs][:8]
        navigation.page_link("compare", "Compare these runs", query={"runs": ",".join(run_ids)})


def leak_frame(rows: Sequence[LeakRow]) -> pd.DataFrame:
    """The meter as a table for people."""
    return pd.DataFrame(
        {
            "Protocol": [row.title for row in rows],
            "Test accuracy": [format_percent(row.accuracy) for row in rows],
            "95 % interval": [format_interval(row.interval) for row in rows],
            "Correct": [_right(row) for row in rows],
            "Inflation": [inflation_text(row.inflation) if row is not rows[-1] else "–" for row in rows],
            "Used for training": [format_plural(row.n_train, row.unit) for row in rows],
        }
    )


def _right(row: LeakRow) -> str:
    return f"{row.n_correct:,} of {row.n:,}" + (f" {row.unit}s" if row.unit != "clip" else "")


def leak_sentence(rows: Sequence[LeakRow]) -> str:
    """The inflation in words, as Markdown."""
    strictest = rows[-1]
    base = (
        f"{format_percent(strictest.accuracy)} of {strictest.n:,} {strictest.unit}s "
        f"(95 % interval {format_interval(strictest.interval)}) {_phrase(strictest)}"
    )
    if len(rows) == 1:
        return f"So far, the recipe has been trained under one protocol only: {base}."
    loosest = max(rows[:-1], key=lambda row: row.inflation)
    apart = loosest.interval[0] > strictest.interval[1] or loosest.interval[1] < strictest.interval[0]
    certainty = (
        "The intervals do not overlap."
        if apart
        else "The intervals overlap, so some of the difference may be due to chance."
    )
    if loosest.inflation <= 0:
        return f"No protocol scores above the strictest: {base}. {certainty}"
    return (
        f"**{100 * loosest.inflation:.1f} points of inflation.** {_phrase(loosest).capitalize()} the same recipe "
        f"scores {format_percent(loosest.accuracy)} (95 % interval {format_interval(loosest.interval)}, "
        f"n = {loosest.n:,}{f' {loosest.unit}s' if loosest.unit != 'clip' else ''}), but {base}. {certainty}"
    )


def size_note(rows: Sequence[LeakRow]) -> str:
    """That a protocol also leaves fewer clips to learn from, where it does: not all of the difference is leak."""
    loosest, strictest = max(rows, key=lambda row: row.inflation), rows[-1]
    if loosest.unit != strictest.unit:
        return (
            "With excerpts, the model sees less at a time and more examples in an epoch. Excerpts of one clip are "
            "not independent either, so that interval is too narrow."
        )
    if not strictest.n_train or loosest.n_train <= 1.1 * strictest.n_train:
        return ""
    return (
        f"Part of the difference comes from the size of the training set: {_phrase(strictest)} it has "
        f"{strictest.n_train:,} clips, {_phrase(loosest)} {loosest.n_train:,}."
    )


def _phrase(row: LeakRow) -> str:
    if row.protocol.startswith("group:"):
        return f"divided {escape_markdown(protocol_title(row.protocol)[:1].lower() + protocol_title(row.protocol)[1:])}"
    if row.unit == "excerpt":
        return "with excerpts of clips divided at random"
    phrases = {
        "segment-random": "with segments divided at random",
        "clip": "divided by clip",
        "repeat": "divided by repeat group",
        "artist": "divided by artist",
        "fault-filtered": "on the fault-filtered split",
    }
    return phrases[row.protocol]


def _missing(meter: LeakMeter, by_id: dict[str, Run]) -> None:
    """Protocols without a run, and the button that starts them."""
    if meter.waiting:
        titles = _titles(meter.waiting)
        st.caption(f":material/pending: Queued or in training: {titles}. They appear here once finished.")
    try:
        collection = services.collection(meter.recipe.collection_id)
        possible = _permitted(
            collection.id,
            collection.fingerprint,
            meter.recipe.genres,
            meter.recipe.split.seed if meter.recipe.split.seed is not None else meter.recipe.seed,
            hash(frozenset(collection.facts.items())),
            _collection=collection.subset(meter.recipe.genres),
        )
    except GenreLabError as error:
        st.caption(f"No further protocol can be trained: {escape_markdown(str(error))}")
        return
    there = {row.protocol for row in meter.rows} | set(meter.waiting)
    missing = {protocol: config for protocol, config in possible.items() if protocol not in there}
    configs, reasons = trainable(meter.recipe, missing)
    for protocol, reason in reasons.items():
        st.caption(f"Not with this recipe: {_titles([protocol])}. {escape_markdown(reason)}")
    if configs:
        _start(meter, configs, by_id)
    if not {"repeat", "artist", "fault-filtered"} & set(possible):
        st.caption(
            "Stricter protocols need artists, repeats or a fixed partition, and none of these is known here. Add a "
            "clips.csv with the columns clip, artist, group and partition."
        )


def _titles(protocols: Iterable[str]) -> str:
    """Protocols within a sentence, by their keys, as Markdown."""
    titles = [protocol_title(protocol) for protocol in protocols]
    return ", ".join(escape_markdown(title[:1].lower() + title[1:]) for title in titles)


@st.cache_data(max_entries=32, show_spinner=False)
def _permitted(
    collection_id: str,
    fingerprint: str,
    genres: tuple[str, ...],
    seed: int,
    facts_hash: int,
    *,
    _collection: Collection,
) -> dict[str, SplitConfig]:
    return permitted(_collection, _collection.clips, seed=seed)


def _start(meter: LeakMeter, configs: Sequence[TrainingConfig], by_id: dict[str, Run]) -> None:
    titles = _titles(config.split.key for config in configs)
    took = [by_id[run_id].training_s for row in meter.rows for run_id in row.runs]
    known = [seconds for seconds in took if seconds is not None]
    about = f" About {format_duration(len(configs) * max(known))} of training." if known else ""
    with st.container(border=True):
        st.markdown(f"**Not trained yet:** {titles}.{about}")
        token = st.session_state.setdefault(f"leak:token:{meter.key}:{titles}", secrets.token_hex(16))
        if st.button(
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
