"""Classes of listeners whose answers were laid together: in the visitor's session alone."""

import hashlib
from dataclasses import dataclass, replace

import streamlit as st

from core.evaluation.human.listeners import ClassAnswers
from core.evaluation.verdict.records import Contender
from core.runs.record import Run
from core.runs.verdict import grouping_of

_KEY = "classes"
BESIDE = "choice:beside"
"""Session key of what is chosen on Compare to stand beside runs: ids of classes and of published matrices."""
_MOST_KEPT = 8


@dataclass(frozen=True, eq=False, kw_only=True)
class HeardClass:
    """A class of listeners.

    Attributes
    ----------
    id : str
        The same for the same answers.
    title : str
    answers : ClassAnswers
    collection_id, collection_title : str
        Of the clips that were heard.
    """

    id: str
    title: str
    answers: ClassAnswers
    collection_id: str
    collection_title: str

    def contender(self, run: Run) -> Contender:
        """As one to be judged beside runs; a run on the same collection tells which clips share an artist."""
        grouping = grouping_of(run, self.answers.predictions)
        return replace(self.answers.contender, name=self.title, grouping=grouping)


def keep_class(answers: ClassAnswers, *, collection_id: str, collection_title: str) -> HeardClass:
    """Keep a class for Compare, where it is chosen from then on; the same answers are kept once."""
    table = answers.predictions.table.to_csv()
    mark = hashlib.sha256(f"{collection_id}\n{table}".encode("utf-8", "surrogatepass")).hexdigest()[:12]
    kept = st.session_state.setdefault(_KEY, {})
    key = f"class-{mark}"
    if key not in kept:
        title = answers.contender.name
        if any(each.title == title for each in kept.values()):
            title = f"{title} ({mark[:6]})"
        kept[key] = HeardClass(
            id=key, title=title, answers=answers, collection_id=collection_id, collection_title=collection_title
        )
        for old in list(kept)[:-_MOST_KEPT]:
            del kept[old]
        st.session_state[BESIDE] = [*st.session_state.get(BESIDE, []), key]
    found: HeardClass = kept[key]
    return found


def kept_classes() -> dict[str, HeardClass]:
    """Those of this visitor, by their ids."""
    return dict(st.session_state.get(_KEY, {}))
