"""FMA as published (Defferrard et al., ISMIR 2017): ``fma_small/000/000002.mp3``, and ``fma_metadata/tracks.csv``.

``tracks.csv`` has three header rows: the two levels of the columns' names (``track``, ``genre_top``), and the name of
the index, ``track_id``. Only the columns needed are read of its 52.
"""

import csv
import io
import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from core.clips.clip import ClipFacts, SkippedFile
from core.errors import CollectionError
from core.importing.readings.folders import PART_OF
from core.importing.readings.library import Library
from core.importing.readings.spec import FMA, SUBSETS, GenreFrom
from core.importing.readings.tags import year_of
from core.importing.readings.told import Reading, Told, clean, facts_of
from core.names import readable_name, reason_of

TRACKS = "tracks.csv"
_HEADER_BYTES = 2**15
_PLACES = (
    "fma_metadata/tracks.csv",
    "tracks.csv",
    "metadata/tracks.csv",
    "../fma_metadata/tracks.csv",
    "../tracks.csv",
)
_WANTED = {
    ("track", "genre_top"): "genre",
    ("track", "title"): "title",
    ("artist", "name"): "artist",
    ("album", "title"): "album",
    ("album", "date_released"): "year",
    ("set", "split"): "split",
    ("set", "subset"): "subset",
}
WHERE = (
    "Put tracks.csv of FMA's fma_metadata.zip beside the numbered folders, or the folder fma_metadata beside or in the "
    "folder that you import"
)


@dataclass(frozen=True)
class Track:
    """What is used of one row of ``tracks.csv``."""

    genre: str
    subset: str
    facts: ClipFacts


def may_read(path: Path, library: Library, within: Sequence[Path] | None) -> bool:
    """Whether a table may be looked at: it lies, links resolved, in the library or one of the folders allowed."""
    resolved = Path(os.path.realpath(path))
    allowed = None if within is None else [library.root, *within]
    return allowed is None or any(resolved.is_relative_to(os.path.realpath(folder)) for folder in allowed)


def is_fma_table(path: Path) -> bool:
    """Whether a file begins with the three header rows of ``tracks.csv``."""
    try:
        return _header(path) is not None
    except OSError:
        return False


def _header(path: Path) -> dict[str, int] | None:
    """Place of each column that is used; None where the file is another one."""
    if not path.is_file():  # opening a pipe could wait for ever
        return None
    with path.open("rb") as stream:
        head = stream.read(_HEADER_BYTES).decode("utf-8-sig", "replace")
    reader = csv.reader(io.StringIO(head, newline=""))
    try:
        first, second, third = next(reader, []), next(reader, []), next(reader, [])
    except csv.Error:
        return None
    if not third or third[0].strip() != "track_id" or len(first) != len(second):
        return None
    places = {pair: place for place, pair in enumerate(zip(first, second, strict=True))}
    if ("track", "genre_top") not in places:
        return None
    return {name: places[pair] for pair, name in _WANTED.items() if pair in places}


def find_tracks(library: Library, *, within: Sequence[Path] | None = None) -> str:
    """Path of FMA's table from a folder's root; empty where there is none in it or beside it.

    Parameters
    ----------
    library : Library
    within : sequence of Path, optional
        Folders in which a table may lie that is not in the library's own; everywhere when not given.
    """
    for place in _PLACES:
        if may_read(library.root / place, library, within) and is_fma_table(library.root / place):
            return place
    return next(
        (
            table
            for table in library.tables
            if table.rpartition("/")[2].lower() == TRACKS and is_fma_table(library.path(table))
        ),
        "",
    )


@lru_cache(maxsize=1)
def _tracks(path: Path, size: int, modified_ns: int) -> dict[int, Track]:
    import pandas as pd

    shown = readable_name(path.name)
    places = _header(path)
    if places is None:
        raise CollectionError(
            f"{shown} is not FMA's table of tracks: expected three header rows, the third beginning with track_id, and "
            "the column genre_top of track. Take tracks.csv of fma_metadata.zip as it is."
        )
    try:
        table = pd.read_csv(
            path,
            header=None,
            skiprows=3,
            usecols=[0, *places.values()],
            dtype=str,
            keep_default_na=False,
            encoding="utf-8-sig",
            encoding_errors="replace",
        )
    except (ValueError, OSError) as error:  # pandas' own errors are ValueErrors
        raise CollectionError(
            f"{shown} cannot be read ({reason_of(error)}). Download fma_metadata.zip again."
        ) from error
    values = {name: table[place].tolist() for name, place in places.items()}
    empty = [""] * len(table)
    columns = [values.get(name, empty) for name in _WANTED.values()]
    found = {}
    for track_id, genre, title, artist, album, year, split, subset in zip(table[0].tolist(), *columns, strict=True):
        if track_id.strip().isdecimal():
            facts = facts_of(
                artist=clean(artist),
                title=clean(title),
                album=clean(album),
                year=year_of(year),
                partition=PART_OF.get(split.strip().lower(), ""),
            )
            found[int(track_id)] = Track(clean(genre), subset.strip().lower(), facts)
    return found


def by_fma(library: Library, genre_from: GenreFrom) -> Reading:
    """FMA's files by its table: top genre, artist, title, album, and its own training, validation and test parts.

    Raises
    ------
    CollectionError
        There is no table, or it is not FMA's.
    """
    relative = genre_from.table or find_tracks(library)
    if not relative:
        raise CollectionError(f"FMA's table of tracks was not found. {WHERE}.")
    path = library.root / relative
    try:
        status = path.stat()
    except OSError as error:
        raise CollectionError(f"{readable_name(str(path))} cannot be read ({error.strerror}). {WHERE}.") from error
    tracks = _tracks(path, status.st_size, status.st_mtime_ns)
    wanted = SUBSETS[: SUBSETS.index(genre_from.subset) + 1] if genre_from.subset else ()
    told: dict[str, Told] = {}
    met = set()
    by_subset = dict.fromkeys(SUBSETS, 0)
    for sound in library.sounds:
        stem = sound.rpartition("/")[2].rpartition(".")[0]
        track = tracks.get(int(stem)) if stem.isascii() and stem.isdecimal() else None
        if track is None:
            named = stem.isascii() and stem.isdecimal()
            reason = f"no row of {TRACKS} has its number" if named else "its name is no number of a track of FMA"
            told[sound] = Told((), reason=reason)
            continue
        met.add(int(stem))
        if track.subset in by_subset:
            by_subset[track.subset] += 1
        if wanted and track.subset not in wanted:
            told[sound] = Told((), reason=f"it is not in FMA's subset {genre_from.subset}")
        elif not track.genre:
            told[sound] = Told((), track.facts, f"it has no top genre in {TRACKS}")
        else:
            told[sound] = Told((track.genre,), track.facts)
    notes = []
    if n_absent := len(tracks) - len(met):
        notes.append(SkippedFile(TRACKS, f"{n_absent:,} of its {len(tracks):,} tracks have no file in this folder"))
    return Reading(
        genre_from=GenreFrom(kind=FMA, table=relative, subset=genre_from.subset),
        title="FMA as published: top genre in tracks.csv",
        told=told,
        n_all=len(library.sounds),
        notes=tuple(notes),
        by_subset={subset: n for subset, n in by_subset.items() if n},
    )
