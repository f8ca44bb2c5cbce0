"""A run's temperature: in use as trained, put aside, brought back, fitted afterwards; and all that heeds it."""

import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.cli.main import main
from core.errors import NewerVersionError, RunError
from core.evaluation.calibration import Temperature, fit_temperature, with_temperature
from core.exchange import layout
from core.exchange.pack import pack_run
from core.runs import files
from core.runs.folders import run_folder
from core.runs.results import artifact_path, load_predictions, load_run_temperature, load_split, load_temperature
from core.runs.temperature import temperature_stamp
from core.runs.temperature_changes import keep_temperature, use_temperature
from core.training.temperature import fit_for_run, why_no_temperature
from tests.core.conftest import TrainedHome, small_config


@pytest.fixture
def own(trained: TrainedHome) -> Iterator[TrainedHome]:
    """The trained home, left as it was found."""
    kept = artifact_path(trained.cnn, files.DETAILS).read_bytes()
    yield trained
    artifact_path(trained.cnn, files.DETAILS).write_bytes(kept)
    _place(trained.cnn).unlink(missing_ok=True)


def _place(run_id: str) -> Path:
    return run_folder(run_id) / "temperature.json"


def probabilities(run_id: str) -> np.ndarray:
    predictions = load_predictions(run_id)
    return predictions.table[list(predictions.genres)].to_numpy()


def test_a_temperature_is_put_aside_and_brought_back(own: TrainedHome, capsys: pytest.CaptureFixture[str]) -> None:
    trained = load_temperature(own.cnn)
    assert trained is not None
    stored, said = load_predictions(own.cnn), _classified(own, capsys)
    before = temperature_stamp(own.cnn)
    use_temperature(own.cnn, is_used=False)
    assert temperature_stamp(own.cnn) != before
    assert load_temperature(own.cnn) is None
    assert load_run_temperature(own.cnn).fitted == trained
    # Those of the model itself: at the temperature they are the stored ones again.
    raw = load_predictions(own.cnn)
    np.testing.assert_allclose(
        with_temperature(raw, trained.value).table[list(raw.genres)], stored.table[list(raw.genres)], atol=1e-9
    )
    assert raw.table["predicted"].tolist() == stored.table["predicted"].tolist()
    without = _classified(own, capsys)
    assert without["temperature"] is None
    assert said["temperature"]["value"] == trained.value
    assert without["probabilities"] != said["probabilities"]
    use_temperature(own.cnn, is_used=True)
    assert not _place(own.cnn).exists()
    np.testing.assert_array_equal(probabilities(own.cnn), stored.table[list(raw.genres)].to_numpy())
    assert _classified(own, capsys) == said


def _classified(own: TrainedHome, capsys: pytest.CaptureFixture[str]) -> dict:
    assert main(["classify", str(own.collection.clips[0].path), "--run", own.cnn, "--json"]) == 0
    values = json.loads(capsys.readouterr().out)
    return {name: values[name] for name in ("temperature", "probabilities")}


def test_a_later_temperature_takes_the_place_of_that_of_the_training(own: TrainedHome) -> None:
    raw = _raw(own.cnn)
    keep_temperature(own.cnn, Temperature(value=2.0, n=7, fitted_on="clips"))
    assert load_temperature(own.cnn) == Temperature(value=2.0, n=7, fitted_on="clips")
    expected = raw**0.5
    np.testing.assert_allclose(probabilities(own.cnn), expected / expected.sum(axis=1, keepdims=True), atol=1e-9)
    use_temperature(own.cnn, is_used=False)
    np.testing.assert_allclose(probabilities(own.cnn), raw, atol=1e-9)


def _raw(run_id: str) -> np.ndarray:
    temperature = load_temperature(run_id)
    assert temperature is not None
    powers = probabilities(run_id) ** temperature.value
    return powers / powers.sum(axis=1, keepdims=True)


def test_an_older_run_without_one_gets_it_from_its_validation_clips(own: TrainedHome) -> None:
    path = artifact_path(own.cnn, files.DETAILS)
    values = json.loads(path.read_text())
    trained = values.pop("temperature")
    path.write_text(json.dumps(values))
    assert load_run_temperature(own.cnn).fitted is None
    with pytest.raises(RunError, match="No temperature was fitted for Small CNN"):
        use_temperature(own.cnn, is_used=True)
    found = fit_for_run(own.cnn)
    assert found is not None
    # As at the end of the training: on the same clips, by the same model, but for the last bits.
    assert found.value == pytest.approx(trained["value"], rel=1e-4)
    assert (found.n, found.fitted_on) == (trained["n"], trained["fitted_on"]) == (
        len(load_split(own.cnn)["validation"]), "clips of the validation set",
    )  # fmt: skip
    assert load_temperature(own.cnn) == found


def test_the_command_line_chooses_it_and_says_so(own: TrainedHome, capsys: pytest.CaptureFixture[str]) -> None:
    temperature = load_temperature(own.cnn)
    assert temperature is not None
    unused = f"Its temperature of {temperature.value:.2f} is not in use: these are the model's own probabilities."
    assert main(["evaluate", "--run", own.cnn, "--temperature", "own"]) == 0
    assert unused in capsys.readouterr().out
    assert main(["classify", str(own.collection.clips[0].path), "--run", own.cnn]) == 0
    assert unused in capsys.readouterr().out
    assert main(["evaluate", "--run", own.cnn, "--json"]) == 0
    values = json.loads(capsys.readouterr().out)
    assert values["temperature"] is None
    assert values["unused_temperature"]["value"] == temperature.value
    assert 0 < values["chance_error"]["mean"] <= values["chance_error"]["high"] <= 1
    assert main(["evaluate", "--run", own.cnn, "--temperature", "use"]) == 0
    said = capsys.readouterr().out
    assert unused not in said
    assert "Exactly right probabilities would show" in said
    assert main(["evaluate", "--run", own.cnn, "--temperature", "fit"]) == 0
    fitted = load_temperature(own.cnn)
    assert fitted is not None
    assert fitted.value == pytest.approx(temperature.value, rel=1e-4)


def test_a_model_is_taken_away_at_the_temperature_in_use(own: TrainedHome) -> None:
    trained, stored = load_temperature(own.cnn), load_predictions(own.cnn)
    assert trained is not None
    assert _packed(own.cnn) == (trained.value, trained.value, stored.table["bass"].tolist())
    use_temperature(own.cnn, is_used=False)
    assert _packed(own.cnn) == (1.0, None, load_predictions(own.cnn).table["bass"].tolist())
    keep_temperature(own.cnn, Temperature(value=2.0, n=7, fitted_on="clips"))
    assert _packed(own.cnn) == (2.0, 2.0, load_predictions(own.cnn).table["bass"].tolist())


def _packed(run_id: str) -> tuple[float, float | None, list[float]]:
    """What a zip of the run says of its temperature, for its script and for another Genre Lab."""
    with zipfile.ZipFile(io.BytesIO(pack_run(run_id))) as archive:
        content = {name: archive.read(name) for name in archive.namelist()}
    details = json.loads(content[f"{layout.RUN}{files.DETAILS}"])
    table = pd.read_csv(io.BytesIO(content[f"{layout.RUN}{files.PREDICTIONS}"]))
    fitted = details.get("temperature")
    return (
        json.loads(content[layout.ABOUT])["temperature"], None if fitted is None else fitted["value"],
        table["bass"].tolist(),
    )  # fmt: skip


def test_validation_clips_that_tell_nothing_are_refused(own: TrainedHome) -> None:
    assert why_no_temperature(small_config(own.collection)) == ""
    assert "has also learnt from its validation clips" in why_no_temperature(
        small_config(own.collection, train_on_validation=True)
    )


def test_a_damaged_choice_and_a_newer_one_are_said(own: TrainedHome) -> None:
    for content, error, said in (
        ("{", RunError, "is damaged .* Delete it: the run is then as it was trained"),
        ('{"version": 1, "is_used": true, "temperature": {"value": -1, "n": 1, "fitted_on": ""}}', RunError, "damaged"),
        ('{"version": 2}', NewerVersionError, "newer"),
    ):
        _place(own.cnn).write_text(content)
        with pytest.raises(error, match=said):
            load_predictions(own.cnn)


def test_the_temperature_is_that_of_scipy() -> None:
    """Without the weight of a few clips, the likelihood has the maximum that scipy's root of its slope finds."""
    from scipy.optimize import brentq

    rng = np.random.default_rng(3)
    logits = rng.normal(size=(4_000, 5)) * 3
    true = np.exp(logits / 2.0)
    true /= true.sum(axis=1, keepdims=True)
    labels = (rng.random((4_000, 1)) < true.cumsum(axis=1)).argmax(axis=1)
    told = np.exp(logits)
    told /= told.sum(axis=1, keepdims=True)

    def slope(inverse: float) -> float:
        at_it = np.exp(logits * inverse)
        at_it /= at_it.sum(axis=1, keepdims=True)
        return float((logits[np.arange(4_000), labels] - (at_it * logits).sum(axis=1)).sum())

    assert fit_temperature(told, labels) == pytest.approx(1 / brentq(slope, 0.05, 5), rel=2e-3)
    assert fit_temperature(told, labels) == pytest.approx(2.0, rel=0.05)
