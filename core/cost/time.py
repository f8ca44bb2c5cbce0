"""Seconds that an epoch will take on this machine, learnt from the trainings it has done.

What a step costs grows with its `step_workload`. By how much is measured once on each machine
(`core.training.measurement`, a job of some 20 seconds). Until then it is estimated in units of a product of two
matrices of 1,024 x 1,024, as another machine would need, and may well be off fourfold. Each training then says
how far the estimate was off, and ``models/calibration.json`` remembers it. Nothing here imports TensorFlow.
"""

import platform
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.cost.workload import TERMS, step_workload
from core.errors import StorageError
from core.files import read_json, write_json
from core.recipe.config import TrainingConfig
from core.settings import load_settings

_PRODUCTS_PER_UNIT = np.array([5.6e-5, 1.0e-4, 0.058, 0.058, 0.08, 0.0, 0.038])
"""Matrix products (see above) that a unit of each term of the workload costs."""
_BF16_FACTOR = 0.7
_SHARE_OF_FORWARD = 1 / 3
_OFF_WHEN_MEASURED, _OFF_WHEN_GUESSED = 1.5, 4.0
_MOST_KEPT = 60
_PRODUCT_SIZE = 1024


@dataclass(frozen=True, kw_only=True)
class TimeEstimate:
    """Seconds that a training will take.

    Attributes
    ----------
    epoch_s : float
        Of an epoch, its validation included.
    total_s : float
        Of all epochs.
    measured : bool
        Whether this machine was measured, or has trained before.
    """

    epoch_s: float
    total_s: float
    measured: bool

    @property
    def range_s(self) -> tuple[float, float]:
        """What all epochs may take, from and to, on a machine without other load."""
        factor = _OFF_WHEN_MEASURED if self.measured else _OFF_WHEN_GUESSED
        return self.total_s / factor, self.total_s * factor


def estimate_time(config: TrainingConfig, n_train: int, n_validation: int) -> TimeEstimate | None:
    """Time of a training on so many clips; None for a classical model, which takes seconds.

    Parameters
    ----------
    config : TrainingConfig
    n_train, n_validation : int
        Clips in the parts.
    """
    if config.is_classical:
        return None
    stored = _with_unit(_load())
    factor = _factor(config, stored["trainings"])
    step_s = _step_s(config, stored) * (factor or 1.0)
    if config.train_on_validation:
        n_train, n_validation = n_train + n_validation, 0
    per_clip = 1 if config.segments is None else config.segments.per_epoch
    n_steps = -(-n_train * per_clip // config.batch_size)
    n_verdict = 1 if config.segments is None else config.segments.n_verdict
    validation_s = n_validation * n_verdict * step_s / config.batch_size * _SHARE_OF_FORWARD
    epoch_s = n_steps * step_s + validation_s
    return TimeEstimate(epoch_s=epoch_s, total_s=epoch_s * config.epochs, measured=bool(factor or stored["costs_s"]))


def note_training(config: TrainingConfig, step_s: float) -> None:
    """Remember what a step of a training took on this machine; a file that cannot be written is no matter."""
    stored = _with_unit(_load())
    training = {
        "signature": _signature(config),
        "kind": _kind(config),
        "factor": step_s / _step_s(config, stored),
    }
    _store({**stored, "trainings": [*stored["trainings"], training][-_MOST_KEPT:]})


def is_measured() -> bool:
    """Whether the costs of training steps on this machine are known."""
    return bool(_load()["costs_s"])


def keep_costs(costs_s: NDArray[np.float64]) -> None:
    """Remember the costs that `core.training.measurement.measure_costs` found, seconds a unit, shape (terms,).

    What earlier trainings told of the estimate is dropped.
    """
    _store({**_with_unit(_load()), "costs_s": costs_s.tolist(), "trainings": []})


def _with_unit(stored: dict[str, Any]) -> dict[str, Any]:
    """The same with a measured product of matrices, where nothing better is known."""
    if stored["costs_s"] or stored["product_s"] is not None:
        return stored
    measured = {**stored, "product_s": _measure_product_s()}
    _store(measured)
    return measured


def _step_s(config: TrainingConfig, stored: dict[str, Any]) -> float:
    """Seconds of a training step, by what is known of this machine."""
    reduced = _BF16_FACTOR if config.precision == "mixed_bfloat16" else 1.0
    costs_s = np.array(stored["costs_s"]) if stored["costs_s"] else _PRODUCTS_PER_UNIT * stored["product_s"]
    return float(step_workload(config) @ costs_s) * reduced


def _factor(config: TrainingConfig, trainings: list[dict[str, Any]]) -> float | None:
    """How far the estimate was off: for this very network, or its kind, or any; of the last few trainings."""
    for key, wanted in (("signature", _signature(config)), ("kind", _kind(config)), (None, None)):
        factors = [training["factor"] for training in trainings if key is None or training[key] == wanted]
        if factors:
            return float(median(factors[-3:]))
    return None


def _kind(config: TrainingConfig) -> str:
    # Convolutions along time only have few cells for their work.
    return f"{config.model.kind} {config.model.axes} {config.precision}"


def _signature(config: TrainingConfig) -> str:
    return f"{_kind(config)} {[round(float(figure), 3) for figure in step_workload(config)]}"


def _measure_product_s() -> float:
    """Seconds of a product of two matrices in single precision: the least of some, as a busy moment says little."""
    matrix = np.random.default_rng(0).random((_PRODUCT_SIZE, _PRODUCT_SIZE), dtype=np.float32)
    taken: list[float] = []
    while len(taken) < 5 or (len(taken) < 40 and sum(taken) < 0.3):
        started = time.perf_counter()
        matrix @ matrix
        taken.append(time.perf_counter() - started)
    return min(taken)


def _path() -> Path:
    return load_settings().models_dir / "calibration.json"


def _load() -> dict[str, Any]:
    """What is known of this machine; nothing where the file is missing, damaged or of another machine."""
    nothing: dict[str, Any] = {"machine": _machine(), "product_s": None, "costs_s": [], "trainings": []}
    try:
        stored = read_json(_path())
        if stored["machine"] != _machine() or not float(stored["product_s"] or 1.0) > 0:
            return nothing
        costs_s = [float(cost) for cost in stored.get("costs_s", [])]
        if len(costs_s) not in (0, len(TERMS)) or not all(0 <= cost < 1e6 for cost in costs_s):
            return nothing
        if costs_s and not sum(costs_s) > 0:
            return nothing
        for training in stored["trainings"]:
            if not (float(training["factor"]) > 0 and isinstance(training["kind"], str) and training["signature"]):
                return nothing
        return {name: stored.get(name, nothing[name]) for name in nothing}
    except (OSError, ValueError, KeyError, TypeError):
        return nothing


def _store(content: dict[str, Any]) -> None:
    try:
        write_json(_path(), content)
    except (StorageError, OSError):
        return  # an estimate, nothing more


def _machine() -> str:
    return f"{platform.node()} {platform.machine()}"
