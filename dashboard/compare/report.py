"""The chosen runs as a report to take away: one HTML file, or Markdown."""

import time
from collections.abc import Callable, Sequence
from functools import partial

import streamlit as st

from core.report.document import Document, to_html, to_markdown
from core.report.runs import MOST_RUNS, report_runs
from core.runs.record import Run
from dashboard.shared.run_picker import finished_runs

_ABOUT = (
    "The verdict, figures, tables, confusion matrices, mistakes to listen to, split, settings, versions and model "
    "cards of the chosen runs. The HTML file needs no network and can be printed."
)


def report_popover(chosen: Sequence[Run]) -> None:
    """Both forms of the report, made when one is asked for."""
    all_finished = finished_runs(chosen)
    finished = all_finished[:MOST_RUNS]
    with st.popover(
        "Report…",
        icon=":material/description:",
        disabled=not finished,
        help="The chosen runs as one file, to be passed on or printed.",
    ):
        st.caption(_ABOUT)
        if len(finished) < len(all_finished):
            st.caption(f"A report is of at most {MOST_RUNS} runs: the first {MOST_RUNS} of the chosen ones are in it.")
        recorded_too = st.checkbox(
            "With the sound of recorded music",
            key="compare:report:sound",
            help="Some seconds of misjudged clips. Those of synthetic music are always in it; those of recorded music "
            "only where you may pass them on.",
            disabled=all(run.synthetic for run in finished),
        )
        for title, ending, mime, write in _FORMS:
            st.download_button(
                title,
                partial(_content, finished, write, recorded_too=recorded_too),
                file_name=f"genre-lab-report.{ending}",
                mime=mime,
                icon=":material/download:",
                on_click="ignore",
                key=f"compare:report:{ending}",
            )


def _content(runs: Sequence[Run], write: Callable[[Document], str], *, recorded_too: bool) -> str:
    return write(report_runs(runs, made_at=time.time(), recorded_too=recorded_too))


_FORMS = (("HTML", "html", "text/html", to_html), ("Markdown", "md", "text/markdown", to_markdown))
