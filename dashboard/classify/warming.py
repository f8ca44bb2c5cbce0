"""TensorFlow and the models in view are loaded in the background as soon as somebody opens Classify.

Importing TensorFlow takes seconds: they pass while the visitor looks for a song. Once in a process for
each model, and for no other page.
"""

import logging
import sys
import threading
from collections.abc import Iterable
from typing import Any

import numpy as np

from core.embeddings.ears import EARS, patch_embeddings
from core.errors import GenreLabError
from dashboard import services

_LOGGER = logging.getLogger(__name__)
_lock = threading.Lock()
_begun: set[str] = set()
_latest: threading.Thread | None = None


def is_loaded() -> bool:
    """Whether TensorFlow is in memory, so that a first verdict does not wait for it."""
    return "tensorflow" in sys.modules and (_latest is None or not _latest.is_alive())


def warm_up(run_ids: Iterable[str]) -> None:
    """Load what these runs need, in the background, one after the other; nothing of what was begun before."""
    global _latest  # one thread at a time for the process, whoever comes first
    with _lock:
        new = tuple(run_id for run_id in run_ids if run_id not in _begun)
        if not new:
            return
        _begun.update(new)
        _latest = threading.Thread(target=_load, args=(new, _latest), name="warm-up", daemon=True)
        _latest.start()


def _load(run_ids: tuple[str, ...], before: threading.Thread | None) -> None:
    if before is not None:
        before.join()
    for run_id in run_ids:
        try:
            _try_once(services.model(run_id))
        except GenreLabError as error:
            _LOGGER.info("Not loaded before it is wanted: %s", error)  # the page says so when it is
    if before is None and not EARS.why_not_here:
        patch_embeddings(np.zeros(EARS.hop_length, dtype=np.float32))


def _try_once(model: Any) -> None:
    """Let a network compute once: the first time it is compiled."""
    shapes = getattr(model, "input_shape", None)  # scikit-learn's models have none, and need nothing
    if shapes is None:
        return
    given = [
        np.zeros((1, *shape[1:]), dtype=np.float32) for shape in (shapes if isinstance(shapes, list) else [shapes])
    ]
    model.predict_on_batch(given if len(given) > 1 else given[0])
