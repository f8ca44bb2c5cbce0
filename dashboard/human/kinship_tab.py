"""Whether genres are taken for each other that are kin by the literature, or by a table of the visitor's own."""

import hashlib

import pandas as pd
import streamlit as st

from core.errors import GenreLabError
from core.evaluation.human.kinship import (
    COLUMNS,
    Kinship,
    KinshipResult,
    genre_key,
    kinship_of_mistakes,
    kinship_sentence,
    literature_kinship,
    read_kinship,
)
from core.evaluation.human.literature import SOURCES
from dashboard.charts.statistics.kinship import kinship_chart, kinship_table
from dashboard.human.subject import Subject, say_measured
from dashboard.sentences.wording import escape_markdown
from dashboard.shared.downloads import table_download
from dashboard.state import chart_theme

_CARD_PX = 170
_TABLE, _COUNT, _FAILED = "human:kinship:table", "human:kinship:uploads", "human:kinship:failed"
_STRENGTHS = (
    "Strengths: 3, one grew out of the other; 2, one shaped the other when it was formed, or they shared players and "
    "songs for years; 1, a mixed form or borrowings are well documented. Pairs that are not listed count as 0. It is "
    "one reading of these books, made without a look at any run."
)


def show_kinship(subject: Subject) -> None:
    """Draw the correlation of a run's confusions with kinship, and what the kinship rests on."""
    st.markdown("Do the model's confusions follow the kinship of styles, as the histories of popular music tell it?")
    say_measured(subject)
    kinship = _pick_kinship()
    try:
        result = _result(subject.id, _mark(kinship), subject, kinship)
    except GenreLabError as error:
        st.info(escape_markdown(str(error)), icon=":material/info:")
        st.caption("Bring a table of kinship for these genres, or choose another run.")
    else:
        _show_result(result, kinship, subject)
    _show_links(kinship)


def _mark(kinship: Kinship) -> str:
    """What tells tables of kinship apart."""
    return f"{kinship.title!r} {kinship.genres!r} {hashlib.sha256(kinship.strength.tobytes()).hexdigest()}"


@st.cache_resource(max_entries=16, show_spinner=False)
def _result(subject_id: str, mark: str, _subject: Subject, _kinship: Kinship) -> KinshipResult:
    return kinship_of_mistakes(_subject.matrix, _kinship)


def _pick_kinship() -> Kinship:
    own: Kinship | None = st.session_state.get(_TABLE)
    with st.container(horizontal=True, vertical_alignment="center"):
        with st.popover("Bring a table of kinship", icon=":material/upload:"):
            count = st.session_state.get(_COUNT, 0)
            st.file_uploader(
                f"CSV with the columns {', '.join(COLUMNS)} and perhaps source",
                type=["csv", "tsv", "txt"],
                key=f"{_COUNT}:{count}",
                on_change=_take_table,
                args=(f"{_COUNT}:{count}",),
                max_upload_size=1,
                help="A pair of genres a line, kinship 0 or more: only the order of the numbers counts. Pairs that are "
                "not listed count as 0. For a start, export the table of the literature below.",
            )
        if own is not None:
            st.button(
                "Back to the literature", icon=":material/undo:", type="tertiary", on_click=_drop_table, key="human:lit"
            )
    if message := st.session_state.get(_FAILED):
        st.error(escape_markdown(message), icon=":material/error:")
    return literature_kinship() if own is None else own


def _take_table(key: str) -> None:
    if (uploaded := st.session_state.get(key)) is None:
        return
    st.session_state[_COUNT] = st.session_state.get(_COUNT, 0) + 1
    try:
        st.session_state[_TABLE] = read_kinship(uploaded.getvalue(), uploaded.name)
        st.session_state.pop(_FAILED, None)
    except GenreLabError as error:
        st.session_state[_FAILED] = str(error)


def _drop_table() -> None:
    st.session_state.pop(_TABLE, None)
    st.session_state.pop(_FAILED, None)


def _show_result(result: KinshipResult, kinship: Kinship, subject: Subject) -> None:
    st.info(escape_markdown(kinship_sentence(result)), icon=":material/family_history:")
    found = result.correlation
    with st.container(horizontal=True, gap="small"):
        st.metric(
            "Rank correlation",
            "–" if found.value is None else f"{found.value:.2f}".replace("-", "\N{MINUS SIGN}"),
            border=True,
            width=_CARD_PX,
            help="Spearman's, over the pairs of genres: 1 where the more kin are always confused more often, 0 where "
            "there is no such order.",
        )
        st.metric(
            "p",
            "–" if found.p_value is None else f"{found.p_value:.2g}",
            border=True,
            width=_CARD_PX,
            help="Share of the orders of the genres that give a correlation as high or higher. Genres are exchanged as "
            "a whole (Mantel's test), since pairs with a genre in common are not independent. One-sided.",
        )
        st.metric("Pairs of genres", f"{len(result.pairs):,}", border=True, width=_CARD_PX)
    if result.left_out:
        names = escape_markdown(", ".join(result.left_out))
        st.caption(f"Not compared, since the table lacks them or they have no test clip: {names}.")
    st.altair_chart(
        kinship_chart(kinship_table(result), theme=chart_theme()),
        alt="How often pairs of genres are taken for each other over how kin they are",
    )
    st.caption("A dot is a pair of genres; the orange bars are the means of the pairs that are equally kin.")
    table = _pairs_table(result, kinship)
    with st.expander("Every pair", icon=":material/list:"):
        st.dataframe(
            table,
            hide_index=True,
            column_config={
                "Taken for each other": st.column_config.NumberColumn(
                    format="%.1f %%", help="Mean of the two shares by which one is taken for the other."
                )
            },
            alt="Pairs of genres with their kinship and confusion",
        )
        table_download("Export as CSV", table, f"kinship-{subject.id[:6]}.csv", key="human:kinship:pairs")


def _pairs_table(result: KinshipResult, kinship: Kinship) -> pd.DataFrame:
    """The pairs with why they are kin and by whom."""
    link_of = {frozenset((genre_key(link.first), genre_key(link.second))): link for link in kinship.links}
    rows = []
    for first, second, strength, confusion in result.pairs.itertuples(index=False):
        link = link_of.get(frozenset((genre_key(first), genre_key(second))))
        rows.append(
            {
                "Genres": f"{first} / {second}",
                "Taken for each other": 100 * confusion,
                "Kinship": strength,
                "Why": link.why if link is not None else "",
                "Sources": "; ".join(link.sources) if link is not None else "",
            }
        )
    return pd.DataFrame(rows)


def _show_links(kinship: Kinship) -> None:
    is_literature = st.session_state.get(_TABLE) is None
    with st.expander("What the kinship rests on", icon=":material/menu_book:"):
        st.caption(
            _STRENGTHS if is_literature else f"Kinship by {escape_markdown(kinship.title)}. Other pairs count as 0."
        )
        table = pd.DataFrame(
            [(link.first, link.second, link.strength, link.why, "; ".join(link.sources)) for link in kinship.links],
            columns=[*COLUMNS, "why", "source"],
        )
        st.dataframe(table, hide_index=True, alt="Kinships with their sources")
        table_download("Export as CSV", table, "kinship.csv", key="human:kinship:links")
        if is_literature:
            st.markdown("\n".join(f"- {escape_markdown(source.text)}" for source in SOURCES.values()))
