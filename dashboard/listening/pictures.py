"""Spectrograms of clips at addresses of their own: a page costs a line of text for each, the browser keeps them."""

import io
import json
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.clips.clip import Clip
from core.clips.collection import Collection
from core.clips.excerpts import find_clip
from core.errors import GenreLabError
from core.features.base import Features
from core.features.mel import MelSpectrogram
from core.features.table import features_from_dict
from dashboard.charts.spectrograms.level_scale import frequency_ticks, has_frequencies, spectrogram_name
from dashboard.charts.spectrograms.spectrogram import thin_columns
from dashboard.charts.spectrograms.spectrogram_picture import level_image
from dashboard.listening.component import Picture
from dashboard.sealing import seal, unseal
from dashboard.sounds import PREFIX, below_base

_MAX_COLUMNS = 450
"""Of a picture: more would not be seen."""
_MAX_SONG_COLUMNS = 1200
"""Of the picture of a song, which is as wide as its page."""
_MOST_FRAMES = 20_000
_QUALITY = 80
"""Of the encoding: thirty pictures are to cost less than 1 MB, and what is lost cannot be seen beside the original."""


def clip_picture(collection: Collection, clip: Clip, front_end: Features, *, height: int) -> Picture:
    """The stored spectrogram of a clip, for its player.

    Parameters
    ----------
    collection, clip
    front_end : Features
        Whose spectrogram of this clip is stored.
    height : int
        In pixels.
    """
    # The key tells the content: with it in the address, the browser may keep the picture.
    told = [collection.id, clip.name, clip.n_parts, front_end.to_dict(), clip.key]
    address = below_base(f"{PREFIX}/picture/{seal(json.dumps(told))}")
    return picture_of(front_end, address, f"{spectrogram_name(front_end)} of {clip.name}", height=height)


def picture_of(front_end: Features, address: str, alt: str, *, height: int) -> Picture:
    """A picture with the axis of its bands.

    Parameters
    ----------
    front_end : Features
        That made it.
    address : str
        Where the browser fetches it.
    alt : str
        What it shows, for screen readers.
    height : int
        In pixels.
    """
    places, texts = frequency_ticks(front_end)
    n_bands = front_end.shape[0]
    bands = tuple(((place + 0.5) / n_bands, text) for place, text in zip(places, texts, strict=True))
    return Picture(address, alt, height, bands, "Hz" if has_frequencies(front_end) else "Band")


def song_webp(samples: NDArray[np.float32], front_end: MelSpectrogram, *, duration_s: float) -> bytes:
    """WebP of the spectrogram of a whole song.

    Parameters
    ----------
    samples : array, shape (samples,)
        At the front end's rate: the song as far as it is heard.
    front_end : MelSpectrogram
        Long songs are looked at in wider steps.
    duration_s : float
        Of the whole song, which the picture is as wide as; what is not heard of it is dark.

    Raises
    ------
    FeatureError
        The song is silence, or too short.
    """
    steps = -(-(1 + len(samples) // front_end.hop_length) // _MOST_FRAMES)
    wide = replace(front_end, hop_length=min(front_end.n_fft, steps * front_end.hop_length))
    level, whole = wide.whole_sound(samples, max_frames=_MOST_FRAMES)
    heard = min(1.0, len(samples) / (duration_s * front_end.sr_hz)) if duration_s else 1.0
    n_heard = max(1, round(heard * _MAX_SONG_COLUMNS))
    thinned, _ = thin_columns(np.asarray(level), n_heard)
    n_blank = round(thinned.shape[1] * (1 / heard - 1))
    blank = np.full((thinned.shape[0], n_blank), whole.level_scale.low, dtype=thinned.dtype)
    return picture_webp(np.concatenate([thinned, blank], axis=1), whole, max_columns=_MAX_SONG_COLUMNS)


def picture_webp(level: NDArray[Any], front_end: Features, *, max_columns: int = _MAX_COLUMNS) -> bytes:
    """WebP of a spectrogram, in the colours that all have: less than half of what a PNG takes.

    Parameters
    ----------
    level : array, shape (bands, frames)
    front_end : Features
        That made it.
    max_columns : int
    """
    thinned, _ = thin_columns(np.asarray(level), max_columns)
    stream = io.BytesIO()
    level_image(thinned, front_end.level_scale).convert("RGB").save(stream, "WEBP", quality=_QUALITY, method=4)
    return stream.getvalue()


def routes() -> list[Any]:
    """The pictures' addresses, for the server."""
    from starlette.routing import Route

    return [Route(below_base(f"{PREFIX}/picture/{{sealed}}"), _picture, methods=["GET", "HEAD"])]


def _picture(request: Any) -> Any:
    from starlette.responses import PlainTextResponse, Response

    from dashboard import services  # the libraries behind it would keep the server from answering at first

    told = unseal(request.path_params["sealed"])
    if told is not None:
        collection_id, name, n_parts, front_end_values, key = json.loads(told)
        try:
            collection = services.collection(collection_id, with_excluded=True)
            front_end = features_from_dict(front_end_values)
            clip = find_clip(collection, name, n_parts if n_parts > 1 else None, front_end)
            if clip is not None and clip.key == key:
                content = picture_webp(services.spectrogram(collection, clip, front_end), front_end)
                headers = {"Cache-Control": "private, max-age=604800", "X-Content-Type-Options": "nosniff"}
                return Response(content, media_type="image/webp", headers=headers)
        except GenreLabError:
            pass
    return PlainTextResponse("There is no such picture.", status_code=404, headers={"Cache-Control": "no-store"})
