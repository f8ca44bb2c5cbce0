"""A home made by an earlier Genre Lab (tests/resources/old_home) opens with all that is in it."""

import hashlib
import json
import tarfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.clips.folders import collection_folder
from core.collections.annotations import load_annotations, load_exclusions
from core.collections.registry import CollectionSummary, list_collections, load_collection
from core.errors import RunError
from core.extraction.store import FeatureStore
from core.features.table import features_from_dict
from core.home.opening import open_home
from core.prediction.song import classify_song
from core.quality.store import load_report
from core.queue.record import n_at_once, places, read_queue
from core.recipe.config import training_config_from_dict
from core.runs import results, store
from core.runs.client import open_run_store
from core.runs.record import EpochRecord
from core.search.study import list_searches, load_search
from core.splits.make import make_split
from core.training.checkpoint import CheckpointFile, has_checkpoint

RESOURCES = Path(__file__).resolve().parent.parent / "resources" / "old_home"
EXPECTED: dict[str, Any] = json.loads((RESOURCES / "expected.json").read_bytes())
RUNS: list[dict[str, Any]] = EXPECTED["runs_newest_first"]
FINISHED = [run for run in RUNS if run["status"] == "finished"]
CLASSIFYING = [run for run in FINISHED if "classified" in run]


def unpack_old_home(into: Path) -> Path:
    """The home as it was, for another place: its manifests name their folders in full."""
    with tarfile.open(RESOURCES / "old_home.tar.xz") as packed:
        packed.extractall(into, filter="data")
    home = into / "home"
    for path in (home / "data" / "collections").glob("*.json"):
        values = json.loads(path.read_bytes())
        values["root"] = values["root"].replace(EXPECTED["made_in"], str(home), 1)
        path.write_text(json.dumps(values, indent=1, ensure_ascii=False), encoding="utf-8")
    return home


@dataclass(frozen=True)
class Opened:
    """The home after it was opened: its files and their sizes, by path."""

    folder: Path
    sizes: dict[str, int]


@pytest.fixture(scope="module")
def opened_once(tmp_path_factory: pytest.TempPathFactory) -> Opened:
    folder = unpack_old_home(tmp_path_factory.mktemp("old"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GENRE_LAB_HOME", str(folder))
        patch.delenv("MLFLOW_TRACKING_URI", raising=False)
        open_home()
    files = (path for path in folder.rglob("*") if path.is_file())
    return Opened(folder, {path.relative_to(folder).as_posix(): path.stat().st_size for path in files})


@pytest.fixture(autouse=True)
def opened(opened_once: Opened, home: Path, monkeypatch: pytest.MonkeyPatch) -> Opened:
    """The opened home, in force."""
    monkeypatch.setenv("GENRE_LAB_HOME", str(opened_once.folder))
    return opened_once


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def new_place(path: str) -> str | None:
    """Where a file of the old home lies now; None for one that is written anew, or is gone for good."""
    match path.split("/"):
        case ["data", "collections", "exclusions", _]:
            return None
        case ["data", "collections", "splits", collection, name]:
            return f"data/collections/{collection}/splits/{name}"
        case ["data", "collections", name]:
            return f"data/collections/{name.removesuffix('.json')}/manifest.json"
        case ["data", ("features" | "quality") as kind, collection, *rest]:
            return "/".join(["data/collections", collection, kind, *rest])
        case ["models", "artifacts", run, *rest]:
            return "/".join(["models/runs", run, *rest])
        case ["models", "checkpoints", run, name]:
            return f"models/runs/{run}/checkpoint/{name}"
        case _:
            return path


def test_every_file_is_in_its_new_place_and_nowhere_else(opened: Opened) -> None:
    expected = {place: size for path, size in EXPECTED["tree"].items() if (place := new_place(path))}
    added = opened.sizes.keys() - expected.keys()
    assert added == {
        "data/home.json",
        "data/home.lock",
        "data/collections/toy-genres-4d094e52/annotations.json",
    }
    assert not expected.keys() - opened.sizes.keys()
    for place, size in expected.items():
        # The manifests hold the name of this test's folder, the database where the files of its runs are.
        if not place.endswith(("manifest.json", "runs.db")):
            assert opened.sizes[place] == size, place
    folders = {path.name for path in (opened.folder / "data").iterdir() if path.is_dir()}
    assert folders == {"brought", "collections", "imported"}
    assert not {"artifacts", "checkpoints", "cache"} & {path.name for path in (opened.folder / "models").iterdir()}


def stored_features(collection_id: str) -> list[dict[str, Any]]:
    whole, kept = load_collection(collection_id, with_excluded=True), load_collection(collection_id)
    found = []
    for path in sorted((collection_folder(collection_id) / "features").iterdir()):
        front_end = features_from_dict(json.loads((path / "front_end.json").read_bytes()))
        stored = FeatureStore(collection_id, front_end)
        clips = stored.available(whole.clips)
        values = stored.load(clips)
        found.append(
            {
                "identity": front_end.identity,
                "folder_name": path.name,
                "front_end": front_end.to_dict(),
                "shape": list(front_end.shape),
                "dtype": str(values.dtype),
                "n_rows": len(stored.index()),
                "available": [clip.name for clip in clips],
                "n_available_without_excluded": len(stored.available(kept.clips)),
                "failures": stored.failures(whole.clips),
                "missing": [clip.name for clip in stored.missing(whole.clips)],
                "sha256_of_available": sha256(np.ascontiguousarray(values).tobytes()),
                "sha256_of_valid_frames": sha256(np.array(stored.valid_frames(clips), dtype="<i8").tobytes()),
            }
        )
    return found


def as_found(summary: CollectionSummary, home: Path) -> dict[str, Any]:
    """A collection in the words of ``expected.json``."""
    kept, whole = load_collection(summary.id), load_collection(summary.id, with_excluded=True)
    report = load_report(summary.id)
    known = [clip for clip in whole.clips if clip.name in whole.facts]
    return {
        "id": whole.id,
        "title": whole.title,
        "kind": whole.kind,
        "source": whole.source,
        "licence": whole.licence,
        "synthetic": whole.synthetic,
        "holds": summary.holds,
        "genres": list(whole.genres),
        "counts_without_excluded": kept.counts,
        "n_clips_with_excluded": len(whole.clips),
        "n_clips_without_excluded": len(kept.clips),
        "skipped": [asdict(entry) for entry in whole.skipped],
        "facts_of_two_clips": {clip.name: whole.facts[clip.name].to_dict() for clip in (*known[:1], *known[-1:])},
        "n_facts": len(whole.facts),
        "clip_keys_of_two_clips": {clip.name: clip.key for clip in (whole.clips[0], whole.clips[-1])},
        "fingerprint_with_excluded": whole.fingerprint,
        "fingerprint_without_excluded": kept.fingerprint,
        "content_key_with_excluded": whole.content_key,
        "content_key_without_excluded": kept.content_key,
        "root_below_home": whole.root.relative_to(home).as_posix(),
        "excluded": {name: asdict(entry) for name, entry in load_exclusions(whole.id).items()},
        "features": stored_features(whole.id),
        "quality": None
        if report is None
        else {
            "fingerprint": report.fingerprint,
            "checked_at": report.checked_at,
            "n_clips": report.n_clips,
            "n_findings": len(report.findings),
            "findings": [finding.to_dict() for finding in report.findings],
        },
    }


def test_collections_features_exclusions_and_reports(opened: Opened) -> None:
    found = [as_found(summary, opened.folder) for summary in list_collections() if summary.ready]
    for collection, expected in zip(json.loads(json.dumps(found)), EXPECTED["collections"], strict=True):
        assert collection.keys() == expected.keys()
        for key in expected:
            assert collection[key] == expected[key], key
    assert all(entry.tags == () and entry.note == "" for entry in load_annotations("toy-genres-4d094e52").values())
    song = opened.folder / EXPECTED["song_classified"]
    assert song in [clip.path for clip in load_collection("toy-genres-4d094e52").clips]


def test_runs_are_all_listed_in_their_order() -> None:
    assert [run.id for run in store.list_runs()] == [run["id"] for run in RUNS]
    for run_id in EXPECTED["deleted_runs"]:
        with pytest.raises(RunError, match="no run"):
            store.get_run(run_id)


@pytest.mark.parametrize("expected", RUNS, ids=[run["name"] for run in RUNS])
def test_a_run_s_record(expected: dict[str, Any]) -> None:
    run = store.get_run(expected["id"])
    assert run.config == training_config_from_dict(expected["config"])
    assert (run.config.name, run.model_kind, run.status) == (
        expected["name"],
        expected["model_kind"],
        expected["status"],
    )
    if expected["status_as_recorded_by_mlflow"] != "RUNNING":  # of that one it is said today why it is no longer
        assert run.error == expected["error"]
    assert list(run.history) == [EpochRecord(**epoch) for epoch in expected["history"]]
    assert (None if run.result is None else json.loads(json.dumps(asdict(run.result)))) == expected["result"]
    for name in (
        "created_at",
        "collection_title",
        "collection_fingerprint",
        "synthetic",
        "best_epoch",
        "stopped_early",
        "stop_reason",
        "n_parameters",
        "split_sizes",
        "versions",
        "group",
        "group_kind",
        "group_label",
        "group_place",
    ):
        assert getattr(run, name) == expected[name], name
    assert has_checkpoint(run.id) == expected["has_checkpoint"]


@pytest.mark.parametrize("expected", FINISHED, ids=[run["name"] for run in FINISHED])
def test_a_finished_run_s_files(expected: dict[str, Any]) -> None:
    path = results.artifact_path(expected["id"], "predictions.csv")
    assert sorted(entry.name for entry in path.parent.iterdir()) == expected["files"]
    assert sha256(path.read_bytes()) == expected["sha256_of_predictions_csv"]
    predictions = results.load_predictions(expected["id"])
    assert len(predictions.table) == expected["n_predictions"]
    assert predictions.table.iloc[0].to_dict() == expected["predictions_first_row"]
    assert results.load_split(expected["id"]) == expected["split"]
    assert results.load_excluded(expected["id"]) == expected["excluded"]
    assert results.load_details(expected["id"])["typical_duration_s"] == expected["typical_duration_s"]


@pytest.mark.parametrize("expected", CLASSIFYING, ids=[run["name"] for run in CLASSIFYING])
def test_a_finished_run_classifies_as_it_did(opened: Opened, expected: dict[str, Any]) -> None:
    verdict = classify_song(opened.folder / EXPECTED["song_classified"], expected["id"])
    assert list(verdict.genres) == expected["classified"]["genres"]
    assert len(verdict.windows) == expected["classified"]["n_windows"]
    # Another processor rounds otherwise: 1e-4 is a hundredth of a percentage point.
    np.testing.assert_allclose(verdict.probabilities, expected["classified"]["probabilities"], atol=1e-4)


def test_mlflow_itself_finds_the_files_at_their_new_place(opened: Opened, tmp_path: Path) -> None:
    client = open_run_store().client
    for expected in FINISHED:
        uri = client.get_run(expected["id"]).info.artifact_uri
        assert uri == (opened.folder / "models" / "runs" / expected["id"] / "artifacts").as_uri()
        assert sorted(entry.path for entry in client.list_artifacts(expected["id"])) == expected["files"]
    fetched = Path(client.download_artifacts(expected["id"], "predictions.csv", str(tmp_path)))
    assert sha256(fetched.read_bytes()) == expected["sha256_of_predictions_csv"]
    experiment = client.get_experiment(open_run_store().experiment_id)
    assert experiment.artifact_location == (opened.folder / "models" / "runs").as_uri()


@pytest.mark.parametrize("name", ["Cut off A", "Cut off B"])
def test_an_interrupted_training_can_go_on_from_its_checkpoint(name: str) -> None:
    expected = next(run for run in RUNS if run["name"] == name)
    config = store.get_run(expected["id"]).config
    collection = load_collection(config.collection_id).subset(config.genres)
    clips = FeatureStore(collection.id, config.front_end).available(collection.clips)
    split = make_split(collection, config.split, seed=config.seed, clips=clips)
    checkpoint = CheckpointFile(expected["id"], config, [clip.name for clip in split.train]).read()
    assert checkpoint is not None
    n_epochs = len(checkpoint.history)
    assert n_epochs >= 1
    shared = min(n_epochs, expected["n_history"])
    assert list(checkpoint.history[:shared]) == [EpochRecord(**epoch) for epoch in expected["history"][:shared]]


def test_the_queue_keeps_what_waits_in_its_order() -> None:
    queue = read_queue()
    assert (n_at_once(queue), queue.note) == (EXPECTED["queue"]["n_at_once"], EXPECTED["queue"]["note"])
    found = [
        {
            "id": place.entry.id,
            "job_id": place.entry.job_id,
            "run_id": place.entry.run_id,
            "group": place.entry.group,
            "added_at": place.entry.added_at,
            "kind": place.entry.spec["kind"],
            "state": place.state,
        }
        for place in places(queue)
    ]
    assert found == EXPECTED["queue"]["entries"]


def test_searches_keep_their_trials() -> None:
    found = [
        {
            "id": search.id,
            "objective": search.spec.objective,
            "n_trials_asked": search.spec.n_trials,
            "ranges": json.loads(json.dumps([asdict(item) for item in search.spec.ranges])),
            "trials": [asdict(trial) for trial in search.trials],
            "best_trial": search.best.number if search.best else None,
            "job_state": search.progress.state if search.progress else None,
        }
        for search in map(load_search, list_searches())
    ]
    assert found == EXPECTED["searches"]


def test_it_is_moved_once(opened: Opened) -> None:
    path = opened.folder / "data" / "home.json"
    before = path.stat()
    open_home()
    assert json.loads(path.read_bytes()) == {"version": 2}
    assert path.stat().st_mtime_ns == before.st_mtime_ns
