"""Explore's pair plot."""

import altair as alt
import streamlit as st

from dashboard.charts.features.pairs import MAX_FEATURES, MAX_POINTS, field, pair_chart
from dashboard.explore import computed as exploring
from dashboard.explore.clips import clickable, pick_clip, show_selected, within
from dashboard.explore.computed import FeatureSet
from dashboard.explore.figure_download import figure_download
from dashboard.explore.selection import selected_clips
from dashboard.sentences.feature_names import feature_name
from dashboard.sentences.wording import format_plural
from dashboard.state import address_value, chart_theme, set_query_value

_SEPARATOR = "|"


def show_pairs(chosen: FeatureSet) -> None:
    """Chosen features against each other; a point plays beside, a box in one plot shows its clips in all."""
    if len(chosen.features) < 2:
        st.info("A pair plot needs two features; this table has one.", icon=":material/scatter_plot:")
        return
    left, right = st.columns([8, 5], gap="medium")
    with left:
        features = _pick_features(chosen)
        if len(features) < 2:
            st.info("Choose at least two features above.", icon=":material/filter_alt:")
            return
    with right:
        clip = pick_clip(chosen.collection, chosen.names)
        show_selected(chosen)
    with left:
        columns = {field(place): feature for place, feature in enumerate(features)}

        def draw(first: str | None, selected: frozenset[str], *, has_legend: bool = False) -> alt.VConcatChart:
            return pair_chart(
                chosen.table,
                features,
                all_genres=chosen.collection.genres,
                has_legend=has_legend,
                chosen=first,
                selected=selected,
                theme=chart_theme(),
            )

        clickable(
            draw,
            f"Pair plot of {len(features)} features",
            chosen,
            clip,
            inside=lambda box: within(chosen.table, columns, box),
            own_width=True,
        )
        drawn = (
            f"about {MAX_POINTS:,} are drawn, in proportion to the size of each genre; a box selects from all clips"
            if len(chosen.table) > MAX_POINTS
            else "each point is one clip"
        )
        st.caption(
            f"{format_plural(len(chosen.table), 'clip')}: {drawn}. Drag a box in any plot to select its clips in all "
            "plots. Click a point to play the clip."
        )
        figure_download(
            lambda: draw(clip.name if clip is not None else None, selected_clips(chosen), has_legend=True),
            f"{chosen.collection.id}-pairs",
        )


def _default(chosen: FeatureSet) -> tuple[str, ...]:
    """The best separating features that differ from each other; the first ones where nothing can be ranked."""
    if len(chosen.shown_genres) < 2 or len(chosen.table) <= len(chosen.shown_genres) or len(chosen.table) < 3:
        return chosen.features[:3]
    best = exploring.best_of(chosen)
    return best if len(best) >= 2 else chosen.features[:3]


def _pick_features(chosen: FeatureSet) -> tuple[str, ...]:
    linked = address_value("pairs")
    wanted = [name for name in (linked or "").split(_SEPARATOR) if name in chosen.features]
    shown = tuple(dict.fromkeys(wanted))[:MAX_FEATURES] if len(set(wanted)) >= 2 else _default(chosen)
    key = f"explore-pairs:{chosen.collection.id}:{chosen.front_end.identity}"
    if key not in st.session_state or linked is not None:
        st.session_state[key] = list(shown)

    def changed() -> None:
        set_query_value("pairs", _SEPARATOR.join(st.session_state[key]) or None)

    picked = st.multiselect(
        "Features in the plots",
        chosen.features,
        format_func=lambda one: feature_name(one).axis_title,
        max_selections=MAX_FEATURES,
        key=key,
        on_change=changed,
        label_visibility="collapsed",
        help="Two to five. Default: those that separate the genres best (η²) and are not redundant (|r| < 0.8).",
    )
    return tuple(picked)
