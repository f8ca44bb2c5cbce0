"""What the code of the day finds in the small home, as plain values."""

import hashlib
import json
import os
import sqlite3
import tarfile
from pathlib import Path

import numpy as np


def unpack(archive: Path, into: Path) -> Path:
    """The home in another place, as a test has it: roots of the collections point to where it lies now."""
    with tarfile.open(archive) as packed:
        packed.extractall(into, filter="data")
    home = into / "home"
    for manifest in (home / "data" / "collections").glob("*.json"):
        values = json.loads(manifest.read_bytes())
        for field in ("root", "folder"):
            if values.get(field):
                values[field] = values[field].replace("/work/oldhome/home", str(home), 1)
        manifest.write_text(json.dumps(values, indent=1, ensure_ascii=False), encoding="utf-8")
    return home


def sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def stores_of(collection_id: str) -> list[dict]:
    """Every front end whose features are stored: identity, configuration, rows, failures, sum of the values."""
    from core.collections.registry import load_collection
    from core.features.frontends import front_end_from_dict
    from core.features.store import FeatureStore
    from core.settings import load_settings

    whole = load_collection(collection_id, with_excluded=True)
    kept = load_collection(collection_id)
    found = []
    for path in sorted((load_settings().data_dir / "features" / collection_id).iterdir()):
        front_end = front_end_from_dict(json.loads((path / "front_end.json").read_bytes()))
        store = FeatureStore(collection_id, front_end)
        clips = store.available(whole.clips)
        values = store.load(clips)
        found.append(
            {
                "identity": front_end.identity,
                "folder_name": path.name,
                "front_end": front_end.to_dict(),
                "shape": list(front_end.shape),
                "dtype": str(values.dtype),
                "n_rows": len(store.index()),
                "available": [clip.name for clip in clips],
                "n_available_without_excluded": len(store.available(kept.clips)),
                "failures": store.failures(whole.clips),
                "missing": [clip.name for clip in store.missing(whole.clips)],
                "sha256_of_available": sha(np.ascontiguousarray(values).tobytes()),
                "sha256_of_valid_frames": sha(np.array(store.valid_frames(clips), dtype="<i8").tobytes()),
            }
        )
    return found


def expected_collection(summary) -> dict:
    from dataclasses import asdict

    from core.collections.exclusions import load_exclusions
    from core.collections.registry import load_collection
    from core.quality.store import load_report

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
        "facts_of_two_clips": {clip.name: whole.facts[clip.name].to_dict() for clip in (known[0], known[-1])} if known else {},
        "n_facts": len(whole.facts),
        "clip_keys_of_two_clips": {clip.name: clip.key for clip in (whole.clips[0], whole.clips[-1])},
        "fingerprint_with_excluded": whole.fingerprint,
        "fingerprint_without_excluded": kept.fingerprint,
        "content_key_with_excluded": whole.content_key,
        "content_key_without_excluded": kept.content_key,
        "root_below_home": str(whole.root).partition("/home/")[2],
        "excluded": {name: asdict(entry) for name, entry in load_exclusions(whole.id).items()},
        "features": stores_of(whole.id),
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


def expected_run(run, raw_status: str, song: Path) -> dict:
    from dataclasses import asdict

    from core.classification import classify_song
    from core.runs.store import artifact_path, load_details, load_excluded, load_predictions, load_split
    from core.training.checkpoint import has_checkpoint

    values = {
        "id": run.id,
        "name": run.config.name,
        "model_kind": run.model_kind,
        "status_as_recorded_by_mlflow": raw_status,
        "status": run.status,
        "error": run.error,
        "created_at": run.created_at,
        "config": run.config.to_dict(),
        "collection_title": run.collection_title,
        "collection_fingerprint": run.collection_fingerprint,
        "synthetic": run.synthetic,
        "n_history": len(run.history),
        "history": [asdict(epoch) for epoch in run.history],
        "best_epoch": run.best_epoch,
        "stopped_early": run.stopped_early,
        "stop_reason": run.stop_reason,
        "n_parameters": run.n_parameters,
        "split_sizes": run.split_sizes,
        "result": None if run.result is None else asdict(run.result),
        "versions": run.versions,
        "group": run.group,
        "group_kind": run.group_kind,
        "group_label": run.group_label,
        "group_place": run.group_place,
        "has_checkpoint": has_checkpoint(run.id),
    }
    if run.status == "finished":
        predictions = load_predictions(run.id)
        path = artifact_path(run.id, "predictions.csv")
        values |= {
            "files": sorted(entry.name for entry in path.parent.iterdir()),
            "sha256_of_predictions_csv": sha(path.read_bytes()),
            "predictions_first_row": predictions.table.iloc[0].to_dict(),
            "n_predictions": len(predictions.table),
            "split": load_split(run.id),
            "excluded": load_excluded(run.id),
            "typical_duration_s": load_details(run.id)["typical_duration_s"],
        }
        if all(front_end.from_audio for front_end in run.config.front_ends):
            verdict = classify_song(song, run.id)
            values["classified"] = {
                "genres": list(verdict.genres),
                "probabilities": list(verdict.probabilities),
                "n_windows": len(verdict.windows),
                "warning": verdict.warning,
            }
    return values


def expect(place: Path) -> None:
    """Opens the archive that lies there in another place and writes down what the code of the day finds in it."""
    import shutil
    from dataclasses import asdict

    check = place / "check"
    shutil.rmtree(check, ignore_errors=True)
    check.mkdir()
    home = unpack(place / "old_home.tar.xz", check)
    os.environ.update(GENRE_LAB_HOME=str(home), GENRE_LAB_PRETRAINED="", GENRE_LAB_MEASURE="0")
    from core.collections.registry import list_collections, load_collection
    from core.queue.record import n_at_once, places, read_queue
    from core.runs.store import list_runs
    from core.search.study import list_searches, load_search

    tree = {str(path.relative_to(home)): path.stat().st_size for path in sorted(home.rglob("*")) if path.is_file()}
    with sqlite3.connect(f"file:{home}/models/runs.db?mode=ro", uri=True) as connection:
        rows = connection.execute("SELECT run_uuid, status, lifecycle_stage FROM runs").fetchall()
    connection.close()
    recorded = {run_id: (status, stage) for run_id, status, stage in rows}
    summaries = [summary for summary in list_collections() if summary.ready]
    folder = next(load_collection(summary.id) for summary in summaries if summary.kind == "folder")
    song = folder.clips[0].path
    queue = read_queue()
    expected = {
        "made_by_commit": "c7dd2cc",
        "made_in": "/work/oldhome/home",
        "song_classified": str(song.relative_to(home)),
        "collections": [expected_collection(summary) for summary in summaries],
        "runs_newest_first": [expected_run(run, recorded[run.id][0], song) for run in list_runs()],
        "deleted_runs": [run_id for run_id, (_, stage) in recorded.items() if stage != "active"],
        "queue": {
            "n_at_once": n_at_once(queue),
            "note": queue.note,
            "entries": [
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
            ],
        },
        "searches": [
            {
                "id": search.id,
                "objective": search.spec.objective,
                "n_trials_asked": search.spec.n_trials,
                "ranges": [asdict(item) for item in search.spec.ranges],
                "trials": [asdict(trial) for trial in search.trials],
                "best_trial": search.best.number if search.best else None,
                "job_state": search.progress.state,
            }
            for search in map(load_search, list_searches())
        ],
        "calibration": json.loads((home / "models" / "calibration.json").read_bytes()),
        "tree": tree,
    }
    text = json.dumps(expected, indent=1, ensure_ascii=False, allow_nan=False)
    (place / "expected.json").write_text(text, encoding="utf-8")
    print(f"expected.json: {len(text):,} characters; {len(expected['runs_newest_first'])} runs")
    for run in expected["runs_newest_first"]:
        result = run["result"]
        print(run["id"][:6], run["name"], run["model_kind"], run["status"], run["n_history"], f"{result['n_correct']}/{result['n']}" if result else run["error"], run.get("classified", {}).get("probabilities"))
