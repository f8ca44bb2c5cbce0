"""The run store: what was written is read back, wherever it lies and however the run ended."""

import json
import shutil
import socket
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from mlflow.exceptions import MlflowException
from sqlalchemy.exc import OperationalError

from core.clips.collection import Collection
from core.errors import RunError
from core.evaluation.calibration import apply_temperature
from core.evaluation.metrics import evaluate, validate_predictions, wilson_interval
from core.evaluation.predictions import TestResult
from core.extraction.store import open_store
from core.files import write_json
from core.models.build import load_model_file, predict_probabilities
from core.runs import client, results, store
from core.runs.client import open_run_store, tracking_errors
from core.runs.liveness import HEARTBEAT_LIMIT_S, job_id_of_run
from core.runs.record import EpochRecord
from core.runs.tags import CONFIG_TAG, HEARTBEAT_TAG, HOST_TAG, RECORD_TAG, write_text_tags
from core.runs.writer import RunWriter, create_run
from core.search.spec import SearchSpec, parse_ranges, save_spec, search_folder
from core.search.study import load_search, open_study, study_errors
from core.settings import REPOSITORY
from tests.core.conftest import SMALL_MEL, TrainedHome, small_config
from tests.waiting import LIMIT_S

RESULT = TestResult(n_correct=3, n=4, interval=wilson_interval(3, 4), chance=0.5, protocol="by clip")


def finish(writer: RunWriter) -> None:
    writer.finish(result=RESULT, best_epoch=1, stopped_early=False, training_s=1.5)


def test_no_store_means_no_runs_and_no_mlflow() -> None:
    code = "import sys; from core.runs.store import list_runs; print(list_runs(), 'mlflow' in sys.modules)"
    printed = subprocess.run([sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True, check=True)
    assert printed.stdout.strip() == "() False"


def test_a_finished_run_holds_everything(trained: TrainedHome) -> None:
    run = store.get_run(trained.cnn)
    assert run.status == "finished"
    assert run.config == small_config(trained.collection, name="Small CNN")
    assert run.collection_fingerprint == trained.collection.fingerprint
    assert run.split_sizes == {"train": 15, "validation": 4, "test": 5}
    assert [epoch.epoch for epoch in run.history] == [1, 2, 3]
    assert run.best_epoch == 1 + int(np.argmin([epoch.val_loss for epoch in run.history]))
    assert run.training_s > 0
    assert run.n_parameters == run.config.n_parameters
    assert {"tensorflow", "keras", "python", "scikit-learn"} <= set(run.versions)
    assert run.error == ""
    files = {path.name for path in results.model_path(run.id).parent.iterdir()}
    assert files == {
        *("config.json", "split.json", "excluded.json", "history.json"),
        *("predictions.csv", "details.json", "model.keras"),
    }
    history = json.loads(results.artifact_path(run.id, "history.json").read_bytes())
    assert [EpochRecord(**epoch) for epoch in history] == list(run.history)
    config = json.loads(results.artifact_path(run.id, "config.json").read_bytes())
    assert config["config"]["seed"] == 3
    assert config["collection"]["fingerprint"] == trained.collection.fingerprint
    details = results.load_details(run.id)
    assert list(details) == ["typical_duration_s", "typical_sr_hz", "temperature"]
    assert details["typical_duration_s"] == 2.5
    assert results.load_excluded(run.id) == {}


def test_runs_are_listed_newest_first(trained: TrainedHome) -> None:
    runs = store.list_runs()
    assert [run.id for run in runs] == [trained.ffnn, trained.cnn]
    assert runs[1] == store.get_run(trained.cnn)


def test_predictions_are_the_model_s_own_for_the_test_part(trained: TrainedHome) -> None:
    run, predictions = store.get_run(trained.cnn), results.load_predictions(trained.cnn)
    validate_predictions(predictions)
    split = results.load_split(trained.cnn)
    assert predictions.genres == trained.collection.genres
    assert predictions.table["clip"].tolist() == split["test"]
    names = [name for part in split.values() for name in part]
    assert sorted(names) == sorted(trained.collection.by_name)
    assert predictions.table["actual"].tolist() == [name.split(".")[0] for name in split["test"]]
    features = open_store(trained.collection, SMALL_MEL).load([trained.collection.clip(name) for name in split["test"]])
    temperature = results.load_temperature(trained.cnn)
    assert temperature is not None
    again = apply_temperature(
        predict_probabilities(load_model_file(results.model_path(trained.cnn)), features), temperature.value
    )
    np.testing.assert_allclose(predictions.table[list(predictions.genres)].to_numpy(), again, atol=1e-6)
    np.testing.assert_allclose(predictions.table[list(predictions.genres)].sum(axis=1), 1, atol=1e-15)
    assert run.result == evaluate(predictions, protocol=run.result.protocol)


def test_the_model_file_has_no_optimiser(trained: TrainedHome) -> None:
    n_bytes = results.model_path(trained.ffnn).stat().st_size
    assert n_bytes < 4 * store.get_run(trained.ffnn).n_parameters * 1.2 + 40_000


def test_runs_are_found_when_the_folder_is_moved(
    trained: TrainedHome, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    moved = tmp_path / "elsewhere"
    shutil.copytree(trained.folder, moved)
    before = results.load_predictions(trained.cnn).table
    monkeypatch.setenv("GENRE_LAB_HOME", str(moved))
    assert results.model_path(trained.cnn).is_relative_to(moved)
    assert results.load_predictions(trained.cnn).table.equals(before)
    assert store.get_run(trained.ffnn).status == "finished"


def test_another_tracking_address_works_and_files_are_cached(
    tiny_collection: Collection, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # where MLflow puts the files of a store that says nothing else
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{(tmp_path / 'server.db').as_posix()}")
    run_id = create_run(small_config(tiny_collection), tiny_collection)
    writer = RunWriter(run_id)
    with writer.artifacts() as folder:
        write_json(folder / "split.json", {"train": ["a"], "validation": ["b"], "test": ["c"]})
    finish(writer)
    assert results.load_split(run_id) == {"train": ["a"], "validation": ["b"], "test": ["c"]}
    assert (home / "models" / "runs" / run_id / "cache" / "split.json").is_file()
    assert [path.name for path in (home / "models" / "runs" / run_id / "cache").iterdir()] == ["split.json"]
    shutil.rmtree(tmp_path / "mlruns", ignore_errors=True)
    assert results.load_split(run_id)["test"] == ["c"]
    assert not (home / "models" / "runs.db").exists()


@pytest.mark.parametrize("name", ["a?b", "a%20b", "a#b", "a{b}c & ü", "a?mode=memory&uri=true"])
def test_a_home_of_any_name_keeps_its_runs_and_searches(
    tiny_collection: Collection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    folder = tmp_path / "around" / name
    folder.mkdir(parents=True)
    monkeypatch.setenv("GENRE_LAB_HOME", str(folder))
    monkeypatch.chdir(tmp_path)
    run_id = create_run(small_config(tiny_collection), tiny_collection)
    writer = RunWriter(run_id)
    split = {"train": ["a"], "validation": ["b"], "test": ["c"]}
    with writer.artifacts() as files:
        write_json(files / "split.json", split)
    finish(writer)
    assert [(run.id, run.status) for run in store.list_runs()] == [(run_id, "finished")]
    assert results.load_split(run_id) == split
    fetched = open_run_store().client.download_artifacts(run_id, "split.json", str(tmp_path))
    assert json.loads(Path(fetched).read_bytes()) == split
    spec = SearchSpec(config=small_config(tiny_collection), ranges=parse_ranges(["batch_size=2:4"]), n_trials=1)
    save_spec("one", spec)
    open_study("one", spec).ask()
    assert len(load_search("one").trials) == 1
    assert (folder / "models" / "runs.db").is_file()
    assert [path.name for path in search_folder("one").glob("*.db")] == ["study.db"]
    assert [path.name for path in (tmp_path / "around").iterdir()] == [name]
    assert not (tmp_path / "mlruns").exists()


def test_an_address_that_does_not_answer_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "a-file").touch()
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "nosuchscheme://somewhere")
    with pytest.raises(RunError, match="nosuchscheme"):
        store.list_runs()


def test_a_server_that_is_down_is_named_after_one_knock(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as probe:  # bound and not listening: connections are refused
        probe.bind(("127.0.0.1", 0))
        monkeypatch.setenv("MLFLOW_TRACKING_URI", f"http://me:secret@127.0.0.1:{probe.getsockname()[1]}")
        # One knock tells: MLflow, which would try for minutes, is not asked.
        monkeypatch.setattr("core.runs.client._open", lambda _: pytest.fail("MLflow was asked"))
        waits_s = []
        connect = socket.create_connection

        def knock(address, timeout):
            waits_s.append(timeout)
            return connect(address, timeout)

        monkeypatch.setattr(socket, "create_connection", knock)
        with pytest.raises(RunError, match="No response from http://") as caught:
            store.list_runs()
    assert len(waits_s) == 1
    assert waits_s[0] < 10
    assert "secret" not in str(caught.value)


def test_a_damaged_database_is_an_error_for_people(home: Path) -> None:
    (home / "models").mkdir(exist_ok=True)
    (home / "models" / "runs.db").write_bytes(b"no database" * 1000)
    with pytest.raises(RunError, match=r"runs\.db is damaged\. Put back a copy of it, or move it away"):
        store.list_runs()


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ("3500859a5d39", "older MLflow .*copy of the database.*mlflow db upgrade 'sqlite:///"),
        ("feed00beef00", "newer MLflow than .*must not be moved away: update Genre Lab"),
        (None, "not one of MLflow"),
    ],
)
@pytest.mark.usefixtures("empty_store")
def test_a_store_of_another_mlflow_is_told_with_what_to_do(home: Path, schema: str | None, words: str) -> None:
    database = home / "models" / "runs.db"
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("DELETE FROM alembic_version")
        if schema is not None:
            connection.execute("INSERT INTO alembic_version VALUES (?)", (schema,))
        connection.commit()
    # As after a restart: a store that is open stays open.
    client._open_stores.clear()
    with pytest.raises(RunError, match=words) as caught:
        store.list_runs()
    message = str(caught.value)
    assert f"of schema {schema}, expected " in message
    assert "damaged" not in message
    assert message.endswith(("'", "mlflow", "created."))


def test_an_emptied_database_beside_the_files_of_runs_is_not_taken_for_a_new_one(home: Path) -> None:
    (home / "models" / "runs" / "a" / "artifacts").mkdir(parents=True)
    (home / "models" / "runs.db").touch()
    with pytest.raises(RunError, match=r"runs\.db is empty, although the files of one run lie in .*models/runs"):
        store.list_runs()
    assert (home / "models" / "runs.db").stat().st_size == 0
    (home / "models" / "runs.db").unlink()
    assert store.list_runs() == ()
    open_run_store()  # as was advised
    assert (home / "models" / "runs.db").stat().st_size > 0
    assert store.list_runs() == ()


@pytest.mark.parametrize(
    ("met", "said"),
    [
        ("database or disk is full", "cannot be written: the disk is full. Free some space"),
        ("attempt to write a readonly database", "may not be written. Allow it"),
        ("database is locked", "is in use by another process"),
        ("unable to open database file", "cannot be opened. Check the permissions"),
    ],
)
def test_what_sqlite_meets_is_told_in_plain_words(home: Path, met: str, said: str) -> None:
    cause = OperationalError("INSERT INTO tags", {}, sqlite3.OperationalError(met))
    for error in (cause, MlflowException(f"(sqlite3.OperationalError) {met}\n[SQL: INSERT INTO tags]")):
        with pytest.raises(RunError) as caught, tracking_errors():
            raise error
        assert said in str(caught.value)
        assert "runs.db" in str(caught.value)
        assert "sqlite3" not in str(caught.value)
        with pytest.raises(RunError) as caught, study_errors("search-1"):
            raise cause
        assert said in str(caught.value)
        assert "sqlite3" not in str(caught.value)


@pytest.mark.usefixtures("empty_store")
def test_a_live_run_shows_its_epochs(tiny_collection: Collection) -> None:
    run_id = create_run(small_config(tiny_collection), tiny_collection)
    with RunWriter(run_id) as writer:
        writer.set_split_sizes({"train": 5, "validation": 2, "test": 2})
        epochs = [EpochRecord(epoch=n, loss=1 / n, accuracy=0.1 * n, val_loss=2 / n, val_accuracy=0.3) for n in (1, 2)]
        for epoch in epochs:
            writer.log_epoch(epoch)
        run = store.get_run(run_id)
        assert (run.status, run.history, run.split_sizes["train"], run.result) == ("running", tuple(epochs), 5, None)
        with pytest.raises(RunError, match="still training"):
            store.delete_run(run_id)
        with pytest.raises(RunError, match="is running: it has no results"):
            results.load_predictions(run_id)
    metrics = open_run_store().client.get_metric_history(run_id, "val_loss")
    assert [(metric.step, metric.value) for metric in metrics] == [(1, 2.0), (2, 1.0)]


@pytest.mark.usefixtures("empty_store")
def test_runs_of_another_machine_are_judged_by_their_heartbeat(tiny_collection: Collection) -> None:
    fresh, silent = (create_run(small_config(tiny_collection), tiny_collection) for _ in range(2))
    client = open_run_store().client
    for run_id, age_s in ((fresh, 5), (silent, HEARTBEAT_LIMIT_S + 5)):
        client.set_tag(run_id, HOST_TAG, "another:/home")
        client.set_tag(run_id, HEARTBEAT_TAG, repr(time.time() - age_s))
    statuses = {run.id: run.status for run in store.list_runs()}
    assert statuses == {fresh: "running", silent: "interrupted"}
    assert client.get_run(silent).info.status == "KILLED"
    assert "two minutes" in store.get_run(silent).error


@pytest.mark.usefixtures("empty_store")
def test_a_dead_job_s_run_is_interrupted_and_a_failed_one_failed(tiny_collection: Collection, home: Path) -> None:
    dead, failed = (create_run(small_config(tiny_collection), tiny_collection) for _ in range(2))
    write_json(home / "models" / "jobs" / job_id_of_run(dead) / "progress.json", {"state": "running", "pid": 2**22})
    write_json(
        home / "models" / "jobs" / job_id_of_run(failed) / "progress.json", {"state": "failed", "detail": "No space."}
    )
    by_id = {run.id: run for run in store.list_runs()}
    assert by_id[dead].status == "interrupted"
    assert "ended without a message" in by_id[dead].error
    assert (by_id[failed].status, by_id[failed].error) == ("failed", "No space.")


def test_a_deleted_run_is_gone_with_its_files(
    trained: TrainedHome, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    moved = tmp_path / "copy"
    shutil.copytree(trained.folder, moved)
    monkeypatch.setenv("GENRE_LAB_HOME", str(moved))
    other = moved / "models" / "runs" / trained.ffnn
    # Whatever else may come to belong to a run.
    for folder in (moved / "models" / "runs" / trained.cnn, other):
        (folder / "embeddings").mkdir()
        (folder / "embeddings" / "of-another-day.bin").write_bytes(b"x")
    job = moved / "models" / "jobs" / job_id_of_run(trained.cnn)
    assert job.is_dir()
    store.delete_run(trained.cnn)
    assert not job.exists()
    assert (other / "embeddings" / "of-another-day.bin").exists()
    assert [run.id for run in store.list_runs()] == [trained.ffnn]
    assert [path.name for path in (moved / "models" / "runs").iterdir()] == [trained.ffnn]
    with pytest.raises(RunError, match="no run"):
        store.get_run(trained.cnn)


@pytest.mark.parametrize("run_id", ["", "nope", "../../etc/passwd", "0" * 32])
def test_unknown_ids_are_refused(run_id: str, trained: TrainedHome) -> None:
    with pytest.raises(RunError, match="no run"):
        store.get_run(run_id)


def test_a_missing_or_damaged_file_is_named(
    trained: TrainedHome, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    moved = tmp_path / "copy"
    shutil.copytree(trained.folder, moved)
    monkeypatch.setenv("GENRE_LAB_HOME", str(moved))
    place = results.artifact_path(trained.cnn, "predictions.csv")
    header, first, *others = place.read_text().splitlines()
    clip, actual, predicted, *shares = first.split(",")
    for lines, reason in (
        ([header, ",".join([clip, "nonsense", predicted, *shares]), *others], "nonsense, which is not one of their"),
        ([header, ",".join([clip, actual, predicted, "7", *shares[1:]]), *others], "do not sum to 1"),
        ([header, first, first, *others], "was predicted more than once"),
        ([header], "There are no predictions"),
    ):
        place.write_text("\n".join(lines) + "\n")
        with pytest.raises(RunError, match=rf"predictions\.csv is damaged .*{reason}.*train again"):
            results.load_predictions(trained.cnn)
    place.write_text("song,genre\n1,2\n")
    with pytest.raises(RunError, match=r"predictions\.csv is damaged"):
        results.load_predictions(trained.cnn)
    for damage in ("{", "[]", '{"train": [], "test": []}', '{"train": 1, "validation": 1, "test": 1}'):
        results.artifact_path(trained.cnn, "split.json").write_text(damage)
        with pytest.raises(RunError, match=r"split\.json is damaged"):
            results.load_split(trained.cnn)
    results.model_path(trained.cnn).unlink()
    with pytest.raises(RunError, match=r"model\.keras.*is missing"):
        results.model_path(trained.cnn)


@pytest.mark.usefixtures("empty_store")
def test_foreign_and_damaged_runs_do_not_spoil_the_list(tiny_collection: Collection) -> None:
    good, damaged, newer = (create_run(small_config(tiny_collection), tiny_collection) for _ in range(3))
    opened = open_run_store()
    opened.client.create_run(opened.experiment_id)
    opened.client.set_tag(damaged, CONFIG_TAG, "rubbish")
    for name, value in write_text_tags(RECORD_TAG, {"history": "as of version 9"}).items():
        opened.client.set_tag(newer, name, value)
    assert [run.id for run in store.list_runs()] == [good]
    with pytest.raises(RunError, match="damaged"):
        store.get_run(damaged)


@pytest.mark.usefixtures("empty_store")
def test_listing_costs_no_request_for_each_run(tiny_collection: Collection, monkeypatch: pytest.MonkeyPatch) -> None:
    client, config = open_run_store().client, small_config(tiny_collection)
    first = create_run(config, tiny_collection)
    writer = RunWriter(first)
    for n in range(1, 31):
        writer.log_epoch(EpochRecord(epoch=n, loss=1 / n, accuracy=0.5, val_loss=1 / n, val_accuracy=0.5))
    finish(writer)
    tags = dict(client.get_run(first).data.tags)
    for _ in range(59):
        copy = client.create_run(open_run_store().experiment_id, tags=tags)
        client.set_terminated(copy.info.run_id, status="FINISHED")
    requests: list[str] = []
    for name in ("search_runs", "get_run", "get_metric_history", "list_artifacts", "download_artifacts"):
        real = getattr(type(client), name)

        def counted(self: object, *args: object, _name: str = name, _real: Any = real, **options: object) -> object:
            requests.append(_name)
            return _real(self, *args, **options)

        monkeypatch.setattr(type(client), name, counted)
    runs = store.list_runs()
    assert len(runs) == 60
    assert all(len(run.history) == 30 and run.result == RESULT for run in runs)
    assert requests == ["search_runs"]


def test_two_processes_may_make_the_store_at_once(home: Path, tiny_collection: Collection) -> None:
    code = (
        "from core.collections.registry import load_collection; from core.recipe.presets import PRESETS\n"
        "from core.runs.writer import create_run\n"
        f"collection = load_collection({tiny_collection.id!r})\n"
        "print(create_run(PRESETS['study-cnn'].configure(collection.id, collection.genres), collection))"
    )
    children = [
        subprocess.Popen([sys.executable, "-c", code], cwd=REPOSITORY, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    ids = {child.communicate(timeout=LIMIT_S)[0].strip() for child in children}
    assert [child.returncode for child in children] == [0, 0]
    assert {run.id for run in store.list_runs()} == ids
    assert len(ids) == 2
