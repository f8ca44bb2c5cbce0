"""The robustness of a run: kept with it, added to, told by the command, measured by a job."""

import json

import pytest

from core.errors import ConfigError, RunError
from core.explanation.robustness import measure_robustness
from core.explanation.robustness_record import load_robustness, measure_for_run, robustness_job_id
from core.jobs.reporter import ProgressReporter
from core.runs.folders import run_folder
from core.worker import main
from tests.core.cli.test_cli import Cli, cli
from tests.core.explanation.conftest import Banded

__all__ = ["cli"]


@pytest.fixture
def measured(banded: Banded):
    yield banded
    (run_folder(banded.cnn) / "robustness.json").unlink(missing_ok=True)


def test_what_is_measured_is_kept_and_added_to(measured: Banded) -> None:
    run_id = measured.cnn
    assert load_robustness(run_id) is None
    first = measure_for_run(run_id, ["high-cut"], n_clips=2)
    assert load_robustness(run_id) == first
    both = measure_for_run(run_id, ["loudness"], n_clips=2)
    assert both is not None
    assert first is not None
    assert list(both.curves) == ["high-cut", "loudness"]
    assert load_robustness(run_id) == both
    assert both.curves["high-cut"] == first.curves["high-cut"]
    # Of other clips nothing is added: what was there is replaced.
    others = measure_for_run(run_id, ["loudness"], n_clips=3)
    assert others is not None
    assert list(others.curves) == ["loudness"]
    assert {point.n for point in others.curves["loudness"]} == {3}
    by_core = measure_robustness(run_id, changes=[], n_clips=3)
    assert by_core is not None
    assert by_core.clips == others.clips
    with pytest.raises(ConfigError, match="got 'speed'"):
        measure_for_run(run_id, ["speed"])


def test_a_damaged_record_is_said_and_replaced(measured: Banded) -> None:
    path = run_folder(measured.cnn) / "robustness.json"
    path.write_text('{"version": 1}')
    with pytest.raises(RunError, match="is damaged"):
        load_robustness(measured.cnn)
    assert measure_for_run(measured.cnn, ["loudness"], n_clips=1) == load_robustness(measured.cnn)


def test_the_command_tells_what_is_kept(cli: Cli, measured: Banded) -> None:
    given = ("robustness", "--run", measured.cnn, "--changes", "high-cut", "--clips", "2")
    values = cli(*given)
    kept = load_robustness(measured.cnn)
    assert kept is not None
    assert values == json.loads(json.dumps(kept.to_dict()))
    _, text, _ = cli.run(*given)
    plain = kept.curves["high-cut"][-1]
    assert f"2 of its {kept.n_test} test clips" in text
    assert f"no high cut    {plain.accuracy:.1%}  {plain.n_correct} of 2" in text
    assert "10,000 Hz" in text
    assert kept.protocol in text
    assert "got 0" in cli.refuse("robustness", "--run", measured.cnn, "--clips", "0")
    assert "got 'speed'" in cli.refuse("robustness", "--run", measured.cnn, "--changes", "speed")


def test_the_job_does_the_same_and_stops_when_asked(measured: Banded, tmp_path, monkeypatch) -> None:
    folder = tmp_path / robustness_job_id(measured.cnn)
    folder.mkdir()
    spec = {"kind": "robustness", "run_id": measured.cnn, "changes": ["loudness"], "n_clips": 2}
    (folder / "spec.json").write_text(json.dumps(spec))
    assert main(folder) == 0
    progress = json.loads((folder / "progress.json").read_text())
    assert progress["state"] == "done"
    assert progress["result"] == {"n_clips": 2, "changes": ["loudness"]}
    assert load_robustness(measured.cnn) is not None
    (folder / "stop").touch()
    assert measure_for_run(measured.cnn, n_clips=2, reporter=ProgressReporter(folder)) is None
