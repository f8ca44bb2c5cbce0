"""Trainings: started, resumed, stopped, taken out of the queue; runs deleted, and models imported; what runs make of
clips; their temperature; the machine measured.
"""

from collections.abc import Sequence

from core.experiments import groups, study
from core.jobs.progress import Progress
from core.prediction import stored_embeddings, unlike
from core.queue import launch, measuring
from core.runs import store, temperature_changes
from core.training import temperature
from dashboard.access import changing, may_change

start_training = changing(launch.start_training)
resume_run = changing(launch.resume_run)
stop_training = changing(launch.stop_training)
drop_run = changing(launch.drop_run)
start_group = changing(groups.start_group)
start_study = changing(study.start_study)
delete_run = changing(store.delete_run)
start_embedding = changing(stored_embeddings.start_embedding)
start_learning = changing(unlike.start_learning)
use_temperature = changing(temperature_changes.use_temperature)
start_fit = changing(temperature.start_fit)


def start_measurement() -> Progress | None:
    """The measurement of this machine, started where it is not made yet, unless one may only look."""
    return measuring.start_measurement() if may_change() else None


@changing
def start_measuring(run_ids: Sequence[str]) -> str:
    """Begin to measure how long these runs take for a prediction; returns the id of the job."""
    from core.prediction.timing import start_measuring  # with all that predicts

    return start_measuring(run_ids)


@changing
def start_robustness(run_id: str) -> str:
    """Begin to measure how a run's accuracy bears changes of its test clips; returns the id of the job."""
    from core.explanation.robustness_record import start_robustness  # with all that changes sound

    return start_robustness(run_id)


@changing
def start_import_model(content: bytes, name: str) -> str:
    """Begin to import a model that another Genre Lab has exported; returns the id of the job."""
    from core.exchange.adopt import start_import_model  # with all that builds models

    return start_import_model(content, name)
