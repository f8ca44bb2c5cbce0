"""A run's temperature taken into use, put aside, or kept that was fitted after the training."""

from dataclasses import replace

from core.errors import RunError
from core.evaluation.calibration import Temperature
from core.runs.store import get_run, load_run_temperature
from core.runs.temperature import write_temperature


def use_temperature(run_id: str, *, is_used: bool) -> None:
    """Have a run's probabilities at its temperature, or as its model gives them, wherever they are shown or used.

    Raises
    ------
    RunError
        The run is unknown or unfinished, or no temperature was fitted for it.
    """
    known = load_run_temperature(run_id)
    if is_used and known.fitted is None:
        raise RunError(f"No temperature was fitted for {get_run(run_id).label}. Fit one first.")
    write_temperature(run_id, replace(known, is_used=is_used))


def keep_temperature(run_id: str, temperature: Temperature) -> None:
    """Keep a temperature that was fitted after the training, in use; `RunError` as `use_temperature`."""
    write_temperature(run_id, replace(load_run_temperature(run_id), fitted=temperature, is_used=True))
