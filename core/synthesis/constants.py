"""Constants of the demo collection that every synthesis module shares."""

from __future__ import annotations

from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

Audio: TypeAlias = NDArray[np.float32]
"""Mono audio, shape (n_samples,), float32, nominal range -1 to 1."""

GENRES: Final[tuple[str, ...]] = (
    "blues",
    "classical",
    "country",
    "disco",
    "hiphop",
    "jazz",
    "metal",
    "pop",
    "reggae",
    "rock",
)
SAMPLE_RATE_HZ: Final = 22050
CLIP_DURATION_S: Final = 30.0
SYNTHESIS_VERSION: Final = 3
MIN_DURATION_S: Final = 0.1
MAX_DURATION_S: Final = 600.0
HIGHEST_PARTIAL_HZ: Final = 8500.0
"""No harmonic is synthesised above this: it keeps the clips gentle and their FLAC files small."""
