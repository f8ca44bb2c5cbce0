"""Seconds of a training besides its epochs: start of its process, imports, test, and saving."""

from core.recipe.config import TrainingConfig

_NETWORK_S = 8.0
"""Measured on one core: 6 s to start Python and TensorFlow, 2 s for the graph, the test and the files."""
_CLASSICAL_S = 4.0


def overhead_s(config: TrainingConfig) -> float:
    """What each training takes however short it is; features that have to be extracted first come on top."""
    return _CLASSICAL_S if config.is_classical else _NETWORK_S
