"""The most memory that a training takes, against its estimate; also ``python -m benchmarks.training_memory PRESET``.

It does what a training does, on clips of noise: two epochs with validation and a checkpoint, the test, the model's
file. A process of its own, since the system tells only the peak of a whole process.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from benchmarks.timing import Result

MOST_FACTOR = 1.25
_N_TRAIN, _N_TEST = 48, 12
_GENRES = tuple("abcdefghij")


def run(presets: tuple[str, ...]) -> Iterator[Result]:
    """The furthest that the estimate is from the peak, over some presets."""
    off = {}
    for preset in presets:
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.training_memory", preset], capture_output=True, text=True, check=True
        )
        measured, estimated = (float(figure) for figure in done.stdout.split())
        print(f"{preset}: {measured:.0f} MB, estimated {estimated:.0f} MB", file=sys.stderr)
        off[preset] = max(measured / estimated, estimated / measured)
    worst = max(off, key=lambda preset: off[preset])
    yield Result(
        name=f"Peak memory of a training against its estimate, {len(off)} presets: the furthest off ({worst})",
        ours_s=off[worst],
        unit="times",
        goal=f"within {MOST_FACTOR:g} times",
        met=off[worst] <= MOST_FACTOR,
    )


def measure(preset: str) -> tuple[float, float]:
    """Peak of this process and its estimate, MB, after a training by a preset."""
    import numpy as np

    from core.cost.memory import estimate_memory
    from core.jobs.reporter import ProgressReporter
    from core.models.build import fit_scaling
    from core.prediction.clips import predict_part
    from core.recipe.presets import PRESETS
    from core.runs.client import open_run_store
    from core.training.checkpoint import CheckpointFile
    from core.training.fit import fit_model
    from core.training.measurement import noise_part
    from core.training.trainer import build_network

    open_run_store()
    config = replace(PRESETS[preset].configure("made", _GENRES, patience=None), epochs=2)
    train, test = noise_part(config, _N_TRAIN), noise_part(config, _N_TEST)
    scalings = tuple(
        fit_scaling(each, lambda shape=each.shape: np.random.default_rng(0).random((8, *shape)))  # type: ignore[misc]
        for each in config.front_ends
    )
    model = build_network(config, scalings)
    fit_model(
        model,
        config,
        train,
        test,
        reporter=ProgressReporter(),
        on_epoch=lambda record: None,
        scalings=scalings,
        checkpoints=CheckpointFile("a" * 32, config, [clip.name for clip in train.clips]),
    )
    predict_part(model, test, config)
    model.save(Path(os.environ["GENRE_LAB_HOME"]) / "model.keras")
    lines = Path("/proc/self/status").read_text(encoding="ascii", errors="replace").splitlines()
    peak_kib = next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:"))
    return peak_kib * 1024 / 1e6, estimate_memory(config, _N_TRAIN, _N_TEST).total / 1e6


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        os.environ["GENRE_LAB_HOME"] = folder
        print(*measure(sys.argv[1]))
