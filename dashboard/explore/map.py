"""Explore's map: clips as points in two or three dimensions."""

import streamlit as st

from core.exploration import ClipMap
from core.exploration.maps import MapMethod
from dashboard.charts.features.clip_map import MAX_POINTS, map_chart, map_figure
from dashboard.charts.features.clip_plane import plane_figure
from dashboard.explore import computed as exploring
from dashboard.explore.clips import hear_clip, pick_clip, show_selected, within
from dashboard.explore.computed import FeatureSet
from dashboard.explore.figure_download import figure_download, picture_format, plane_config, plotly_config
from dashboard.explore.plot_events import Box, keep_seen_part, report_events, seen_part
from dashboard.explore.selection import select_clips, selected_clips
from dashboard.sentences.feature_names import feature_name
from dashboard.sentences.wording import format_percent, format_plural
from dashboard.state import chart_theme, linked_key, query_value

METHODS: dict[str, str] = {"pca": "PCA", "tsne": "t-SNE"}
_SPACE, _PLANE = "explore-map-3d", "explore-map-2d"
_ALONE = "explore-map-alone"


def show_map(chosen: FeatureSet) -> None:
    """Clips as points; the clip clicked or chosen plays beside, those in a box are selected."""
    left, right = st.columns([3, 2], gap="medium")
    with left:
        with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
            method = _method()
            n_dims = _dimensions()
            whole = _computed_from(chosen)
            picture = picture_format() if n_dims == 3 else "svg"
        placed = exploring.map_of(whole, method=method, n_dims=n_dims)
    with right:
        clip = pick_clip(chosen.collection, chosen.names)
        show_selected(chosen)
    name = clip.name if clip is not None else None
    with left:
        if n_dims == 3:
            _show_space(chosen, placed, name, picture)
        else:
            _show_plane(chosen, placed, name)


def _computed_from(chosen: FeatureSet) -> FeatureSet:
    """The clips that the map is computed from: all of the collection, unless those of the genres shown are wanted."""
    collection = chosen.collection
    if chosen.genres == collection.genres:
        return chosen
    alone = st.toggle(
        "Of these genres alone",
        key=_ALONE,
        persist_state="session",
        help="Compute the map anew from the genres shown. Otherwise all genres decide where each clip is, and those "
        "that are not shown are left out of the picture.",
    )
    return chosen if alone else exploring.feature_set(collection, collection.genres, chosen.front_end)


def _show_plane(chosen: FeatureSet, placed: ClipMap, name: str | None) -> None:
    collection, theme = chosen.collection, chart_theme()
    selected = selected_clips(chosen)
    view = f"{collection.id}:{chosen.front_end.identity}:{placed.method}:{placed.n_clips}"
    figure = plane_figure(
        placed,
        genres=chosen.genres,
        all_genres=collection.genres,
        chosen=name,
        selected=selected,
        seen=seen_part(view),
        theme=theme,
    )
    with st.container(key=_PLANE):
        st.plotly_chart(
            figure,
            key=f"map-2d:{placed.method}:{collection.id}",
            config=plane_config(),
            alt=f"Map of clips by {METHODS[placed.method]}; clips can also be chosen from the list",
        )

    def take(box: Box) -> None:
        columns = dict(zip(("x", "y"), placed.axes, strict=True))
        shown = placed.points[placed.points["genre"].isin(chosen.genres)]
        select_clips(collection, within(shown, columns, box) if box else ())

    _explain(placed)
    figure_download(
        lambda: map_chart(
            placed, genres=chosen.genres, all_genres=collection.genres, chosen=name, selected=selected, theme=theme
        ),
        f"{collection.id}-map-{placed.method}",
    )
    _show_loadings(placed)
    report_events(_PLANE, hear_clip, on_box=take)
    keep_seen_part(_PLANE, view)


def _method() -> MapMethod:
    value = query_value("map", list(METHODS), "pca", what="kind of map") or "pca"
    key, changed = linked_key("map", value)
    st.segmented_control(
        "Map by",
        list(METHODS),
        format_func=METHODS.__getitem__,
        required=True,
        key=key,
        on_change=changed,
        label_visibility="collapsed",
        help="PCA preserves distances as well as two or three axes can, and its axes can be interpreted. t-SNE "
        "keeps neighbours together and separates groups more clearly.",
    )
    return "tsne" if value == "tsne" else "pca"


def _dimensions() -> int:
    value = query_value("dims", ["2", "3"], "2", what="number of dimensions") or "2"
    key, changed = linked_key("dims", value)
    st.segmented_control(
        "Dimensions",
        ["2", "3"],
        format_func=lambda one: f"{one}-D",
        required=True,
        key=key,
        on_change=changed,
        label_visibility="collapsed",
    )
    return int(value)


def _show_space(chosen: FeatureSet, placed: ClipMap, name: str | None, picture: str) -> None:
    figure = map_figure(
        placed,
        genres=chosen.genres,
        all_genres=chosen.collection.genres,
        chosen=name,
        selected=selected_clips(chosen),
        theme=chart_theme(),
    )
    with st.container(key=_SPACE):
        st.plotly_chart(
            figure,
            key=f"map-3d:{placed.method}:{chosen.collection.id}",
            config=plotly_config(f"{chosen.collection.id}-map-3d", picture=picture, scroll_zoom=True),
            alt=f"Map of clips in three dimensions by {METHODS[placed.method]}; clips can also be chosen from the list",
        )
    _explain(placed)
    _show_loadings(placed)
    report_events(_SPACE, hear_clip)


def _explain(placed: ClipMap) -> None:
    flat = len(placed.axes) == 2
    how = "Drag a box to select clips, scroll to zoom." if flat else "Drag to rotate, scroll to zoom."
    drawn = len(placed.points) if flat else min(len(placed.points), MAX_POINTS)
    parts = [f"{format_plural(placed.n_clips, 'clip')}."]
    if placed.method == "pca":
        parts.append(
            f"Principal components of the {len(placed.loadings):,} standardised features; the "
            f"{'two' if flat else 'three'} axes explain {format_percent(sum(placed.explained), digits=0)} of the "
            "variance."
        )
        meaning = (
            "Each feature is scaled to mean 0 and standard deviation 1. The axes are the directions along which the "
            "clips then differ most. Clips close together are similar in these features."
        )
    else:
        if placed.is_sample:
            parts.append(f"t-SNE of {len(placed.points):,} of them, drawn by genre.")
        parts.append(f"Perplexity {placed.perplexity:.0f}, initialised with the principal components, seed 0.")
        meaning = (
            "t-SNE places each clip near the clips that are most like it in all standardised features. Which clips "
            "are neighbours is meaningful; the distance between groups, their size and the axes are not."
        )
    if drawn < len(placed.points):
        parts.append(f"About {drawn:,} points are drawn, in proportion to the size of each genre.")
    if placed.constant:
        parts.append(f"{format_plural(len(placed.constant), 'feature')} with constant values left out.")
    st.caption(" ".join([*parts, how]), help=meaning)


def _show_loadings(placed: ClipMap) -> None:
    if placed.method != "pca":
        return
    with st.expander("Composition of the axes"):
        labels = [feature_name(feature).label for feature in placed.loadings["feature"]]
        st.dataframe(
            placed.loadings.assign(feature=labels),
            hide_index=True,
            column_config={
                "feature": st.column_config.TextColumn("Feature"),
                **{
                    axis: st.column_config.NumberColumn(f"Weight in component {number}", format="%+.2f")
                    for number, axis in enumerate(placed.axes, start=1)
                },
            },
            alt="Weights of the features in the components",
        )
