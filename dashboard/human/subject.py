"""Whose mistakes are looked at: a finished run's, or those of a published matrix."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from core.evaluation.metrics import confusion_matrix
from core.evaluation.predictions import Predictions, TestResult
from core.evaluation.published import PUBLISHED, PublishedMatrix
from core.runs.comparing import best_first
from core.runs.record import Run
from dashboard import services
from dashboard.sentences.results import result_caution
from dashboard.sentences.runs import option_label
from dashboard.sentences.wording import escape_markdown, format_interval, format_percent, format_plural
from dashboard.shared.feedback import synthetic_badge
from dashboard.shared.run_picker import finished_runs
from dashboard.state import linked_key, query_value


@dataclass(frozen=True, eq=False, kw_only=True)
class Subject:
    """Whose mistakes they are: one of ``run`` and ``published``.

    Attributes
    ----------
    id : str
        Of the run or of the published matrix.
    name : str
    run : Run or None
    published : PublishedMatrix or None
    """

    id: str
    name: str
    run: Run | None = None
    published: PublishedMatrix | None = None

    @property
    def predictions(self) -> Predictions | None:
        """Clip by clip; None where only the matrix was published."""
        return None if self.run is None else services.predictions(self.run.id)

    @property
    def result(self) -> TestResult:
        """Its accuracy with interval, clips and protocol."""
        if self.published is not None:
            return self.published.result
        assert self.run is not None
        assert self.run.result is not None
        return self.run.result

    @property
    def matrix(self) -> pd.DataFrame:
        """Counts, rows actual, columns predicted."""
        if self.published is not None:
            return self.published.matrix
        assert self.run is not None
        return confusion_matrix(services.predictions(self.run.id))


def pick_subject(runs: Sequence[Run]) -> Subject:
    """The run or published matrix in view, chosen here or by the address."""
    finished = {run.id: run for run in finished_runs(runs)}
    options = [*finished, *PUBLISHED]
    first = best_first(finished.values())[0].id if finished else next(iter(PUBLISHED))
    chosen = query_value("run", options, first, what="run", titled=lambda name: _name_of(name, finished))
    assert chosen is not None
    key, changed = linked_key("run", chosen)
    st.selectbox(
        "Run",
        options,
        format_func=lambda name: option_label(finished[name]) if name in finished else _published_label(name),
        key=key,
        on_change=changed,
        help="A finished training, or a result that was published as a matrix without its clips.",
    )
    if chosen in finished:
        run = finished[chosen]
        return Subject(id=run.id, name=run.config.name, run=run)
    return Subject(id=chosen, name=PUBLISHED[chosen].title, published=PUBLISHED[chosen])


def _name_of(name: str, finished: Mapping[str, Run]) -> str:
    return finished[name].label if name in finished else PUBLISHED[name].title


def _published_label(name: str) -> str:
    result = PUBLISHED[name].result
    return (
        f"{PUBLISHED[name].title} · {100 * result.accuracy:.1f} % of {result.n} ({format_interval(result.interval)}) · "
        "matrix without clips"
    )


def say_measured(subject: Subject) -> None:
    """On what the mistakes were measured: accuracy, interval, clips, protocol; synthetic music is marked."""
    result, source, unit = subject.result, "", "clip"
    if subject.run is not None:
        unit = subject.run.config.split.unit
        if subject.run.synthetic:
            synthetic_badge()
    if subject.published is not None:
        source = f" {escape_markdown(subject.published.source)}"
    st.caption(
        f"Test accuracy {format_percent(result.accuracy)} of {format_plural(result.n, unit)} (95 % interval "
        f"{format_interval(result.interval)}); split: {escape_markdown(result.protocol)}.{source}"
    )
    if caution := result_caution(result, unit=unit):
        st.caption(f":material/warning: {caution}")
