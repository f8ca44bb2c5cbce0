"""What a finished run was tested on: names and genres alone, without the probabilities of a large file."""

from core.errors import RunError
from core.files import damage_as
from core.runs import files
from core.runs.store import artifact_path


def load_tested(run_id: str) -> dict[str, str]:
    """The genre of each test clip of a finished run, by the name of the clip.

    Raises
    ------
    RunError
        The run is unknown or unfinished, or its file is missing or damaged.

    Examples
    --------
    >>> from core.runs.store import list_runs
    >>> from core.runs.tested import load_tested
    >>> run = list_runs()[0]
    >>> len(load_tested(run.id)) == run.result.n
    True
    """
    import pandas as pd

    path = artifact_path(run_id, files.PREDICTIONS)
    with damage_as(RunError, f"{path}", "Delete the run and train again."):
        table = pd.read_csv(path, usecols=["clip", "actual"], dtype=str, keep_default_na=False)
    return dict(zip(table["clip"].tolist(), table["actual"].tolist(), strict=True))
