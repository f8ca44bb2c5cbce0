"""What each group of numeric features, or each family of tags, adds to a verdict: bars, words and a table."""

import streamlit as st

from core.explanation.contributions import Contributions
from dashboard.charts.explanation.contributions import contribution_bars, contribution_table, single_bars, single_table
from dashboard.classify.songs import Song
from dashboard.sentences.explanation import contribution_sentences
from dashboard.shared.downloads import table_download
from dashboard.state import chart_theme

_SHAPLEY = (
    "Exact Shapley values: what a group adds on average over all orders in which the groups could be given to the "
    "model, where a group that is not given has the values of training clips. They sum to the difference between the "
    "song and these clips."
)
_SINGLE = (
    "The model is linear: the logit of a genre is a sum over single features, and these are its largest terms, against "
    "the mean of the training clips and before the temperature."
)


def show_contributions(contributions: Contributions, song: Song, *, key: str) -> None:
    """The bars with their words, side by side where single features are known too.

    Parameters
    ----------
    contributions : Contributions
    song : Song
    key : str
        Of the charts on this page.
    """
    theme = chart_theme()
    st.markdown("\n".join(f"- {sentence}" for sentence in contribution_sentences(contributions)))
    by_tags = any(one.name.startswith("tag_") for one in contributions.linear)
    places = st.columns(2, gap="large") if contributions.linear else [st.container()]
    with places[0]:
        st.markdown("**By family of tags**" if by_tags else "**By group of features**", help=_SHAPLEY)
        st.altair_chart(
            contribution_bars(contributions, theme=theme),
            key=f"{key}:groups",
            alt=f"What each group of features adds to {contributions.question.genre}",
        )
    if contributions.linear:
        with places[1]:
            st.markdown("**By single tag**" if by_tags else "**By single feature**", help=_SINGLE)
            st.altair_chart(
                single_bars(contributions, theme=theme),
                key=f"{key}:singles",
                alt=f"What single features add to {contributions.question.genre}",
            )
    stem = song.name.rsplit(".", 1)[0]
    with st.container(horizontal=True):
        table_download(
            "Export groups as CSV",
            lambda: contribution_table(contributions),
            f"{stem}-why.csv",
            key=f"{key}:groups:csv",
        )
        if contributions.linear:
            table_download(
                f"Export {'tags' if by_tags else 'features'} as CSV",
                lambda: single_table(contributions),
                f"{stem}-why-{'tags' if by_tags else 'features'}.csv",
                key=f"{key}:singles:csv",
            )
