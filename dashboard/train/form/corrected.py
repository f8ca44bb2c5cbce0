"""Training on corrected labels: offered where people said that labels are wrong, and off at first."""

from collections import Counter

import streamlit as st

from core.clips.collection import Collection
from core.collections.corrections import CorrectedLabel, corrected_labels, corrections_of
from dashboard import services
from dashboard.sentences.wording import escape_markdown, format_plural

KEY = "train:corrected"
_MOST_NAMED = 4


def offer_corrected(collection: Collection) -> tuple[Collection, tuple[CorrectedLabel, ...]]:
    """The collection with the labels to train on, and the corrections that are used, which are none at first.

    Raises
    ------
    CollectionError
        What people said cannot be read.
    """
    found = tuple(each for each in corrections_of(collection) if not each.is_settled)
    if not found:
        return collection, ()
    used = st.toggle(
        f"Use {format_plural(len(found), 'corrected label')}",
        key=KEY,
        persist_state="session",
        help="Genres that people say are right, for training and test alike, in place of labels that they say are "
        "wrong. The run says so, and is not compared with runs on other labels. Collections, Quality lists them.",
    )
    st.caption(_words(found))
    return (with_corrected(collection), found) if used else (collection, ())


def with_corrected(collection: Collection) -> Collection:
    """The collection with all labels as people corrected them."""
    return services.collection(collection.id, corrected=corrected_labels(corrections_of(collection)))


def _words(found: tuple[CorrectedLabel, ...]) -> str:
    """Which labels were corrected, counted, as Markdown."""
    counts = sorted(Counter((each.label, each.genre) for each in found).items(), key=lambda pair: (-pair[1], pair[0]))
    named = [f"{escape_markdown(label)} → {escape_markdown(genre)} {n:,}" for (label, genre), n in counts]
    more = f" and {len(named) - _MOST_NAMED:,} more" if len(named) > _MOST_NAMED else ""
    return f":material/label_off: Said to be wrong: {', '.join(named[:_MOST_NAMED])}{more}"
