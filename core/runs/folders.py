"""Where a run lies on this machine: one folder each, ``models/runs/<id>/``, with everything that belongs to it.

``artifacts/``   the files of a finished run (`core.runs.files`), where MLflow itself looks for them
``cache/``       those files of a run on another server, fetched once
``robustness.json``  its accuracy on changed test clips, where that was measured (`core.explanation.robustness_record`)
``robustness.jsonl``  what that found of single clips, from which a stopped measurement goes on
``temperature.json``  which temperature its probabilities are at, where that was chosen (`core.runs.temperature`); of a
                 run on a server what its tag said last
``unlike.npz``   what its training clips are like to the trained ears, where that was learnt after the training
``prediction.json``  how long a run that comes with Genre Lab takes for a prediction, where that was measured here
``checkpoint/``  what an interrupted training goes on from (`core.training.checkpoint`)

Deleting a run removes the folder. Its record is in the run store, and the job that trains it has its own folder
(`core.jobs`), since jobs know of no runs.
"""

from pathlib import Path

from core.errors import RunError
from core.home.opening import open_home


def run_folder(run_id: str) -> Path:
    """The folder of a run; it need not exist.

    Raises
    ------
    RunError
        That is no run's id.
    NewerVersionError, StorageError
        The home cannot be opened.
    """
    if not run_id.isalnum():
        raise RunError(f"There is no run {run_id!r}. It may have been deleted; choose another one.")
    return open_home().runs_dir / run_id
