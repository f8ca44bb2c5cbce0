"""Altair charts as files: SVG and PNG, drawn on this computer without a browser."""

from io import BytesIO, StringIO
from typing import Any, Literal

import altair as alt

from dashboard.charts.style.theme import LIGHT, ChartTheme

PictureFormat = Literal["svg", "png"]
MIME: dict[PictureFormat, str] = {"svg": "image/svg+xml", "png": "image/png"}

_WIDTH = 820
_PNG_SCALE = 2.0


def picture_bytes(chart: alt.TopLevelMixin, picture: PictureFormat, *, theme: ChartTheme = LIGHT) -> bytes:
    """The chart as a file, in the colours of the page.

    Parameters
    ----------
    chart : an Altair chart
        Charts that take their width from the page are drawn 820 pixels wide.
    picture : "svg" or "png"
        PNG has two dots a pixel.
    theme : ChartTheme
    """
    drawn = chart.copy(deep=True)  # type: ignore[attr-defined]
    drawn.config = _config(theme)
    if not isinstance(drawn, alt.ConcatChart | alt.HConcatChart | alt.VConcatChart):
        drawn = drawn.properties(width=_WIDTH)
    with alt.data_transformers.enable("default", max_rows=None):
        if picture == "svg":
            text = StringIO()
            drawn.save(text, format="svg")
            return text.getvalue().encode()
        content = BytesIO()
        drawn.save(content, format="png", scale_factor=_PNG_SCALE)
        return content.getvalue()


def _config(theme: ChartTheme) -> alt.Config:
    axis: dict[str, Any] = {
        "labelColor": theme.muted,
        "titleColor": theme.muted,
        "gridColor": theme.grid,
        "tickColor": theme.grid,
    }
    return alt.Config(
        background=theme.surface,
        font="sans-serif",
        padding=12,
        axis=alt.AxisConfig(domainColor=theme.grid, titleFontWeight="normal", titlePadding=10, **axis),
        legend=alt.LegendConfig(labelColor=theme.text, titleColor=theme.muted, titleFontWeight="normal"),
        view=alt.ViewConfig(stroke=theme.grid),
    )
