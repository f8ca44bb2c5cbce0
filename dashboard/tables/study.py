"""The study's experiments and their repetitions here, as a table."""

from collections.abc import Sequence

import pandas as pd

from core.experiments.study import StudyRow
from core.runs.record import Run
from dashboard.sentences.wording import format_interval, format_percent


def study_frame(rows: Sequence[StudyRow]) -> pd.DataFrame:
    """The experiments for people: published and reached here, each with interval and n."""
    frame = pd.DataFrame(
        {
            "Experiment": [row.experiment.title for row in rows],
            "Published": [_figure(row.experiment.n_correct, row.experiment.n) for row in rows],
            "Its 95 % interval": [format_interval(row.experiment.interval) for row in rows],
            "Here": [_of_run(row.padded) for row in rows],
            "95 % interval": [_interval_of(row.padded) for row in rows],
        }
    )
    if any(row.reflowed is not None for row in rows):
        frame["With the study's resize"] = [_of_run(row.reflowed) for row in rows]
        frame["95 % interval of it"] = [_interval_of(row.reflowed) for row in rows]
    return frame


def _of_run(run: Run | None) -> str:
    if run is None:
        return "–"
    return _figure(run.result.n_correct, run.result.n) if run.result is not None else run.status


def _figure(n_correct: int, n: int) -> str:
    return f"{format_percent(n_correct / n)} of {n:,}"


def _interval_of(run: Run | None) -> str:
    return "–" if run is None or run.result is None else format_interval(run.result.interval)
