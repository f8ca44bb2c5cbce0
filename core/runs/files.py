"""Names of the files that a finished run holds."""

from core.models.kinds import KINDS

CONFIG = "config.json"
"""Configuration, collection and library versions."""
SPLIT = "split.json"
"""Protocol, and clip names by part."""
EXCLUDED = "excluded.json"
"""Clips without features, and why."""
HISTORY = "history.json"
"""Figures of each epoch."""
PREDICTIONS = "predictions.csv"
"""Test probabilities in full precision, at the temperature where there is one."""
DETAILS = "details.json"
"""Further facts: the typical length of a training clip, the temperature of the probabilities."""
UNLIKE = "unlike.npz"
"""What its training clips are like to the trained ears; only where they heard them."""
MODEL = "model.keras"
"""The network with the weights kept."""
ESTIMATOR = "model.skops"
"""A classical model, in place of the network."""
HEAD = "model.npz"
"""A classical model that was imported from another Genre Lab: plain arrays, which nothing of scikit-learn opens."""


def model_file(kind: str, *, imported: bool = False) -> str:
    """Name of the file that holds a model of this kind, trained here or imported."""
    if KINDS[kind].fitted_by != "sklearn":
        return MODEL
    return HEAD if imported else ESTIMATOR
