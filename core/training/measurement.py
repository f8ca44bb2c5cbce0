"""What training steps cost on this machine, measured on a few small networks of every kind.

It takes some 20 seconds and is done once (`core.cost.time` keeps the result). A step's seconds are taken for a
sum of its kinds of work (`core.cost.workload`), each at a cost of its own that is not negative.
"""

import time
from collections.abc import Sequence
from dataclasses import replace
from itertools import count
from statistics import median
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.clips.clip import Clip
from core.cost.workload import step_workload
from core.features.base import Features
from core.features.mel import MelSpectrogram
from core.features.numeric import NumericFeatures
from core.jobs.reporter import ProgressReporter
from core.models.architectures import CnnConfig, FfnnConfig
from core.models.scaling import InputScaling
from core.recipe.config import TrainingConfig
from core.recipe.presets import PRESETS
from core.training.batches import TrainingBatches
from core.training.dataset import PartData
from core.training.trainer import Trainer, build_network

_GENRES = tuple("abcdefghij")
_BATCHES, _WARM_UP, _MOST_STEPS, _MOST_S = 4, 3, 9, 1.0


def reference_networks() -> tuple[TrainingConfig, ...]:
    """The networks that are measured: each kind of work is most of the work of one of them."""
    study = TrainingConfig(collection_id="measured", genres=_GENRES, model=CnnConfig())
    short = replace(study, front_end=MelSpectrogram(n_frames=216))
    deep = CnnConfig(filters=(32, 64, 96), pool=(2, 2), padding="same", batch_norm=True, head="average+max", dense=())
    numeric = replace(PRESETS["numeric-ffnn"].configure("measured", _GENRES, patience=None), epochs=1)
    of_segments = replace(PRESETS["compact-cnn"].configure("measured", _GENRES, patience=None), members=1)
    return (
        study,
        replace(short, model=deep),
        replace(short, model=replace(deep, block="separable")),
        replace(short, model=replace(deep, batch_norm=False)),
        replace(short, model=replace(deep, filters=(16, 16))),
        of_segments,
        replace(short, model=replace(deep, axes="time", filters=(384, 384)), batch_size=32),
        replace(study, model=FfnnConfig()),
        replace(short, model=FfnnConfig(units=(512, 512))),
        numeric,
        replace(numeric, model=FfnnConfig(units=(2048, 1024)), segments=None, front_end=NumericFeatures()),
    )


def measure_costs(reporter: ProgressReporter) -> NDArray[np.float64] | None:
    """Seconds that a unit of each term of the workload costs here, shape (7,); None where a stop is asked for.

    Parameters
    ----------
    reporter : ProgressReporter
    """
    networks = reference_networks()
    reporter.phase("Measuring this machine", total=len(networks))
    taken = []
    for done, config in enumerate(networks, start=1):
        if reporter.stop_requested:
            return None
        taken.append(step_seconds(config))
        reporter.advance(done)
    return fit_costs(np.array([step_workload(config) for config in networks]), np.array(taken))


def step_seconds(config: TrainingConfig) -> float:
    """Seconds of a training step of a network on noise, the median of some, the making of the batch included."""
    scalings = tuple(_scaling(front_end) for front_end in config.front_ends)
    model = build_network(config, scalings)
    trainer = Trainer(model, config)
    batches = TrainingBatches(noise_part(config, config.batch_size * _BATCHES), config, scalings)
    taken: list[float] = []
    for epoch in count(1):
        started = time.perf_counter()
        for examples in batches.epoch(epoch):
            trainer.train_batch(examples, 1e-3)
            taken.append(time.perf_counter() - started)
            started = time.perf_counter()
        measured = taken[_WARM_UP:]
        if len(measured) >= _MOST_STEPS or sum(measured) > _MOST_S:
            break
    return median(measured)


def noise_part(config: TrainingConfig, n_clips: int) -> PartData:
    """Clips of noise, as they would come from the feature store."""
    clips = [Clip(f"{n}", config.genres[n % len(config.genres)], None, 30.0, 0, 0) for n in range(n_clips)]
    stores: list[Any] = [_NoiseStore(front_end) for front_end in config.front_ends]
    return PartData(stores[0], clips, config.genres, numeric_store=stores[1] if len(stores) > 1 else None)


class _NoiseStore:
    """Stands for a feature store."""

    def __init__(self, front_end: Features) -> None:
        self.front_end = front_end

    def load(self, clips: Sequence[Clip]) -> NDArray[Any]:
        rng = np.random.default_rng(0)
        noise = rng.standard_normal((len(clips), *self.front_end.shape), dtype=np.float32)
        return (noise * 10 - 40).astype(self.front_end.dtype)

    def valid_frames(self, clips: Sequence[Clip]) -> list[int]:
        return [self.front_end.shape[1]] * len(clips)


def _scaling(front_end: Features) -> InputScaling:
    """Of the dearest sort, for numeric features: beside them a step costs little else."""
    if not front_end.is_numeric:
        return InputScaling((0.0,), (1.0,))
    ones = (1.0,) * front_end.shape[0]
    zeros = (0.0,) * len(ones)
    return InputScaling(zeros, ones, powers=(0.5,) * len(ones), then_offset=zeros, then_scale=ones, clip=3.5)


def fit_costs(work: NDArray[np.float64], taken_s: NDArray[np.float64]) -> NDArray[np.float64]:
    """Costs, none negative, whose sums miss the seconds of the networks least, each in proportion to its own.

    Parameters
    ----------
    work : array, shape (networks, terms)
    taken_s : array, shape (networks,)
        Positive.
    """
    from scipy.optimize import nnls

    costs, _ = nnls(work / taken_s[:, np.newaxis], np.ones(len(taken_s)))
    return np.asarray(costs, dtype=np.float64)
