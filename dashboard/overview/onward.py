"""Where to go on, on Overview: what to do next, what was looked at last, the tour; and the result to lead with."""

from collections.abc import Sequence

import streamlit as st

from core.collections.registry import CollectionSummary
from core.errors import GenreLabError
from core.evaluation.caution import FEWEST_TEST_CLIPS
from core.evaluation.published import PUBLISHED
from core.experiments.honest import Honest, best_honest
from core.runs.record import Run
from dashboard import navigation, services
from dashboard.access import may_change
from dashboard.sentences.overview import LOOSE_SPLIT, Situation, newest_text, next_step, seeds_text, visit_text
from dashboard.sentences.results import result_caution
from dashboard.sentences.wording import (
    escape_markdown,
    format_genres,
    format_interval,
    format_percent,
)
from dashboard.shared.collection_picker import default_collection
from dashboard.shared.feedback import synthetic_badge
from dashboard.shared.footsteps import last_visit
from dashboard.shared.run_picker import finished_runs
from dashboard.shared.shipped_runs import own_runs, shipped_badge
from dashboard.state import kept_choice


def show_onward(collections: Sequence[CollectionSummary], runs: Sequence[Run]) -> None:
    """Cards: the next step, the last page, the tour."""
    columns = st.columns(3, gap="small")
    with columns[0]:
        _next(collections, runs)
    with columns[1]:
        _last(collections, runs)
    with columns[2], _card("school", "Guided tour"):
        st.markdown("The study behind Genre Lab in seven steps, a lesson of 45 minutes.")
        navigation.page_link("guide", "Open the guide")


def _card(icon: str, title: str) -> st.delta_generator.DeltaGenerator:
    box = st.container(border=True, height="stretch", gap="small")
    box.markdown(f"**:primary[:material/{icon}:] {title}**")
    return box


def _next(collections: Sequence[CollectionSummary], runs: Sequence[Run]) -> None:
    ready = {summary.id: summary for summary in collections if summary.ready}
    in_view = ready.get(kept_choice("collection") or "") or ready.get(default_collection(tuple(ready.values())))
    step = next_step(
        Situation(
            collection=in_view,
            n_without_features=0 if in_view is None else _n_without_features(in_view.id),
            runs=runs,
            may_change=may_change(),
        )
    )
    with _card("arrow_circle_right", f"Next: {step.title[:1].lower()}{step.title[1:]}"):
        st.markdown(step.text)
        navigation.page_link(step.page, step.label, query=step.query)


def _n_without_features(collection_id: str) -> int:
    """Clips whose features are still to be computed; none where that cannot be said, which Explore then tells."""
    try:
        collection = services.collection(collection_id)
        return services.n_missing(collection, services.standard_front_ends(collection)) if collection.has_audio else 0
    except GenreLabError:
        return 0


def _last(collections: Sequence[CollectionSummary], runs: Sequence[Run]) -> None:
    visit = last_visit()
    with _card("history", "Where you were"):
        if visit is None:
            st.markdown("The page that you looked at last will stand here, as you left it.")
            return
        titles = {summary.id: summary.title for summary in collections}
        names = {run.id: run.config.name for run in runs} | {each.id: each.title for each in PUBLISHED.values()}
        # What is gone since is left out: the page then shows its default instead of a warning.
        there = {"collection": titles, "run": names}
        query = {name: value for name, value in visit.query.items() if name not in there or value in there[name]}
        spec = navigation.PAGES[visit.page]
        st.markdown(visit_text(spec.title, query, collections=titles, runs=names))
        navigation.page_link(visit.page, "Go on there", query=query)


def show_best(runs: Sequence[Run]) -> None:
    """The best honest result, and the best of one's own where that is another; nothing where nothing is finished."""
    finished = finished_runs(runs)
    if not finished:
        return
    best = best_honest(finished)
    st.header("Best honest result", anchor=False)
    if best is None:
        st.caption(
            f"No finished run can be led with yet: that takes {FEWEST_TEST_CLIPS} test clips, a split that keeps all "
            "parts of a recording on one side, and of folds all of them."
        )
        return
    own = best_honest(own_runs(finished))
    shown = [best] if own is None or own.run.id == best.run.id else [best, own]
    for column, told in zip(st.columns(len(shown), gap="small"), shown, strict=True):
        with column:
            _result_card(told, "" if len(shown) == 1 else "Of all" if told is best else "Of your own")
    newest = max(finished, key=lambda run: run.created_at)
    if said := newest_text(newest, own if own is not None and not newest.shipped else best):
        st.caption(f":material/info: {said}")


def _result_card(told: Honest, which: str) -> None:
    run, result = told.run, told.result
    with st.container(border=True, height="stretch"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            if which:
                st.caption(which, width="content")
            if run.shipped:
                shipped_badge()
            if run.synthetic:
                synthetic_badge()
        st.metric(f"{run.model_kind} · {escape_markdown(run.config.name)}", format_percent(result.accuracy))
        unit = run.config.split.unit
        st.caption(
            f"{result.n_correct:,} of {result.n:,} test {unit}s · 95 % interval "
            f"{format_interval(result.interval)} · chance {format_percent(result.chance)}  \n"
            f"{escape_markdown(run.collection_title)} · {escape_markdown(format_genres(run.config.genres))} · "
            f"{escape_markdown(result.protocol)}{seeds_text(told)}"
        )
        if caution := result_caution(result, unit=unit):
            st.caption(f":material/warning: {caution}")
        if not run.config.split.rules.is_strict:
            st.caption(f":material/warning: {LOOSE_SPLIT}")
        _result_links(told)


def _result_links(told: Honest) -> None:
    run = told.run
    with st.container(horizontal=True):
        if told.kind != "one" and run.group:
            navigation.page_link("compare", f"All {len(told.runs)} runs", query={"tab": "Groups", "group": run.group})
        navigation.page_link("confusion", "Hear its mistakes", query={"run": run.id})
        navigation.page_link("classify", "Let it hear a song", query={"runs": run.id})
