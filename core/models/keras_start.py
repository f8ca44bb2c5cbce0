"""The one place where Keras and TensorFlow are imported."""

import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


def import_keras() -> Any:
    """Keras on TensorFlow, quiet, and taking GPU memory only as it needs it."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    os.environ.setdefault("KERAS_BACKEND", "tensorflow")
    if "tensorflow" in sys.modules:
        import keras

        return keras
    logging.getLogger("tensorflow").addFilter(_is_not_of_retracing)
    with _quiet_start():
        import keras
        import tensorflow as tf

        for device in tf.config.list_physical_devices("GPU"):
            try:
                tf.config.experimental.set_memory_growth(device, True)
            except RuntimeError:
                break  # already in use by this process: too late to change, and no harm
    return keras


def _is_not_of_retracing(record: logging.LogRecord) -> bool:
    """False for a warning counted over all models: a few that each predict once suffice for it."""
    return "triggered tf.function retracing" not in record.getMessage()


@contextmanager
def _quiet_start() -> Iterator[None]:
    """Honour ``TF_CPP_MIN_LOG_LEVEL=3`` (set by the command line), which TensorFlow itself ignores as it starts."""
    if os.environ["TF_CPP_MIN_LOG_LEVEL"] != "3":
        yield
        return
    sys.stderr.flush()
    kept = os.dup(2)
    try:
        with open(os.devnull, "wb") as nowhere:
            os.dup2(nowhere.fileno(), 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
