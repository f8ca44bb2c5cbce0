"""Explore's outliers: the clips that are least like the rest of their genre, and why."""

import pandas as pd
import streamlit as st

from core.exploration import Outliers, reasons
from core.exploration.outliers import MIN_CLIPS
from dashboard.explore import computed as exploring
from dashboard.explore.clips import clip_table, pick_clip
from dashboard.explore.computed import FeatureSet
from dashboard.explore.selection import selected_clips
from dashboard.sentences.outliers import reasons_text
from dashboard.sentences.wording import escape_markdown, format_plural
from dashboard.shared.downloads import table_download
from dashboard.tables.outliers import outlier_table
from dashboard.tables.places import with_places

_SCORE_HELP = (
    "Distance from the centre of the genre, divided by the distance that is typical of it: 1 is typical, 2 is twice "
    "as far. Each feature is measured in robust deviations from the genre's median; correlated features count once "
    "(Mahalanobis distance, Ledoit-Wolf shrinkage of the within-genre covariance)."
)


def show_outliers(chosen: FeatureSet) -> None:
    """The clips farthest from their genre, with a reason in words; a row plays beside."""
    found = exploring.outliers_of(chosen)
    left, right = st.columns([3, 2], gap="medium")
    with left:
        if found.too_few:
            named = ", ".join(escape_markdown(genre) for genre in found.too_few)
            st.caption(f"Not scored because of fewer than {MIN_CLIPS} clips: {named}.")
        selected = selected_clips(chosen)
        rows = _cached_table(chosen.key, selected, found)
        clip_table(
            chosen,
            rows,
            key="outliers",
            columns={
                "score": st.column_config.NumberColumn("Score", format="%.2f", help=_SCORE_HELP),
                "rank": st.column_config.NumberColumn(
                    "Rank in genre", help="1 is the farthest from the centre of its genre."
                ),
                "reason": st.column_config.TextColumn("Why", width="large"),
            },
            order=("clip", "genre", "score", "reason", "rank", "artist", "title"),
            height=440,
            alt_text="Clips by their distance from their genre",
        )
        whole = format_plural(len(found.scores), "clip")
        which = "Selected clips only" if selected else "All" if len(rows) == len(found.scores) else "Farthest clips"
        st.caption(
            f"{which}: {len(rows):,} of {whole}, farthest first. An outlier is not necessarily an error: listen to "
            "it, then see the quality check on Collections.",
            help=_SCORE_HELP,
        )
        table_download(
            "Download as CSV",
            lambda: with_places(chosen.collection, outlier_table(found, n_most=1000)),
            f"{chosen.collection.id}-outliers.csv",
            key=f"csv:{chosen.collection.id}-outliers",
        )
    with right:
        clip = pick_clip(chosen.collection, list(dict.fromkeys([*rows["clip"], *chosen.names])))
        if clip is not None and clip.name in found.deviations.index:
            _show_reasons(found, clip.name)


@st.cache_data(max_entries=16, show_spinner=False)
def _cached_table(key: str, only: frozenset[str], _found: Outliers) -> pd.DataFrame:
    return outlier_table(_found, only=only)


def _show_reasons(found: Outliers, clip: str) -> None:
    score = found.scores[found.scores["clip"] == clip].iloc[0]
    n_genre = int((found.scores["genre"] == score["genre"]).sum())
    st.markdown(
        f"**Score {score['score']:.2f}**, rank {int(score['rank'])} of {n_genre} in {escape_markdown(score['genre'])}"
    )
    st.markdown("\n".join(f"- {escape_markdown(reasons_text((why,)))}" for why in reasons(found, clip)))
