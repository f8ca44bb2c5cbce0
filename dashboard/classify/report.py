"""The report of the song, as one file to take away: what the models say, and the reasons that were asked for."""

import contextlib
import time
from collections.abc import Mapping

import streamlit as st

from core.errors import GenreLabError
from core.evaluation.calibration import Calibration, measure_calibration
from core.prediction.song import SongVerdict
from core.report.song import Judged, report_html
from core.runs.record import Run
from dashboard import services
from dashboard.classify.reasons import Reasons, reasons_of
from dashboard.classify.songs import Song
from dashboard.classify.why import Asked

_ABOUT = (
    "Verdicts with the accuracy of each model (n, interval, protocol), the spectrogram and the timeline, and the "
    "explanations and curves that you have asked for above. One HTML file: it needs no network and can be printed."
)


def offer_report(song: Song, runs: Mapping[str, Run], verdicts: Mapping[str, SongVerdict]) -> None:
    """The section: a button that makes the file when it is pressed.

    Parameters
    ----------
    song : Song
    runs : mapping of str to Run
        Those asked, by their ids.
    verdicts : mapping of str to SongVerdict
        What they say; runs without a verdict are left out.
    """
    st.header("Report", anchor=False)
    st.caption(_ABOUT)
    reasons, stem = reasons_of(song), song.name.rsplit(".", 1)[0]
    st.download_button(
        "Download the report",
        lambda: report_of(song, reasons, runs, verdicts),
        file_name=f"{stem}-report.html",
        mime="text/html",
        icon=":material/description:",
        on_click="ignore",
        key="classify:report",
    )


def report_of(song: Song, reasons: Reasons, runs: Mapping[str, Run], verdicts: Mapping[str, SongVerdict]) -> str:
    """The report as it is now, with what was found out of the song so far."""
    judged = []
    for run_id, verdict in verdicts.items():
        explained = [
            (found[0], asked.share)
            for asked, found in reasons.kept("explanation").items()
            if isinstance(asked, Asked) and asked.run_id == run_id
        ]
        curves = [curve for curve in reasons.kept("curve").values() if curve.run_id == run_id]
        judged.append(Judged(runs[run_id], verdict, _calibration(run_id), explained, curves))
    return report_html(song.name, reasons.heard(song), judged, made_at=time.time())


def _calibration(run_id: str) -> Calibration | None:
    with contextlib.suppress(GenreLabError):
        return measure_calibration(services.predictions(run_id))
    return None
