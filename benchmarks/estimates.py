"""The estimates that stand beside the form before a training, against what the training then takes."""

import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from statistics import median

import numpy as np
from threadpoolctl import threadpool_limits

from benchmarks import training_memory
from benchmarks.timing import Result, seconds, within
from core.cost.memory import estimate_memory
from core.cost.time import estimate_time
from core.jobs.reporter import ProgressReporter
from core.models.architectures import CnnConfig, FfnnConfig
from core.models.build import fit_scaling
from core.queue.measuring import run_measurement
from core.recipe.config import TrainingConfig
from core.recipe.presets import PRESETS
from core.runs.record import EpochRecord
from core.training.fit import fit_model
from core.training.measurement import noise_part
from core.training.trainer import build_network

GENRES = tuple("abcdefghij")
MOST_FACTOR = 1.5
FORM_S = 0.3
MEASUREMENT_S = 60.0


def networks() -> dict[str, TrainingConfig]:
    """Networks of every kind that the form makes, each with a few clips to an epoch."""
    presets = {
        preset.title: preset.configure("made", GENRES, train_on_validation=True, patience=None)
        for preset in PRESETS.values()
    }
    study, compact = presets["Study CNN"], presets["Compact CNN"]
    blocks = CnnConfig(filters=(32, 64, 96, 128), pool=(2, 2), padding="same", batch_norm=True, head="average+max")
    return {
        **presets,
        "four blocks of 3 x 3": replace(study, model=blocks),
        "four residual blocks": replace(study, model=replace(blocks, block="residual")),
        "four separable blocks": replace(study, model=replace(blocks, block="separable")),
        "kernels of 5 x 5": replace(study, model=replace(study.model, kernel=5)),
        "eight filters": replace(study, model=replace(study.model, filters=(8, 16))),
        "batches of 64": replace(study, batch_size=64),
        "four blocks on 10 s segments": replace(
            compact, model=blocks, segments=replace(compact.segments, length_s=10.0)
        ),
        "wide time blocks": replace(compact, model=replace(compact.model, filters=(256, 384, 512))),
        "small FFNN": replace(study, model=FfnnConfig(units=(32,))),
    }


def run(*, quick: bool = False) -> Iterator[Result]:
    """The results, one by one."""
    yield _form_time()
    # As in the dashboard, where numpy uses all cores.
    with _fresh_home(), threadpool_limits(os.cpu_count()):
        started = time.perf_counter()
        run_measurement(ProgressReporter())
        yield within("Measuring this machine, once, in the background", time.perf_counter() - started, MEASUREMENT_S)
        chosen = list(networks().items())[:: 4 if quick else 1]
        n_clips, n_epochs = (64, 2) if quick else (256, 4)
        # All before the first training, which would have a say in the next estimate.
        estimates = {name: estimate_time(config, n_clips, 0) for name, config in chosen}
        off = {}
        for name, config in chosen:
            estimate = estimates[name]
            assert estimate is not None
            factor = _epoch_s(config, n_clips, n_epochs) / estimate.epoch_s
            print(f"{name}: {factor:.2f} of the estimate", file=sys.stderr)
            off[name] = max(factor, 1 / factor)
    worst = max(off, key=lambda name: off[name])
    yield Result(
        name=f"Seconds an epoch against their estimate, {len(off)} networks: the furthest off ({worst})",
        ours_s=off[worst],
        unit="times",
        goal=f"within {MOST_FACTOR:g} times",
        met=off[worst] <= MOST_FACTOR,
    )
    yield Result(name="the same, the middle one", ours_s=median(off.values()), unit="times")
    if Path("/proc/self/status").is_file():
        yield from training_memory.run(tuple(PRESETS)[:: 4 if quick else 1])


def _form_time() -> Result:
    """What a move of a slider computes: layer table, receptive field, memory and time; the worst of the networks."""
    taken = 0.0
    with _fresh_home():
        configs = list(networks().values())
        estimate_time(configs[0], 640, 160)
        for config in configs:
            taken = max(taken, seconds(lambda config=config: _describe(config)))  # type: ignore[misc]
    return within("Layer table, receptive field, memory and time estimate, after a slider moved", taken, FORM_S)


def _describe(config: TrainingConfig) -> None:
    again = replace(config)
    again.layers()
    _ = again.receptive_field_s
    estimate_memory(again)
    estimate_time(again, 640, 160)


def _epoch_s(config: TrainingConfig, n_clips: int, n_epochs: int) -> float:
    """Seconds of an epoch, the median of all but the first."""
    data = noise_part(config, n_clips)
    scalings = [
        fit_scaling(each, lambda shape=each.shape: np.random.default_rng(0).random((8, *shape)))  # type: ignore[misc]
        for each in config.front_ends
    ]
    model = build_network(config, scalings)
    ends: list[float] = []

    def on_epoch(record: EpochRecord) -> None:
        ends.append(time.perf_counter())

    fit_model(model, replace(config, epochs=n_epochs), data, None, reporter=ProgressReporter(), on_epoch=on_epoch)
    return float(median(np.diff(ends)))


@contextmanager
def _fresh_home() -> Iterator[None]:
    """A home of its own, so that nothing is known of this machine and nothing is left behind."""
    before = os.environ.get("GENRE_LAB_HOME")
    with tempfile.TemporaryDirectory() as folder:
        os.environ["GENRE_LAB_HOME"] = folder
        try:
            yield
        finally:
            if before is None:
                del os.environ["GENRE_LAB_HOME"]
            else:
                os.environ["GENRE_LAB_HOME"] = before
