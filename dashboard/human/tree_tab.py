"""Family trees of the genres: by a run's confusions, by mean features, by embeddings; and how far they agree."""

from collections.abc import Sequence
from itertools import combinations

import pandas as pd
import streamlit as st

from core.collections.registry import load_collection
from core.embeddings.ears import EARS
from core.errors import GenreLabError
from core.evaluation.confusion.tree import GenreTree, agreement_text, confusion_tree, own_fit, tree_agreement
from core.extraction.store import FeatureStore
from core.runs.record import Run
from core.runs.trees import FamilyTrees, family_trees
from dashboard import services
from dashboard.charts.statistics.family_tree import tree_chart
from dashboard.human.subject import Subject, say_measured
from dashboard.sentences.wording import escape_markdown
from dashboard.shared.downloads import table_download
from dashboard.state import chart_theme

_FIT = "Cophenetic correlation of the tree with the distances it was drawn from: 1 where the tree shows all of them."


def show_trees(subject: Subject) -> None:
    """Draw the trees and what they have in common."""
    st.markdown(
        "Genres that are confused often are joined early. Beside it, where they are stored, the trees by what the "
        "music itself is like: if they agree, the model errs where genres sound alike."
    )
    say_measured(subject)
    with st.spinner("Drawing the trees"):
        found = _trees_of(subject)
    trees = found.trees
    columns = st.columns(2, gap="large")
    for place, tree in enumerate(trees):
        with columns[place % 2]:
            _show_tree(tree)
    for sentence in found.missing:
        st.caption(f":material/info: {escape_markdown(sentence)}")
    if subject.published is not None:
        st.caption("The matrix was published without its clips, so that there is no tree by features or embeddings.")
    if len(trees) > 1:
        _show_agreement(trees)
    _show_families(trees)


def _trees_of(subject: Subject) -> FamilyTrees:
    if subject.run is None:
        return FamilyTrees(trees=(confusion_tree(subject.matrix),), missing=())
    return _family_trees(subject.run.id, _versions(subject.run), subject.run)


def _versions(run: Run) -> tuple[object, ...]:
    """What changes when the collection or the features stored of it do."""
    try:
        collection = load_collection(run.config.collection_id)
    except GenreLabError:
        return ()
    front_ends = (*services.numeric_front_ends(collection), EARS)
    stores = [FeatureStore(collection.id, front_end) for front_end in front_ends]
    return collection.content_key, *((store.front_end.identity, store.version()) for store in stores)


@st.cache_resource(max_entries=8, show_spinner=False)
def _family_trees(run_id: str, versions: tuple[object, ...], _run: Run) -> FamilyTrees:
    return family_trees(_run)


def _show_tree(tree: GenreTree) -> None:
    st.header(f"By {tree.source}", anchor=False)
    st.altair_chart(
        tree_chart(tree, theme=chart_theme()),
        alt=f"Family tree of the genres by {tree.source}: {', '.join(tree.order)}, neighbours being near each other",
    )
    fit = own_fit(tree)
    said = "" if fit is None else f" The tree keeps {fit:.2f} of these distances.".replace("-", "\N{MINUS SIGN}")
    st.caption(f"{escape_markdown(tree.basis)}{said}", help=_FIT)


def _show_agreement(trees: Sequence[GenreTree]) -> None:
    st.header("Do the trees agree?", anchor=False)
    rows = []
    for first, second in combinations(trees, 2):
        try:
            found = tree_agreement(first, second)
        except GenreLabError as error:
            st.caption(escape_markdown(str(error)))
            continue
        st.markdown(escape_markdown(agreement_text(first, second, found)))
        rows.append(
            {
                "first": first.source,
                "second": second.source,
                "cophenetic_correlation": found.value,
                "p": found.p_value,
                "n_permutations": found.n_permutations,
                "n_genres": found.n_genres,
            }
        )
    st.caption(
        "Genres of one tree are exchanged at random: p is the share of orders with a correlation as high or higher.",
        help="Cophenetic correlation (Sokal and Rohlf 1962): the correlation, over pairs of genres, of the distances "
        "at which two trees bring them together.",
    )
    if rows:
        table_download("Export as CSV", pd.DataFrame(rows), "trees-agreement.csv", key="human:trees:agreement")


def _show_families(trees: Sequence[GenreTree]) -> None:
    st.header("Families", anchor=False)
    most = min(len(tree.genres) for tree in trees)
    n = 2
    if most > 2:
        n = st.slider(
            "Families",
            2,
            most,
            min(4, most),
            key=f"human:families:{most}",
            persist_state="session",
            help="The trees are cut into so many families; into fewer, where several joins are equally far.",
        )
    table = pd.DataFrame(
        [
            (tree.source, number, ", ".join(family))
            for tree in trees
            for number, family in enumerate(tree.families(n), start=1)
        ],
        columns=["Tree by", "Family", "Genres"],
    )
    st.dataframe(table, hide_index=True, alt="Families of genres by each tree")
    table_download("Export as CSV", table, "families.csv", key="human:families:export")
