"""Course of the learning rate, from the configuration and the figures so far: nothing to be remembered besides."""

import math
from collections.abc import Sequence

from core.recipe.config import TrainingConfig


def learning_rate(config: TrainingConfig, progress: float, val_losses: Sequence[float] = ()) -> float:
    """Learning rate at a point of a training.

    Parameters
    ----------
    config : TrainingConfig
    progress : float
        Epochs done, with the share of the present one: 0 at the start.
    val_losses : sequence of float
        Validation losses of the epochs done, for the plateau schedule.

    Notes
    -----
    Warm-up rises linearly from 0 and is part of the epochs; the cosine falls from its end to 0 at the last batch
    (Loshchilov and Hutter 2017, "SGDR").
    """
    settings, highest = config.optimisation, config.learning_rate
    if progress < settings.warm_up_epochs:
        return highest * max(progress, 0.01) / settings.warm_up_epochs
    if settings.schedule == "cosine":
        rest = max(1e-9, config.epochs - settings.warm_up_epochs)
        share = min(1.0, (progress - settings.warm_up_epochs) / rest)
        return highest * 0.5 * (1 + math.cos(math.pi * share))
    if settings.schedule == "step":
        return highest * settings.factor ** int(progress // settings.step_epochs)
    if settings.schedule == "plateau":
        return highest * settings.factor ** n_plateaus(val_losses, settings.step_epochs)
    return highest


def n_plateaus(val_losses: Sequence[float], patience: int) -> int:
    """How often the loss has not fallen for ``patience`` epochs, counted anew after each time."""
    best, since, n_found = math.inf, 0, 0
    for loss in val_losses:
        if loss < best:
            best, since = loss, 0
            continue
        since += 1
        if since == patience:
            n_found, since = n_found + 1, 0
    return n_found
