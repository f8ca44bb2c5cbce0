"""Explore's views of the collection as it is: clips by genre, and the table of features."""

import pandas as pd
import streamlit as st

from core.clips.collection import Collection
from dashboard.charts.features.genre_counts import genre_count_chart
from dashboard.explore.clips import clip_table, pick_clip
from dashboard.explore.computed import FeatureSet
from dashboard.explore.figure_download import figure_download
from dashboard.explore.selection import narrowed, narrowed_collection
from dashboard.sentences.wording import format_percent, format_plural
from dashboard.shared.downloads import table_download
from dashboard.state import chart_theme
from dashboard.tables.facts import with_credits
from dashboard.tables.places import with_places


def show_counts(collection: Collection, genres: tuple[str, ...]) -> None:
    """Clips of each genre, and how long they are."""
    chosen = narrowed_collection(collection, genres)
    left, right = st.columns([3, 2], gap="medium")
    with left:
        chart = genre_count_chart(chosen.counts, all_genres=collection.genres, theme=chart_theme())
        st.altair_chart(chart, alt="Clips by genre")
        figure_download(chart, f"{collection.id}-counts")
    with right:
        largest, smallest = max(chosen.counts.values()), min(chosen.counts.values())
        lengths = pd.Series([clip.duration_s for clip in chosen.clips])
        figures = st.columns(2)
        figures[0].metric("Clips", f"{len(chosen.clips):,}")
        figures[1].metric(
            "Chance level",
            format_percent(largest / len(chosen.clips)),
            help="Share of the most common genre: the accuracy of a model that always predicts it.",
        )
        if lengths.max() > 0:
            figures[0].metric("Median length", f"{lengths.median():.1f} s")
            figures[1].metric("Shortest, longest", f"{lengths.min():.1f}, {lengths.max():.1f} s")
        if largest == smallest:
            st.caption(f"Balanced: {format_plural(largest, 'clip')} of every genre.")
        else:
            st.caption(f"From {smallest:,} to {largest:,} clips per genre; accuracy is dominated by the common genres.")
        counts = pd.DataFrame({"genre": list(chosen.counts), "clips": list(chosen.counts.values())})
        table_download("Download as CSV", counts, f"{collection.id}-counts.csv", key=f"csv:{collection.id}-counts")


def show_table(chosen: FeatureSet) -> None:
    """All features of all clips, to sort, search and export; with artist and title where they are known."""
    rows = narrowed(chosen).table
    left, right = st.columns([3, 2], gap="medium")
    with left:
        clip_table(chosen, rows, key="table", height=480, alt_text="Numeric features of the clips")
        table_download(
            "Download as CSV",
            lambda: with_places(chosen.collection, with_credits(chosen.collection, rows)),
            f"{chosen.collection.id}-features.csv",
            key=f"csv:{chosen.collection.id}-features",
            help="Full precision, in the units given in the column titles.",
        )
    with right:
        pick_clip(chosen.collection, chosen.names)
