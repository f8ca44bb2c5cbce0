"""How far probabilities can be believed, as the command line says it."""

import json

import pytest

from core.cli.main import main
from core.evaluation.calibration import calibration_text, measure_calibration, temperature_text
from core.runs import files
from core.runs.results import artifact_path, load_predictions, load_temperature
from tests.core.conftest import TrainedHome


def test_classify_and_evaluate_say_it(trained: TrainedHome, capsys: pytest.CaptureFixture[str]) -> None:
    song = str(trained.collection.clips[0].path)
    calibration = measure_calibration(load_predictions(trained.cnn))
    temperature = load_temperature(trained.cnn)
    assert temperature is not None
    for command in (["classify", song, "--run", trained.cnn], ["evaluate", "--run", trained.cnn]):
        assert main([*command, "--json"]) == 0
        values = json.loads(capsys.readouterr().out)
        assert values["calibration"]["expected_error"] == calibration.expected_error
        assert values["calibration"]["n"] == calibration.n
        assert values["calibration"]["confident"].keys() == {"threshold", "n", "n_correct", "share", "interval"}
        assert values["temperature"] == {
            "value": temperature.value, "n": temperature.n, "fitted_on": temperature.fitted_on,
        }  # fmt: skip
        assert main(command) == 0
        said = capsys.readouterr().out
        assert calibration_text(calibration) in said
        assert temperature_text(temperature) in said


def test_a_song_is_classified_though_the_test_probabilities_are_lost(
    trained: TrainedHome, capsys: pytest.CaptureFixture[str]
) -> None:
    song = str(trained.collection.clips[0].path)
    path = artifact_path(trained.ffnn, files.PREDICTIONS)
    kept = path.read_bytes()
    path.unlink()
    try:
        assert main(["classify", song, "--run", trained.ffnn, "--json"]) == 0
        assert json.loads(capsys.readouterr().out)["calibration"] is None
        assert main(["classify", song, "--run", trained.ffnn]) == 0
        assert "can be believed is not known: predictions.csv" in capsys.readouterr().out
    finally:
        path.write_bytes(kept)
