"""Makes the small home that is kept as a test resource, and says what is in it.

Run with the code of the day the home stands for (commit c7dd2cc of 26 November 2026), from its repository's root:

    python make_old_home.py make                     # the home itself, in PLACE/home
    python make_old_home.py pack                     # when `make` has ended: VACUUM, then old_home.tar.xz
    python make_old_home.py expect                   # unpacks it elsewhere and writes expected.json with this code

All sound is synthesised here: no recording is used. The clips' times are whole seconds, so that an archive keeps them.
"""

import csv
import hashlib
import io
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import tarfile
import time
import zipfile
from pathlib import Path

import numpy as np

PLACE = Path("/work/oldhome")
SR_HZ = 8_000
MADE_AT = 1_790_000_000
"""Unix time of every sound file, in whole seconds."""
N_CLIPS = 10


# --- the material


def bass(rng: random.Random, time_s: np.ndarray) -> np.ndarray:
    """A low tone with some overtones."""
    hz = rng.uniform(70, 130)
    return sum(np.sin(2 * np.pi * hz * k * time_s) / k**2 for k in (1, 2, 3))


def bell(rng: random.Random, time_s: np.ndarray) -> np.ndarray:
    """High partials that die away, struck twice."""
    hz = rng.uniform(900, 1400)
    since = time_s % 0.75
    return sum(np.sin(2 * np.pi * hz * k * since) * np.exp(-3 * k * since) / k for k in (1.0, 1.51, 2.17))


def chirp(rng: random.Random, time_s: np.ndarray) -> np.ndarray:
    """A tone that rises from 300 Hz again and again."""
    every = rng.uniform(0.3, 0.6)
    since = time_s % every
    return np.sin(2 * np.pi * (300 * since + rng.uniform(1200, 2000) * since**2 / every))


def wav(samples: np.ndarray) -> bytes:
    """A mono WAV of unsigned 8 bits."""
    import soundfile

    stream = io.BytesIO()
    soundfile.write(stream, samples.astype(np.float32), SR_HZ, format="WAV", subtype="PCM_U8")
    return stream.getvalue()


def archive(path: Path) -> None:
    """A zip of a folder collection: 3 genres, a silent clip, a repeat, two files that are skipped, facts."""
    rng = random.Random(8)
    files: dict[str, bytes] = {}
    facts = [["clip", "artist", "title", "group", "partition", "session"]]
    for genre, play in (("bass", bass), ("bell", bell), ("chirp", chirp)):
        for number in range(N_CLIPS):
            time_s = np.arange(round(rng.uniform(1.5, 2.1) * SR_HZ)) / SR_HZ
            samples = play(rng, time_s)
            files[f"{genre}/{genre}.{number:05d}.wav"] = wav(0.7 * samples / np.abs(samples).max())
            known = number % 3 < 2
            facts.append(
                [
                    f"{genre}.{number:05d}",
                    f"The {genre.title()} Machine {number // 2}" if known else "",
                    f"Étude no. {number + 1}" if known else "",
                    f"{genre} pair" if number in (4, 5) else "",
                    "",
                    f"session {number % 5 + 1}",
                ]
            )
    files["bell/bell.00010.wav"] = files["bell/bell.00009.wav"]
    files["bass/bass.00010.wav"] = wav(np.zeros(2 * SR_HZ))
    files["bass/notes.txt"] = b"No sound.\n"
    files["chirp/broken.wav"] = b"RIFF, but not really"
    facts.append(["nobody.00000", "Nobody", "", "", "", ""])
    stream = io.StringIO()
    csv.writer(stream).writerows(facts)
    files["clips.csv"] = stream.getvalue().encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, content in sorted(files.items()):
            zipped.writestr(zipfile.ZipInfo(f"toy-genres/{name}", (2026, 9, 21, 12, 0, 0)), content)


def table(path: Path) -> None:
    """A table of four columns of a collection's own, with artists and a column of words."""
    rng = random.Random(9)
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["filename", "loudness_db", "tempo_bpm", "brightness_hz", "roughness", "artist", "studio", "label"])
        for genre, tempo, bright in (("calm", 70, 900), ("lively", 130, 2400)):
            for number in range(12):
                row = [rng.gauss(-20, 3), rng.gauss(tempo, 15), rng.gauss(bright, 300), rng.random()]
                writer.writerow(
                    [f"{genre}.{number:05d}", *(f"{value:.4f}" for value in row), f"Artist {number // 3}", f"studio {'AB'[number % 2]}", genre]
                )
        writer.writerow(["calm.00012", "", "70", "800", "0.5", "", "studio A", "calm"])


def arrays(path: Path) -> None:
    """Spectrograms of 8 bands and 20 frames that nobody says how they were made."""
    rng = np.random.default_rng(10)
    names, genres, level = [], [], []
    for genre, band in (("high", 6), ("low", 1)):
        for number in range(8):
            picture = rng.normal(-60, 4, (8, 20))
            picture[band] += 30
            names.append(f"{genre}.{number:05d}")
            genres.append(genre)
            level.append(picture.round(1))
    about = {"title": "Pictures of tones", "source": "Made by a script", "licence": "CC0", "synthetic": True}
    np.savez_compressed(
        path, level=np.array(level, np.float32), clip=np.array(names), genre=np.array(genres), about=np.array(json.dumps(about))
    )


# --- the home


def command(*arguments: str) -> dict:
    """What ``python -m core`` answers."""
    done = subprocess.run([sys.executable, "-m", "core", *arguments, "--json"], check=True, capture_output=True, text=True)
    return json.loads(done.stdout)


def wait_for(condition, what: str, limit_s: float = 240.0) -> None:
    started = time.monotonic()
    while not condition():
        if time.monotonic() - started > limit_s:
            raise SystemExit(f"waited too long for {what}")
        time.sleep(0.3)
    print(f"{time.strftime('%H:%M:%S')} {what}", flush=True)


def make_collections() -> tuple[str, str, str]:
    """Ids of the folder collection, the table and the spectrograms."""
    from core.collections.registry import load_collection, rescan_collection
    from core.settings import load_settings

    data = load_settings().data_dir
    (data / "brought").mkdir(parents=True)
    zipped = PLACE / "toy-genres.zip"
    archive(zipped)
    folder_id = command("collections", "--import", str(zipped), "--title", "Toy genres")["id"]
    zipped.unlink()
    for path in load_collection(folder_id).root.rglob("*"):
        if path.is_file():
            os.utime(path, (MADE_AT, MADE_AT))
    rescan_collection(folder_id)
    table(data / "brought" / "moods.csv")
    arrays(data / "brought" / "pictures.npz")
    table_id = command("collections", "--import", str(data / "brought" / "moods.csv"), "--title", "Moods")["id"]
    arrays_id = command("collections", "--import", str(data / "brought" / "pictures.npz"))["id"]
    return folder_id, table_id, arrays_id


def check_quality(collection_id: str) -> None:
    """The check as the page starts it; then two clips are excluded as its buttons do."""
    from core.collections.exclusions import exclude_clips, load_exclusions
    from core.collections.registry import load_collection
    from core.jobs import read_progress
    from core.quality.check import quality_job_id, start_check
    from core.quality.findings import EXACT, clips_to_exclude, exclusion_reason, worth_of
    from core.quality.store import load_report

    start_check(collection_id)
    wait_for(lambda: read_progress(quality_job_id(collection_id)).ended, "quality check")
    report, whole = load_report(collection_id), load_collection(collection_id, with_excluded=True)
    exact = [finding for finding in report.findings if finding.kind == EXACT]
    todo = clips_to_exclude(exact, load_exclusions(collection_id), worth=worth_of(whole.clips, report.findings))
    assert len(todo) == 1, todo
    exclude_clips(collection_id, todo, all_names=whole.by_name)
    short = next(finding for finding in report.findings if finding.kind == "short" and finding.clip.startswith("chirp"))
    exclude_clips(collection_id, {short.clip: exclusion_reason(short, short.clip)}, all_names=whole.by_name)


def make_runs(folder_id: str, table_id: str, arrays_id: str) -> None:
    """Finished, failed, deleted, searched, grouped; at the end two that are interrupted and two that wait."""
    from core.collections.registry import load_collection
    from core.experiments.groups import seed_configs, start_group
    from core.features.frontends import MelSpectrogram, NumericFeatures
    from core.jobs import read_progress
    from core.models.config import CnnConfig, FfnnConfig, TrainingConfig
    from core.models.architectures import HybridConfig, LogisticConfig, SvmConfig
    from core.queue.control import move, set_n_at_once
    from core.queue.dispatch import supervisor_log
    from core.queue.record import places, read_queue
    from core.runs.liveness import job_id_of_run
    from core.runs.record import EpochRecord
    from core.runs.store import delete_run, get_run, list_runs
    from core.runs.writer import RunWriter, create_run
    from core.search.control import search_progress, start_search
    from core.search.spec import Range, SearchSpec
    from core.splits.config import SplitConfig
    from core.splits.own_file import keep_split_file
    from core.training.checkpoint import has_checkpoint
    from core.training.launch import start_training, train_here
    from core.training.settings import AugmentationConfig, SegmentConfig

    folder = load_collection(folder_id)
    mel = small_mel()
    cnn = CnnConfig(filters=(4,), pool=(4, 8), dense=(8,))
    sound = {"collection_id": folder_id, "genres": folder.genres, "front_end": mel, "model": cnn, "learning_rate": 0.01, "seed": 3}
    numeric = {**sound, "front_end": NumericFeatures(), "model": FfnnConfig(units=(8,))}

    def trained(**config) -> str:
        run = train_here(TrainingConfig(**config))
        print(time.strftime("%H:%M:%S"), run.config.name, run.status, flush=True)
        return run.id

    trained(**sound, name="Tiny CNN", epochs=3, augmentation=AugmentationConfig(n_time_masks=1, time_mask=0.1))
    trained(**numeric, name="Tiny FFNN", epochs=3, numeric_scaling="power", split=SplitConfig(protocol="group", group_column="session"))
    parts = [["clip", "part"]] + [
        [f"{clip.name}.wav", ("train", "train", "train", "valid", "test")[place % 5]] for place, clip in enumerate(folder.clips)
    ]
    content = "".join(f"{clip},{part}\n" for clip, part in parts).encode()
    kept = keep_split_file(folder_id, folder.by_name, content, name="my parts.csv")
    by_file = SplitConfig(protocol="file", file=kept.id, file_name=kept.name)
    trained(**{**numeric, "model": LogisticConfig()}, name="Tiny logistic", split=by_file)
    leaking = SplitConfig(protocol="segment-random", n_excerpts=2)
    trained(**sound, name="Segments at random", epochs=2, split=leaking)
    trained(
        **{**sound, "model": HybridConfig(cnn=cnn, numeric_units=(4,), joined_units=(4,))},
        name="Tiny hybrid", epochs=2, numeric_front_end=NumericFeatures(), segments=SegmentConfig(length_s=0.8, n_verdict=3),
    )
    trained(**sound, name="Tiny committee", epochs=2, members=2, split=SplitConfig(seed=5))
    trained(collection_id=table_id, genres=("calm", "lively"), front_end=load_collection(table_id).front_ends[0], model=SvmConfig(), name="SVM on a table", split=SplitConfig(protocol="artist", n_folds=3, fold=2))
    trained(collection_id=arrays_id, genres=("high", "low"), front_end=load_collection(arrays_id).front_ends[0], model=CnnConfig(filters=(2,), pool=(2, 4), dense=(4,)), name="CNN on pictures", epochs=1)
    deleted = trained(**{**numeric, "model": LogisticConfig(c=2.0)}, name="Deleted")
    delete_run(deleted)
    failed = create_run(TrainingConfig(**sound, name="Failed CNN"), folder)
    with RunWriter(failed) as writer:
        writer.log_epoch(EpochRecord(epoch=1, loss=1.0, accuracy=0.5, val_loss=1.1, val_accuracy=0.4))
        writer.fail("The disk is full.")

    set_n_at_once(2)
    group = start_group(seed_configs(TrainingConfig(**numeric, name="Seeds FFNN", epochs=1), 2), "seeds", token="two seeds")
    wait_for(lambda: not any(run.group == group and run.status in ("queued", "running") for run in list_runs()), "group of seeds")
    spec = SearchSpec(
        config=TrainingConfig(**numeric, name="Searched FFNN", epochs=2),
        ranges=(Range(path="learning_rate", low=1e-3, high=1e-1, log=True), Range(path="batch_size", options=(8, 16))),
        n_trials=2, pruner="none",
    )
    search_id = start_search(spec)
    wait_for(lambda: search_progress(search_id).ended, "search")

    # Two that train and two that wait, when the power goes.
    long = [
        start_training(TrainingConfig(**sound, name=f"Cut off {letter}", epochs=1000, split=SplitConfig(protocol="artist") if letter == "B" else SplitConfig()), token=f"cut {letter}")
        for letter in "AB"
    ]
    waiting = [start_training(TrainingConfig(**{**numeric, "seed": number}, name=f"Waits {number}", epochs=2), token=f"wait {number}") for number in (1, 2, 3)]
    move(job_id_of_run(waiting[2]), "first")
    wait_for(lambda: all(has_checkpoint(run_id) and len(get_run(run_id).history) >= 3 for run_id in long), "checkpoints")
    assert [place.state for place in places()] == ["running"] * 2 + ["waiting"] * 3
    supervisor = int(supervisor_log().with_suffix(".pid").read_text())
    assert "core.queue" in Path(f"/proc/{supervisor}/cmdline").read_text()
    os.kill(supervisor, signal.SIGKILL)
    for run_id in long:
        os.kill(read_progress(job_id_of_run(run_id)).pid, signal.SIGKILL)
    time.sleep(1)
    # One was seen on a page before all was shut down, the other still is recorded as running.
    assert get_run(long[0]).status == "interrupted"
    assert len(read_queue().entries) == 5


def small_mel():
    """The front end of the small networks: 24 bands, 64 frames of 32 ms."""
    from core.features.frontends import MelSpectrogram

    return MelSpectrogram(sr_hz=SR_HZ, n_fft=512, hop_length=256, n_mels=24, n_frames=64)


def make() -> None:
    """The whole home."""
    from core.collections.registry import load_collection
    from core.features.extraction import extract

    folder_id, table_id, arrays_id = make_collections()
    command("extract", "--collection", folder_id)
    extract(load_collection(folder_id), [small_mel()])
    check_quality(folder_id)
    make_runs(folder_id, table_id, arrays_id)


def pack() -> None:
    """Every database vacuumed, then the archive; locks and what else lies there stay as they are."""
    home = PLACE / "home"
    for path in sorted([*home.rglob("*.sqlite"), *home.rglob("*.db"), *home.rglob("*.sqlite3")]):
        with sqlite3.connect(path) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.execute("VACUUM")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()

    def plain(member: tarfile.TarInfo) -> tarfile.TarInfo:
        member.uid = member.gid = 0
        member.uname = member.gname = ""
        member.mtime = int(member.mtime)
        return member

    with tarfile.open(PLACE / "old_home.tar.xz", "w:xz", preset=9) as packed:
        packed.add(home, "home", filter=plain)
    print((PLACE / "old_home.tar.xz").stat().st_size, "bytes")


# --- what is in it


def unpack(into: Path) -> Path:
    """The home in another place, as a test has it: roots of the collections point to where it lies now."""
    with tarfile.open(PLACE / "old_home.tar.xz") as packed:
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


def expect() -> None:
    """Opens the archive in another place and writes down what the code of the day finds in it."""
    import shutil
    from dataclasses import asdict

    check = PLACE / "check"
    shutil.rmtree(check, ignore_errors=True)
    check.mkdir()
    home = unpack(check)
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
    (PLACE / "expected.json").write_text(text, encoding="utf-8")
    print(f"expected.json: {len(text):,} characters; {len(expected['runs_newest_first'])} runs")
    for run in expected["runs_newest_first"]:
        result = run["result"]
        print(run["id"][:6], run["name"], run["model_kind"], run["status"], run["n_history"], f"{result['n_correct']}/{result['n']}" if result else run["error"], run.get("classified", {}).get("probabilities"))


if __name__ == "__main__":
    sys.path.insert(0, os.getcwd())
    os.environ.update(GENRE_LAB_HOME=str(PLACE / "home"), GENRE_LAB_PRETRAINED="", GENRE_LAB_MEASURE="0")
    for variable in ("MLFLOW_TRACKING_URI", "GENRE_LAB_DATA", "GENRE_LAB_DASK", "GENRE_LAB_AT_ONCE"):
        os.environ.pop(variable, None)
    {"make": make, "pack": pack, "expect": expect}[sys.argv[1]]()
