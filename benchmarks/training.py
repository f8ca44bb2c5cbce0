"""Training in Genre Lab against bare Keras on the same arrays: Study CNN at GTZAN's size."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from statistics import median
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.timing import Result, seconds
from core.clips.clip import Clip
from core.features.mel import MelSpectrogram
from core.jobs.reporter import ProgressReporter
from core.models.build import build_model, fit_scaling
from core.models.keras_start import import_keras
from core.recipe.config import TrainingConfig
from core.recipe.presets import PRESETS
from core.runs.record import EpochRecord
from core.training.dataset import PartData
from core.training.fit import fit_model

GENRES = tuple("abcdefghij")
MOST_RATIO, MOST_GIB = 1.05, 3.0
PRECISIONS = ("float32", "mixed_bfloat16")


class MadeFeatures:
    """Stands for a feature store: spectrograms of noise, in the stored type."""

    def __init__(self, n_clips: int, front_end: MelSpectrogram) -> None:
        self.front_end = front_end
        values = np.random.default_rng(0).integers(-80, 0, (n_clips, *front_end.shape), dtype=np.int8)
        self.values = values.astype(np.float16)

    def load(self, clips: Any) -> NDArray[np.float16]:
        """All clips."""
        return self.values

    def valid_frames(self, clips: Any) -> list[int]:
        """No padding."""
        return [self.front_end.shape[1]] * len(clips)


def make_part(n_clips: int) -> PartData:
    """Clips of noise with their labels."""
    clips = [Clip(f"{n}", GENRES[n % len(GENRES)], None, 30.0, 0, 0) for n in range(n_clips)]
    return PartData(MadeFeatures(n_clips, MelSpectrogram()), clips, GENRES)  # type: ignore[arg-type]


def make_model(config: TrainingConfig) -> Any:
    """The untrained network of a configuration."""
    scaling = fit_scaling(config.front_end, lambda: np.empty(0))
    return build_model(config.model, config.input_shape, len(GENRES), scaling, precision=config.precision)


def study_cnn(**changes: Any) -> TrainingConfig:
    """Study CNN without validation, so that an epoch is training only."""
    return PRESETS["study-cnn"].configure("made", GENRES, train_on_validation=True, **changes)


def run(*, quick: bool = False) -> Iterator[Result]:
    """The results, one by one."""
    n_clips, n_rounds = (160, 2) if quick else (800, 5)
    part = make_part(n_clips)
    name = f"An epoch of Study CNN on {n_clips} clips of 128 x 660"
    for precision in PRECISIONS:
        ours_s, bare_s = time_epochs(part, n_rounds, precision)
        ratio = median(theirs / own for own, theirs in zip(ours_s, bare_s, strict=True))
        promised = precision == "float32"
        yield Result(
            name=name if promised else f"the same in {precision}",
            ours_s=median(ours_s),
            other="bare model.fit on the same arrays in float32",
            other_s=median(bare_s),
            ratio=ratio,
            goal=f"at most {MOST_RATIO:g} times its seconds" if promised else "",
            met=1 / ratio <= MOST_RATIO if promised else None,
        )
    peak_gib = measure_peak_gib(n_clips)
    yield Result(
        name="Most memory of that training, TensorFlow included",
        ours_s=peak_gib,
        unit="GiB",
        goal=f"under {MOST_GIB:g} GiB",
        met=peak_gib < MOST_GIB,
    )


def time_epochs(part: PartData, n_rounds: int, precision: str) -> tuple[list[float], list[float]]:
    """Seconds of epochs here and of bare Keras, turn about, so that a busy machine slows both; the first left out."""
    config = study_cnn(epochs=n_rounds + 1, precision=precision)
    features = part.rows(np.arange(len(part))).astype(np.float32)
    bare = make_model(study_cnn())
    bare.compile(
        optimizer=import_keras().optimizers.Adam(config.learning_rate),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    ours_s: list[float] = []
    bare_s: list[float] = []
    began_s = time.perf_counter()

    def on_epoch(record: EpochRecord) -> None:
        nonlocal began_s
        ours_s.append(time.perf_counter() - began_s)
        bare_s.append(seconds(lambda: bare.fit(features, part.labels, batch_size=config.batch_size, verbose=0)))
        began_s = time.perf_counter()

    fit_model(make_model(config), config, part, None, reporter=ProgressReporter(), on_epoch=on_epoch)
    # The first round of both includes the making of the graphs.
    return ours_s[1:], bare_s[1:]


def measure_peak_gib(n_clips: int) -> float:
    """Most memory that a process of its own takes for an epoch of it, TensorFlow included."""
    command = [sys.executable, "-m", "benchmarks.training", str(n_clips)]
    finished = subprocess.run(command, check=True, capture_output=True, text=True, timeout=1200)
    return float(json.loads(finished.stdout.splitlines()[-1]))


def main(n_clips: int) -> None:
    """Train one epoch and print this process's peak memory in GiB."""
    import resource

    config = study_cnn(epochs=1)
    fit_model(
        make_model(config), config, make_part(n_clips), None, reporter=ProgressReporter(), on_epoch=lambda record: None
    )
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20)


if __name__ == "__main__":
    main(int(sys.argv[1]))
