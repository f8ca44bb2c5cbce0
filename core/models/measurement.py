"""What training steps cost on this machine, measured on a few small networks of every kind.

It takes some 20 seconds and is done once (`core.models.calibration` keeps the result). A step's seconds are taken for a
sum of its kinds of work (`core.models.workload`), each at a cost of its own that is not negative.
"""

import time
from dataclasses import replace
from statistics import median

import numpy as np
from numpy.typing import NDArray

from core.features.frontends import MelSpectrogram, NumericFeatures
from core.jobs import ProgressReporter
from core.models.architectures import CnnConfig, FfnnConfig
from core.models.build import build_model
from core.models.scaling import InputScaling
from core.models.workload import step_workload
from core.training.batches import Examples
from core.training.config import TrainingConfig
from core.training.trainer import Trainer

_GENRES = tuple("abcdefghij")
_WARM_UP, _MOST_STEPS, _MOST_S = 2, 9, 1.2


def reference_networks() -> tuple[TrainingConfig, ...]:
    """The networks that are measured: each kind of work is most of the work of one of them."""
    study = TrainingConfig(collection_id="measured", genres=_GENRES, model=CnnConfig())
    short = replace(study, front_end=MelSpectrogram(n_frames=216))
    deep = CnnConfig(filters=(32, 64, 96), pool=(2, 2), padding="same", batch_norm=True, head="average+max", dense=())
    in_time = replace(deep, axes="time", filters=(128, 128, 192))
    numeric = replace(study, front_end=NumericFeatures(), model=FfnnConfig(units=(256, 128)), batch_size=32)
    return (
        study,
        replace(short, model=deep),
        replace(short, model=replace(deep, block="separable")),
        replace(short, model=replace(deep, batch_norm=False)),
        replace(short, model=replace(deep, filters=(16, 16))),
        replace(short, model=in_time, batch_size=32),
        replace(short, model=replace(in_time, filters=(384, 384)), batch_size=32),
        replace(study, model=FfnnConfig()),
        replace(short, model=FfnnConfig(units=(512, 512))),
        numeric,
        replace(numeric, model=FfnnConfig(units=(2048, 1024))),
    )


def measure_costs(reporter: ProgressReporter) -> NDArray[np.float64] | None:
    """Seconds that a unit of each term of the workload costs here, shape (6,); None where a stop is asked for.

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
    """Seconds of a training step of a network on made-up examples, the median of some."""
    rng = np.random.default_rng(0)
    n_features = 1 if config.front_end.shape[1] > 1 else config.input_shape[0]
    model = build_model(
        config.model,
        config.input_shape,
        len(config.genres),
        InputScaling((0.0,) * n_features, (1.0,) * n_features),
        precision=config.precision,
        members=config.members,
    )
    labels = np.arange(config.batch_size, dtype=np.int32) % len(config.genres)
    examples = Examples(
        (rng.standard_normal((config.batch_size, *config.input_shape), dtype=np.float32),),
        labels,
        np.eye(len(config.genres), dtype=np.float32)[labels],
        np.ones(config.batch_size, dtype=np.float32),
    )
    trainer = Trainer(model, config)
    for _ in range(_WARM_UP):
        trainer.train_batch(examples, 1e-3)
    taken: list[float] = []
    while len(taken) < 3 or (len(taken) < _MOST_STEPS and sum(taken) < _MOST_S):
        started = time.perf_counter()
        trainer.train_batch(examples, 1e-3)
        taken.append(time.perf_counter() - started)
    return median(taken)


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
