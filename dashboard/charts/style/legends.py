"""Legends that filter: a click on an entry shows it alone, one with Shift held adds it or takes it away."""

import altair as alt

LEGEND = "shown_by_legend"
"""Name of the selection that clicks on a legend make."""


def legend_parameter(field: str) -> alt.Parameter:
    """The selection of values of a field by its legend; all are shown until there is one, and after a click beside it.

    Belongs on one layer of a chart; `filtered_by_legend` is for each layer of what it filters.
    """
    return alt.selection_point(name=LEGEND, fields=[field], bind="legend")


def filtered_by_legend(layer: alt.Chart) -> alt.Chart:
    """The layer without what its legend has hidden."""
    shown: alt.Chart = layer.transform_filter({"param": LEGEND})
    return shown
