"""What the views of Explore share: the clip in view, the clips selected, and charts on which both are chosen."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

import altair as alt
import pandas as pd
import streamlit as st
from streamlit.elements.lib.column_types import ColumnConfig

from core.clips.clip import Clip
from core.clips.collection import Collection
from dashboard.charts.features.clip_selection import BRUSHED, CLICKED
from dashboard.explore.computed import FeatureSet
from dashboard.explore.legend import shown_genres
from dashboard.explore.selection import select_clips, selected_clips, selected_names, times_cleared
from dashboard.listening.asking import ask_for
from dashboard.listening.component import MOST_AROUND, around
from dashboard.sentences.feature_names import feature_name, table_format
from dashboard.sentences.wording import escape_markdown
from dashboard.shared.player import clip_card
from dashboard.state import kept_choice, linked_key, query_value, set_query_value
from dashboard.tables.facts import with_credits

Range = Sequence[float]
Figure = alt.LayerChart | alt.VConcatChart
Draw = Callable[[str | None, frozenset[str]], Figure]

MAX_LISTED = 1_000
"""Names in the list of clips: a list of all of 20,000 takes the browser a second at each click."""

MAX_ROWS = 1_000
"""Rows of a table sent to the browser; the export has all."""


@dataclass(frozen=True)
class _Drawn:
    """What a chart was drawn with, and what was done in it since: its first choice, the clip clicked, the box."""

    chosen: str | None
    clicked: str | None = None
    box: str = "{}"
    count: int = 0


def pick_clip(collection: Collection, names: Sequence[str], *, listed_only: bool = False) -> Clip | None:
    """The clip in view, one of these, chosen by a click, this list or the URL, with its sound and picture.

    *Previous* and *next*, here and in the bar of the player, go through the selection where there is one, else through
    the names.

    Parameters
    ----------
    collection : Collection
    names : sequence of str
        Clips in view, in the order in which they are gone through.
    listed_only : bool
        Whether ``names`` are the list to go through, selected or not.
    """
    if not names:
        return None
    # What is heard stays in view though its genre is no longer shown.
    wanted = kept_choice("clip")
    hidden = collection.by_name.get(wanted) if wanted and wanted not in names else None
    known = [hidden.name, *names] if hidden and hidden.genre not in shown_genres(collection) else names
    chosen = query_value("clip", known, names[0], what="clip") or names[0]
    selected = frozenset() if listed_only else selected_names(collection)
    through = [name for name in names if name in selected] or names
    before, after = (stepped(through, chosen, places) for places in (-1, 1))
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key="explore-clip"):
        _clip_list(collection, known, chosen)
        _step_button("Previous", before)
        _step_button("Next", after)
        if len(through) < len(names):
            at = f"{through.index(chosen) + 1:,} of " if chosen in through else "of "
            st.caption(f"{at}{len(through):,}", width="content", help="Clips selected.")
    clip = collection.clip(chosen)
    # From a clip that is not selected, the bar goes on with the first that is.
    near = around(through, through.index(chosen)) if chosen in through else [chosen, *through[:MOST_AROUND]]
    clip_card(collection, clip, queue=[collection.clip(name) for name in near], on_step=_look_at)
    return clip


def _clip_list(collection: Collection, names: Sequence[str], chosen: str) -> None:
    listed = names
    if len(names) > MAX_LISTED:
        wanted = st.text_input(
            "Find clips",
            key=f"explore-find:{collection.id}",
            placeholder="Find by a part of the name",
            label_visibility="collapsed",
            help=f"The list shows {MAX_LISTED} of {len(names):,} clips: those around the current clip or, if "
            "you enter text here, the first ones whose names contain it.",
            width=190,
        )
        listed = listed_names(names, chosen, wanted)
        if wanted.strip() and listed[1:] == ():
            st.caption("No other name contains this.")
    key, changed = linked_key("clip", chosen)
    st.selectbox(
        "Clip",
        listed,
        key=key,
        on_change=changed,
        label_visibility="collapsed",
        help="Click a point in the chart or a row in a table, or choose a clip here. Type to search.",
        width=190,
    )


def _step_button(which: str, name: str | None) -> None:
    st.button(
        which,
        type="tertiary",
        key=f"explore-step:{which}",
        help=f"{which} clip" if name is None else f"{which} clip: {escape_markdown(name)}",
        disabled=name is None,
        on_click=hear_clip,
        args=(name,),
    )


def stepped(names: Sequence[str], chosen: str, places: int) -> str | None:
    """The name before (-1) or after (1) the chosen one; None at an end.

    From a clip that is not among the names, the first of them comes next and the last of them before.
    """
    if chosen not in names:
        return names[0 if places > 0 else -1] if names else None
    place = names.index(chosen) + places
    return names[place] if 0 <= place < len(names) else None


def hear_clip(name: str) -> None:
    """Choose the clip that was clicked and play it."""
    _look_at(name)
    ask_for(name)


def _look_at(name: str) -> None:
    set_query_value("clip", name)


def listed_names(names: Sequence[str], chosen: str, wanted: str) -> tuple[str, ...]:
    """At most `MAX_LISTED` names: those around the chosen one, or the chosen one and the first that contain a text.

    Parameters
    ----------
    names : sequence of str
    chosen : str
        One of the names.
    wanted : str
        Without regard to case; blank for none.
    """
    text = wanted.strip().casefold()
    if text:
        found = (name for name in names if text in name.casefold() and name != chosen)
        return (chosen, *islice(found, MAX_LISTED - 1))
    first = max(0, min(names.index(chosen) - MAX_LISTED // 2, len(names) - MAX_LISTED))
    return tuple(names[first : first + MAX_LISTED])


def clickable(
    draw: Draw,
    alt_text: str,
    chosen: FeatureSet,
    clip: Clip | None,
    *,
    inside: Callable[[Mapping[str, Range]], Sequence[str]] | None = None,
    own_width: bool = False,
) -> Figure:
    """A chart whose clicked clip comes into view and whose box selects clips, on this page.

    The browser itself moves the ring to the clicked clip. The chart is drawn with another first choice only where the
    clip was chosen elsewhere, so that a click does not start the chart afresh and undo the zoom.

    Parameters
    ----------
    draw : callable
        Makes the chart, given the clip to ring at first and the names of the clips selected.
    alt_text : str
    chosen : FeatureSet
    clip : Clip or None
        In view.
    inside : callable, optional
        Names of the clips within a box, given the range of each field; None for a chart without a box.
    own_width : bool
        Whether it is as wide as it was made, scrolled sideways on a narrow screen, and not as wide as its place.
    """
    collection = chosen.collection
    name = clip.name if clip is not None else None
    place = f"clickable:{alt_text}:{collection.id}"
    drawn: _Drawn = st.session_state.get(place) or _Drawn(name)
    cleared = times_cleared(collection)
    if name != (drawn.clicked or drawn.chosen):
        # Chosen elsewhere: another key, or the browser would bring its last click back.
        drawn = _Drawn(name, count=drawn.count + 1)
    key = f"{place}:{drawn.count}:{cleared}"
    if key not in st.session_state:
        drawn = _Drawn(name, count=drawn.count)
    st.session_state[place] = drawn
    modes = [CLICKED] if inside is None else [CLICKED, BRUSHED]

    def take() -> None:
        selection = st.session_state[key]["selection"]
        points = selection.get(CLICKED) or []
        clicked = str(points[0]["clip"]) if points and "clip" in points[0] else drawn.clicked
        box = selection.get(BRUSHED) or {}
        st.session_state[place] = _Drawn(drawn.chosen, clicked, repr(box), drawn.count)
        if clicked is not None and clicked != drawn.clicked:
            hear_clip(clicked)
        if inside is not None and repr(box) != drawn.box:
            select_clips(collection, inside(box) if box else ())

    chart = draw(drawn.chosen, selected_clips(chosen))
    with st.container(horizontal=True, wrap=False) if own_width else st.container():
        st.altair_chart(
            chart,
            width="content" if own_width else "stretch",
            key=key,
            on_select=take,
            selection_mode=modes,
            alt=f"{alt_text}; clips can also be chosen from the list",
        )
    return chart


def within(points: pd.DataFrame, fields: Mapping[str, str], box: Mapping[str, Range]) -> list[str]:
    """Names of the clips of which each field of a box lies in its range.

    Parameters
    ----------
    points : DataFrame
        ``clip`` and the columns that ``fields`` names.
    fields : mapping of field to column
    box : mapping of field to (least, largest)
        As a chart returns it.
    """
    inside = pd.Series(True, index=points.index)
    for field, ends in box.items():
        if field in fields and len(ends) == 2:
            inside &= points[fields[field]].between(min(ends), max(ends))
    return points.loc[inside, "clip"].astype(str).tolist()


def show_selected(chosen: FeatureSet) -> None:
    """The clips selected, as a table that plays; nothing where none is."""
    selected = selected_clips(chosen)
    if selected:
        rows = chosen.table[chosen.table["clip"].isin(selected)]
        clip_table(chosen, rows, key="selected", height=min(210, 38 + 35 * len(rows)), alt_text="Clips selected")


def clip_table(
    chosen: FeatureSet,
    rows: pd.DataFrame,
    *,
    key: str,
    columns: Mapping[str, ColumnConfig] | None = None,
    order: Sequence[str] | None = None,
    height: int | None = None,
    alt_text: str = "Features of the clips",
) -> None:
    """A table of clips, with artist and title where they are known; a row chosen brings its clip into view.

    Parameters
    ----------
    chosen : FeatureSet
    rows : DataFrame
        ``clip``, ``genre`` and further columns.
    key : str
    columns : mapping, optional
        Of columns to their configuration; those of features are known.
    order : sequence of str, optional
        Of the columns; those that are not there are passed over.
    height : int, optional
    alt_text : str
    """
    shown = with_credits(chosen.collection, rows.head(MAX_ROWS).reset_index(drop=True))
    name = f"explore-rows:{key}:{chosen.collection.id}"

    def take() -> None:
        places = st.session_state[name]["selection"]["rows"]
        if places and places[0] < len(shown):
            hear_clip(str(shown["clip"].iloc[places[0]]))

    st.dataframe(
        shown,
        key=name,
        hide_index=True,
        column_order=None if order is None else [column for column in order if column in shown],
        height=height or "auto",
        on_select=take,
        selection_mode="single-row",
        column_config={
            "clip": st.column_config.TextColumn("Clip", pinned=True),
            "genre": st.column_config.TextColumn("Genre"),
            "artist": st.column_config.TextColumn("Artist"),
            "title": st.column_config.TextColumn("Title"),
            **{feature: _feature_column(feature, shown[feature]) for feature in chosen.features if feature in shown},
            **(columns or {}),
        },
        alt=alt_text,
    )
    if len(rows) > MAX_ROWS:
        st.caption(f"The first {MAX_ROWS:,} of {len(rows):,} rows; the CSV contains all of them.")


def _feature_column(feature: str, values: pd.Series) -> ColumnConfig:
    name = feature_name(feature)
    largest = float(values.abs().max()) if len(values) else 0.0
    return st.column_config.NumberColumn(name.axis_title, help=name.meaning or None, format=table_format(largest))
