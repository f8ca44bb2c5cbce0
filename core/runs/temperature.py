"""Whether a run's probabilities are at its temperature: as it was trained, unless somebody has chosen otherwise.

The choice is a file of its own in the run's folder, so that the files of the training stay what they are; without the
file the run is as it was trained. Of a run on a server the choice is a tag of it as well, for everybody who works with
that server: the file is then what was read of the tag last (`heed_shared_choice`).
"""

import json
import logging
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from core.errors import GenreLabError, RunError
from core.evaluation.calibration import Temperature
from core.files import damage_as, read_json, require_version, write_json
from core.runs.folders import run_folder

_FILE, _VERSION = "temperature.json", 1
_log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class RunTemperature:
    """What is known of a run's temperature.

    Attributes
    ----------
    trained : Temperature or None
        Fitted at the end of its training: the stored test probabilities are at it.
    fitted : Temperature or None
        The one that there is to use: fitted later, else at the training.
    is_used : bool
        Whether its probabilities are to be at the fitted one.
    """

    trained: Temperature | None
    fitted: Temperature | None
    is_used: bool

    @property
    def in_use(self) -> Temperature | None:
        """The one that its probabilities are at; None where they are the model's own."""
        return self.fitted if self.is_used else None

    @property
    def from_stored(self) -> float:
        """The temperature that brings the stored test probabilities to the one in use."""
        stored = 1.0 if self.trained is None else self.trained.value
        wanted = 1.0 if self.in_use is None else self.in_use.value
        return wanted / stored


def temperature_from_dict(values: Any) -> Temperature | None:
    """A temperature from the plain values of a file; None from None, `ValueError` and the like where they are none."""
    if values is None:
        return None
    temperature = Temperature(value=float(values["value"]), n=int(values["n"]), fitted_on=str(values["fitted_on"]))
    if not 0 < temperature.value < float("inf"):
        raise ValueError(f"the temperature {temperature.value} is not a positive number")
    return temperature


def read_temperature(run_id: str, trained: Temperature | None) -> RunTemperature:
    """What is chosen for a run whose training has fitted ``trained``.

    Raises
    ------
    RunError
        The file of the choice is damaged.
    NewerVersionError
        A newer Genre Lab wrote it.
    """
    path = _place(run_id)
    if not path.is_file():
        return RunTemperature(trained=trained, fitted=trained, is_used=trained is not None)
    with damage_as(RunError, f"The choice of a temperature, {path},", "Delete it: the run is then as it was trained."):
        values = read_json(path)
        return _chosen(values, trained, path)


def _chosen(values: dict[str, Any], trained: Temperature | None, place: Path) -> RunTemperature:
    require_version(values, _VERSION, place)
    later = temperature_from_dict(values["temperature"])
    return RunTemperature(trained=trained, fitted=later or trained, is_used=bool(values["is_used"]))


def write_temperature(run_id: str, temperature: RunTemperature) -> None:
    """Keep a choice; what the training has left is kept by having no file."""
    path = _place(run_id)
    if temperature.fitted == temperature.trained and temperature.is_used == (temperature.trained is not None):
        path.unlink(missing_ok=True)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    write_json(path, _values(temperature))


def choice_text(temperature: RunTemperature) -> str:
    """A choice as a tag of the run."""
    return json.dumps(_values(temperature))


def _values(temperature: RunTemperature) -> dict[str, Any]:
    later = None if temperature.fitted == temperature.trained else temperature.fitted
    return {
        "version": _VERSION,
        "is_used": temperature.is_used,
        "temperature": None if later is None else asdict(later),
    }


def heed_shared_choice(run_id: str, text: str) -> None:
    """Take over the choice that stands in a run's tag; one that says nothing, or cannot be kept here, is logged.

    Parameters
    ----------
    run_id : str
    text : str
        From `choice_text`, by whatever Genre Lab; MLflow's own pages may have made anything of it.
    """
    path = _place(run_id)
    try:
        values = json.loads(text)
        if values["version"] <= _VERSION:  # what a newer Genre Lab has chosen is refused where it is read
            _chosen(values, None, path)
        if _kept(path) != values:
            path.parent.mkdir(parents=True, exist_ok=True)
            write_json(path, values)
    except (ValueError, KeyError, TypeError, OSError, GenreLabError) as error:
        _log.warning("The temperature chosen for run %s on its server is not heeded: %r", run_id, error)


def _kept(path: Path) -> dict[str, Any] | None:
    try:
        return read_json(path)
    except (OSError, ValueError):
        return None


def temperature_stamp(run_id: str) -> tuple[int, ...]:
    """Changes whenever the choice of a run does: what is computed from its probabilities may be kept under it."""
    try:
        stat = _place(run_id).stat()
    except OSError:
        return ()
    return stat.st_mtime_ns, stat.st_size, stat.st_ino


def _place(run_id: str) -> Path:
    return run_folder(run_id) / _FILE
