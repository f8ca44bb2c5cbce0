"""Calibration as tables: figures without and with a temperature, and the bins of the diagrams."""

import pandas as pd

from core.evaluation.reliability import Reliability

_FIGURES = [
    "Expected calibration error",
    "Largest error of a bin",
    "Log loss (nats)",
    "Brier score (0 to 2)",
    "Test clips",
]


def calibration_frame(own: Reliability, at_it: Reliability | None) -> pd.DataFrame:
    """One row a figure, for people: ``Figure``, ``Model's own`` and, where there is one, ``At its temperature``."""
    shown = {"Model's own": own} if at_it is None else {"Model's own": own, "At its temperature": at_it}
    columns = {
        name: [
            f"{found.expected_error:.3f}",
            f"{found.largest_error:.3f}",
            f"{found.log_loss:.3f}",
            f"{found.brier:.3f}",
            f"{found.n:,}",
        ]
        for name, found in shown.items()
    }
    return pd.DataFrame({"Figure": _FIGURES, **columns})


def reliability_export(own: Reliability, at_it: Reliability | None) -> pd.DataFrame:
    """Every bin in full precision, with ``probabilities``: ``own`` or ``at temperature``."""
    shown = {"own": own} if at_it is None else {"own": own, "at temperature": at_it}
    return pd.DataFrame(
        [
            {
                "probabilities": name,
                "from": each.low,
                "to": each.high,
                "confidence": each.confidence,
                "accuracy": each.accuracy,
                "low": each.interval[0],
                "high": each.interval[1],
                "n": each.n,
                "n_correct": each.n_correct,
            }
            for name, found in shown.items()
            for each in found.bins
        ]
    )
