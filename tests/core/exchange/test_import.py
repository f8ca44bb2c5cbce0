"""Models exported and imported: what comes in is checked, built anew and entered; what was tampered with is refused."""

import io
import json
import shutil
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pandas as pd
import pytest

from core.cli.main import main
from core.errors import NewerVersionError, RunError
from core.evaluation.metrics import evaluate
from core.exchange import layout
from core.exchange.adopt import import_model, run_import_model, start_import_model
from core.exchange.pack import bundle_name, pack_run
from core.exchange.rebuild import check_weights
from core.exchange.unpack import read_parcel
from core.features.numeric import NumericFeatures
from core.jobs.reporter import ProgressReporter
from core.models.architectures import ForestConfig
from core.models.estimators import ClassicalModel
from core.models.heads import Head
from core.prediction.song import classify_song, load_model
from core.queue.launch import train_here
from core.runs import adopting, files
from core.runs.folders import run_folder
from core.runs.results import load_details, load_predictions, load_split, model_path
from core.runs.store import delete_run, get_run, list_runs
from core.runs.verdict import judge_runs
from core.runs.writer import RunWriter
from tests.core.conftest import TrainedHome, small_config


@pytest.fixture(scope="module")
def zips() -> dict[str, bytes]:
    """Zips of the runs, made once."""
    return {}


def exported(trained: TrainedHome, zips: dict[str, bytes], name: str = "cnn") -> bytes:
    if name not in zips:
        zips[name] = pack_run(getattr(trained, name))
    return zips[name]


@pytest.fixture
def elsewhere(trained: TrainedHome, home: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Goes to another, empty Genre Lab."""
    return lambda: monkeypatch.setenv("GENRE_LAB_HOME", str(home))


def changed(content: bytes, changes: Mapping[str, Any]) -> bytes:
    """The zip with entries replaced, added or (None) left out."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    for name, change in changes.items():
        if change is None:
            del entries[name]
        else:
            entries[name] = change if isinstance(change, bytes) else change(entries[name])
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, each in entries.items():
            archive.writestr(name, each)
    return made.getvalue()


def with_values(change: Callable[[dict[str, Any]], None]) -> Callable[[bytes], bytes]:
    def apply(content: bytes) -> bytes:
        values = json.loads(content)
        change(values)
        return json.dumps(values).encode()

    return apply


def test_a_zip_is_always_the_same_and_holds_what_it_promises(trained: TrainedHome) -> None:
    content = pack_run(trained.cnn)
    assert content == pack_run(trained.cnn)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = set(archive.namelist())
        card = archive.read(layout.CARD).decode()
    assert {layout.ABOUT, layout.CARD, layout.SCRIPT, files.MODEL, layout.RECORD} <= names
    assert not any(name.endswith((".skops", ".pkl")) for name in names)
    result = get_run(trained.cnn).result
    assert result is not None
    assert f"{result.n_correct:,} of {result.n:,}" in card
    assert "# Small CNN" in card


def test_a_network_comes_over_whole(
    trained: TrainedHome, zips: dict[str, bytes], elsewhere: Callable[[], None], empty_store: None
) -> None:
    content, before = exported(trained, zips), get_run(trained.cnn)
    predictions, weights = load_predictions(trained.cnn), load_model(trained.cnn).get_weights()
    clip = trained.folder / "data" / "tiny" / "bass" / "bass.00000.flac"
    said, split, details = classify_song(clip, trained.cnn), load_split(trained.cnn), load_details(trained.cnn)
    elsewhere()
    run_id = import_model(content, "mine.zip")
    run = get_run(run_id)
    assert run.id != before.id
    assert before.id in run.imported_from
    assert run.imported_from.startswith("mine.zip, where it was run ")
    assert (run.config, run.history, run.result, run.split_sizes) == (
        before.config,
        before.history,
        before.result,
        before.split_sizes,
    )
    assert run.created_at == pytest.approx(before.created_at, abs=0.002)
    assert load_predictions(run_id).table.equals(predictions.table)
    assert load_split(run_id) == split
    assert load_details(run_id) == details
    for mine, theirs in zip(load_model(run_id).get_weights(), weights, strict=True):
        np.testing.assert_array_equal(mine, theirs)
    assert classify_song(clip, run_id).probabilities == pytest.approx(said.probabilities, abs=1e-6)
    with pytest.raises(RunError, match=f"here already: run {run_id[:6]} was imported from the same run"):
        import_model(content, "again.zip")
    # What was imported can be exported and judged like any run, and deleted.
    assert read_parcel(pack_run(run_id), "x.zip").run.result == before.result
    delete_run(run_id)
    assert list_runs() == ()


def test_a_classical_model_comes_over_as_plain_arrays(
    trained: TrainedHome, home: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("GENRE_LAB_HOME", str(shutil.copytree(trained.folder, tmp_path / "there")))
    config = small_config(
        trained.collection, front_end=NumericFeatures(), model=ForestConfig(n_trees=5), name="Small forest"
    )
    there = train_here(config)
    content = pack_run(there.id)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert files.HEAD in archive.namelist()
        assert files.MODEL not in archive.namelist()
    clip = trained.folder / "data" / "tiny" / "hiss" / "hiss.00000.flac"
    said = classify_song(clip, there.id).probabilities
    monkeypatch.setenv("GENRE_LAB_HOME", str(home))
    run_id = import_model(content, "forest.zip")
    model = load_model(run_id)
    assert isinstance(model, ClassicalModel)
    assert isinstance(model.estimator, Head)
    assert model_path(run_id).name == files.HEAD
    assert classify_song(clip, run_id).probabilities == pytest.approx(said, abs=1e-6)
    for name in ("feature", "right", "roots"):
        with pytest.raises(RunError, match="a tree leads"):
            import_model(changed(content, {files.HEAD: beyond(name), layout.RECORD: other_id}), "x.zip")
    with pytest.raises(RunError, match=r"expected numbers in 'coef\.npy'"):
        import_model(changed(content, {files.HEAD: pickled(), layout.RECORD: other_id}), "x.zip")
    assert [run.id for run in list_runs()] == [run_id]


other_id = with_values(lambda values: values.update(id="f" * 32))


def beyond(name: str) -> Callable[[bytes], bytes]:
    """An array that leads beyond the end."""

    def change(content: bytes) -> bytes:
        with np.load(io.BytesIO(content)) as stored:
            arrays = dict(stored)
        arrays[name] = arrays[name].copy()
        arrays[name][0] = 10**6
        made = io.BytesIO()
        np.savez(made, **arrays)
        return made.getvalue()

    return change


def pickled() -> bytes:
    made = io.BytesIO()
    np.savez(made, coef=np.array([{"a": 1}], dtype=object))
    return made.getvalue()


def test_the_verdict_takes_an_imported_run_like_any_other(
    trained: TrainedHome, zips: dict[str, bytes], elsewhere: Callable[[], None], empty_store: None
) -> None:
    one, other = exported(trained, zips), exported(trained, zips, "ffnn")
    expected = judge_runs([get_run(trained.cnn), get_run(trained.ffnn)])
    elsewhere()
    runs = [get_run(import_model(each, "x.zip")) for each in (one, other)]
    found = judge_runs(runs)
    assert found.pairs[0].paired == expected.pairs[0].paired
    again = get_run(import_model(changed(one, {layout.RECORD: other_id}), "x.zip"))
    assert [run.config.name for run in (*runs, again)] == ["Small CNN", "Small FFNN", "Small CNN 2"]


def test_what_people_wrote_beside_a_run_stays_at_home(trained: TrainedHome, zips: dict[str, bytes]) -> None:
    with zipfile.ZipFile(io.BytesIO(exported(trained, zips))) as archive:
        record = json.loads(archive.read(layout.RECORD))
    assert not {"tags", "note", "archived", "group"} & set(record)
    noted = with_values(lambda values: values.update(note="<b>", tags=["x"], archived=True, group="y"))
    run = read_parcel(changed(exported(trained, zips), {layout.RECORD: noted}), "x.zip").run
    assert (run.note, run.tags, run.archived, run.group) == ("", (), False, "")


def keras_with(change: Callable[[dict[str, Any]], None]) -> Callable[[bytes], bytes]:
    return lambda content: changed(content, {"config.json": with_values(change)})


def first_dense(values: dict[str, Any]) -> dict[str, Any]:
    return next(layer for layer in values["config"]["layers"] if layer["class_name"] == "Dense")


def make_lambda(values: dict[str, Any]) -> None:
    layer = first_dense(values)
    layer["class_name"] = "Lambda"
    layer["config"] = {"name": layer["config"]["name"], "function": {"class_name": "__lambda__", "config": {}}}


def with_verdicts(change: Callable[[pd.DataFrame], pd.DataFrame]) -> Callable[[bytes], bytes]:
    return lambda content: change(pd.read_csv(io.BytesIO(content))).to_csv(index=False).encode()


GENRES = ["bass", "hiss", "treble"]
HOSTILE: dict[str, tuple[dict[str, Any], str]] = {
    "no zip": ({}, ""),
    "no such file of it": ({layout.ABOUT: None}, "has no model.json: expected a model that Genre Lab has exported"),
    "another format": ({layout.ABOUT: b'{"format": "other"}'}, "expected format 'genre-lab-model', got 'other'"),
    "no record": ({layout.RECORD: None}, "run/run.json is missing"),
    "no JSON": ({layout.RECORD: b"{"}, "x.zip cannot be imported: Expecting property name"),
    "deep JSON": ({f"run/{files.DETAILS}": b"[" * 200_000}, "x.zip cannot be imported"),
    "a collection's id that is a path": (
        {layout.RECORD: with_values(lambda v: v["config"].update(collection_id="../../etc"))},
        "id of its collection: expected letters, digits and hyphens, got '../../etc'",
    ),
    "an accuracy of its own": (
        {f"run/{files.PREDICTIONS}": lambda content: content.replace(b"bass", b"brass")},
        "its predictions: expected the columns clip, actual, predicted and its genres, got clip",
    ),
    "verdicts that do not follow from probabilities": (
        {f"run/{files.PREDICTIONS}": with_verdicts(lambda table: table.assign(predicted=table[GENRES].idxmin(axis=1)))},
        "x.zip cannot be imported: its predictions: expected the most probable genre as the predicted one, got another",
    ),
    "no verdict": (
        {f"run/{files.PREDICTIONS}": with_verdicts(lambda table: table.head(0))},
        r"x.zip cannot be imported: There are no predictions to evaluate\. Export it again",
    ),
    "no result": (
        {layout.RECORD: with_values(lambda v: v.update(result=None))},
        "x.zip cannot be imported: The record is not from this version",
    ),
    "a clip as long as nothing": (
        {f"run/{files.DETAILS}": b'{"typical_duration_s": 0}'},
        "typical_duration_s: expected seconds of a clip, got 0",
    ),
    "a million units": (
        {layout.RECORD: with_values(lambda v: v["config"]["model"].update(dense=[4096] * 6))},
        "its model is refused .expected the weights of",
    ),
    "another network": (
        {files.MODEL: keras_with(lambda v: first_dense(v)["config"].update(activation="tanh"))},
        "its layers are not those that its settings describe .dense_1: expected activation 'relu', got 'tanh'",
    ),
    "code": ({files.MODEL: keras_with(make_lambda)}, "its layers are not those that its settings describe"),
    "weights that are none": ({files.MODEL: b"PK"}, "it is no file of Keras 3"),
    "a path out of it": ({"../../evil.py": b"x"}, "holds an entry with a path with"),
    "an absolute path": ({"/etc/evil": b"x"}, "holds an entry with an absolute path"),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_what_was_tampered_with_is_refused_in_words(
    what: str,
    trained: TrainedHome,
    zips: dict[str, bytes],
    elsewhere: Callable[[], None],
    empty_store: None,
    home: Path,
    tmp_path: Path,
) -> None:
    content = exported(trained, zips)
    elsewhere()
    changes, message = HOSTILE[what]
    given = changed(content, changes) if changes else b"GIF89a"
    before = set(tmp_path.rglob("*"))
    with pytest.raises(RunError, match=message or "x.zip is not a zip"):
        import_model(given, "x.zip")
    assert list_runs() == ()
    new = {path.name for path in set(tmp_path.rglob("*")) - before}
    assert not {"evil.py", "evil"} & new
    assert not list(home.glob("models/runs/*"))


def test_a_newer_version_is_said_to_be_newer(trained: TrainedHome, zips: dict[str, bytes]) -> None:
    newer = with_values(lambda values: values.update(version=layout.VERSION + 1))
    with pytest.raises(NewerVersionError, match=r"x\.zip was exported by a newer Genre Lab: expected version 1, got 2"):
        read_parcel(changed(exported(trained, zips), {layout.ABOUT: newer}), "x.zip")
    with pytest.raises(RunError, match="expected version 1, got 'a'"):
        read_parcel(
            changed(exported(trained, zips), {layout.ABOUT: with_values(lambda v: v.update(version="a"))}), "x.zip"
        )


def test_a_file_that_unpacks_to_far_more_than_itself_is_refused(
    trained: TrainedHome, zips: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    bomb = changed(exported(trained, zips), {f"run/{files.SPLIT}": b" " * 3_000_000})
    monkeypatch.setattr(layout, "MOST_JSON_BYTES", 2_000_000)
    with pytest.raises(RunError, match=r"run/split.json in x.zip is larger than the 2 MB that are read of it"):
        read_parcel(bomb, "x.zip")
    many = changed(exported(trained, zips), {f"{number}": b"" for number in range(70)})
    with pytest.raises(RunError, match=r"x\.zip has more than 60 entries"):
        read_parcel(many, "x.zip")


def test_the_accuracy_is_counted_anew(trained: TrainedHome, zips: dict[str, bytes]) -> None:
    boasting = with_values(lambda values: values["result"].update(n_correct=10**6, n=10**6, interval=[1.0, 1.0]))
    run = read_parcel(changed(exported(trained, zips), {layout.RECORD: boasting}), "x.zip").run
    assert run.result is not None
    assert run.result == evaluate(load_predictions(trained.cnn), protocol=run.result.protocol)


def test_an_import_that_was_cut_short_is_no_reason_against_another(
    trained: TrainedHome,
    zips: dict[str, bytes],
    elsewhere: Callable[[], None],
    empty_store: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    content = exported(trained, zips)
    elsewhere()
    run = read_parcel(content, "x.zip").run
    left = adopting._enter(run, "x.zip")  # as where the process is killed before the files are written
    RunWriter(left).interrupt("Killed.")
    made = import_model(content, "x.zip")
    assert (get_run(left).status, get_run(made).status) == ("interrupted", "finished")
    with pytest.raises(RunError, match=f"is here already: run {made[:6]} was imported from the same run"):
        import_model(content, "x.zip")


def test_a_zip_of_the_folder_is_read_too(trained: TrainedHome, zips: dict[str, bytes]) -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(exported(trained, zips))) as archive, zipfile.ZipFile(made, "w") as repacked:
        for name in archive.namelist():
            repacked.writestr(f"my model/{name}", archive.read(name))
        repacked.writestr("__MACOSX/my model/._README.md", b"x")
    assert read_parcel(made.getvalue(), "x.zip").run.id == trained.cnn


def test_weights_that_lead_elsewhere_are_refused(tmp_path: Path) -> None:
    def weights(write: Callable[[Any], None]) -> bytes:
        place = tmp_path / "w.h5"
        with h5py.File(place, "w") as opened:
            write(opened)
        return place.read_bytes()

    check_weights(weights(lambda h5: h5.create_dataset("a", data=np.zeros(4, np.float32))), most_bytes=16)
    cases: list[tuple[Callable[[Any], None], str]] = [
        (lambda h5: h5.__setitem__("a", h5py.ExternalLink("/etc/passwd", "/")), "a link to elsewhere"),
        (lambda h5: h5.__setitem__("a", h5py.SoftLink("/b")), "a link to elsewhere"),
        (lambda h5: h5.create_dataset("a", (4,), "f4", external=[("/etc/passwd", 0, 16)]), "more than plain numbers"),
        (lambda h5: h5.create_dataset("a", data="text"), "more than plain numbers"),
        (lambda h5: h5.create_dataset("a", (10**12,), "f4", chunks=(100,), compression="gzip"), "take more than the"),
    ]
    for write, message in cases:
        with pytest.raises(ValueError, match=message):
            check_weights(weights(write), most_bytes=16)
    with pytest.raises(ValueError, match="damaged"):
        check_weights(b"\x89HDF\r\n\x1a\n" + bytes(100), most_bytes=16)


def test_an_upload_is_imported_by_a_job_and_removed(
    trained: TrainedHome,
    zips: dict[str, bytes],
    elsewhere: Callable[[], None],
    empty_store: None,
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    content = exported(trained, zips)
    elsewhere()
    started: list[dict[str, Any]] = []
    monkeypatch.setattr("core.exchange.adopt.start_job", lambda _, spec: started.append(spec))
    job_id = start_import_model(content, "m.zip")
    folder = home / "models" / "jobs" / job_id
    assert (folder / "model.zip").read_bytes() == content
    assert run_import_model(started[0], ProgressReporter()) == {"run_id": list_runs()[0].id}
    assert not (folder / "model.zip").exists()


def test_the_command_exports_and_imports(
    trained: TrainedHome,
    elsewhere: Callable[[], None],
    empty_store: None,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    place = tmp_path / "m.zip"
    assert main(["model", "--export", trained.ffnn, "--out", str(place), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "run_id": trained.ffnn,
        "file": str(place),
        "bytes": place.stat().st_size,
    }
    assert bundle_name(get_run(trained.ffnn)) == f"genre-lab-small-ffnn-{trained.ffnn[:6]}.zip"
    for arguments, message in (
        (["--export", trained.ffnn, "--out", str(place)], f"{place} is there already"),
        (["--export", trained.ffnn, "--out", "m.rar"], "expected the name of a zip"),
        (["--import", str(tmp_path)], "is a folder; expected a zip"),
        (["--import", str(tmp_path / "none.zip")], "There is no file none.zip"),
        (["--import", str(place)], f"here already: it is run {trained.ffnn[:6]}, Small FFNN"),
        (["--import", str(place), "--overwrite"], "belong to --export"),
    ):
        assert main(["model", *arguments]) == 2
        assert message in capsys.readouterr().err
    elsewhere()
    assert main(["model", "--import", str(place)]) == 0
    run = list_runs()[0]
    assert f"imported from m.zip, where it was run {trained.ffnn}" in capsys.readouterr().out
    assert run_folder(run.id).is_dir()
