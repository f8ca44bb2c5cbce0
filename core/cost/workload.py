"""How much work a training step is, from the layer table: what its seconds grow with."""

import numpy as np
from numpy.typing import NDArray

from core.recipe.config import TrainingConfig

TERMS = ("convolution", "dense", "cells", "normalised cells", "parameters", "examples", "step")
_PASSES = 3
"""A step multiplies three times: forwards, and backwards for the weights and for the maps."""


def step_workload(config: TrainingConfig) -> NDArray[np.float64]:
    """Work of one training step of a whole batch, shape (7,), in millions but for the last two.

    ``convolution`` and ``dense`` are multiplications with addition, ``cells`` the figures of all layers' outputs but
    those of batch normalisation, which are ``normalised cells``, as they are read several times; ``parameters`` what
    the optimiser adjusts, ``examples`` the thousands in the batch, which are made one by one, and ``step`` is 1: what
    each step costs whatever the model.
    """
    rows = config.layers()
    convolution = sum(row.n_multiply_adds for row in rows if len(row.shape) == 3)
    dense = sum(row.n_multiply_adds for row in rows if len(row.shape) < 3)
    cells = sum(row.n_cells for row in rows if not row.n_statistics)
    normalised = sum(row.n_cells for row in rows if row.n_statistics)
    batch = config.batch_size
    work = [_PASSES * convolution * batch, _PASSES * dense * batch, cells * batch, normalised * batch]
    return np.array([*(figure / 1e6 for figure in (*work, config.n_parameters)), batch / 1e3, 1.0])
