"""Memory at scale: many short clips imported, extracted into the store and read as training reads them.

Each step runs in a process of its own, which tells its peak. Clips are links to a few files, so that they cost no disk;
their features do: spectrograms of the usual 128 x 660 take 169 kB a clip, 17 GB for 100,000.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.made_clips import write_clip
from benchmarks.memory import WorkerPeak, peak_gib
from benchmarks.timing import Result

MOST_GIB = 1.5
N_CLIPS, N_CLIPS_QUICK = 5_000, 200
N_DISTINCT, N_GENRES, DURATION_S = 8, 10, 0.5
MOST_NAMES = 100_000
"""Names that `N_DISTINCT` files share: file systems allow a file some 65,000."""

_LIMIT_S = 6 * 3600


def run(*, quick: bool = False, n_clips: int | None = None, folder: Path | None = None) -> Iterator[Result]:
    """The results, one by one.

    Parameters
    ----------
    quick : bool
    n_clips : int, optional
    folder : Path, optional
        Where to work; must have room for the features. The system's temporary folder when not given.
    """
    n_clips = n_clips or (N_CLIPS_QUICK if quick else N_CLIPS)
    with tempfile.TemporaryDirectory(dir=folder, prefix="genre-lab-scale-") as home:
        write_tree(Path(home) / "data" / "many", n_clips)
        told = _in_process("import", home)
        yield _told(f"Import of {n_clips:,} clips", told)
        told = _in_process("extract", home, told["collection_id"])
        gb = told["features_gb"]
        yield _told(f"Extraction of {gb:.2g} GB of spectrograms, the parent", told)
        yield _told("the same, each worker", told | {"peak_gib": told["worker_peak_gib"]})
        told = _in_process("read", home, told["collection_id"])
        yield _told(f"An epoch of training batches over these {n_clips:,}", told)


def write_tree(root: Path, n_clips: int) -> None:
    """A folder of clips in ten genres: a few files, and links to them under other names."""
    files: list[Path] = []
    for number in range(n_clips):
        genre = f"genre{number % N_GENRES}"
        path = root / genre / f"{genre}.{number:06d}.wav"
        path.parent.mkdir(parents=True, exist_ok=True)
        if number % MOST_NAMES == 0:
            files.clear()
        if len(files) < N_DISTINCT:
            files.append(write_clip(path, duration_s=DURATION_S, seed=number))
        else:
            path.hardlink_to(files[number % N_DISTINCT])


def _told(name: str, told: dict[str, Any]) -> Result:
    peak = told["peak_gib"]
    return Result(
        name=f"{name}: most memory",
        ours_s=peak,
        unit="GiB",
        other=f"it took {told['taken_s']:,.0f} s",
        goal=f"under {MOST_GIB:g} GiB a process",
        met=peak < MOST_GIB,
    )


def _in_process(*arguments: str) -> dict[str, Any]:
    step, home, *rest = arguments
    finished = subprocess.run(
        [sys.executable, "-m", "benchmarks.scale", step, *rest],
        check=True,
        capture_output=True,
        text=True,
        timeout=_LIMIT_S,
        env=os.environ | {"GENRE_LAB_HOME": home},
    )
    told: dict[str, Any] = json.loads(finished.stdout.splitlines()[-1])
    return told


def import_clips() -> dict[str, Any]:
    """Scan the folder and write the manifest."""
    from core.importing.register import import_folder
    from core.settings import load_settings

    return {"collection_id": import_folder(load_settings().data_dir / "many").id}


def extract_clips(collection_id: str) -> dict[str, Any]:
    """Spectrograms of all clips, by two workers."""
    from core.collections.registry import load_collection
    from core.extraction.extract import extract
    from core.extraction.store import FeatureStore
    from core.features.mel import MelSpectrogram

    collection = load_collection(collection_id)
    with WorkerPeak() as workers:
        report = extract(collection, [MelSpectrogram()], n_workers=2)
    if report.failures or report.n_extracted != len(collection.clips):
        raise SystemExit(f"{report.n_extracted} of {len(collection.clips)} clips were extracted.")
    n_bytes = (FeatureStore(collection_id, MelSpectrogram()).folder / "rows.bin").stat().st_size
    return {"collection_id": collection_id, "worker_peak_gib": workers.gib, "features_gb": n_bytes / 1e9}


def read_clips(collection_id: str) -> dict[str, Any]:
    """Every batch of an epoch of Study CNN over all clips, in the shuffled order of training."""
    from core.collections.registry import load_collection
    from core.extraction.store import FeatureStore
    from core.features.mel import MelSpectrogram
    from core.models.scaling import fit_scaling
    from core.recipe.presets import PRESETS
    from core.training.batches import TrainingBatches
    from core.training.dataset import PartData

    collection = load_collection(collection_id)
    config = PRESETS["study-cnn"].configure(collection_id, collection.genres)
    part = PartData(FeatureStore(collection_id, MelSpectrogram()), collection.clips, collection.genres)
    batches = TrainingBatches(part, config, (fit_scaling(config.front_end, lambda: part.rows(np.arange(0))),))
    n_clips = sum(len(examples.labels) for examples in batches.epoch(1))
    if n_clips != len(collection.clips):
        raise SystemExit(f"{n_clips} of {len(collection.clips)} clips were read.")
    return {}


STEPS = {"import": import_clips, "extract": extract_clips, "read": read_clips}


def main(step: str, *arguments: str) -> None:
    """Do one step and print what it took."""
    began_s = time.perf_counter()
    told = STEPS[step](*arguments)
    print(json.dumps({**told, "taken_s": time.perf_counter() - began_s, "peak_gib": peak_gib()}))


if __name__ == "__main__":
    main(*sys.argv[1:])
