"""The layers of a network as a table."""

import pandas as pd

from core.recipe.config import TrainingConfig


def layer_table(config: TrainingConfig) -> pd.DataFrame:
    """Layers for people: ``Layer``, ``Output`` (shape) and ``Parameters``."""
    return pd.DataFrame(
        [
            {
                "Layer": row.layer,
                "Output": " × ".join(f"{side:,}" for side in row.shape),
                "Parameters": row.n_parameters,
            }
            for row in config.layers()
        ]
    )
