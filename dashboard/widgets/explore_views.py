"""The views of Explore. Each takes the collection and the genres to show."""

from collections.abc import Callable

import altair as alt
import pandas as pd
import streamlit as st

from core.collections.base import Clip, ClipFacts, Collection
from core.exploration import correlation_matrix, distribution_by_genre, principal_map
from dashboard import services
from dashboard.charts.features import (
    CLICKED,
    MAX_POINTS_PER_GENRE,
    correlation_chart,
    distribution_chart,
    genre_count_chart,
    map_chart,
)
from dashboard.feature_names import feature_name
from dashboard.state import chart_theme, linked_key, query_value, set_query_value
from dashboard.widgets.player import clip_card
from dashboard.wording import format_percent, format_plural

FEATURES = services.NUMERIC.names


def show_map(collection: Collection, genres: tuple[str, ...]) -> None:
    """Two principal components; the clip clicked or chosen plays beside."""
    table = services.feature_table(collection, genres)
    principal = principal_map(table, FEATURES)
    left, right = st.columns([3, 2], gap="medium")
    with right:
        clip = _pick_clip(collection, table)
    with left:
        theme = chart_theme()
        _clickable(lambda name: map_chart(principal, chosen=name, theme=theme), "Map of clips", collection, clip)
        st.caption(
            f"{format_plural(len(table), 'clip')}. Principal components of the {len(principal.loadings)} standardised "
            f"features; the two axes hold {format_percent(sum(principal.explained), digits=0)} of the variance. "
            "Wheel zooms, drag moves, double-click resets.",
            help="Each feature is brought to mean 0 and standard deviation 1. The axes are the two directions along "
            "which the clips then differ most: clips close together sound alike as far as these features can tell.",
        )
        with st.expander("What the axes are made of"):
            loadings = principal.loadings.assign(
                feature=[feature_name(feature).label for feature in principal.loadings["feature"]]
            )
            st.dataframe(
                loadings,
                hide_index=True,
                column_config={
                    "feature": st.column_config.TextColumn("Feature"),
                    "pc1": st.column_config.NumberColumn("Weight in component 1", format="%+.2f"),
                    "pc2": st.column_config.NumberColumn("Weight in component 2", format="%+.2f"),
                },
                alt="Weights of the features in the two components",
            )


def show_spread(collection: Collection, genres: tuple[str, ...]) -> None:
    """One feature, genre by genre; a point plays beside."""
    table = services.feature_table(collection, genres)
    left, right = st.columns([3, 2], gap="medium")
    with right:
        clip = _pick_clip(collection, table)
    with left:
        feature = query_value("feature", FEATURES, "spectral_centroid", what="feature") or FEATURES[0]
        key, changed = linked_key("feature", feature)
        name = feature_name(feature)
        st.selectbox(
            "Feature",
            FEATURES,
            format_func=lambda one: feature_name(one).axis_title,
            key=key,
            on_change=changed,
            help=name.meaning,
        )
        summary = distribution_by_genre(table, feature)
        theme = chart_theme()
        _clickable(
            lambda one: distribution_chart(table, summary, feature, chosen=one, theme=theme),
            f"Spread of {name.label} by genre",
            collection,
            clip,
        )
        dots = "each dot one clip" if summary["n"].max() <= MAX_POINTS_PER_GENRE else "dots: some of the clips"
        st.caption(
            f"{name.meaning} Box: quartiles and median; whiskers: 5th to 95th percentile, of all "
            f"{format_plural(len(table), 'clip')}; {dots}. Genres by ascending median."
        )


def show_correlation(collection: Collection, genres: tuple[str, ...]) -> None:
    """How much the features say the same."""
    table = services.feature_table(collection, genres)
    order = st.segmented_control(
        "Order of features",
        ["Similar side by side", "As listed"],
        default="Similar side by side",
        required=True,
        key="correlation-order",
        persist_state="session",
        help="Similar: hierarchical clustering (average linkage on 1 − |r|), so that features which say the same stand "
        "together.",
    )
    matrix = correlation_matrix(table, FEATURES, clustered=order != "As listed")
    with st.container(width=760):
        st.altair_chart(correlation_chart(matrix, theme=chart_theme()), alt="Correlation of the numeric features")
    st.caption(
        f"Pearson correlation r over {format_plural(len(table), 'clip')} of {format_plural(len(genres), 'genre')}: "
        "1 rise together, −1 one falls as the other rises, 0 no straight-line relation."
    )


def show_counts(collection: Collection, genres: tuple[str, ...]) -> None:
    """Clips of each genre, and how long they are."""
    chosen = collection.subset(genres)
    left, right = st.columns([3, 2], gap="medium")
    with left:
        st.altair_chart(genre_count_chart(chosen.counts, theme=chart_theme()), alt="Clips by genre")
    with right:
        largest, smallest = max(chosen.counts.values()), min(chosen.counts.values())
        lengths = pd.Series([clip.duration_s for clip in chosen.clips])
        figures = st.columns(2)
        figures[0].metric("Clips", f"{len(chosen.clips):,}")
        figures[1].metric(
            "Chance level",
            format_percent(largest / len(chosen.clips)),
            help="Share of the commonest genre: what a model that always answers it would score.",
        )
        figures[0].metric("Median length", f"{lengths.median():.1f} s")
        figures[1].metric("Shortest, longest", f"{lengths.min():.1f}, {lengths.max():.1f} s")
        if largest == smallest:
            st.caption(f"Balanced: {format_plural(largest, 'clip')} of every genre.")
        else:
            st.caption(f"From {smallest:,} to {largest:,} clips a genre; plain accuracy favours the common ones.")


def show_table(collection: Collection, genres: tuple[str, ...]) -> None:
    """All features of all clips, to sort, search and export; with artist and title where they are known."""
    table = with_credits(collection, services.feature_table(collection, genres))
    st.dataframe(
        table,
        hide_index=True,
        height=520,
        column_config={
            "clip": st.column_config.TextColumn("Clip", pinned=True),
            "genre": st.column_config.TextColumn("Genre"),
            "artist": st.column_config.TextColumn("Artist"),
            "title": st.column_config.TextColumn("Title"),
            **{
                feature: st.column_config.NumberColumn(
                    feature_name(feature).axis_title,
                    help=feature_name(feature).meaning,
                    format="%.4f" if feature == "zero_crossing_rate" else "%.1f",
                )
                for feature in FEATURES
            },
        },
        alt="Numeric features of the clips",
    )
    st.download_button(
        "Download as CSV",
        table.to_csv(index=False),
        file_name=f"{collection.id}-features.csv",
        mime="text/csv",
        icon=":material/download:",
        on_click="ignore",
        help="Full precision; frequencies in Hz, MFCC in dB, zero-crossing rate as a share of samples.",
    )
    if missing := len(collection.subset(genres).clips) - len(table):
        st.caption(f"{format_plural(missing, 'clip')} could not be analysed and have no row; Collections says why.")


def with_credits(collection: Collection, table: pd.DataFrame) -> pd.DataFrame:
    """The same table with columns ``artist`` and ``title`` after the genre, where the collection knows any."""
    known = [collection.facts.get(name, ClipFacts()) for name in table["clip"]]
    if not any(facts.credit for facts in known):
        return table
    named = table.copy()
    named.insert(2, "artist", [facts.artist for facts in known])
    named.insert(3, "title", [facts.title for facts in known])
    return named


def _clickable(
    draw: Callable[[str | None], alt.LayerChart], alt_text: str, collection: Collection, chosen: Clip | None
) -> None:
    """A chart whose clicked clip comes into view, on this page and in the URL.

    The browser itself moves the ring to the clicked clip. The chart is drawn with another first choice only where the
    clip was chosen elsewhere, so that a click does not start the chart afresh and undo the zoom.
    """
    name = chosen.name if chosen is not None else None
    place = f"clickable:{alt_text}:{collection.id}"
    drawn, clicked, count = st.session_state.get(place, (name, None, 0))
    if name != (clicked or drawn):
        # Chosen elsewhere: another key, or the browser would bring its last click back.
        drawn, clicked, count = name, None, count + 1
    key = f"{place}:{count}"
    if key not in st.session_state:
        drawn, clicked = name, None
    st.session_state[place] = (drawn, clicked, count)

    def take() -> None:
        points = st.session_state[key]["selection"].get(CLICKED) or []
        if points and "clip" in points[0]:
            st.session_state[place] = (drawn, str(points[0]["clip"]), count)
            set_query_value("clip", str(points[0]["clip"]))

    st.altair_chart(
        draw(drawn), key=key, on_select=take, selection_mode=CLICKED, alt=f"{alt_text}; the list beside it chooses too"
    )


def _pick_clip(collection: Collection, table: pd.DataFrame) -> Clip | None:
    """The clip in view, chosen by a click, this list or the URL, with its sound and picture."""
    names = table["clip"].tolist()
    if not names:
        return None
    chosen = query_value("clip", names, names[0], what="clip") or names[0]
    key, changed = linked_key("clip", chosen)
    st.selectbox(
        "Clip",
        names,
        key=key,
        on_change=changed,
        help="Click a point of the chart, or choose here: type to search.",
    )
    clip = collection.clip(chosen)
    clip_card(collection, clip)
    return clip
