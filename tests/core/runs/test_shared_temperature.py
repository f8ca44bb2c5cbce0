"""The temperature chosen for a run on a server: for everybody who works with that server."""

from pathlib import Path

import pytest

from core.clips.collection import Collection
from core.evaluation.calibration import Temperature
from core.files import write_json
from core.runs import files
from core.runs.client import open_run_store
from core.runs.folders import run_folder
from core.runs.results import load_run_temperature
from core.runs.store import get_run, list_runs
from core.runs.tags import TEMPERATURE_TAG
from core.runs.temperature import temperature_stamp
from core.runs.temperature_changes import keep_temperature, use_temperature
from core.runs.writer import RunWriter, create_run
from tests.core.conftest import small_config
from tests.core.runs.test_store import finish

_TRAINED = {"value": 1.5, "n": 20, "fitted_on": "clips of the validation set"}


@pytest.fixture
def run_id(tiny_collection: Collection, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A finished run with a temperature, on a store that two homes share."""
    monkeypatch.chdir(tmp_path)  # where MLflow puts the files of a store that says nothing else
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{(tmp_path / 'server.db').as_posix()}")
    created = create_run(small_config(tiny_collection), tiny_collection)
    writer = RunWriter(created)
    with writer.artifacts() as folder:
        write_json(folder / files.DETAILS, {"temperature": _TRAINED})
    finish(writer)
    return created


def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Go on as another machine with the same server."""
    monkeypatch.setenv("GENRE_LAB_HOME", str(tmp_path / name))


def test_what_is_chosen_on_one_machine_is_seen_on_another(
    run_id: str, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert load_run_temperature(run_id).is_used
    use_temperature(run_id, is_used=False)
    elsewhere(tmp_path, monkeypatch, "other")
    before = temperature_stamp(run_id)
    (listed,) = list_runs()
    assert listed.id == run_id
    assert temperature_stamp(run_id) != before
    known = load_run_temperature(run_id)
    assert known.in_use is None
    assert known.fitted == Temperature(**_TRAINED)
    # A look at what has not changed computes nothing anew.
    mark = temperature_stamp(run_id)
    get_run(run_id)
    assert temperature_stamp(run_id) == mark
    keep_temperature(run_id, Temperature(value=3.0, n=7, fitted_on="clips"))
    monkeypatch.setenv("GENRE_LAB_HOME", str(home))
    get_run(run_id)
    assert load_run_temperature(run_id).in_use == Temperature(value=3.0, n=7, fitted_on="clips")


def test_a_choice_back_to_the_training_s_own_is_shared_too(
    run_id: str, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_temperature(run_id, is_used=False)
    elsewhere(tmp_path, monkeypatch, "other")
    get_run(run_id)
    monkeypatch.setenv("GENRE_LAB_HOME", str(home))
    use_temperature(run_id, is_used=True)
    assert not (run_folder(run_id) / "temperature.json").exists()
    elsewhere(tmp_path, monkeypatch, "other")
    get_run(run_id)
    assert load_run_temperature(run_id).in_use == Temperature(**_TRAINED)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"version": 1}', '{"version": 1, "is_used": true, "temperature": 3}'])
def test_a_tag_that_says_nothing_changes_nothing(run_id: str, text: str, caplog: pytest.LogCaptureFixture) -> None:
    open_run_store().client.set_tag(run_id, TEMPERATURE_TAG, text)
    assert get_run(run_id).status == "finished"
    assert load_run_temperature(run_id).in_use == Temperature(**_TRAINED)
    assert ("is not heeded" in caplog.text) == bool(text)
