"""Whether the song is like anything that the chosen models learnt from, in a sentence for each."""

from collections.abc import Mapping

import streamlit as st

from core.embeddings.ears import EARS
from core.errors import GenreLabError
from core.jobs.watch import read_progress
from core.prediction.unlike import run_unlikeness, unlikeness_job_id
from core.runs.record import Run
from dashboard.changes.trainings import start_learning
from dashboard.classify.answer import model_names
from dashboard.classify.ears import song_patches
from dashboard.classify.songs import Song
from dashboard.sentences.unlike import is_doubtful, unlike_sentence, usual_text
from dashboard.sentences.wording import escape_markdown
from dashboard.shared.changing import change_button
from dashboard.shared.job_progress import job_progress

HOW = (
    "The distance of what the trained ears hear from the middle of the training clips (Mahalanobis distance, shrunk "
    "covariance), beside the distances of these clips themselves, each measured without itself and without its artist. "
    "The song counts by the median of pieces as long as a training clip. It tells speech, noise, clicks and tones from "
    "music much better than a genre that was left out of training: `python -m benchmarks unlike` measures both."
)


def show_unlikeness(song: Song, runs: Mapping[str, Run]) -> None:
    """A sentence for each run, once for runs that learnt from the same clips; or how to get one."""
    if EARS.why_not_here:
        st.caption(
            ":material/hearing_disabled: Whether this song is like anything the models learnt from is not known. "
            f"{escape_markdown(EARS.why_not_here)}"
        )
        return
    doubtful: dict[str, list[str]] = {}
    usual: dict[str, list[str]] = {}
    unknown: list[Run] = []
    names_of = model_names(runs)
    for run in runs.values():
        name = f"**{escape_markdown(names_of[run.id])}**"
        try:
            learnt = run_unlikeness(run.id)
            if learnt is None:
                unknown.append(run)
                continue
            score = learnt.song_score(song_patches(song))
            if is_doubtful(learnt, score):
                doubtful.setdefault(unlike_sentence(learnt, score), []).append(name)
            else:
                usual.setdefault(usual_text(learnt, score), []).append(name)
        except GenreLabError as error:
            doubtful.setdefault(f"Whether this song is like its training clips is not known: {error}", []).append(name)
    for sentence, names in doubtful.items():
        named = f"{', '.join(names)}: " if len(runs) > 1 else ""
        st.warning(f"{named}{escape_markdown(sentence)}", icon=":material/warning:")
    if usual:
        told = "; ".join(f"{', '.join(names)} ({escape_markdown(text)})" for text, names in usual.items())
        st.caption(
            f":material/hearing: Not unlike what was learnt from, as far as the trained ears hear: {told}.", help=HOW
        )
    if unknown:
        _offer({run.id: names_of[run.id] for run in unknown if not run.shipped})


def _offer(unknown: Mapping[str, str]) -> None:
    """Runs whose training clips the ears have not heard yet, by id with their names."""
    for run_id, name in unknown.items():
        job_id = unlikeness_job_id(run_id)
        progress = read_progress(job_id)
        running = progress is not None and not progress.ended
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.caption(
                f":material/hearing: **{escape_markdown(name)}**: whether this song is like anything it "
                "learnt from is not known yet. The trained ears have to hear its training clips once.",
                width="content",
                help=HOW,
            )
            if not running and change_button(
                "Let them listen", icon=":material/hearing:", key=f"unlike:{run_id}", help="Each clip once."
            ):
                start_learning(run_id)
                st.rerun()
        job_progress(job_id)
