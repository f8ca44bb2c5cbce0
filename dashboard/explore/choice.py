"""Which features of a collection Explore looks at, and what it could not take in."""

import streamlit as st

from core.clips.collection import Collection
from core.features.base import Features
from core.features.run_embedding import RunEmbedding
from dashboard import services
from dashboard.explore.computed import FeatureSet
from dashboard.sentences.feature_names import feature_name
from dashboard.sentences.wording import escape_markdown, format_plural
from dashboard.shared.embeddings import embeddings_for
from dashboard.shared.feedback import empty_state
from dashboard.state import linked_key, query_value

_ASKED = "explore:features-asked"
"""Session key of the features that were chosen in the list last, and the collection that was in view then."""


def pick_feature_set(collection: Collection) -> Features:
    """The features in view: a numeric front end or a run's embedding, by the URL (``?features=KIND``) or a list."""
    front_ends = (*services.numeric_front_ends(collection), *embeddings_for(collection))
    by_kind = {_option(front_end): front_end for front_end in front_ends}
    kind = query_value("features", list(by_kind), front_ends[0].kind, what="feature set") or front_ends[0].kind
    if len(by_kind) > 1:
        key, chosen = linked_key("features", kind)

        def changed() -> None:
            chosen()
            st.session_state[_ASKED] = (collection.id, st.session_state[key])

        st.selectbox(
            "Features",
            list(by_kind),
            format_func=lambda one: _titled(by_kind[one]),
            key=key,
            on_change=changed,
            width=300,
            help="The values that describe each clip: measured features, what the trained ears hear, or the last layer "
            "before the decision of a trained network. What is not there yet is computed on first use.",
        )
    return by_kind[kind]


def is_asked_for(collection: Collection, front_end: Features) -> bool:
    """Whether this visitor chose these features for this collection just now, not for another one before."""
    return st.session_state.get(_ASKED) == (collection.id, _option(front_end))


def _option(front_end: Features) -> str:
    """What the address says of it."""
    return f"run-{front_end.run_id}" if isinstance(front_end, RunEmbedding) else front_end.kind


def _titled(front_end: Features) -> str:
    count = str(front_end.shape[0])
    if isinstance(front_end, RunEmbedding):
        return f"{front_end.title} · {format_plural(front_end.n_units, 'unit')}"
    return front_end.title if count in front_end.title else f"{front_end.title} · {count} features"


def say_no_figures(collection: Collection) -> None:
    """What to look at in a collection of spectrograms only."""
    empty_state(
        "No numeric features in this collection",
        f"{escape_markdown(collection.title)} consists of spectrograms. *Spectrograms* and *Genre counts* above show "
        "them; Gallery shows them clip by clip.",
        page="gallery",
        label="Open Gallery",
        query={"collection": collection.id},
    )


def say_left_out(chosen: FeatureSet) -> None:
    """Clips and features that take no part in the view, and why."""
    if chosen.n_without:
        st.caption(
            f"{format_plural(chosen.n_without, 'clip')} could not be analysed or lack a value, and have no row; see "
            "Collections for the reasons."
        )
    if chosen.incomplete:
        named = ", ".join(escape_markdown(feature_name(one).label) for one in chosen.incomplete[:6])
        more = f" and {len(chosen.incomplete) - 6:,} more" if len(chosen.incomplete) > 6 else ""
        st.caption(f"Features left out, missing for more than a fifth of the clips: {named}{more}.")
