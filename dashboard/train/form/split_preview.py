"""What a split comes to, before anything is trained on it: sizes, a picture, and what it lets leak."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from core.clips.collection import Collection
from core.errors import in_field
from core.extraction.store import FeatureStore
from core.features.base import FrontEnd
from core.splits.base import PARTS
from core.splits.config import SplitConfig
from core.splits.findings import found_pairs
from core.splits.groups import LEVELS, Straddling, column_of
from core.splits.summary import Leak, SplitSummary, summarise
from dashboard.charts.split import PART_TITLES, parts_chart, parts_table
from dashboard.sentences.wording import escape_markdown, format_plural
from dashboard.state import chart_theme

_LEVELS = {
    "recording": ("recording", "recordings"),
    "repeat": ("group of repeats", "groups of repeats"),
    "artist": ("artist", "artists"),
}
_SHARED = {
    "recording": "are of a recording that is also learnt from",
    "repeat": "repeat a clip that is learnt from",
    "artist": "are by an artist who is also learnt from",
}
_MAX_NAMES = 30


def _level_names(level: str) -> tuple[str, str]:
    """What a group of a level is called, one and many, as Markdown."""
    if level in _LEVELS:
        return _LEVELS[level]
    column = escape_markdown(column_of(level))
    return f"value of {column}", f"values of {column}"


def _shared(level: str) -> str:
    if level in _SHARED:
        return _SHARED[level]
    return f"have the {escape_markdown(column_of(level))} of a clip that is learnt from"


def split_preview(
    collection: Collection,
    genres: Sequence[str],
    split: SplitConfig,
    *,
    seed: int,
    front_ends: Sequence[FrontEnd] = (),
) -> SplitSummary:
    """Show a split and return its summary.

    Parameters
    ----------
    collection : Collection
    genres : sequence of str
    split : SplitConfig
    seed : int
        Of the run.
    front_ends : sequence of FrontEnd
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
            # Facts can change while the clips stay: a clips.csv that is mended.
            hash(frozenset(collection.facts.items())),
            found_pairs(collection.id) if split.join_findings else (),
            tuple(failures),
            split,
            seed,
            _collection=chosen,
        )
    _show(summary)
    if failures:
        st.caption(f"{format_plural(len(failures), 'clip')} left out: no features could be made of it.")
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
        st.markdown(leak_sentence(leak, unit=summary.unit))
    titled = f"{summary.unit.capitalize()}s by genre and part"
    with st.expander(titled):
        st.dataframe(split_table(summary), hide_index=True, height="content", alt=titled)
        for leak in summary.leaks:
            if leak not in first:
                st.markdown(leak_sentence(leak, unit=summary.unit))
        for leak in summary.leaks:
            _names(leak)
        if summary.n_left_out:
            st.caption(f"{format_plural(summary.n_left_out, 'clip')} in no part.")


def split_table(summary: SplitSummary) -> pd.DataFrame:
    """Clips by genre (rows) and part (columns)."""
    rows = [
        {"Genre": genre, **{PART_TITLES[part]: by_part[part] for part in PARTS}}
        for genre, by_part in summary.counts.items()
    ]
    return pd.DataFrame(rows)


def leak_sentence(leak: Leak, *, unit: str = "clip") -> str:
    """What a level leaks here, and what it would by clip, as Markdown."""
    here = leak.here
    one, many = _level_names(here.level)
    if here.n:
        of_all = format_plural(here.n_groups, one, many)
        several = "" if here.level in ("recording", "repeat") else f" with several {unit}s"
        verb = "is" if here.n == 1 else "are"
        text = (
            f":material/join_inner: **{here.n:,}** of {of_all}{several} {verb} on both sides: "
            f"{here.n_test_clips:,} of {here.n_test:,} test {unit}s {_shared(here.level)}."
        )
    else:
        text = f":material/check: No {one} is on both sides."
    if leak.by_clip is not None and leak.by_clip.n > here.n:
        text += f" By clip {_would(leak.by_clip)}."
    return text


def _would(weaker: Straddling) -> str:
    one, many = _level_names(weaker.level)
    return f"{format_plural(weaker.n, one, many)} would be, with {format_plural(weaker.n_test_clips, 'test clip')}"


def _names(leak: Leak) -> None:
    shown = leak.here if leak.here.n else leak.by_clip
    if shown is None or not shown.n:
        return
    listed = ", ".join(escape_markdown(name) for name in shown.names[:_MAX_NAMES])
    further = f" and {shown.n - _MAX_NAMES:,} more" if shown.n > _MAX_NAMES else ""
    lead = "On both sides" if shown is leak.here else "On both sides if divided by clip"
    st.caption(f"{lead}, {_level_names(shown.level)[1]}: {listed}{further}.")
