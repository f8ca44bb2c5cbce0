"""Checkpoints: all that a training needs to go on as if it had never been interrupted, in one file of plain arrays."""

import hashlib
import io
import json
import logging
import shutil
import time
import zipfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.errors import StorageError
from core.files import known_fields, write_atomically
from core.recipe.config import TrainingConfig
from core.runs.folders import run_folder
from core.runs.record import EpochRecord

_log = logging.getLogger(__name__)
_SHARE_OF_TIME = 0.03
"""Writing may take so much of the time between two checkpoints; where epochs are shorter, some are skipped."""


@dataclass(frozen=True, kw_only=True)
class Checkpoint:
    """Where a training was after a whole epoch.

    Attributes
    ----------
    history : tuple of EpochRecord
    best_epoch : int or None
    n_batches : int
    training_s : float
    state : list of array
        Of the trainer.
    kept : list of array
        Weights of the best epoch.
    """

    history: tuple[EpochRecord, ...]
    best_epoch: int | None
    n_batches: int
    training_s: float
    state: Sequence[NDArray[Any]]
    kept: Sequence[NDArray[Any]]


class CheckpointFile:
    """The checkpoint of one run.

    Parameters
    ----------
    run_id : str
    config : TrainingConfig
    clip_names : sequence of str
        What is trained on: a checkpoint of other clips or settings is no use.
    """

    def __init__(self, run_id: str, config: TrainingConfig, clip_names: Sequence[str]) -> None:
        self.path = checkpoint_folder(run_id) / "state.npz"
        # A run that was called otherwise meanwhile goes on all the same; before names could be changed, they counted.
        self._fingerprint = _fingerprint(replace(config, name="-"), clip_names)
        self._fitting = {self._fingerprint, _fingerprint(config, clip_names)}
        self._written_at, self._cost_s = -float("inf"), 0.0

    def write(self, checkpoint: Checkpoint) -> None:
        """Replace the last checkpoint; a disk that cannot take it is logged, and the training goes on."""
        started = time.monotonic()
        if (started - self._written_at) * _SHARE_OF_TIME < self._cost_s:
            return
        facts = {
            "fingerprint": self._fingerprint,
            "history": [asdict(epoch) for epoch in checkpoint.history],
            "best_epoch": checkpoint.best_epoch,
            "n_batches": checkpoint.n_batches,
            "training_s": checkpoint.training_s,
        }
        arrays: dict[str, Any] = {f"state_{number}": values for number, values in enumerate(checkpoint.state)}
        arrays |= {f"kept_{number}": values for number, values in enumerate(checkpoint.kept)}
        content = io.BytesIO()
        np.savez(content, facts=np.frombuffer(json.dumps(facts).encode(), dtype=np.uint8), **arrays)
        try:
            write_atomically(self.path, content.getvalue())
        except (StorageError, OSError) as error:
            _log.warning("The checkpoint was not written: %s", error)
        self._written_at = time.monotonic()
        self._cost_s = self._written_at - started

    def read(self) -> Checkpoint | None:
        """The last checkpoint; None where there is none that fits this training."""
        try:
            with np.load(self.path, allow_pickle=False) as stored:
                facts = json.loads(stored["facts"].tobytes())
                if facts["fingerprint"] not in self._fitting:
                    _log.warning("The checkpoint is for other clips or settings; training starts from the beginning.")
                    return None
                return Checkpoint(
                    history=tuple(EpochRecord(**known_fields(EpochRecord, epoch)) for epoch in facts["history"]),
                    best_epoch=facts["best_epoch"],
                    n_batches=facts["n_batches"],
                    training_s=facts["training_s"],
                    state=_numbered(stored, "state_"),
                    kept=_numbered(stored, "kept_"),
                )
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError, zipfile.BadZipFile) as error:
            _log.warning("The checkpoint %s is damaged (%s); training starts from the beginning.", self.path, error)
            return None


def _fingerprint(config: TrainingConfig, clip_names: Sequence[str]) -> str:
    content = json.dumps([config.to_dict(), list(clip_names)], sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()


def _numbered(stored: Any, prefix: str) -> list[NDArray[Any]]:
    return [stored[f"{prefix}{number}"] for number in range(sum(name.startswith(prefix) for name in stored.files))]


def checkpoint_folder(run_id: str) -> Path:
    """Where the checkpoint of a run lies while it is not finished."""
    return run_folder(run_id) / "checkpoint"


def has_checkpoint(run_id: str) -> bool:
    """Whether a training of this run can go on from an epoch."""
    return (checkpoint_folder(run_id) / "state.npz").is_file()


def delete_checkpoint(run_id: str) -> None:
    """Remove the checkpoint of a run that needs it no more."""
    shutil.rmtree(checkpoint_folder(run_id), ignore_errors=True)
