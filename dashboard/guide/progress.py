"""How far a visitor is on the tour: in their address and their session alone, so that nobody else sees it."""

import streamlit as st

from dashboard.sentences.guide import BY_ID, STEPS, Step, number_of
from dashboard.sentences.wording import quoted_value
from dashboard.state import (
    address_value,
    kept_choice,
    query_value,
    set_address_value,
    set_query_value,
    warn_of_link,
)

STEP, DONE = "step", "done"
_DONE = "guide:done"


def step_in_view() -> Step:
    """The step that the address says, else the one of this visit, else the first."""
    first = STEPS[0].id
    shown = query_value(STEP, list(BY_ID), first, what="step", titled=lambda step: BY_ID[step].title)
    return BY_ID[shown or first]


def done_steps() -> frozenset[str]:
    """Steps that were done in this session, or in the one whose address was kept; the address then says them all."""
    kept: frozenset[str] = st.session_state.get(_DONE, frozenset())
    said = [each for each in (address_value(DONE) or "").split(",") if each]
    if unknown := [each for each in said if each not in BY_ID]:
        warn_of_link(f"The link says that steps are done which the tour does not have: {quoted_value(*unknown)}.")
    done = kept | (frozenset(said) & BY_ID.keys())
    _keep(done)
    return done


def mark_done(step: Step) -> None:
    """Remember that a step was done."""
    _keep(st.session_state.get(_DONE, frozenset()) | {step.id})


def go_to(step: Step, *, done: Step | None = None) -> None:
    """Show another step, and remember one that is done with it."""
    if done is not None:
        mark_done(done)
    set_query_value(STEP, step.id)


def start_over() -> None:
    """Forget what was done."""
    _keep(frozenset())
    set_query_value(STEP, None)


def _keep(done: frozenset[str]) -> None:
    st.session_state[_DONE] = done
    set_address_value(DONE, ",".join(step.id for step in STEPS if step.id in done) or None)


def step_under_way() -> Step | None:
    """The step of a visitor who has begun the tour and not ended it, on whatever page; None for others."""
    done: frozenset[str] = st.session_state.get(_DONE, frozenset())
    if not done or len(done) == len(STEPS):
        return None
    return BY_ID.get(kept_choice(STEP) or "")


def place_text(step: Step) -> str:
    """``step 3 of 7``."""
    return f"step {number_of(step)} of {len(STEPS)}"
