"""Arrays of features (npz), one row a clip; see `core.importing.features.file` for what is read."""

import re
from collections.abc import Iterator, Sequence
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from core.collections.clip_facts import usable_columns
from core.errors import CollectionError, FeatureError
from core.features.base import Features
from core.features.given import GivenSpectrogram, GivenTable
from core.features.gtzan_spectrogram import GtzanSpectrogram, standardise
from core.features.table import features_from_dict
from core.importing.features.file import (
    FACT_COLUMNS,
    GENRE_COLUMNS,
    MAX_CLIPS,
    Block,
    FeatureFile,
    clip_facts,
    clip_names,
    genres_of,
    made,
    texts,
    usable_durations,
)
from core.importing.features.npz import NpzArrays

_NAMED_BY_GENRE = re.compile(r"(?P<genre>[^./]+)\.\d+(\.\d+)?")


def open_arrays(stream: IO[bytes], shown: str) -> FeatureFile:
    """See `core.importing.features.register.open_feature_file`."""
    arrays = NpzArrays(stream, shown)
    shape, dtype = arrays.header("level")
    n_clips = shape[0] if shape else 0
    if len(shape) not in (2, 3) or min(shape) < 1 or dtype.kind not in "uif" or dtype.itemsize > 8:
        raise CollectionError(
            f"{shown}: expected numbers of shape (clips, bands, frames) in “level”, got {dtype} of shape {shape}."
        )
    if n_clips > MAX_CLIPS:
        raise CollectionError(f"{shown}: expected at most {MAX_CLIPS:,} clips, got {n_clips:,}.")
    names = clip_names(arrays.texts("clip", n_clips))
    genre = next((column for column in GENRE_COLUMNS if column in arrays), None)
    written = arrays.texts(genre, n_clips, numbers=True) if genre else _genres_in_names(names, shown)
    genres, merged = genres_of(written, shown)
    bands, frames = (shape[1], shape[2]) if len(shape) == 3 else (shape[1], 1)
    made_by, note = _front_end(arrays, shown, bands, frames, n_clips)
    front_end = made_by or (
        made(lambda: GivenSpectrogram(n_bands=bands, n_frames=frames), shown)
        if frames > 1
        else made(lambda: GivenTable(names=tuple(f"feature_{place + 1}" for place in range(bands))), shown)
    )
    n_valid = arrays.numbers("n_valid", n_clips) if "n_valid" in arrays else np.full(n_clips, float(frames))
    if not (np.isfinite(n_valid).all() and (n_valid >= 1).all() and (n_valid <= frames).all()):
        raise CollectionError(f"{shown}: expected frame counts from 1 to {frames} in “n_valid”.")
    column_s = front_end.frame_s
    durations = (
        usable_durations(arrays.numbers("duration_s", n_clips))
        if "duration_s" in arrays
        else tuple((n_valid * column_s).tolist())
    )
    facts = {column: arrays.texts(column, n_clips) for column in FACT_COLUMNS if column in arrays}
    about = arrays.json("about") if "about" in arrays else {}
    own_columns, refused = _own_columns(arrays, about, n_clips)
    as_it_is = "front_end" in arrays or frames == 1
    opened = FeatureFile(
        front_end=front_end,
        names=names,
        genres=genres,
        n_valid=tuple(n_valid.astype(int).tolist()),
        duration_s=durations,
        facts=clip_facts(names, facts, own_columns),
        read=lambda file: _array_blocks(file, arrays, shape, dtype, as_it_is=as_it_is),
        about=about,
        note=note,
    )
    for column, reason in refused.items():
        opened.skip(f"column {column}", reason)
    for entry in merged:
        opened.skip(entry.name, entry.reason)
    return opened


def _own_columns(arrays: NpzArrays, about: dict[str, Any], n_clips: int) -> tuple[dict[str, list[str]], dict[str, str]]:
    """Values of the columns to divide clips by, and why others cannot be used."""
    stated = about.get("columns")
    names = texts(stated) if isinstance(stated, list) else ()
    numbered = {name: f"column_{number}" for number, name in enumerate(names, start=1) if name not in FACT_COLUMNS}
    kept, refused = usable_columns(numbered)
    return {name: arrays.texts(numbered[name], n_clips) for name in kept if numbered[name] in arrays}, refused


def _front_end(arrays: NpzArrays, shown: str, bands: int, frames: int, n_clips: int) -> tuple[Features | None, str]:
    """The front end that made the arrays, None where it is not known, and what is to be noted of them."""
    if "front_end" in arrays:
        front_end = made(lambda: features_from_dict(arrays.json("front_end")), shown)
        if front_end.shape != (bands, frames):
            raise CollectionError(
                f"{shown}: expected {front_end.shape[0]} × {front_end.shape[1]} values per clip from its front end, "
                f"got {bands} × {frames} in “level”."
            )
        return front_end, ""
    if "rendering" not in arrays or (bands, frames) != GtzanSpectrogram().shape:
        return None, ""
    renderings = arrays.texts("rendering", n_clips)
    if unknown := sorted(set(renderings) - {"A", "B"}):
        raise CollectionError(f"{shown}: expected A or B in “rendering”, got {unknown[0]!r}.")
    n_other = renderings.count("B")
    note = f"{n_other:,} of {n_clips:,} clips in rendering B, whose columns are 20 to 30 ms earlier" if n_other else ""
    return GtzanSpectrogram(), note


def _array_blocks(
    file: FeatureFile, arrays: NpzArrays, shape: tuple[int, ...], dtype: np.dtype[Any], *, as_it_is: bool
) -> Iterator[Block]:
    front_end = file.front_end
    stored = np.dtype(front_end.dtype)
    for start, level in arrays.rows("level", shape, dtype):
        values = np.empty((len(level), *front_end.shape), dtype=stored)
        places, kept = [], []
        for row, given in enumerate(level):
            place = start + row
            try:
                values[row] = _stored(given.reshape(front_end.shape), stored, as_it_is=as_it_is)
            except FeatureError as error:
                file.skip(file.names[place] or f"row {place + 1}", str(error))
                continue
            places.append(place)
            kept.append(row)
        yield places, values[kept]


def _stored(given: NDArray[Any], dtype: np.dtype[Any], *, as_it_is: bool) -> NDArray[Any]:
    if given.dtype.kind == "f" and not np.isfinite(given).all():
        raise FeatureError("a value is missing or not a finite number")
    with np.errstate(over="ignore"):
        values = (given if as_it_is else standardise(given)).astype(dtype)
    if not np.isfinite(values).all():
        raise FeatureError(f"a value is too large to be stored as {dtype}")
    return values


def _genres_in_names(names: Sequence[str], shown: str) -> tuple[str, ...]:
    genres = []
    for name in names:
        match = _NAMED_BY_GENRE.fullmatch(name)
        if match is None:
            raise CollectionError(
                f"{shown} has no array “genre”, and the clip name {name!r} does not begin with a genre as in "
                "blues.00000."
            )
        genres.append(match["genre"])
    return tuple(genres)
