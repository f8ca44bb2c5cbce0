"""The clips selected on Explore: kept for the visitor over all views, which are then about these alone.

Charts show the selection among the other clips; tables, boxes and statistics are of the selected clips only.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

import pandas as pd
import streamlit as st

from core.clips.collection import Collection
from dashboard.explore.computed import FeatureSet, part_of
from dashboard.sentences.wording import escape_markdown, format_plural
from dashboard.shared.downloads import table_download
from dashboard.tables.facts import with_credits
from dashboard.tables.places import with_places

_MAX_NAMED = 5


def _selection_key(collection: Collection) -> str:
    return f"explore-selected:{collection.id}"


def selected_names(collection: Collection) -> frozenset[str]:
    """Names of the clips selected; some may not be in view."""
    kept: frozenset[str] = st.session_state.get(_selection_key(collection), frozenset())
    return kept


def selected_clips(chosen: FeatureSet) -> frozenset[str]:
    """Names of the clips selected on this page that are in view."""
    kept = selected_names(chosen.collection)
    return kept & frozenset(chosen.names) if kept else frozenset()


def select_clips(collection: Collection, names: Iterable[str]) -> None:
    """Select these clips, on all views of the page; none clears the selection."""
    st.session_state[_selection_key(collection)] = frozenset(names)


def times_cleared(collection: Collection) -> int:
    """How often the selection was cleared: charts forget their box when this changes."""
    times: int = st.session_state.get(f"{_selection_key(collection)}:cleared", 0)
    return times


def clear_selection(collection: Collection) -> None:
    """Select nothing, and take the boxes off the charts."""
    select_clips(collection, ())
    st.session_state[f"{_selection_key(collection)}:cleared"] = times_cleared(collection) + 1


def narrowed(chosen: FeatureSet) -> FeatureSet:
    """What the statistics of a view are of: the clips selected, all in view where none is."""
    selected = selected_clips(chosen)
    return part_of(chosen, selected) if selected else chosen


def narrowed_collection(collection: Collection, genres: tuple[str, ...]) -> Collection:
    """The same of a view that needs no features: the clips of these genres, the selected ones where there are any."""
    shown = collection.subset(genres)
    selected = selected_names(collection)
    kept = tuple(clip for clip in shown.clips if clip.name in selected)
    return replace(shown, clips=kept) if kept else shown


def selection_bar(
    collection: Collection, genres: tuple[str, ...], chosen: FeatureSet | None, *, has_boxes: bool
) -> None:
    """How many clips the view is about, with the way back from a selection and its table as CSV.

    Parameters
    ----------
    collection : Collection
    genres : tuple of str
        Shown.
    chosen : FeatureSet, optional
        In view; None in a view of the collection itself.
    has_boxes : bool
        Whether clips can be selected in this view.
    """
    clips = {clip.name: clip.genre for clip in collection.clips if clip.genre in genres}
    in_view = clips if chosen is None else {name: clips[name] for name in chosen.names}
    selected = [name for name in in_view if name in selected_names(collection)]
    whole = format_plural(len(in_view), "clip")
    with st.container(horizontal=True, vertical_alignment="center", gap="medium", key="explore-selection"):
        if not selected:
            hidden = len(selected_names(collection) & {clip.name for clip in collection.clips})
            how = "Drag a box over points to select clips." if has_boxes else ""
            st.caption(f"{whole} in view. {_hidden(hidden) or how}", width="content")
            if hidden:
                _clear_button(collection)
            return
        mix = pd.Series([in_view[name] for name in selected]).value_counts()
        named = ", ".join(f"{escape_markdown(str(genre))} {n:,}" for genre, n in mix.head(_MAX_NAMED).items())
        more = f" and {format_plural(len(mix) - _MAX_NAMED, 'more genre')}" if len(mix) > _MAX_NAMED else ""
        st.markdown(f"**{len(selected):,} of {whole} selected**", width="content")
        st.caption(named + more, width="content")
        _clear_button(collection)
        table_download(
            "Selection as CSV",
            lambda: selection_table(collection, chosen, selected),
            f"{collection.id}-selected.csv",
            key=f"csv:{collection.id}-selected",
            help="The clips selected, with genre, artist and title, where they are in their files, and the features "
            "in view, in full precision.",
        )


def _hidden(n: int) -> str:
    return f"{format_plural(n, 'clip')} of genres not shown, or without these features, stay selected." if n else ""


def _clear_button(collection: Collection) -> None:
    st.button("Clear selection", icon=":material/close:", type="tertiary", on_click=clear_selection, args=(collection,))


def selection_table(collection: Collection, chosen: FeatureSet | None, names: Sequence[str]) -> pd.DataFrame:
    """The clips of these names as they are exported: with the features in view, where there are any.

    Parameters
    ----------
    collection : Collection
    chosen : FeatureSet, optional
    names : sequence of str
    """
    if chosen is not None:
        rows = chosen.table[chosen.table["clip"].isin(list(names))]
    else:
        rows = pd.DataFrame(
            [(name, collection.clip(name).genre) for name in names],
            columns=["clip", "genre"],
        )
    return with_places(collection, with_credits(collection, rows.reset_index(drop=True)))
