"""One training from start to end: honest, repeatable, and never left running."""

import numpy as np
import pytest
import soundfile

from core.clips.clip import Clip
from core.clips.collection import Collection
from core.errors import RunError, SplitError
from core.evaluation.calibration import apply_temperature, fit_temperature
from core.evaluation.predictions import Predictions
from core.extraction.extract import extract
from core.extraction.store import FeatureStore, open_store
from core.features.numeric import NumericFeatures
from core.files import read_json, write_json
from core.importing.register import import_folder
from core.jobs.reporter import ProgressReporter
from core.models.build import load_model_file
from core.prediction.clips import predict_part
from core.queue.launch import train_here
from core.recipe.config import TrainingConfig
from core.runs import files, results, store
from core.runs.record import EpochRecord
from core.runs.writer import RunWriter, create_run
from core.training import checkpoint, worker
from core.training.dataset import PartData
from core.training.worker import run_training
from tests.core.conftest import SMALL_FFNN, SMALL_MEL, small_config

pytestmark = pytest.mark.usefixtures("empty_store")


def poison(collection: Collection, names: list[str]) -> None:
    """Replace the stored features of these clips by those of loud noise."""
    rng = np.random.default_rng(0)
    with open_store(collection, SMALL_MEL).writer() as writer:
        for name in names:
            writer.add(collection.clip(name), rng.uniform(-80, 0, SMALL_MEL.shape), 40)


def test_the_test_part_has_no_say_in_which_epoch_is_kept(tiny_collection: Collection) -> None:
    extract(tiny_collection, [SMALL_MEL], n_workers=1)
    config = small_config(tiny_collection, epochs=4)
    honest = train_here(config)
    split = results.load_split(honest.id)
    poison(tiny_collection, split["test"])
    poisoned = train_here(config)
    assert results.load_split(poisoned.id) == split
    assert poisoned.history == honest.history
    assert poisoned.best_epoch == honest.best_epoch
    probabilities = [
        results.load_predictions(run.id).table[list(config.genres)].to_numpy() for run in (honest, poisoned)
    ]
    assert np.abs(probabilities[0] - probabilities[1]).max() > 0.01  # the poison did reach the test
    poison(tiny_collection, split["validation"])
    assert train_here(config).history != honest.history


def test_the_same_run_twice_gives_the_same_figures(tiny_collection: Collection) -> None:
    extract(tiny_collection, [SMALL_MEL], n_workers=1)
    first, second = (train_here(small_config(tiny_collection)) for _ in range(2))
    assert first.id != second.id
    assert first.result == second.result
    assert results.load_predictions(first.id).table.equals(results.load_predictions(second.id).table)


def test_a_run_remembers_the_temperature_of_its_validation_part(tiny_collection: Collection) -> None:
    extract(tiny_collection, [SMALL_MEL], n_workers=1)
    config = small_config(tiny_collection)
    run = train_here(config)
    temperature = results.load_temperature(run.id)
    assert temperature is not None
    assert temperature.n == run.split_sizes["validation"]
    assert temperature.fitted_on == "clips of the validation set"

    def said(part: str) -> Predictions:
        clips = [tiny_collection.clip(name) for name in results.load_split(run.id)[part]]
        model = load_model_file(results.model_path(run.id))
        return predict_part(model, PartData(open_store(tiny_collection, SMALL_MEL), clips, config.genres), config)

    validation = said("validation")
    labels = np.array([config.genres.index(genre) for genre in validation.table["actual"]])
    columns = list(config.genres)
    fitted = fit_temperature(validation.table[columns].to_numpy(), labels)
    assert temperature.value == pytest.approx(fitted, rel=1e-4)
    recorded = results.load_predictions(run.id).table[columns].to_numpy()
    raw = said("test").table[columns].to_numpy()
    np.testing.assert_allclose(recorded, apply_temperature(raw, temperature.value), atol=1e-6)
    assert np.abs(recorded - raw).max() > 1e-4  # so that the line above says something


def test_without_a_validation_part_there_is_no_temperature(tiny_collection: Collection) -> None:
    extract(tiny_collection, [SMALL_MEL], n_workers=1)
    run = train_here(small_config(tiny_collection, train_on_validation=True, epochs=1))
    assert results.load_temperature(run.id) is None


def test_a_temperature_that_is_none_is_damage(tiny_collection: Collection) -> None:
    extract(tiny_collection, [SMALL_MEL], n_workers=1)
    run = train_here(small_config(tiny_collection, epochs=1))
    path = results.artifact_path(run.id, files.DETAILS)
    details = read_json(path)
    good = {"value": 1.5, "n": 4, "fitted_on": "them"}
    for damaged in (good | {"value": 0}, good | {"value": -1.0}, good | {"value": "warm"}, {"value": 1.5}, 3):
        write_json(path, details | {"temperature": damaged})
        with pytest.raises(RunError, match=r"details\.json is damaged"):
            results.load_temperature(run.id)


def test_a_clip_without_features_is_left_out_and_named(tiny_collection: Collection) -> None:
    path = tiny_collection.clip("bass.00003").path
    soundfile.write(path, np.zeros(50_000), 22_050)
    collection = import_folder(tiny_collection.root)
    extract(collection, [SMALL_MEL], n_workers=1)
    run = train_here(small_config(collection, genres=("bass", "hiss")))
    assert list(results.load_excluded(run.id)) == ["bass.00003"]
    assert "silence" in results.load_excluded(run.id)["bass.00003"]
    assert sum(run.split_sizes.values()) == 15
    assert "bass.00003" not in [name for part in results.load_split(run.id).values() for name in part]


def test_the_numeric_features_work_with_the_ffnn(tiny_collection: Collection) -> None:
    extract(tiny_collection, [NumericFeatures()], n_workers=1)
    run = train_here(small_config(tiny_collection, model=SMALL_FFNN, epochs=15, front_end=NumericFeatures()))
    assert run.result.accuracy == 1.0
    assert run.n_parameters == 16 * 16 + 16 + 16 * 3 + 3


def test_the_genres_chosen_are_renumbered(tiny_collection: Collection) -> None:
    extract(tiny_collection, [SMALL_MEL], n_workers=1)
    run = train_here(small_config(tiny_collection, genres=("treble", "hiss"), epochs=8))
    predictions = results.load_predictions(run.id)
    assert predictions.genres == ("hiss", "treble")
    assert set(predictions.table["actual"]) == {"hiss", "treble"}
    assert run.result.accuracy == 1.0


def broken(*_: object, **__: object) -> None:
    raise ZeroDivisionError("a bug")


def test_a_bug_ends_the_run_as_failed(tiny_collection: Collection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "extract", broken)
    with pytest.raises(ZeroDivisionError):
        train_here(small_config(tiny_collection))
    (run,) = store.list_runs()
    assert (run.status, run.result) == ("failed", None)
    assert run.error.startswith("Unexpected ZeroDivisionError: a bug")


def test_an_error_that_people_can_mend_ends_the_run_with_its_message(
    tiny_collection: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Enough clips when it was started; too few once it turned out that most cannot be analysed.
    def only_two(self: FeatureStore, clips: tuple[Clip, ...]) -> list[Clip]:
        return [clip for clip in clips if clip.genre != "bass" or clip.name < "bass.00002"]

    extract(tiny_collection, [SMALL_MEL], n_workers=1)
    monkeypatch.setattr(FeatureStore, "available", only_two)
    with pytest.raises(SplitError):
        train_here(small_config(tiny_collection))
    (run,) = store.list_runs()
    assert run.status == "failed"
    assert "bass has 2" in run.error


class Impatient(ProgressReporter):
    stop_requested = True


def test_a_stop_before_the_first_batch_leaves_an_interrupted_run(tiny_collection: Collection) -> None:
    config: TrainingConfig = small_config(tiny_collection)
    run_id = create_run(config, tiny_collection)
    assert run_training({"run_id": run_id, "config": config.to_dict()}, Impatient()) is None
    run = store.get_run(run_id)
    assert run.status == "interrupted"
    assert "no weights to keep" in run.error


def test_a_resumed_run_has_the_history_of_one_never_interrupted(
    tiny_collection: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    extract(tiny_collection, [SMALL_MEL], n_workers=1)
    config = small_config(tiny_collection, epochs=4)
    whole = train_here(config)
    run_id = create_run(config, tiny_collection)
    spec = {"run_id": run_id, "config": config.to_dict()}
    log_epoch = RunWriter.log_epoch

    def killed(self: RunWriter, epoch: EpochRecord) -> None:
        if epoch.epoch == 4:
            raise KeyboardInterrupt
        log_epoch(self, epoch)

    with monkeypatch.context() as patch:
        patch.setattr(checkpoint, "_SHARE_OF_TIME", float("inf"))
        patch.setattr(RunWriter, "log_epoch", killed)
        with pytest.raises(KeyboardInterrupt):
            run_training(spec, ProgressReporter())
    assert store.get_run(run_id).status == "interrupted"
    assert checkpoint.has_checkpoint(run_id)
    assert run_training({**spec, "resume": True}, ProgressReporter()) is not None
    resumed = store.get_run(run_id)
    assert resumed.status == "finished"
    assert resumed.history == whole.history
    assert resumed.result == whole.result
    assert results.load_predictions(run_id).table.equals(results.load_predictions(whole.id).table)
    assert not checkpoint.has_checkpoint(run_id)


def test_every_step_before_the_first_epoch_is_said(tiny_collection: Collection) -> None:
    extract(tiny_collection, [SMALL_MEL], n_workers=1)
    phases: list[str] = []
    train_here(
        small_config(tiny_collection, epochs=1),
        on_update=lambda progress: phases.append(progress.phase) if progress.phase not in phases[-1:] else None,
    )
    after = phases[phases.index("Reading features") :]
    assert after[:5] == [
        "Reading features",
        "Importing TensorFlow",
        "Reading features",
        "Building the network",
        "Training",
    ]
    assert after[-1] == "Testing and saving"
