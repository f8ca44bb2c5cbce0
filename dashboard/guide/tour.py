"""The tour as it is drawn: all steps to choose from, the one in view, and what comes after it."""

import streamlit as st

from core.errors import GenreLabError
from dashboard import navigation
from dashboard.guide.note import offer_note
from dashboard.guide.progress import done_steps, go_to, mark_done, start_over, step_in_view
from dashboard.guide.scene import Scene
from dashboard.guide.stages import Stage, Way, stage_of
from dashboard.sentences.guide import BY_ID, LESSON_MIN, STEPS, Step, number_of, starts_at
from dashboard.sentences.wording import escape_markdown
from dashboard.shared.collection_picker import make_demo
from dashboard.shared.feature_gate import features_ready
from dashboard.shared.feedback import synthetic_badge
from dashboard.shared.shipped_runs import shipped_badge
from dashboard.state import linked_key

_TEXT_PX = 820
"""Width of running text: about ninety characters a line."""


def show_tour(scene: Scene) -> None:
    """The whole page below its title.

    Parameters
    ----------
    scene : Scene
        What it can be given on.
    """
    done = done_steps()
    step = step_in_view()
    key, changed = linked_key("step", step.id)
    st.segmented_control(
        "Step",
        list(BY_ID),
        format_func=lambda each: _titled(BY_ID[each], is_done=each in done),
        required=True,
        key=key,
        on_change=changed,
        label_visibility="collapsed",
    )
    with st.container(border=True):
        _show_step(step, scene)
    _show_ways_on(step, done)
    if len(done) == len(STEPS):
        _show_end()
    offer_note(scene)


def _titled(step: Step, *, is_done: bool) -> str:
    mark = ":material/check:" if is_done else f"{number_of(step)} ·"
    return f"{mark} {step.title}"


def _show_step(step: Step, scene: Scene) -> None:
    st.header(f"{number_of(step)}. {step.title}", anchor=False)
    begins = starts_at(step)
    st.caption(f"Minutes {begins} to {begins + step.minutes} of {LESSON_MIN}")
    st.container(width=_TEXT_PX).markdown(step.text)
    try:
        stage = stage_of(step.id, scene)
    except GenreLabError as error:
        st.error(escape_markdown(str(error)), icon=":material/error:")
        return
    _show_here(stage, scene)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if stage.way is not None:
            _way_button(step, stage.way, key="main", primary=True)
        for place, way in enumerate(stage.further):
            _way_button(step, way, key=str(place), primary=False)
    left, right = st.columns(2, gap="medium")
    with left, st.container(border=True, height="stretch"):
        st.markdown("**:primary[:material/visibility:] What to notice**")
        st.markdown(stage.notice or step.notice)
    with right, st.container(border=True, height="stretch"):
        st.markdown("**:primary[:material/help:] A question to think about**")
        st.markdown(step.question)


def _show_here(stage: Stage, scene: Scene) -> None:
    """What is at hand, and how to get what is not."""
    collection, run = scene.collection, stage.shown
    if stage.here:
        with st.container(width=_TEXT_PX, gap="small"):
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                st.markdown("**Here**", width="content")
                if run is not None and run.shipped:
                    shipped_badge()
                if run is not None and run.synthetic:
                    synthetic_badge()
            for line in stage.here:
                st.markdown(line)
    if stage.missing:
        st.container(width=_TEXT_PX).info(stage.missing, icon=":material/info:")
    if stage.lack == "collection" and collection is None:
        make_demo()
    elif stage.lack == "features" and collection is not None:
        features_ready(collection, at_once=False)


def _way_button(step: Step, way: Way, *, key: str, primary: bool) -> None:
    spec = navigation.PAGES[way.page]
    if st.button(
        f"Open {spec.title}: {escape_markdown(way.what)}",
        icon=spec.icon,
        type="primary" if primary else "secondary",
        key=f"guide:open:{step.id}:{key}",
    ):
        mark_done(step)
        navigation.open_page(way.page, **way.query)


def _show_ways_on(step: Step, done: frozenset[str]) -> None:
    place = STEPS.index(step)
    before = STEPS[place - 1] if place else None
    after = STEPS[place + 1] if place + 1 < len(STEPS) else None
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if before is not None:
            st.button(
                f"Previous: {before.title}",
                icon=":material/arrow_back:",
                key="guide:previous",
                on_click=go_to,
                args=(before,),
            )
        if after is not None:
            st.button(
                f"Next: {after.title}",
                icon=":material/arrow_forward:",
                icon_position="right",
                key="guide:next",
                on_click=go_to,
                args=(after,),
                kwargs={"done": step},
            )
        elif step.id not in done:
            st.button("Done", icon=":material/check:", key="guide:done-last", on_click=mark_done, args=(step,))
        if done:
            st.button("Start over", type="tertiary", key="guide:over", on_click=start_over)


def _show_end() -> None:
    with st.container(border=True):
        st.markdown("**:primary[:material/flag:] All seven steps done.** What to do with it:")
        with st.container(horizontal=True, gap="medium"):
            navigation.page_link("classify", "Hear what the models make of a song of yours")
            navigation.page_link("human", "Take the blind quiz", query={"tab": "Blind quiz"})
            navigation.page_link("train", "Train a network of your own")
