"""Pictures of clips with any parameters, at addresses of their own: drawn when the browser asks for them.

A page that shows thirty of them is drawn before the first is computed, and whoever moves a slider waits for what is in
view. What is stored is taken from there; else the clip is decoded (`dashboard.listening.samples`).
"""

import json
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from core.clips.clip import Clip
from core.clips.collection import Collection
from core.depiction.kinds import KINDS, band_level_db
from core.depiction.rebuilt import as_rebuilt
from core.errors import FeatureError, GenreLabError
from core.extraction.store import FeatureStore
from core.features.base import AudioFrontEnd, Features
from core.features.mel import MelSpectrogram
from core.features.study_resize import pad_with_floor, study_resize
from core.features.table import features_from_dict
from dashboard import services
from dashboard.charts.spectrograms.color_maps import COLOR_MAPS
from dashboard.charts.spectrograms.level_scale import frequency_ticks, has_frequencies, spectrogram_name
from dashboard.charts.spectrograms.looks import (
    fitted_ends,
    on_time_axis,
    reason_svg,
    values_image,
    waveform_svg,
    webp,
)
from dashboard.listening.component import Picture
from dashboard.listening.rebuilt import rebuilt_samples
from dashboard.listening.samples import clip_samples
from dashboard.sealing import seal, unseal
from dashboard.sounds import PREFIX, below_base

Reference = Literal["own", "fixed", "fitted"]
"""What levels refer to: each clip's own peak; the same for all clips (librosa's ``ref=1``); colours as fit each."""
SPECTROGRAM, WAVEFORM = "spectrogram", "waveform"
_MAX_FRAMES = 20_000


@dataclass(frozen=True, kw_only=True)
class Look:
    """How a clip is looked at.

    Attributes
    ----------
    front_end : Features
        That makes the spectrogram, or whose window, hop and bands other kinds use.
    kind : str
        ``"spectrogram"`` or a name in `core.depiction.kinds.KINDS`.
    reference : "own", "fixed" or "fitted"
    ends : (float, float)
        Levels of the darkest and the brightest colour of a spectrogram, where they are not fitted.
    color_map : str
    span_s : float
        Seconds across the whole width.
    source : "", "mel", "mfcc" or "sheared"
        Of the clip as it was rebuilt from that; empty for the clip itself.
    max_columns : int
        Of the picture.
    resized : "", "study" or "padded"
        As the study brought the spectrogram to one width, or as it should be; empty for as it is.
    """

    front_end: Features
    kind: str = SPECTROGRAM
    reference: Reference = "own"
    ends: tuple[float, float] = (-80.0, 0.0)
    color_map: str = "magma"
    span_s: float
    source: Literal["", "mel", "mfcc", "sheared"] = ""
    max_columns: int = 450
    resized: Literal["", "study", "padded"] = ""


def look_picture(
    collection: Collection, clip: Clip, look: Look, *, height: int, title: str = "", alt: str = ""
) -> Picture:
    """The picture of a clip for its player.

    Parameters
    ----------
    collection, clip
    look : Look
    height : int
        In pixels.
    title : str
        Written above it.
    alt : str
        What it shows, for screen readers; the kind and the clip's name when not given.
    """
    values = {**vars(look), "front_end": look.front_end.to_dict()}
    # The key tells the content: with it in the address, the browser may keep the picture.
    address = below_base(f"{PREFIX}/look/{seal(json.dumps([collection.id, clip.name, clip.key, values]))}")
    bands, unit = look_axis(look)
    return Picture(address, alt or f"{look_title(look)} of {clip.name}", height, bands, unit, title)


def look_title(look: Look) -> str:
    """What a picture is called: ``Mel spectrogram``."""
    return spectrogram_name(look.front_end) if look.kind == SPECTROGRAM else KINDS[look.kind].title


def look_axis(look: Look) -> tuple[tuple[tuple[float, str], ...], str]:
    """Labels of the rows, each at its share of the height, and their unit."""
    if look.kind != SPECTROGRAM:
        kind = KINDS[look.kind]
        assert isinstance(look.front_end, MelSpectrogram)
        return kind.labels(look.front_end), kind.row_unit
    places, texts = frequency_ticks(look.front_end)
    n_bands = look.front_end.shape[0]
    bands = tuple(((place + 0.5) / n_bands, text) for place, text in zip(places, texts, strict=True))
    return bands, "Hz" if has_frequencies(look.front_end) else "Band"


def look_values(collection: Collection, clip: Clip, look: Look) -> tuple[NDArray[Any], float]:
    """What a picture shows, shape (rows, columns), and the seconds from column to column.

    Raises
    ------
    GenreLabError
        The clip cannot be read or has no such picture.
    """
    front_end = look.front_end
    if look.kind == SPECTROGRAM and not look.source and look.reference != "fixed":
        stored = _stored(collection, clip, look)
        if stored is not None:
            return stored
    if not isinstance(front_end, AudioFrontEnd):
        raise FeatureError(f"No {front_end.title.lower()} of this clip is stored, and it cannot be computed.")
    if look.source:
        assert isinstance(front_end, MelSpectrogram)
        samples = rebuilt_samples(collection, clip, as_rebuilt(front_end), look.source)
    else:
        samples = clip_samples(collection, clip, front_end.sr_hz)
    if look.kind != SPECTROGRAM:
        assert isinstance(front_end, MelSpectrogram)
        made = KINDS[look.kind].depict(samples, front_end)
        return made.values, made.frame_s
    if look.reference == "fixed" and isinstance(front_end, MelSpectrogram):
        return band_level_db(samples, front_end), front_end.frame_s
    level, made_by = front_end.whole_sound(samples, max_frames=_MAX_FRAMES)
    return level, made_by.frame_s


def _stored(collection: Collection, clip: Clip, look: Look) -> tuple[NDArray[Any], float] | None:
    """The stored spectrogram, where it shows the clip from beginning to end."""
    front_end = look.front_end
    index = FeatureStore(collection.id, front_end).index()
    row = index.get(clip.key)
    if row is None or (row.error and isinstance(front_end, AudioFrontEnd)):
        return None
    level = services.spectrogram(collection, clip, front_end)
    frame_s = front_end.frame_s or look.span_s / level.shape[1]
    is_cut = isinstance(front_end, AudioFrontEnd) and level.shape[1] == front_end.shape[1]
    if look.resized and isinstance(front_end, MelSpectrogram):
        return _resized(level, look.resized, front_end), frame_s
    return None if is_cut and level.shape[1] * frame_s < clip.duration_s - frame_s else (level, frame_s)


def _resized(level: NDArray[Any], how: str, front_end: MelSpectrogram) -> NDArray[np.float32]:
    if how == "study":
        return study_resize(level, front_end.n_frames)
    return pad_with_floor(level, front_end.n_frames, top_db=front_end.top_db)


def look_content(collection: Collection, clip: Clip, look: Look) -> tuple[bytes, str]:
    """Bytes and MIME type of a picture; raises as `look_values`."""
    values, frame_s = look_values(collection, clip, look)
    shown = on_time_axis(values, frame_s, look.span_s, look.max_columns)
    if look.kind == WAVEFORM:
        most = 1.0 if look.reference == "fixed" else float(np.abs(values).max())
        return waveform_svg(shown, most=most), "image/svg+xml"
    if look.reference == "fitted":
        ends = fitted_ends(values)
    elif look.kind == SPECTROGRAM:
        ends = look.ends
    else:
        ends = KINDS[look.kind].low, KINDS[look.kind].high
    return webp(values_image(shown, ends, COLOR_MAPS[look.color_map])), "image/webp"


def answer_look(request: Any) -> Any:
    """The picture that a sealed address tells of, or why there is none, in its place."""
    from starlette.responses import PlainTextResponse, Response

    told = unseal(request.path_params["sealed"])
    headers = {"Cache-Control": "private, max-age=604800", "X-Content-Type-Options": "nosniff"}
    try:
        if told is not None:
            collection_id, name, key, values = json.loads(told)
            collection = services.collection(collection_id, with_excluded=True)
            clip = collection.by_name.get(name)
            if clip is not None and clip.key == key:
                look = Look(
                    **(values | {"front_end": features_from_dict(values["front_end"]), "ends": tuple(values["ends"])})
                )
                content, mime = look_content(collection, clip, look)
                return Response(content, media_type=mime, headers=headers)
    except GenreLabError as error:
        # In the place of the picture, so that the card whose it is says why it has none.
        return Response(
            reason_svg(str(error)),
            media_type="image/svg+xml",
            headers=headers | {"Cache-Control": "no-store"},
        )
    return PlainTextResponse("There is no such picture.", status_code=404, headers={"Cache-Control": "no-store"})
