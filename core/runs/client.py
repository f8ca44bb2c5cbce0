"""The one door to MLflow: a client for the settings in force, never MLflow's global state.

MLflow is imported on first use only: a page that shows no run does not wait for it.
"""

import logging
import os
import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from filelock import FileLock

from core.errors import RunError
from core.files import database_problem, make_database_file
from core.names import reason_of
from core.settings import Settings, load_settings

if TYPE_CHECKING:
    from mlflow.tracking import MlflowClient

EXPERIMENT_NAME = "genre-lab"
_ENVIRONMENT = {
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "DO_NOT_TRACK": "true",
    "MLFLOW_LOGGING_LEVEL": "WARNING",
    "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
    # A page must not hang for minutes where a tracking server is down.
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "2",
    "MLFLOW_HTTP_REQUEST_TIMEOUT": "20",
    # Standard output belongs to --json.
    "MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT": "true",
    "GIT_PYTHON_REFRESH": "quiet",
}


@dataclass(frozen=True)
class RunStore:
    """An open run store: client, experiment and the settings they were opened for."""

    client: "MlflowClient"
    experiment_id: str
    settings: Settings

    def local_artifacts(self, run_id: str) -> Path | None:
        """Folder of a run's files in the default local store, wherever the repository now lies; else None."""
        if not self.settings.has_local_runs:
            return None
        return self.settings.runs_dir / run_id / "artifacts"


def database_path(settings: Settings) -> Path:
    """The SQLite file of the default run store."""
    return settings.models_dir / "runs.db"


def store_exists() -> bool:
    """Whether any run can have been logged: cheap, and does not import MLflow."""
    settings = load_settings()
    return not settings.has_local_runs or database_path(settings).exists()


_open_stores: dict[tuple[str, int], RunStore] = {}
_opening = threading.Lock()


def open_run_store() -> RunStore:
    """The run store of the settings in force, created where it does not exist yet.

    Raises
    ------
    RunError
        The tracking address cannot be reached.
    """
    settings = load_settings()
    # Also of a store that is open already: its server may be down by now.
    require_answer(settings)
    with _opening:
        found = _open_stores.get(_key(settings))
        if found is None:
            with tracking_errors():
                settings.models_dir.mkdir(parents=True, exist_ok=True)
                # Two processes that create the database at once would trip over each other's tables.
                with FileLock(settings.models_dir / "runs.lock", timeout=120):
                    if settings.has_local_runs:
                        _refuse_emptied(settings)
                        make_database_file(database_path(settings))
                    found = _open(settings)
            _open_stores[_key(settings)] = found
        return found


def _refuse_emptied(settings: Settings) -> None:
    """`RunError` where the database has lost everything that it held; called while nobody else can be making it."""
    database = database_path(settings)
    if not database.exists() or database.stat().st_size:
        return
    n_runs = sum(1 for _ in settings.runs_dir.glob("*/artifacts"))
    if n_runs:
        files = "the files of one run lie" if n_runs == 1 else f"the files of {n_runs:,} runs lie"
        raise RunError(
            f"The run store {database} is empty, although {files} in {settings.runs_dir}: it was damaged. Put back a "
            "copy of it; or delete the empty file to begin a new list of runs, beside which those files stay unlisted."
        )


def _key(settings: Settings) -> tuple[str, int]:
    # A database that was deleted and made anew is another store.
    database = database_path(settings)
    inode = database.stat().st_ino if settings.has_local_runs and database.exists() else 0
    return settings.tracking_uri, inode


_KNOCK_S = 4.0
"""A tracking server that does not even accept a connection for so long is down."""


def require_answer(settings: Settings) -> None:
    """`RunError` when nobody listens at a tracking server's address: said in seconds, before MLflow tries for long."""
    uri = settings.tracking_uri
    address = urlsplit(uri)
    if address.scheme not in ("http", "https"):
        return
    try:
        port = address.port or (443 if address.scheme == "https" else 80)
        socket.create_connection((address.hostname or "", port), timeout=_KNOCK_S).close()
    except (OSError, ValueError) as error:
        raise RunError(
            f"No response from {_without_password(uri)}, the run store set by MLFLOW_TRACKING_URI "
            f"({str(error) or type(error).__name__}). Start that server, or unset MLFLOW_TRACKING_URI and start Genre "
            "Lab again to keep runs on this computer."
        ) from error


def _open(settings: Settings) -> RunStore:
    for name, value in _ENVIRONMENT.items():
        os.environ.setdefault(name, value)
    from mlflow.exceptions import MlflowException
    from mlflow.tracking import MlflowClient

    for name in ("mlflow", "alembic"):
        logging.getLogger(name).setLevel(logging.WARNING)
    client = MlflowClient(tracking_uri=settings.tracking_uri)
    experiment = client.get_experiment_by_name(EXPERIMENT_NAME)
    if experiment is not None:
        if experiment.lifecycle_stage != "active":
            client.restore_experiment(experiment.experiment_id)
        return RunStore(client, experiment.experiment_id, settings)
    location = settings.runs_dir.as_uri() if settings.has_local_runs else None
    try:
        experiment_id = client.create_experiment(EXPERIMENT_NAME, artifact_location=location)
    except MlflowException:
        # Another machine created it on the same server in between.
        experiment = client.get_experiment_by_name(EXPERIMENT_NAME)
        if experiment is None:
            raise
        experiment_id = experiment.experiment_id
    return RunStore(client, experiment_id, settings)


@contextmanager
def tracking_errors() -> Iterator[None]:
    """Turn what MLflow raises into a `RunError` that names the tracking address."""
    from mlflow.exceptions import MlflowException
    from sqlalchemy.exc import SQLAlchemyError

    try:
        yield
    except (MlflowException, SQLAlchemyError, OSError, ImportError) as error:
        settings = load_settings()
        # A server that went down meanwhile is said in other words than one that refuses.
        require_answer(settings)
        if (other := _other_schema(error, _without_password(settings.tracking_uri))) is not None:
            raise other from error
        advice = (
            "Check that the disk is not full and that the folder is writable. If runs.db is damaged, move it away; "
            "a new one is then created."
            if settings.has_local_runs
            else "Check MLFLOW_TRACKING_URI and that the disk is not full."
        )
        address = _without_password(settings.tracking_uri)
        if settings.has_local_runs and (problem := database_problem(error)):
            raise RunError(f"The run store {database_path(settings)} {problem}") from error
        reason = reason_of(error)
        raise RunError(f"The run store at {address} does not respond as expected: {reason}. {advice}") from error


_SCHEMA = re.compile(r"schema \(found version (\w+), but expected (\w+)\)")
"""In what MLflow says of a database that another of its versions made; it says "out-of-date" of newer ones too."""


def _other_schema(error: BaseException, address: str) -> RunError | None:
    """What is to be said of a database of another version of MLflow; None where it is none."""
    versions = _SCHEMA.search(str(error))
    if versions is None:
        return None
    import mlflow

    found, expected = versions.groups()
    start = f"The run store at {address} was made by"
    schemas = f"its tables are of schema {found}, expected {expected}"
    migrations = Path(mlflow.__file__).parent / "store" / "db_migrations" / "versions"
    if any(migrations.glob(f"{found}_*.py")):
        return RunError(
            f"{start} an older MLflow ({schemas}). Nothing is lost: stop Genre Lab, make a copy of the database, and "
            f"bring it up to date by: python -m mlflow db upgrade '{address}'"
        )
    if found == "None":
        return RunError(
            f"The run store at {address} is a database, but not one of MLflow ({schemas}). Check MLFLOW_TRACKING_URI; "
            "if it is Genre Lab's own, restore it from a copy, or move it away: a new one is then created."
        )
    return RunError(
        f"{start} a newer MLflow than the {mlflow.__version__} that is installed here ({schemas}). Nothing is lost. It "
        "must not be moved away: update Genre Lab, or its MLflow by: python -m pip install --upgrade mlflow"
    )


def _without_password(uri: str) -> str:
    return re.sub(r"//[^/@]*@", "//***@", uri)
