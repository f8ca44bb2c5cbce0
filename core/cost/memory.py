"""How much memory a training will need, from its configuration and the number of its clips.

What is estimated is the most that its process holds at any time, as the system counts it. The two figures that cannot
be counted by hand, ``PROGRAM_BYTES`` and the copies of the weights, were measured on twelve networks, of 0.04 to 11
million parameters and 0.4 to 1,400 MB a batch: all were within 12 % of the estimate
(``python -m benchmarks --group estimates`` measures some of them again).
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from core.models.segments import excerpt_width
from core.recipe.config import TrainingConfig

IN_MEMORY_LIMIT_BYTES = 256 * 1024**2
"""A part larger than this, some 1,600 mel spectrograms, is read from disk batch by batch, of which the system keeps
what fits."""
PROGRAM_BYTES = 920 * 10**6
"""Python, TensorFlow with a model's graph, and the run store."""
_BYTES_PER_FIGURE = 4  # float32
_COPIES_OF_WEIGHTS = 17
"""The weights, their gradients and Adam's two moments, the weights kept, their first values; and all but the gradients
once more for a checkpoint, as arrays and as the file, whose room is made larger as it grows."""
_FLATTENED = ("Flatten", "Joined")
_PREDICTION_BYTES = 2**28
_COPIES_OF_OUTPUTS = 2  # each layer's output, kept for the way back, and its gradient


@dataclass(frozen=True, kw_only=True)
class MemoryEstimate:
    """Bytes that the process of a training needs.

    Attributes
    ----------
    weights : int
        The model alone, as it is stored and used for classifying.
    program : int
        Python, TensorFlow and the run store.
    training : int
        Weights, gradients, Adam's two moments, the weights kept, and a checkpoint of all of them.
    batch : int
        Outputs of all layers for one batch, and their gradients.
    clips : int
        Features of the clips, as far as they are kept in memory.
    """

    weights: int
    program: int
    training: int
    batch: int
    clips: int

    @property
    def total(self) -> int:
        """All but ``weights``, which are part of ``training``."""
        return self.program + self.training + self.batch + self.clips


def estimate_memory(config: TrainingConfig, n_train: int = 0, n_validation: int = 0) -> MemoryEstimate:
    """Memory of a training in single precision with Adam; `ConfigError` where the model is impossible.

    Parameters
    ----------
    config : TrainingConfig
    n_train, n_validation : int
        Clips in the parts that are in memory together, excerpts where the split cuts clips; 0 where they are not known.
    """
    rows = config.layers()
    weights = _BYTES_PER_FIGURE * sum(row.n_parameters for row in rows)
    # Flattening only looks at the same figures in another shape.
    figures = sum(row.n_cells for row in rows if row.layer not in _FLATTENED)
    batch = _BYTES_PER_FIGURE * figures * config.batch_size * _COPIES_OF_OUTPUTS
    parts = (n_train + n_validation,) if config.train_on_validation else (n_train, n_validation)
    return MemoryEstimate(
        weights=weights,
        program=PROGRAM_BYTES,
        training=_COPIES_OF_WEIGHTS * weights,
        batch=batch,
        clips=sum(held for n in parts if (held := n * _bytes_of_clip(config)) <= IN_MEMORY_LIMIT_BYTES),
    )


def _bytes_of_clip(config: TrainingConfig) -> int:
    """Of a clip's features as they are stored, or an excerpt's."""
    n_bands, n_frames = config.front_end.shape
    if config.split.n_excerpts is not None:
        n_frames = excerpt_width(n_frames, config.split.n_excerpts)
    return n_bands * n_frames * np.dtype(config.front_end.dtype).itemsize


def prediction_batch_size(config: TrainingConfig) -> int:
    """Clips or segments that a model looks at together when it predicts: many, as no gradients are kept."""
    figures = [row.n_cells for row in config.layers()]
    largest = max(sum(pair) for pair in pairwise(figures))
    return max(1, min(128, _PREDICTION_BYTES // (_BYTES_PER_FIGURE * largest)))
