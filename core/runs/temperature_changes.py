"""A run's temperature taken into use, put aside, or kept that was fitted after the training."""

from dataclasses import replace

from core.errors import RunError
from core.evaluation.calibration import Temperature
from core.runs.client import open_run_store, tracking_errors
from core.runs.record import Run
from core.runs.results import load_run_temperature
from core.runs.store import forget_listed, get_run
from core.runs.tags import TEMPERATURE_TAG
from core.runs.temperature import RunTemperature, choice_text, write_temperature


def use_temperature(run_id: str, *, is_used: bool) -> None:
    """Have a run's probabilities at its temperature, or as its model gives them, wherever they are shown or used.

    Raises
    ------
    RunError
        The run is unknown or unfinished, or no temperature was fitted for it.
    """
    run = get_run(run_id)  # with what somebody else has chosen on a server
    known = load_run_temperature(run_id)
    if is_used and known.fitted is None:
        raise RunError(f"No temperature was fitted for {run.label}. Fit one first.")
    _keep(run, replace(known, is_used=is_used))


def keep_temperature(run_id: str, temperature: Temperature) -> None:
    """Keep a temperature that was fitted after the training, in use; `RunError` as `use_temperature`."""
    run = get_run(run_id)
    _keep(run, replace(load_run_temperature(run_id), fitted=temperature, is_used=True))


def _keep(run: Run, chosen: RunTemperature) -> None:
    """Keep a choice with the run: on its server, where it has one, so that everybody there sees it."""
    if not run.shipped:
        store = open_run_store()
        if not store.settings.has_local_runs:
            with tracking_errors():
                store.client.set_tag(run.id, TEMPERATURE_TAG, choice_text(chosen))
            forget_listed([run.id])
    write_temperature(run.id, chosen)
