"""Calibration of a run: reliability without and with its temperature, accuracy against coverage, the temperature."""

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from core.errors import GenreLabError
from core.evaluation.calibration import Temperature, calibration_text, measure_calibration, with_temperature
from core.evaluation.calibration_noise import ChanceError, LossChange, chance_error, loss_change, loss_sentence
from core.evaluation.reliability import (
    Binning,
    CoverageCurve,
    Reliability,
    coverage_curve,
    coverage_sentence,
    reliability,
)
from core.runs.record import Run
from core.runs.temperature import RunTemperature, temperature_stamp
from core.training.temperature import temperature_job_id, why_no_temperature
from dashboard import services
from dashboard.changes.trainings import start_fit, use_temperature
from dashboard.charts.statistics.calibration import (
    coverage_chart,
    coverage_table,
    reliability_chart,
    reliability_table,
)
from dashboard.sentences.calibration import error_sentence, series_title, use_sentence
from dashboard.sentences.wording import escape_markdown, name_with_seed
from dashboard.shared.changing import change_button, is_as_offered, say_overtaken
from dashboard.shared.downloads import table_download
from dashboard.shared.feedback import show_errors
from dashboard.shared.job_progress import job_progress
from dashboard.state import chart_theme
from dashboard.tables.calibration import calibration_frame, reliability_export

_BINNINGS: dict[Binning, str] = {"width": "Equally wide", "mass": "Equally many verdicts"}


@dataclass(frozen=True, kw_only=True)
class _Figures:
    """What the section draws of a run; ``at_it`` and ``change`` are None where no temperature was fitted."""

    own: Reliability
    at_it: Reliability | None
    change: LossChange | None
    chance: ChanceError
    coverage: CoverageCurve
    said: str


def show_calibration(run: Run, *, is_one_of_several: bool = False) -> None:
    """The section.

    Parameters
    ----------
    run : Run
        A finished one.
    is_one_of_several : bool
        Whether what is above is the sum of several runs, of which this is one.
    """
    st.header("Calibration", anchor=False)
    st.caption(
        "Is a verdict with a probability of 80 % right in 80 of 100 cases? Dots below the diagonal: the model is surer "
        "than it is right."
    )
    if is_one_of_several:
        st.caption(
            f":material/info: Of {escape_markdown(name_with_seed(run))} alone: each run has its own temperature."
        )
    with show_errors():
        known = services.temperature(run.id)
        binning = st.segmented_control(
            "Bins",
            list(_BINNINGS),
            default="width",
            required=True,
            format_func=lambda each: _BINNINGS[each],
            key="confusion:bins",
            persist_state="session",
            help="Verdicts are gathered by their probability: in bins of 10 points each, or in ten bins of equally "
            "many verdicts.",
        )
        found = _figures(run.id, temperature_stamp(run.id), binning or "width", run.config.split.unit)
        _draw(run, known, found)
        _choose_temperature(run, known, found)


def _draw(run: Run, known: RunTemperature, found: _Figures) -> None:
    unit = run.config.split.unit
    in_use = found.at_it if known.is_used and found.at_it is not None else found.own
    st.markdown(escape_markdown(f"{found.said} {error_sentence(in_use, found.chance, unit=unit)}"))
    first, second = st.columns(2, gap="large")
    with first:
        _diagram(found.own, series_title(None, is_used=not known.is_used), unit)
    if found.at_it is not None:
        with second:
            _diagram(found.at_it, series_title(known.fitted, is_used=known.is_used), unit)
        first, second = st.columns(2, gap="large")
    with first if found.at_it is not None else second:
        st.subheader("Accuracy against coverage", anchor=False)
        table = coverage_table(found.coverage)
        st.altair_chart(
            coverage_chart(table, unit=unit, theme=chart_theme()),
            alt="Accuracy of the surest verdicts over the share of all test verdicts that they are, with 95 % interval",
        )
        st.caption(escape_markdown(coverage_sentence(found.coverage, unit=unit)))
    with second if found.at_it is not None else st.container():
        st.subheader("In figures", anchor=False)
        st.dataframe(
            calibration_frame(found.own, found.at_it),
            hide_index=True,
            height="content",
            alt="Calibration of the model's own probabilities, and at its temperature",
        )
        with st.container(horizontal=True):
            table_download(
                "Export bins as CSV",
                lambda: reliability_export(found.own, found.at_it),
                f"calibration-{run.id[:6]}.csv",
                key="confusion:bins-csv",
            )
            table_download("Export coverage as CSV", table, f"coverage-{run.id[:6]}.csv", key="confusion:coverage-csv")


def _diagram(found: Reliability, title: str, unit: str) -> None:
    st.subheader(title, anchor=False)
    st.altair_chart(
        reliability_chart(reliability_table(found), unit=unit, theme=chart_theme()),
        alt=f"{title}: share of right verdicts over their probability, with 95 % intervals",
    )
    off = sum(each.is_off for each in found.bins)
    st.caption(
        f"{found.n:,} test {unit}s in {len(found.bins)} bins, larger dots for more; lines are 95 % intervals. "
        + (
            f"In {off} of them the share that was right is further from the probability than chance explains (5 %)."
            if off
            else "In none is the share that was right further from the probability than chance explains."
        )
    )


def _choose_temperature(run: Run, known: RunTemperature, found: _Figures) -> None:
    """What the temperature is, and the button that takes it into use, puts it aside or fits one."""
    st.subheader("Temperature", anchor=False)
    if known.fitted is None:
        _offer_fit(run)
        return
    assert found.change is not None
    st.markdown(escape_markdown(f"{use_sentence(known)} {loss_sentence(found.change, unit=run.config.split.unit)}"))
    if known.is_used:
        label, icon = "Stop using the temperature", ":material/undo:"
    else:
        label, icon = f"Use temperature {known.fitted.value:.2f}", ":material/device_thermostat:"
    is_current = is_as_offered("confusion:temperature", (run.id, known))
    pressed = change_button(
        label,
        key="confusion:temperature",
        icon=icon,
        help="Kept with the run, for everybody on this server; the other choice brings it back. The model file stays "
        "as it is.",
    )
    if pressed and not is_current:
        say_overtaken()
    elif pressed:
        _do(lambda: use_temperature(run.id, is_used=not known.is_used))


def _offer_fit(run: Run) -> None:
    if reason := why_no_temperature(run.config):
        st.caption(f"No temperature can be fitted. {reason}")
        return
    unit = run.config.split.unit
    st.caption(
        f"No temperature was fitted at its training. One that is fitted on the validation {unit}s, never on the test "
        f"{unit}s, makes the probabilities more cautious or bolder and leaves every verdict as it is."
    )
    is_current = is_as_offered("confusion:fit", run.id)
    pressed = change_button(
        "Fit a temperature",
        key="confusion:fit",
        icon=":material/device_thermostat:",
        help=f"In the background, on {run.split_sizes.get('validation', 0):,} validation {unit}s; then in use.",
    )
    if pressed and not is_current:
        say_overtaken()
    elif pressed:
        _do(lambda: start_fit(run.id))
    job_progress(temperature_job_id(run.id))


def _do(change: Callable[[], object]) -> None:
    try:
        change()
    except GenreLabError as error:
        st.error(escape_markdown(str(error)), icon=":material/error:")
    else:
        st.rerun()


@st.cache_data(max_entries=16, show_spinner=False)
def _figures(run_id: str, stamp: tuple[int, ...], binning: Binning, unit: str) -> _Figures:
    known, predictions = services.temperature(run_id), services.predictions(run_id)
    used: Temperature | None = known.in_use
    own = predictions if used is None else with_temperature(predictions, 1 / used.value)
    at_it = None if known.fitted is None else with_temperature(own, known.fitted.value)
    return _Figures(
        own=reliability(own, binning=binning),
        at_it=None if at_it is None else reliability(at_it, binning=binning),
        change=None if known.fitted is None else loss_change(own, known.fitted.value),
        chance=chance_error(predictions),
        coverage=coverage_curve(predictions),
        said=calibration_text(measure_calibration(predictions), unit=unit).partition(" Expected calibration error")[0],
    )
