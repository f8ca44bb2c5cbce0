"""Beneath the answer: at which temperatures the probabilities are, and which models were tested on few clips."""

import contextlib
from collections.abc import Mapping

import streamlit as st

from core.errors import GenreLabError
from core.evaluation.calibration import Temperature
from core.prediction.song import SongVerdict
from core.runs.record import Run
from dashboard import services
from dashboard.sentences.calibration import temperatures_sentence
from dashboard.sentences.results import result_caution
from dashboard.sentences.wording import escape_markdown


def say_trust(names: Mapping[str, str], runs: Mapping[str, Run], verdicts: Mapping[str, SongVerdict]) -> None:
    """The lines, where there is anything to say.

    Parameters
    ----------
    names, runs, verdicts : mapping of run id
        What each model is called in the answer, what it is, and what it says.
    """
    told: list[tuple[str, Temperature | None, Temperature | None]] = []
    for run_id, verdict in verdicts.items():
        fitted = None
        with contextlib.suppress(GenreLabError):
            fitted = services.temperature(run_id).fitted
        told.append((names[run_id], verdict.temperature, fitted))
    if sentence := temperatures_sentence(told):
        st.caption(f":material/device_thermostat: {escape_markdown(sentence)}")
    for run_id in verdicts:
        result, unit = runs[run_id].result, runs[run_id].config.split.unit
        if result is not None and (caution := result_caution(result, unit=unit)):
            st.caption(f":material/warning: {escape_markdown(names[run_id])}: {caution}")
