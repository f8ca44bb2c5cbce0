"""Explore's ranking of features: what separates all genres, or two of them."""

import streamlit as st

from dashboard.charts.features.ranking import MAX_BARS, MEASURES, Measure, pair_ranking_chart, ranking_chart
from dashboard.explore import computed as exploring
from dashboard.explore.computed import FeatureSet
from dashboard.explore.figure_download import figure_download
from dashboard.explore.selection import narrowed
from dashboard.sentences.wording import escape_markdown, format_plural
from dashboard.shared.downloads import table_download
from dashboard.state import address_value, chart_theme, linked_key, query_value, set_query_value
from dashboard.tables.features import with_labels

ALL, TWO = "all", "two"
_SCOPES = {ALL: "All genres", TWO: "Two genres"}
_MEASURE_TEXTS: dict[Measure, str] = {
    "eta_squared": "η² (eta squared): share of the feature's variance that lies between genres rather than within "
    "them, 0 to 1.",
    "mutual_information": "Mutual information: bits that the feature alone gives about the genre, for any kind of "
    "relation, estimated from three nearest neighbours; 0 means no information.",
    "f": "ANOVA F: variance between genres divided by variance within them. Its p-value tests the hypothesis that "
    "all genres have the same mean; with many clips it is tiny for almost every feature, so use η² instead.",
}


def show_ranking(chosen: FeatureSet) -> None:
    """Which features tell the genres apart."""
    chosen = narrowed(chosen)
    if len(chosen.shown_genres) < 2:
        st.info("Choose at least two genres to rank features by.", icon=":material/filter_alt:")
        return
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        scope = query_value("scope", list(_SCOPES), ALL, what="scope") or ALL
        key, changed = linked_key("scope", scope)
        st.segmented_control(
            "Between", list(_SCOPES), format_func=_SCOPES.__getitem__, required=True, key=key, on_change=changed
        )
        if scope == TWO:
            first, second = pick_two_genres(chosen.shown_genres)
        else:
            measure = _pick_measure()
    if scope == TWO:
        _show_pair(chosen, first, second)
    else:
        _show_all(chosen, measure)


def pick_two_genres(genres: tuple[str, ...]) -> tuple[str, str]:
    """Two different genres, in the URL as ``a`` and ``b``."""
    first = query_value("a", genres, genres[0], what="genre") or genres[0]
    rest = [genre for genre in genres if genre != first]
    if address_value("b") == first:
        set_query_value("b", rest[0])
    second = query_value("b", rest, rest[0], what="genre") or rest[0]
    for name, label, value, options in (("a", "Genre", first, genres), ("b", "against", second, rest)):
        key, changed = linked_key(name, value)
        st.selectbox(label, options, key=key, on_change=changed, width=200)
    return first, second


def _pick_measure() -> Measure:
    measure = query_value("measure", list(MEASURES), "eta_squared", what="measure") or "eta_squared"
    key, changed = linked_key("measure", measure)
    st.segmented_control(
        "By",
        list(MEASURES),
        format_func={"eta_squared": "η²", "mutual_information": "Mutual information", "f": "ANOVA F"}.__getitem__,
        required=True,
        key=key,
        on_change=changed,
    )
    return measure  # type: ignore[return-value]


def _show_all(chosen: FeatureSet, measure: Measure) -> None:
    ranking = exploring.ranking_of(chosen)
    left, right = st.columns([1, 1], gap="medium")
    with left:
        if ranking[measure].notna().any():
            chart = ranking_chart(ranking, measure, theme=chart_theme())
            st.altair_chart(chart, alt=f"Features by {MEASURES[measure]}")
            figure_download(chart, f"{chosen.collection.id}-ranking")
        most = f"The best {MAX_BARS} of {len(ranking):,} features. " if len(ranking) > MAX_BARS else ""
        n = format_plural(len(chosen.table), "clip")
        st.caption(
            f"{most}{_MEASURE_TEXTS[measure]} Each feature on its own, over {n} of "
            f"{format_plural(len(chosen.shown_genres), 'genre')}. This describes the collection; it is not an accuracy."
        )
    with right:
        st.dataframe(
            with_labels(ranking),
            hide_index=True,
            height=min(620, 38 + 35 * len(ranking)),
            column_config={
                "feature": st.column_config.TextColumn("Feature", pinned=True),
                "eta_squared": st.column_config.NumberColumn("η²", format="%.3f", help=_MEASURE_TEXTS["eta_squared"]),
                "mutual_information": st.column_config.NumberColumn(
                    "Information (bits)", format="%.3f", help=_MEASURE_TEXTS["mutual_information"]
                ),
                "f": st.column_config.NumberColumn("F", format="%.1f", help=_MEASURE_TEXTS["f"]),
                "p": st.column_config.NumberColumn("p", format="%.1e"),
            },
            column_order=["feature", "eta_squared", "mutual_information", "f", "p"],
            alt="Features by how they separate the genres",
        )
        table_download(
            "Download as CSV", ranking, f"{chosen.collection.id}-ranking.csv", key=f"csv:{chosen.collection.id}-ranking"
        )


def _show_pair(chosen: FeatureSet, first: str, second: str) -> None:
    ranking = exploring.pair_ranking_of(chosen, first, second)
    counts = chosen.table["genre"].value_counts()
    left, right = st.columns([1, 1], gap="medium")
    with left:
        chart = pair_ranking_chart(ranking, first, second, theme=chart_theme())
        st.altair_chart(chart, alt=f"Features that separate {first} from {second}")
        figure_download(chart, f"{chosen.collection.id}-ranking-two")
        a, b = escape_markdown(first), escape_markdown(second)
        st.caption(
            f"{a} ({format_plural(int(counts[first]), 'clip')}) against {b} "
            f"({format_plural(int(counts[second]), 'clip')}), each feature on its own, ordered by the distance of "
            "its AUC from 0.5."
        )
    with right:
        st.dataframe(
            with_labels(ranking),
            hide_index=True,
            height=min(620, 38 + 35 * len(ranking)),
            column_config={
                "feature": st.column_config.TextColumn("Feature", pinned=True),
                "cohens_d": st.column_config.NumberColumn(
                    "Cohen's d",
                    format="%+.2f",
                    help="Difference of the means in pooled standard deviations: 0.2 is small, 0.8 large.",
                ),
                "auc": st.column_config.NumberColumn(
                    "AUC",
                    format="%.3f",
                    help=f"Probability that a {a} clip has the larger value than a {b} clip: 0.5 means no "
                    "separation, 1 or 0 complete separation.",
                ),
                "mean_first": st.column_config.NumberColumn(f"Mean, {first}", format="%.4g"),
                "mean_second": st.column_config.NumberColumn(f"Mean, {second}", format="%.4g"),
            },
            alt=f"Features that separate {first} from {second}",
        )
        table_download(
            "Download as CSV",
            ranking,
            f"{chosen.collection.id}-ranking-two.csv",
            key=f"csv:{chosen.collection.id}-ranking-two",
        )
