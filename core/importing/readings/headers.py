"""What was read of each file's header, kept with the collection: a second look opens only what changed since.

A file is known by its path, size and time of change. ``headers.json`` in the collection's folder holds for each its
length, or why it is no clip, and its tags.
"""

import json
import os
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from core.audio.length import sound_length_s
from core.clips.folders import collection_folder
from core.errors import AudioError
from core.files import read_json, write_atomically
from core.importing.readings.tags import Tags, read_tags

_VERSION = 1
_AT_ONCE = 32
"""Files that one thread takes at a time."""
_N_THREADS = 8
"""Opening files waits for the disk more than it computes."""

OnProgress = Callable[[int, int], None]


@dataclass(frozen=True)
class Header:
    """What one file's header says.

    Attributes
    ----------
    size_bytes, modified_ns : int
    tags : Tags
    duration_s : float or None
        None where it was not asked for, or it is no sound: ``problem`` says why.
    problem : str
    """

    size_bytes: int
    modified_ns: int
    tags: Tags
    duration_s: float | None = None
    problem: str = ""

    @property
    def is_measured(self) -> bool:
        """Whether its length, or why it has none, is known."""
        return self.duration_s is not None or bool(self.problem)


def read_headers(
    root: Path,
    paths: Iterable[str],
    *,
    known: Mapping[str, Header],
    is_wanted: Callable[[str, Tags], bool],
    on_progress: OnProgress | None = None,
) -> dict[str, Header]:
    """Headers of files, those that have not changed from what is known.

    Parameters
    ----------
    root : Path
    paths : iterable of str
        From the root.
    known : mapping of str to Header
    is_wanted : callable
        Whether a file may become a clip, by its path and tags: only then its length is read.
    on_progress : callable, optional
        Called with (files looked at, files in all); may raise to stop.
    """
    every = list(paths)
    found: dict[str, Header] = {}

    def look(batch: tuple[str, ...]) -> list[tuple[str, Header]]:
        return [(path, _header(os.path.join(root, path), known.get(path), partial(is_wanted, path))) for path in batch]

    with ThreadPoolExecutor(_N_THREADS) as pool:
        for headers in pool.map(look, _batches(every)):
            found.update(headers)
            if on_progress is not None:
                on_progress(len(found), len(every))
    return found


def _batches(paths: list[str]) -> Iterator[tuple[str, ...]]:
    rest = iter(paths)
    while batch := tuple(islice(rest, _AT_ONCE)):
        yield batch


def _header(path: str, known: Header | None, is_wanted: Callable[[Tags], bool]) -> Header:
    try:
        status = os.stat(path)
    except OSError as error:
        return Header(0, 0, Tags(), None, f"cannot be read ({error.strerror})")
    if not stat.S_ISREG(status.st_mode):
        return Header(0, 0, Tags(), None, "is no longer a file")
    is_same = known is not None and (known.size_bytes, known.modified_ns) == (status.st_size, status.st_mtime_ns)
    place = Path(path)
    tags = known.tags if known is not None and is_same else read_tags(place)
    wanted = is_wanted(tags)
    if known is not None and is_same and (known.is_measured or not wanted):
        return known
    if not wanted and status.st_size:
        return Header(status.st_size, status.st_mtime_ns, tags)
    try:
        return Header(status.st_size, status.st_mtime_ns, tags, sound_length_s(place))
    except AudioError as error:
        return Header(status.st_size, status.st_mtime_ns, tags, None, str(error))


def _path(collection_id: str) -> Path:
    return collection_folder(collection_id) / "headers.json"


def kept_headers(collection_id: str) -> dict[str, Header]:
    """What was kept of a collection's files; none where nothing was, or it cannot be used: all is read anew then."""
    try:
        values = read_json(_path(collection_id))
        if values["version"] != _VERSION:
            return {}
        return {path: _from_list(entry) for path, entry in values["files"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def keep_headers(collection_id: str, headers: Mapping[str, Header]) -> None:
    """Keep what was read with a collection, for the next look."""
    files = {path: _to_list(header) for path, header in headers.items()}
    content = json.dumps({"version": _VERSION, "files": files}, ensure_ascii=False, separators=(",", ":"))
    write_atomically(_path(collection_id), content.encode())


def forget_headers(collection_id: str) -> None:
    """Remove what was kept of a collection whose files are known by its clips."""
    _path(collection_id).unlink(missing_ok=True)


def _to_list(header: Header) -> list[Any]:
    tags = header.tags
    words = [tags.genres, tags.artist, tags.title, tags.album, tags.year, tags.problem]
    return [header.size_bytes, header.modified_ns, header.duration_s, header.problem, words]


def _from_list(entry: list[Any]) -> Header:
    size, modified_ns, duration_s, problem, (genres, *words) = entry
    return Header(
        int(size), int(modified_ns), Tags(tuple(map(str, genres)), *map(str, words)), duration_s, str(problem)
    )
