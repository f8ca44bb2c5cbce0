"""How much memory a training will need, from its configuration alone."""

from dataclasses import dataclass
from itertools import pairwise

from core.recipe.config import TrainingConfig

_BYTES_PER_FIGURE = 4  # float32
_COPIES_OF_WEIGHTS = 4  # the weights, their gradients, and the two moments that Adam keeps
_FLATTENED = ("Flatten", "Joined")
_PREDICTION_BYTES = 2**28
_COPIES_OF_OUTPUTS = 2  # each layer's output, kept for the way back, and its gradient


@dataclass(frozen=True, kw_only=True)
class MemoryEstimate:
    """Bytes that a training needs beside what Python and TensorFlow take themselves.

    Attributes
    ----------
    weights : int
        The model alone, as it is stored and used for classifying.
    training : int
        Weights, gradients and Adam's two moments.
    batch : int
        Outputs of all layers for one batch, and their gradients.
    """

    weights: int
    training: int
    batch: int

    @property
    def total(self) -> int:
        """Training and batch together."""
        return self.training + self.batch


def estimate_memory(config: TrainingConfig) -> MemoryEstimate:
    """Memory of a training in single precision with Adam; `ConfigError` where the model is impossible."""
    rows = config.layers()
    weights = _BYTES_PER_FIGURE * sum(row.n_parameters for row in rows)
    # Flattening only looks at the same figures in another shape.
    figures = sum(row.n_cells for row in rows if row.layer not in _FLATTENED)
    batch = _BYTES_PER_FIGURE * figures * config.batch_size * _COPIES_OF_OUTPUTS
    return MemoryEstimate(weights=weights, training=_COPIES_OF_WEIGHTS * weights, batch=batch)


def prediction_batch_size(config: TrainingConfig) -> int:
    """Clips or segments that a model looks at together when it predicts: many, as no gradients are kept."""
    figures = [row.n_cells for row in config.layers()]
    largest = max(sum(pair) for pair in pairwise(figures))
    return max(1, min(128, _PREDICTION_BYTES // (_BYTES_PER_FIGURE * largest)))
