"""Makes the small home that is kept as a test resource, and says what is in it.

Run with the code of the day the home stands for (commit c7dd2cc of 26 November 2026), from its repository's root:

    python make_old_home.py make                     # the home itself, in PLACE/home
    python make_old_home.py pack                     # when `make` has ended: VACUUM, then old_home.tar.xz
    python make_old_home.py expect                   # unpacks it elsewhere and writes expected.json with this code

All sound is synthesised here: no recording is used. The clips' times are whole seconds, so that an archive keeps them.
"""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import tarfile
import time
from pathlib import Path

from material import MADE_AT, SR_HZ, archive, arrays, table
from what_is_in_it import expect

PLACE = Path("/work/oldhome")


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


if __name__ == "__main__":
    sys.path.insert(0, os.getcwd())
    os.environ.update(GENRE_LAB_HOME=str(PLACE / "home"), GENRE_LAB_PRETRAINED="", GENRE_LAB_MEASURE="0")
    for variable in ("MLFLOW_TRACKING_URI", "GENRE_LAB_DATA", "GENRE_LAB_DASK", "GENRE_LAB_AT_ONCE"):
        os.environ.pop(variable, None)
    {"make": make, "pack": pack, "expect": lambda: expect(PLACE)}[sys.argv[1]]()
