"""Runs that were never trained, to be told and tabled."""

from dataclasses import replace
from typing import Any

from core.evaluation.metrics import wilson_interval
from core.evaluation.predictions import TestResult
from core.models.architectures import CnnConfig, FfnnConfig
from core.recipe.config import TrainingConfig
from core.runs.record import EpochRecord, Run


def finished(name: str, n_correct: int, n: int = 40, **changes: Any) -> Run:
    model = CnnConfig() if "CNN" in name else FfnnConfig()
    config = TrainingConfig(collection_id="tiny", genres=("blues", "jazz"), model=model, name=name)
    result = TestResult(
        n_correct=n_correct, n=n, interval=wilson_interval(n_correct, n), chance=0.5, protocol="by clip"
    )
    run = Run(
        id=f"{name:a<32}".replace(" ", ""),
        status="finished",
        created_at=0.0,
        config=config,
        collection_title="Tiny",
        collection_fingerprint="f",
        synthetic=False,
        result=result,
    )
    return replace(run, **changes)


def epochs(n: int, *, validated: bool = True) -> tuple[EpochRecord, ...]:
    """So many epochs, with or without figures of a validation set."""
    val = 1.0 if validated else None
    return tuple(
        EpochRecord(epoch=epoch, loss=1.0, accuracy=0.5, val_loss=val, val_accuracy=val) for epoch in range(1, n + 1)
    )
