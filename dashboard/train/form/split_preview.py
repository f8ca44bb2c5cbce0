"""What a split comes to, before anything is trained on it: sizes, a picture, and what it lets leak."""

from collections.abc import Sequence

import streamlit as st

from core.clips.collection import Collection
from core.errors import in_field
from core.extraction.store import FeatureStore
from core.features.base import Features
from core.splits.config import SplitConfig
from core.splits.findings import found_pairs
from core.splits.groups import LEVELS
from core.splits.summary import Leak, SplitSummary, summarise
from dashboard.charts.runs.split import parts_chart, parts_table
from dashboard.sentences.split import level_names, straddling_sentence
from dashboard.sentences.wording import escape_markdown, format_plural
from dashboard.state import chart_theme
from dashboard.tables.split import split_table

_MAX_NAMES = 30


def split_preview(
    collection: Collection,
    genres: Sequence[str],
    split: SplitConfig,
    *,
    seed: int,
    front_ends: Sequence[Features] = (),
) -> SplitSummary:
    """Show a split and return its summary.

    Parameters
    ----------
    collection : Collection
    genres : sequence of str
    split : SplitConfig
    seed : int
        Of the run.
    front_ends : sequence of Features
        Clips of which one of these could make no features are left out, as the training will.

    Raises
    ------
    SplitError
        The clips cannot be divided so.
    """
    chosen = collection.subset(genres)
    failures = sorted(
        {name for each in front_ends for name in FeatureStore(collection.id, each).failures(chosen.clips)}
    )
    with in_field("split"):
        summary = _summary(
            collection.id,
            chosen.fingerprint,
            collection.facts_key,
            found_pairs(collection.id) if split.join_findings else (),
            tuple(failures),
            split,
            seed,
            _collection=chosen,
        )
    _show(summary)
    if failures:
        st.caption(f"{format_plural(len(failures), 'clip')} left out: features could not be computed.")
    return summary


@st.cache_data(max_entries=64, show_spinner=False)
def _summary(
    collection_id: str,
    fingerprint: str,
    facts_hash: int,
    found: tuple[tuple[str, str], ...],
    failures: tuple[str, ...],
    split: SplitConfig,
    seed: int,
    *,
    _collection: Collection,
) -> SplitSummary:
    left_out = set(failures)
    clips = [clip for clip in _collection.clips if clip.name not in left_out]
    return summarise(_collection, split, seed=seed, clips=clips)


def _show(summary: SplitSummary) -> None:
    sizes = summary.sizes
    unit = "" if summary.unit == "clip" else f" {summary.unit}s"
    st.markdown(
        f"**Split** · {sizes['train']:,} train · {sizes['validation']:,} validation · {sizes['test']:,} test{unit}",
        help=f"{escape_markdown(summary.protocol)}.",
    )
    st.altair_chart(
        parts_chart(parts_table(summary.counts), unit=summary.unit, theme=chart_theme()),
        alt=f"{summary.unit.capitalize()}s by genre and part of the split",
    )
    for warning in summary.warnings:
        st.warning(escape_markdown(warning), icon=":material/warning:")
    first = [leak for leak in summary.leaks if leak.here.level in (*LEVELS, summary.level)]
    for leak in first:
        st.markdown(straddling_sentence(leak, unit=summary.unit))
    titled = f"{summary.unit.capitalize()}s by genre and part"
    with st.expander(titled):
        st.dataframe(split_table(summary), hide_index=True, height="content", alt=titled)
        for leak in summary.leaks:
            if leak not in first:
                st.markdown(straddling_sentence(leak, unit=summary.unit))
        for leak in summary.leaks:
            _names(leak)
        if summary.n_left_out:
            st.caption(f"{format_plural(summary.n_left_out, 'clip')} in no part.")


def _names(leak: Leak) -> None:
    shown = leak.here if leak.here.n else leak.by_clip
    if shown is None or not shown.n:
        return
    listed = ", ".join(escape_markdown(name) for name in shown.names[:_MAX_NAMES])
    further = f" and {shown.n - _MAX_NAMES:,} more" if shown.n > _MAX_NAMES else ""
    lead = "On both sides" if shown is leak.here else "On both sides if divided by clip"
    st.caption(f"{lead}, {level_names(shown.level)[1]}: {listed}{further}.")
