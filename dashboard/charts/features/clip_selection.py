"""What the charts of clips share: a click that chooses one clip, a box that selects many, and how both are shown."""

from collections.abc import Collection as Names

import altair as alt
import pandas as pd

from dashboard.charts.style.theme import ChartTheme

CLICKED = "clicked"
"""Name of the selection that a click on a clip makes; its points have a field ``clip``."""

BRUSHED = "brushed"
"""Name of the selection that a dragged box makes: the range of each field on its two axes."""

_ON_POINT = "event.item && event.item.mark.marktype === 'symbol'"
_DRAG = "[pointerdown[{condition}], window:pointerup] > window:pointermove!"

FADED = 0.13
"""Opacity of the clips that are not selected."""


def click_parameter(chosen: str | None) -> alt.Parameter:
    """The selection of one clip by a click, `chosen` at first; a click beside the points changes nothing."""
    value = alt.Undefined if chosen is None else [{"clip": chosen}]
    return alt.selection_point(name=CLICKED, fields=["clip"], on="click", clear=False, toggle=False, value=value)


def box_parameter(theme: ChartTheme) -> alt.Parameter:
    """The selection of clips by a box dragged from beside a point.

    Belongs on a layer below the points: what lies above its box can still be clicked.
    """
    return alt.selection_interval(
        name=BRUSHED,
        on=_DRAG.format(condition=f"!({_ON_POINT})"),
        mark=alt.BrushConfig(fill=theme.text, fillOpacity=0.07, stroke=theme.muted, strokeOpacity=0.9),
    )


def selected_opacity(opacity: float) -> alt.Opacity:
    """Opacity by whether a clip is selected: in the box while there is one, else by the column ``on``.

    The browser fades the others while the box is still being drawn.
    """
    box = f"{BRUSHED}_store"
    test = f"length(data('{box}')) ? vlSelectionTest('{box}', datum) : datum.on"
    condition = alt.condition(test, alt.value(opacity), alt.value(FADED))
    return alt.Opacity(**condition)


def with_selected(points: pd.DataFrame, selected: Names[str]) -> pd.DataFrame:
    """The same points with a column ``on``: whether a clip is selected, true for all where none is."""
    return points.assign(on=points["clip"].isin(list(selected)) if selected else True)


def ring(placed: alt.Chart, theme: ChartTheme) -> alt.Chart:
    """A ring around the selected clip, moved by the browser itself: a click redraws nothing else and keeps the zoom."""
    marked: alt.Chart = placed.transform_filter({"param": CLICKED, "empty": False}).mark_point(
        shape="circle", filled=False, size=420, strokeWidth=2.5, opacity=1, color=theme.text
    )
    return marked
