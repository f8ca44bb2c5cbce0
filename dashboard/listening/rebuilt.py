"""Clips rebuilt from what a model is told of them, for the player: at signed addresses, a few of them kept."""

import json
from threading import Condition
from typing import Any

import numpy as np
from cachetools import LRUCache, cached
from numpy.typing import NDArray

from core.audio import encode_wav
from core.clips.clip import Clip
from core.clips.collection import Collection
from core.depiction.rebuilt import Rebuilt, Source, rebuild
from core.errors import GenreLabError
from core.features.mel import MelSpectrogram
from core.features.table import features_from_dict
from dashboard import services
from dashboard.listening.samples import clip_samples
from dashboard.sealing import seal, unseal
from dashboard.sounds import PREFIX, answer, missing

MAX_BYTES = 96_000_000
"""Kept of all rebuilt clips together: eighteen of a minute at 22,050 Hz."""


@cached(
    LRUCache(MAX_BYTES, getsizeof=lambda made: made.samples.nbytes),
    key=lambda collection, clip, front_end, source: (collection.id, clip.key, front_end.identity, source),
    condition=Condition(),  # its picture and its sound are asked for at once: it is rebuilt once
)
def rebuilt(collection: Collection, clip: Clip, front_end: MelSpectrogram, source: Source) -> Rebuilt:
    """A clip rebuilt; raises as `core.depiction.rebuilt.rebuild`, and where it cannot be read.

    Parameters
    ----------
    collection, clip
    front_end : MelSpectrogram
    source : "mel", "mfcc" or "sheared"
    """
    return rebuild(clip_samples(collection, clip, front_end.sr_hz), front_end, source=source)


def rebuilt_samples(
    collection: Collection, clip: Clip, front_end: MelSpectrogram, source: Source
) -> NDArray[np.float32]:
    """The sound of `rebuilt`, shape (samples,) at the rate of the front end."""
    return rebuilt(collection, clip, front_end, source).samples


def rebuilt_address(collection: Collection, clip: Clip, front_end: MelSpectrogram, source: Source) -> str:
    """Where the browser fetches the sound of `rebuilt`."""
    told = [collection.id, clip.name, clip.key, front_end.to_dict(), source]
    return f"{PREFIX}/rebuilt/{seal(json.dumps(told))}"


def answer_rebuilt(request: Any) -> Any:
    """The sound that a sealed address tells of."""
    told = unseal(request.path_params["sealed"])
    if told is None:
        return missing()
    collection_id, name, key, values, source = json.loads(told)
    try:
        collection = services.collection(collection_id, with_excluded=True)
        clip = collection.by_name.get(name)
        front_end = features_from_dict(values)
        if clip is None or clip.key != key or not isinstance(front_end, MelSpectrogram):
            return missing()
        samples = rebuilt_samples(collection, clip, front_end, source)
    except GenreLabError:
        return missing()
    return answer(request, encode_wav(samples, front_end.sr_hz), "audio/wav", keep="private, no-cache")
