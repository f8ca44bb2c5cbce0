"""Where things live, read from the environment once per call so that tests and servers can move them.

``GENRE_LAB_HOME``     folder that holds ``data/`` and ``models/`` (default: the repository)
``GENRE_LAB_DATA``     further folders, separated as in PATH, under which collections may be imported
``MLFLOW_TRACKING_URI`` run store (default: SQLite in ``models/``)
``GENRE_LAB_DASK``     address of a Dask scheduler on whose workers features are extracted (default: this machine)
``GENRE_LAB_AT_ONCE``  trainings of the queue that run at a time until another number is chosen on the page (default: 1)
``GENRE_LAB_PRETRAINED`` folder of the runs that come with Genre Lab (default: the repository's; empty for none)
``GENRE_LAB_MEASURE``  0: do not measure how fast this machine trains, which is done once (default: do)
``GENRE_LAB_GTZAN_URL``, ``GENRE_LAB_GTZAN_MINI_URL``
                       addresses of the archives of GTZAN and GTZAN mini, where a mirror serves them (default: the
                       public ones; the checksum stays the same)
"""

import os
import re
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
GTZAN_URL = "https://huggingface.co/datasets/marsyas/gtzan/resolve/main/data/genres.tar.gz"
GTZAN_MINI_URL = "https://github.com/TempoBeatDownbeat/gtzan_mini/archive/refs/heads/main.zip"


@dataclass(frozen=True)
class Settings:
    """Folders and addresses in force.

    Attributes
    ----------
    home : Path
        Holds ``data/`` and ``models/``.
    collection_roots : tuple of Path
        Folders under which a path typed in the browser may lie: ``data/`` first.
    tracking_uri : str
        MLflow tracking address.
    dask_address : str
        Of a Dask scheduler; empty to work on this machine.
    gtzan_url, gtzan_mini_url : str
        Where the archives of GTZAN and GTZAN mini are fetched from.
    n_at_once : int
        Trainings of the queue that run at a time, 1 to 16, unless chosen otherwise on the page.
    pretrained_dir : Path or None
        Folder of the runs that come with Genre Lab; None for none.
    measures_machine : bool
        Whether how fast this machine trains is measured once, so that estimates are good.
    """

    home: Path
    collection_roots: tuple[Path, ...]
    tracking_uri: str
    dask_address: str = ""
    gtzan_url: str = GTZAN_URL
    gtzan_mini_url: str = GTZAN_MINI_URL
    n_at_once: int = 1
    pretrained_dir: Path | None = None
    measures_machine: bool = True

    @property
    def data_dir(self) -> Path:
        """Collections, their manifests and extracted features."""
        return self.home / "data"

    @property
    def models_dir(self) -> Path:
        """Runs, model files and job folders."""
        return self.home / "models"

    @property
    def collections_dir(self) -> Path:
        """One folder per collection (see `core.clips.folders`)."""
        return self.data_dir / "collections"

    @property
    def runs_dir(self) -> Path:
        """One folder per run (see `core.runs.folders`)."""
        return self.models_dir / "runs"

    @property
    def jobs_dir(self) -> Path:
        """One folder per background job."""
        return self.models_dir / "jobs"

    @property
    def has_local_runs(self) -> bool:
        """Whether runs are kept in the default SQLite file of ``models/``."""
        return self.tracking_uri == default_tracking_uri(self.home)


def default_tracking_uri(home: Path) -> str:
    """Address of the SQLite run store under ``home``."""
    return sqlite_uri(home / "models" / "runs.db")


def sqlite_uri(path: Path) -> str:
    """Address of an SQLite file for SQLAlchemy, and so for MLflow and Optuna, whatever its folders are called."""
    # SQLAlchemy takes a `?` for the beginning of options and decodes `%20`; Optuna fills in what stands in braces.
    plain = path.as_posix()
    quoted = re.sub("[%?{}]", lambda found: f"%{ord(found[0]):02X}", plain)
    # The longer name of the same driver keeps MLflow from making a folder of the quoted name.
    return f"{'sqlite' if quoted == plain else 'sqlite+pysqlite'}:///{quoted}"


def load_settings() -> Settings:
    """Read the settings from the environment."""
    home = Path(os.environ.get("GENRE_LAB_HOME") or REPOSITORY).expanduser().resolve()
    listed = [entry for entry in os.environ.get("GENRE_LAB_DATA", "").split(os.pathsep) if entry.strip()]
    roots = [home / "data", *(Path(entry).expanduser().resolve() for entry in listed)]
    uri = os.environ.get("MLFLOW_TRACKING_URI") or default_tracking_uri(home)
    return Settings(
        home=home,
        collection_roots=tuple(dict.fromkeys(roots)),
        tracking_uri=uri,
        dask_address=os.environ.get("GENRE_LAB_DASK", "").strip(),
        gtzan_url=os.environ.get("GENRE_LAB_GTZAN_URL") or GTZAN_URL,
        gtzan_mini_url=os.environ.get("GENRE_LAB_GTZAN_MINI_URL") or GTZAN_MINI_URL,
        n_at_once=_n_at_once(os.environ.get("GENRE_LAB_AT_ONCE", "").strip()),
        pretrained_dir=_pretrained_dir(os.environ.get("GENRE_LAB_PRETRAINED")),
        measures_machine=os.environ.get("GENRE_LAB_MEASURE", "").strip() != "0",
    )


def _pretrained_dir(given: str | None) -> Path | None:
    if given is None:
        return REPOSITORY / "models" / "pretrained"
    return Path(given).expanduser().resolve() if given.strip() else None


def _n_at_once(text: str) -> int:
    """A number from 1 to 16; anything else is taken as not set, since a page must not fail for it."""
    return min(16, int(text)) if text.isdecimal() and int(text) else 1
