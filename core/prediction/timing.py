"""How long a prediction takes: from the features of one clip to its probabilities, one clip at a time.

What it takes does not depend on what is heard, so noise stands for the clips: nothing but the model is needed. Reading
and analysing sound is not part of it.
"""

import time
from collections.abc import Sequence
from statistics import median
from typing import Any

import numpy as np

from core.errors import GenreLabError, RunError
from core.jobs.reporter import ProgressReporter
from core.jobs.start import start_job
from core.prediction.clips import clip_probabilities
from core.recipe.config import TrainingConfig
from core.runs.prediction_time import keep_prediction_ms
from core.runs.results import model_path
from core.runs.store import get_run

_WARM_UP, _FEWEST, _MOST, _MOST_S = 2, 3, 25, 1.0


def measure_prediction_ms(model: Any, config: TrainingConfig) -> float:
    """Milliseconds of a prediction, the median of some; wall time, on this machine.

    Parameters
    ----------
    model : keras.Model or ClassicalModel
    config : TrainingConfig
        That it was trained by: all segments of a clip that its verdict is a mean of are predicted.
    """
    rng = np.random.default_rng(0)
    inputs = tuple(rng.standard_normal((1, *front_end.shape), dtype=np.float32) for front_end in config.front_ends)
    n_valid = np.array([config.front_end.shape[1]])
    taken: list[float] = []
    for turn in range(_WARM_UP + _MOST):
        began_s = time.perf_counter()
        clip_probabilities(model, inputs, n_valid, config)
        if turn >= _WARM_UP:
            taken.append(1e3 * (time.perf_counter() - began_s))
        if len(taken) >= _FEWEST and sum(taken) > 1e3 * _MOST_S:
            break
    return median(taken)


def measure_runs(run_ids: Sequence[str], reporter: ProgressReporter) -> dict[str, float] | None:
    """Measure finished runs here and keep it with them; milliseconds by run, None where it was stopped.

    Raises
    ------
    RunError
        A run is not there or not finished, or its model cannot be opened; those before it are measured.
    """
    from core.models.build import load_model_file

    found: dict[str, float] = {}
    reporter.phase("Measuring predictions", total=len(run_ids))
    for done, run_id in enumerate(run_ids):
        if reporter.stop_requested:
            return None
        run = get_run(run_id)
        reporter.advance(done, detail=run.label)
        try:
            found[run_id] = measure_prediction_ms(load_model_file(model_path(run_id)), run.config)
        except GenreLabError as error:
            raise RunError(f"{run.label}: {error}") from error
        keep_prediction_ms(run_id, found[run_id])
    reporter.advance(len(run_ids))
    return found


def measuring_job_id(run_ids: Sequence[str]) -> str:
    """Id of the job that measures these runs, whoever asks."""
    return "prediction-" + "-".join(sorted(run_id[:6] for run_id in run_ids))


def start_measuring(run_ids: Sequence[str]) -> str:
    """Measure them in the background; returns the job's id (see `core.jobs`)."""
    job_id = measuring_job_id(run_ids)
    start_job(job_id, {"kind": "prediction", "run_ids": list(run_ids)})
    return job_id
