"""The songs of a folder on the dashboard's computer, judged by a job; for who may change things."""

import secrets
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import streamlit as st

from core.classifying.job import KIND, ClassifySpec, load_spec
from core.classifying.log import latest_results
from core.classifying.places import permitted_folder
from core.classifying.playlists import relative_to
from core.classifying.result import SongResult
from core.errors import GenreLabError
from core.jobs.folder import job_folder
from core.runs.record import Run
from core.settings import load_settings
from dashboard import services
from dashboard.changes.classifying import delete_job, start_classifying
from dashboard.classify.many_player import Heard
from dashboard.classify.many_results import show_results
from dashboard.sentences.wording import escape_markdown
from dashboard.shared.changing import change_button, change_submit_button
from dashboard.shared.job_progress import job_progress
from dashboard.state import address_value, kept_choice, set_query_value, warn_of_link

JOB_LINK = "job"
"""In the address while there is a job in view."""


def show_folder(runs: Mapping[str, Run]) -> None:
    """The form, the job in view, and its results."""
    roots = load_settings().collection_roots
    with st.form("classify-folder", border=False):
        typed = st.text_input(
            "Folder with songs",
            placeholder=str(roots[-1] / "music"),
            help="It is walked to the bottom; links are not followed. Nothing is written into it.",
            key="classify:many:folder",
        )
        submitted = change_submit_button("Judge the songs", icon=":material/playlist_play:")
    st.caption("It must be under " + ", ".join(f"`{root}`" for root in roots) + ".")
    if submitted:
        _begin(typed or "", runs)
    job_id = address_value(JOB_LINK) or kept_choice(JOB_LINK)
    if job_id is None:
        return
    set_query_value(JOB_LINK, job_id)
    try:
        spec = load_spec(job_id)
        if not spec.for_page:
            raise GenreLabError("It was begun on the command line.")
    except GenreLabError:
        set_query_value(JOB_LINK, None)
        warn_of_link("The songs that the link asks for are not here: they were removed, or judged elsewhere.")
        return
    _show_job(spec)


def _begin(typed: str, runs: Mapping[str, Run]) -> None:
    try:
        folder = permitted_folder(typed)
        # A name that nobody guesses: who has the address sees the songs' names.
        job_id = f"{KIND}-{time.strftime('%Y%m%d-%H%M%S')}-{secrets.token_hex(16)}"
        start_classifying(ClassifySpec(job_id=job_id, paths=(str(folder),), run_ids=tuple(runs), for_page=True))
    except GenreLabError as error:
        st.error(escape_markdown(str(error)), icon=":material/error:")
        return
    set_query_value(JOB_LINK, job_id)
    st.rerun()


def _show_job(spec: ClassifySpec) -> None:
    root = Path(spec.paths[0])
    st.markdown(f"**{escape_markdown(str(root))}**")
    progress = job_progress(spec.job_id)
    running = progress is not None and not progress.ended
    if progress is not None and progress.state == "stopped":
        st.info("Stopped. What was judged is kept.", icon=":material/stop_circle:")
    if progress is not None and progress.state in ("stopped", "failed", "interrupted"):
        if change_button("Continue", icon=":material/play_arrow:", key="classify:many:continue"):
            start_classifying(spec)
            st.rerun()
    elif progress is not None and progress.result:
        _say_passed_over(progress.result)
    results = sorted(latest_results(job_folder(spec.job_id)), key=lambda result: result.song)
    if results:
        _show(spec, root, results, running=running)
    if not running and change_button(
        "Remove", icon=":material/close:", key="classify:many:remove", help="Remove these results; the songs stay."
    ):
        delete_job(spec.job_id)
        set_query_value(JOB_LINK, None)
        st.rerun()


def _show(spec: ClassifySpec, root: Path, results: Sequence[SongResult], *, running: bool) -> None:
    judged_by = []
    for run_id in spec.run_ids:
        try:
            judged_by.append(services.run(run_id))
        except GenreLabError as error:
            st.error(escape_markdown(str(error)), icon=":material/error:")
            return

    def sound(number: int) -> Heard:
        song = Path(results[number].song)
        return Heard(song.name, f"{song}:{results[number].mtime_ns}", lambda: song)

    show_results(
        results,
        judged_by,
        key=spec.job_id,
        root=str(root),
        sound=sound,
        address=relative_to(root),
        beside=f"Put the playlists into {root}: the songs' paths are relative to it.",
        unfinished=running,
    )


def _say_passed_over(result: Mapping[str, Any]) -> None:
    skipped = result.get("skipped") or []
    if result.get("others"):
        st.caption(escape_markdown(str(result["others"])))
    if skipped:
        with st.expander(f"Passed over: {len(skipped):,}"):
            st.dataframe(
                [{"What": entry["name"], "Why": entry["reason"]} for entry in skipped],
                hide_index=True,
                alt="Files and folders that were passed over",
            )
