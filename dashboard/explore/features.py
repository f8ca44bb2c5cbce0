"""Explore's views of single features: their spread by genre, and their correlation."""

import streamlit as st

from core.exploration import strongest_pairs
from dashboard.charts.features.correlation import MAX_WRITTEN, cell_side_px, correlation_chart
from dashboard.charts.features.distributions import MAX_POINTS_PER_GENRE, box_chart, density_chart
from dashboard.explore import computed as exploring
from dashboard.explore.clips import clickable, pick_clip, show_selected
from dashboard.explore.computed import FeatureSet
from dashboard.explore.figure_download import figure_download
from dashboard.explore.selection import narrowed
from dashboard.sentences.feature_names import feature_name
from dashboard.sentences.wording import escape_markdown, format_plural
from dashboard.shared.downloads import table_download
from dashboard.state import chart_theme, linked_key, query_value

SHAPES = {"box": "Box", "violin": "Violin", "ridge": "Ridge"}
_SHAPE_TEXTS = {
    "box": "Box: quartiles and median; whiskers: 5th to 95th percentile, of all {n}; {dots}.",
    "violin": "Width: density of {n}, scaled to the peak of each genre; bar: median; {dots}.",
    "ridge": "Height: density of {n}, scaled to the peak of each genre; bar: median; {dots}.",
}


def show_spread(chosen: FeatureSet) -> None:
    """One feature, genre by genre; a point plays beside."""
    left, right = st.columns([3, 2], gap="medium")
    with right:
        clip = pick_clip(chosen.collection, chosen.names)
        show_selected(chosen)
    with left:
        with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
            feature = pick_feature(chosen)
            shape = _pick_shape()
        part = narrowed(chosen)
        summary, density = exploring.spread_of(part, feature)
        genres = chosen.collection.genres
        theme = chart_theme()
        name = feature_name(feature)
        chart = clickable(
            lambda first, selected: (
                box_chart(
                    chosen.table, summary, feature, all_genres=genres, chosen=first, selected=selected, theme=theme
                )
                if shape == "box"
                else density_chart(
                    chosen.table,
                    summary,
                    density,
                    feature,
                    ridge=shape == "ridge",
                    all_genres=genres,
                    chosen=first,
                    selected=selected,
                    theme=theme,
                )
            ),
            f"{SHAPES[shape]} plot of {name.label} by genre",
            chosen,
            clip,
        )
        many = summary["n"].max() > MAX_POINTS_PER_GENRE
        dots = f"dots: {MAX_POINTS_PER_GENRE} clips per genre" if many else "each dot is one clip"
        n = format_plural(len(part.table), "clip") + (" selected" if part is not chosen else "")
        text = _SHAPE_TEXTS[shape].format(n=n, dots=dots)
        st.caption(f"{escape_markdown(name.meaning) + ' ' if name.meaning else ''}{text} Genres by ascending median.")
        if shape != "box" and (few := sorted(set(summary["genre"]) - set(density["genre"]))):
            named = ", ".join(escape_markdown(genre) for genre in few)
            st.caption(f"No density for {named}: fewer than three clips, or all values are equal.")
        figure_download(chart, f"{chosen.collection.id}-{shape}")
        with st.expander("Values"):
            st.dataframe(
                summary,
                hide_index=True,
                column_config={
                    column: st.column_config.NumberColumn(title, format="%.4g")
                    for column, title in {
                        "minimum": "Least",
                        "low": "5th percentile",
                        "q1": "First quartile",
                        "median": "Median",
                        "q3": "Third quartile",
                        "high": "95th percentile",
                        "maximum": "Largest",
                        "mean": "Mean",
                    }.items()
                }
                | {
                    "genre": st.column_config.TextColumn("Genre"),
                    "n": st.column_config.NumberColumn("Clips", format="%,d"),
                },
                alt=f"Spread of {name.label} by genre",
            )
            table_download(
                "Download as CSV",
                summary,
                f"{chosen.collection.id}-spread.csv",
                key=f"csv:{chosen.collection.id}-spread",
            )


def pick_feature(chosen: FeatureSet) -> str:
    """The feature in view, by the URL or a list."""
    first = "spectral_centroid" if "spectral_centroid" in chosen.features else "spectral_centroid_mean"
    default = first if first in chosen.features else chosen.features[0]
    feature = query_value("feature", chosen.features, default, what="feature") or default
    key, changed = linked_key("feature", feature)
    st.selectbox(
        "Feature",
        chosen.features,
        format_func=lambda one: feature_name(one).axis_title,
        key=key,
        on_change=changed,
        label_visibility="collapsed",
        width=300,
    )
    return feature


def _pick_shape() -> str:
    shape = query_value("shape", list(SHAPES), "box", what="kind of plot") or "box"
    key, changed = linked_key("shape", shape)
    st.segmented_control(
        "Chart type",
        list(SHAPES),
        format_func=SHAPES.__getitem__,
        required=True,
        key=key,
        on_change=changed,
        label_visibility="collapsed",
        help="A violin is the density, mirrored; ridges are densities that may overlap. Both are smoothed (Gaussian "
        "kernel, Scott's bandwidth) and end at the smallest and largest value.",
    )
    return shape


def show_correlation(chosen: FeatureSet) -> None:
    """How much the features say the same."""
    order = st.segmented_control(
        "Order of features",
        ["Similar side by side", "As listed"],
        default="Similar side by side",
        required=True,
        key="correlation-order",
        persist_state="session",
        help="Similar: hierarchical clustering (average linkage on 1 − |r|), so that features with the same "
        "information are next to each other.",
    )
    part = narrowed(chosen)
    matrix = exploring.correlations_of(part, clustered=order != "As listed")
    chart = correlation_chart(matrix, theme=chart_theme())
    with st.container(width=280 + cell_side_px(len(matrix)) * len(matrix)):
        st.altair_chart(chart, alt="Correlation of the numeric features")
    written = "" if len(matrix) <= MAX_WRITTEN else " Hover over a cell for its value."
    st.caption(
        f"Pearson correlation r over {format_plural(len(part.table), 'clip')} of "
        f"{format_plural(len(part.shown_genres), 'genre')}: 1 means that both rise together, −1 that one falls as "
        f"the other rises, 0 that there is no linear relation.{written}"
    )
    figure_download(chart, f"{chosen.collection.id}-correlation")
    with st.expander("Strongest pairs"):
        pairs = strongest_pairs(matrix, 20)
        st.dataframe(
            pairs.assign(
                feature_a=[feature_name(feature).label for feature in pairs["feature_a"]],
                feature_b=[feature_name(feature).label for feature in pairs["feature_b"]],
            ),
            hide_index=True,
            column_config={
                "feature_a": st.column_config.TextColumn("Feature"),
                "feature_b": st.column_config.TextColumn("with"),
                "correlation": st.column_config.NumberColumn("r", format="%+.3f"),
            },
            alt="Pairs of features by correlation",
        )
        table_download(
            "Download as CSV",
            matrix.rename_axis("feature").reset_index(),
            f"{chosen.collection.id}-correlation.csv",
            key=f"csv:{chosen.collection.id}-correlation",
        )
