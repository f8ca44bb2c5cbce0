"""Decoded clips, kept for a while: a picture that is drawn anew with other parameters decodes nothing."""

from collections import OrderedDict
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from core.clips.clip import Clip
from core.clips.collection import Collection
from core.clips.sound import read_clip
from core.errors import AudioError
from dashboard import services

LONGEST_S = 600.0
"""Of a clip that is looked at, from its start."""
_MOST_SAMPLES = 20_000_000
MAX_BYTES = 128_000_000
"""Kept of all clips together; sixty of GTZAN's."""

_kept: "OrderedDict[tuple[str, str, int], NDArray[np.float32]]" = OrderedDict()
_lock = Lock()
_decoding = [Lock() for _ in range(16)]


def longest_s(sr_hz: int) -> float:
    """Seconds of a clip that are looked at at this rate."""
    return min(LONGEST_S, _MOST_SAMPLES / sr_hz)


def clip_samples(collection: Collection, clip: Clip, sr_hz: int) -> NDArray[np.float32]:
    """Samples of a clip, from wherever its sound is at hand, shape (samples,). Not to be changed: they are shared.

    Raises
    ------
    AudioError
        There is no sound, or it cannot be read.
    """
    key = collection.id, clip.key, sr_hz
    # Several pictures of one clip are asked for at once: one of them decodes it.
    with _decoding[hash(key) % len(_decoding)]:
        with _lock:
            if key in _kept:
                _kept.move_to_end(key)
                return _kept[key]
        samples = _read(collection, clip, sr_hz)
        samples.setflags(write=False)
        with _lock:
            _kept[key] = samples
            while len(_kept) > 1 and sum(each.nbytes for each in _kept.values()) > MAX_BYTES:
                _kept.popitem(last=False)
        return samples


def _read(collection: Collection, clip: Clip, sr_hz: int) -> NDArray[np.float32]:
    sound = services.sound(collection, clip)
    if sound is None:
        raise AudioError("This clip has no sound here.")
    start_s = sound.start_s or 0.0
    end_s = start_s + longest_s(sr_hz) if sound.end_s is None else min(sound.end_s, start_s + longest_s(sr_hz))
    samples = read_clip(sound.clip, sr_hz=sr_hz, longest_s=end_s).samples
    return samples[round(start_s * sr_hz) :]
