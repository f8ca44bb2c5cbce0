"""Figures as files."""

from collections.abc import Callable

import altair as alt
import streamlit as st

from dashboard.charts.style.saving import MIME, PictureFormat, picture_bytes
from dashboard.state import chart_theme

PICTURES: tuple[PictureFormat, ...] = ("svg", "png")


def figure_download(chart: alt.TopLevelMixin | Callable[[], alt.TopLevelMixin], name: str) -> None:
    """Buttons that save a chart as SVG and as PNG; it is drawn when asked for.

    Parameters
    ----------
    chart : an Altair chart, or what makes one
    name : str
        Of the file, without its ending.
    """
    theme = chart_theme()

    def picture_of(picture: PictureFormat) -> Callable[[], bytes]:
        return lambda: picture_bytes(chart() if callable(chart) else chart, picture, theme=theme)

    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        for picture in PICTURES:
            st.download_button(
                picture.upper(),
                picture_of(picture),
                file_name=f"{name}.{picture}",
                mime=MIME[picture],
                icon=":material/image:",
                type="tertiary",
                on_click="ignore",
                key=f"figure:{name}:{picture}",
                help=f"Download the figure as {picture.upper()}",
            )


def plotly_config(name: str, *, picture: str = "svg", scroll_zoom: bool = False) -> dict[str, object]:
    """Tool bar of a Plotly figure with the camera that saves it, drawn by the browser.

    Parameters
    ----------
    name : str
        Of the file, without its ending.
    picture : "svg" or "png"
    scroll_zoom : bool
        Whether the wheel zooms.
    """
    return {
        "displayModeBar": True,
        "displaylogo": False,
        "scrollZoom": scroll_zoom,
        "modeBarButtons": [["toImage"]],
        "toImageButtonOptions": {"format": picture, "filename": name, "scale": 2 if picture == "png" else 1},
    }


def plane_config() -> dict[str, object]:
    """Tool bar of a map in the plane: the wheel zooms, a drag selects unless moving is chosen in the bar."""
    return {
        "displayModeBar": True,
        "displaylogo": False,
        "scrollZoom": True,
        "doubleClick": "autosize",
        "modeBarButtons": [["select2d", "pan2d", "zoomIn2d", "zoomOut2d", "autoScale2d"]],
    }


def picture_format() -> str:
    """SVG or PNG, for the camera of Plotly figures."""
    chosen = st.segmented_control(
        "Image format",
        list(PICTURES),
        format_func=str.upper,
        default="svg",
        required=True,
        key="explore-picture-format",
        persist_state="session",
        help="The camera button at the upper right of the figure saves it in this format. SVG can be enlarged "
        "without loss; parts drawn by WebGL are stored as an image.",
    )
    return chosen or "svg"
