"""Colours and measures that every chart shares; the fonts and axis colours come from Streamlit's own chart theme."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class ChartTheme:
    """Colours of a light or dark page, as in ``.streamlit/config.toml``."""

    name: Literal["light", "dark"]
    text: str
    muted: str
    grid: str
    surface: str
    accent: str


LIGHT = ChartTheme("light", "#10181d", "#5d6870", "#d7dde1", "#ffffff", "#0f6674")
DARK = ChartTheme("dark", "#e6eaec", "#a3adb3", "#363e44", "#14181b", "#25808d")
