"""How long a run takes for a prediction, kept with it: in MLflow, or beside it where the run comes with Genre Lab."""

import time

from core.runs.client import open_run_store, tracking_errors
from core.runs.shipped import keep_measured
from core.runs.store import forget_listed, get_run
from core.runs.tags import PREDICTION_TAG


def keep_prediction_ms(run_id: str, prediction_ms: float) -> None:
    """Keep what was measured, in place of what was before.

    Raises
    ------
    RunError
        There is no such run, or the store cannot be reached.
    """
    if get_run(run_id).shipped:
        keep_measured(run_id, prediction_ms)
        return
    store = open_run_store()
    with tracking_errors():
        store.client.set_tag(run_id, PREDICTION_TAG, repr(prediction_ms))
        store.client.log_metric(run_id, "prediction_ms", prediction_ms, int(time.time() * 1000))
    forget_listed([run_id])
