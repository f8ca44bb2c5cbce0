"""The example song that comes with Genre Lab: made by its own generator, so that anybody may hear and share it."""

import io
from typing import Final

import numpy as np
import soundfile
from numpy.typing import NDArray

from core.synthesis import SAMPLE_RATE_HZ, synthesise_clip

PARTS: Final = (("classical", 1), ("jazz", 2), ("metal", 4))
"""Genres of the demo in the order in which they are heard, each with the number of its piece."""
SEED: Final = 1
"""Not that of the demo: no model that was trained on the demo has learnt from it."""
PART_S: Final = 20.0
_FADE_S = 1.0
_QUALITY = 0.85
"""libsndfile's level of compression, 0 to 1."""


def example_samples() -> NDArray[np.float32]:
    """The song, shape (samples,) at 22,050 Hz: its parts, one fading into the next.

    Returns
    -------
    array of float32
        ``PART_S`` seconds of each part, less a second for each fading.
    """
    n_part, n_fade = round(PART_S * SAMPLE_RATE_HZ), round(_FADE_S * SAMPLE_RATE_HZ)
    step = n_part - n_fade
    rise = np.sqrt(np.linspace(0.0, 1.0, n_fade, dtype=np.float32))
    song = np.zeros(step * len(PARTS) + n_fade, dtype=np.float32)
    for place, (genre, index) in enumerate(PARTS):
        part = synthesise_clip(genre, index, seed=SEED)[:n_part].copy()
        if place:
            part[:n_fade] *= rise
        part[-n_fade:] *= rise[::-1]
        song[place * step : place * step + n_part] += part
    return song


def example_song() -> bytes:
    """The song as an Ogg Vorbis file of less than 300 kB.

    Its samples are the same on every machine; the bytes depend on the encoder.
    """
    stream = io.BytesIO()
    soundfile.write(
        stream, example_samples(), SAMPLE_RATE_HZ, format="OGG", subtype="VORBIS", compression_level=_QUALITY
    )
    return stream.getvalue()
