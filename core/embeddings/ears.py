"""The embedding of the trained ears: the layer before their tags, out of the features that are stored anyway."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from core.clips.clip import Clip
from core.clips.collection import Collection
from core.errors import FeatureError
from core.extraction.store import FeatureStore
from core.features.musicnn import MusicnnFeatures

EARS = MusicnnFeatures()
"""What is extracted for the ears' embedding: what the preset *Trained ears* learns from, and Explore shows."""
_LAYER = "penultimate_"


def penultimate(values: NDArray[np.floating]) -> NDArray[np.float32]:
    """The embedding out of values of `EARS`, shape (..., values); the result has shape (..., 200)."""
    columns = [place for place, name in enumerate(EARS.names) if name.startswith(_LAYER)]
    return np.asarray(values[..., columns], dtype=np.float32)


def ears_embeddings(collection: Collection, clips: Sequence[Clip]) -> NDArray[np.float32]:
    """Embeddings of clips whose features by `EARS` are stored, shape (clips, 200).

    Raises
    ------
    FeatureError
        A clip has not been extracted, or could not be.
    """
    return penultimate(FeatureStore(collection.id, EARS).load(clips)[:, :, 0])


def patch_embeddings(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """Embedding of each patch of 3 s of a sound, in the order of time, shape (patches, 200).

    Parameters
    ----------
    samples : array, shape (samples,)
        At 16 kHz (``EARS.sr_hz``), of any length.

    Raises
    ------
    FeatureError
        The weights of the ears are not installed.
    """
    if EARS.why_not_here:
        raise FeatureError(EARS.why_not_here)
    # Pieces of whole patches, none longer than what the front end hears of a clip.
    piece = EARS.max_samples // EARS.hop_length * EARS.hop_length
    pieces = [samples[start : start + piece] for start in range(0, max(len(samples), 1), piece)]
    if len(pieces) > 1 and len(pieces[-1]) < EARS.hop_length // 2:
        del pieces[-1]  # as `patch_starts` leaves out a rest of less than half a patch
    return penultimate(np.concatenate([EARS.values_of(heard) for heard in EARS.hear(pieces)]))
