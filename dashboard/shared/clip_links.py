"""The pages that show a clip, as links."""

import streamlit as st

from core.clips.clip import Clip
from core.clips.collection import Collection
from core.clips.excerpts import whole_name
from core.errors import GenreLabError
from core.runs.comparing import best_first
from dashboard import navigation, services
from dashboard.state import kept_choice

_MOST_RUNS = 8
"""Runs of the collection that are looked at for one that was tested on a clip."""
_UNTESTED = "No finished run here was tested on this clip."


def clip_links(collection: Collection, clip: Clip, *, is_out: bool) -> None:
    """Links to the pages that show a clip.

    Parameters
    ----------
    collection, clip
    is_out : bool
        It is excluded: Explore and Gallery do not show it.
    """
    here = {"collection": collection.id, "clip": clip.name}
    out = "Excluded clips are not shown there." if is_out else None
    silent = None if services.numeric_front_ends(collection) else "This collection has no numeric features."
    blind = None if services.picture_front_ends(collection) else "This collection has no spectrograms."
    cell = _cell_of(collection.id, clip.name)
    with st.container(horizontal=True, gap="small"):
        for page, label, query, reason in (
            ("explore", "Nearest clips", {**here, "view": "nearest"}, out or silent),
            ("explore", "On the map", {**here, "view": "map"}, out or silent),
            ("gallery", "In Gallery", here, out or blind),
            ("confusion", "In Confusion", cell, None if cell else _UNTESTED),
        ):
            navigation.page_link(page, label, query=query, help=reason, disabled=reason is not None)


def _cell_of(collection_id: str, name: str) -> dict[str, str] | None:
    """Where Confusion shows the clip: of the run in view, else of the best that was tested on it; None for nowhere."""
    try:
        runs = [run for run in best_first(services.runs()) if run.config.collection_id == collection_id]
    except GenreLabError:
        return None
    in_view = kept_choice("run")
    for run in sorted(runs, key=lambda run: run.id != in_view)[:_MOST_RUNS]:
        try:
            table = services.predictions(run.id).table
        except GenreLabError:
            continue
        cut = run.config.split.n_excerpts
        rows = table[[whole_name(str(each), cut) == name for each in table["clip"]]]
        if len(rows):
            row = rows.iloc[0]
            cell = {"actual": str(row["actual"]), "predicted": str(row["predicted"]), "hear": str(row["clip"])}
            return {"run": run.id, **cell}
    return None
