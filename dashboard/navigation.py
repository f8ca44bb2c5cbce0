"""The registry of pages: the one place where a page gets its title, address, icon and section."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import streamlit as st
from streamlit.navigation.page import Page

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class PageSpec:
    """A page.

    Attributes
    ----------
    url_path : str
        Last part of the address: ``explore``.
    title : str
        In the navigation and the browser tab.
    icon : str
        Material symbol.
    section : str
        Heading in the navigation.
    script : Path
    parameters : tuple of str
        What its address may say.
    """

    url_path: str
    title: str
    icon: str
    section: str
    script: Path
    parameters: tuple[str, ...]


def _spec(name: str, title: str, icon: str, section: str, *parameters: str) -> PageSpec:
    return PageSpec(name, title, f":material/{icon}:", section, ROOT / "pages" / f"{name}.py", parameters)


HOME = "overview"
_OF_EXPLORE = (
    "features", "map", "dims", "feature", "shape", "scope", "a", "b", "measure", "pairs", "spectrogram",
    "count",
)  # fmt: skip
_OF_COMPARE = ("tab", "runs", "columns", "group", "recipe", "pair", "cell", "beside")
_OF_CONFUSION = ("run", "show", "other", "of", "families", "actual", "predicted", "cells", "hear")
PAGES: dict[str, PageSpec] = {
    spec.url_path: spec
    for spec in (
        _spec("overview", "Overview", "home", ""),
        _spec("guide", "Guide", "school", "", "collection", "step", "done"),
        _spec("collections", "Collections", "library_music", "Music", "collection", "tab"),
        _spec("explore", "Explore", "scatter_plot", "Music", "collection", "view", "clip", *_OF_EXPLORE),
        _spec("gallery", "Gallery", "graphic_eq", "Music", "collection", "show", "clip", "other", "a", "b", "shuffle"),
        _spec("train", "Train", "model_training", "Models", "collection", "run", "view", "search"),
        _spec("compare", "Compare", "compare_arrows", "Models", *_OF_COMPARE),
        _spec("confusion", "Confusion", "grid_on", "Models", *_OF_CONFUSION),
        _spec("human", "Human?", "hearing", "Models", "tab", "run"),
        _spec("classify", "Classify", "music_note", "Your song", "runs", "song", "collection", "clip", "songs", "job"),
    )
}


def page(url_path: str) -> Page:
    """The Streamlit page of that address."""
    spec = PAGES[url_path]
    # The home page is served at the bare address; its own name is left free for the page that leads there.
    is_home = spec.url_path == HOME
    own = "home" if is_home else spec.url_path
    return st.Page(spec.script, title=spec.title, icon=spec.icon, url_path=own, default=is_home)


def spec_of(shown: Page) -> PageSpec:
    """What is registered of a page that is shown."""
    return next((spec for spec in PAGES.values() if spec.title == shown.title), PAGES[HOME])


def current_page() -> Page:
    """Draw the navigation and return the page to run."""
    sections: dict[str, list[Page]] = {}
    for spec in PAGES.values():
        sections.setdefault(spec.section, []).append(page(spec.url_path))
    sections[PAGES[HOME].section].append(_home_by_name())
    return st.navigation(sections, expanded=True)


def _home_by_name() -> Page:
    """The home page under its own name too: Streamlit serves the default page at the bare address only."""
    spec = PAGES[HOME]
    return st.Page(spec.script, title=spec.title, icon=spec.icon, url_path=spec.url_path, visibility="hidden")


def page_link(
    url_path: str,
    label: str | None = None,
    *,
    query: Mapping[str, str] | None = None,
    help: str | None = None,
    disabled: bool = False,
) -> None:
    """A link to a page of ours, with its icon; ``query`` becomes the deep link."""
    spec = PAGES[url_path]
    st.page_link(
        page(url_path),
        label=label or spec.title,
        icon=spec.icon,
        help=help,
        disabled=disabled,
        query_params=dict(query) if query else None,
    )


def open_page(url_path: str, **query: str) -> NoReturn:
    """Go to a page of ours; ``query`` becomes the deep link."""
    st.switch_page(page(url_path), query_params=query or None)
