"""The genre in the files' own tags: ID3v1 and v2, APE, MP4, Vorbis and Opus comments, RIFF INFO, AIFF, Matroska.

`tinytag` reads what it knows, `core.importing.readings.ape_tags` APE's at the end of MP3 files, and PyAV the rest,
without decoding a sample.
"""

import io
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO

from core.audio.metadata import read_metadata
from core.clips.clip import ClipFacts
from core.collections.genre_names import id3_genres
from core.errors import AudioError
from core.importing.readings.ape_tags import read_ape_tag
from core.importing.readings.genre_words import without_numbers
from core.importing.readings.told import Told, clean, facts_of

_SEVERAL = re.compile(r"[;\0|]|\\\\|//")
"""What stands between several genres in one tag."""
_YEAR = re.compile(r"(?<!\d)(1[5-9]\d\d|20\d\d)(?!\d)")
_BY_FFMPEG = (".wv", ".webm", ".mka", ".mkv", ".caf", ".au", ".aac", ".ac3")
"""Formats that tinytag does not know."""
_WITH_ID3 = (".mp3", ".aif", ".aiff", ".wav")
_WITH_APE = (".mp3", ".mp2", ".ape")
_FIRST_MISNAMED = 139
"""From this number on, tinytag 2.3 gives a genre of ID3 the name of a later one, and the last ones none."""
_ID3V1_BYTES = 128
_MOST_GENRES = 20
NO_TAG = "no genre in its tags"


@dataclass(frozen=True)
class Tags:
    """What a file's tags say; each empty where they do not, ``problem`` where they cannot be read."""

    genres: tuple[str, ...] = ()
    artist: str = ""
    title: str = ""
    album: str = ""
    year: str = ""
    problem: str = ""

    @property
    def facts(self) -> ClipFacts:
        """The same as facts of a clip, without the genre."""
        return facts_of(artist=self.artist, title=self.title, album=self.album, year=self.year)

    @property
    def told(self) -> Told:
        """What the reading by tags says of the file."""
        if self.genres:
            return Told(self.genres, self.facts)
        return Told((), self.facts, f"its tags cannot be read ({self.problem})" if self.problem else NO_TAG)


def read_tags(source: Path | bytes, name: str = "") -> Tags:
    """Tags of one file; nothing is raised for a file that is damaged or cannot be read: it has none, and why.

    Parameters
    ----------
    source : Path or bytes
        A sound file, or its content.
    name : str
        Of the file, where its content is given.
    """
    extension = os.path.splitext(name if isinstance(source, bytes) else source.name)[1].lower()
    try:
        with io.BytesIO(source) if isinstance(source, bytes) else source.open("rb") as stream:
            return _read(stream, extension)
    except OSError as error:
        return Tags(problem=error.strerror or "not readable")


def _read(stream: BinaryIO, extension: str) -> Tags:
    from tinytag import TinyTag, UnsupportedFormatError

    problem = ""
    try:
        # By its content: a name may say anything.
        found = _of_tinytag(TinyTag.get(file_obj=stream, duration=False))
    except UnsupportedFormatError:
        found = Tags()
    except OSError:
        raise
    except Exception:  # whatever a stranger's bytes lead the library to
        found, problem = Tags(), "damaged"
    is_doubtful = extension in _WITH_ID3 and not set(found.genres).isdisjoint(id3_genres()[_FIRST_MISNAMED:])
    if is_doubtful or (extension == ".mp3" and not found.genres):
        found = replace(found, genres=_renumbered(stream, found.genres))
    if extension in _WITH_APE and not (found.genres and found.artist):
        found = _filled(found, _of_metadata(read_ape_tag(stream)))
    if not found.genres and extension in _BY_FFMPEG:
        found = _filled(found, _by_ffmpeg(stream))
    return found if found != Tags() or not problem else Tags(problem=problem)


def _filled(found: Tags, further: Tags) -> Tags:
    """What was found, and what it lacks from elsewhere."""
    return Tags(
        found.genres or further.genres,
        found.artist or further.artist,
        found.title or further.title,
        found.album or further.album,
        found.year or further.year,
    )


def _renumbered(stream: BinaryIO, genres: tuple[str, ...]) -> tuple[str, ...]:
    """Genres as tinytag reads them, with the first by what FFmpeg or the number of ID3v1 says."""
    first = _by_ffmpeg(stream).genres if genres else ()
    return tuple(dict.fromkeys((*(first or _of_id3v1(stream)), *genres[1:]))) or genres


def _of_id3v1(stream: BinaryIO) -> tuple[str, ...]:
    stream.seek(max(0, stream.seek(0, os.SEEK_END) - _ID3V1_BYTES))
    tag = stream.read(_ID3V1_BYTES)
    return written_genres([f"({tag[-1]})"]) if len(tag) == _ID3V1_BYTES and tag.startswith(b"TAG") else ()


def _by_ffmpeg(stream: BinaryIO) -> Tags:
    try:
        return _of_metadata(read_metadata(stream))
    except AudioError:
        return Tags()


def _of_tinytag(tag: Any) -> Tags:
    values = [tag.genre, *tag.other.get("genre", ())]
    return Tags(
        genres=written_genres(value for value in values if value),
        artist=clean(tag.artist or tag.albumartist or ""),
        title=clean(tag.title or ""),
        album=clean(tag.album or ""),
        year=year_of(tag.year or ""),
    )


def _of_metadata(values: Mapping[str, str]) -> Tags:
    lower = {key.lower(): value for key, value in values.items()}
    return Tags(
        genres=written_genres([lower["genre"]] if lower.get("genre") else []),
        artist=clean(lower.get("artist") or lower.get("album_artist") or ""),
        title=clean(lower.get("title", "")),
        album=clean(lower.get("album", "")),
        year=year_of(lower.get("date") or lower.get("year") or ""),
    )


def written_genres(values: Iterable[object]) -> tuple[str, ...]:
    """Genres of a file's tags, each once, in their order; numbers of ID3 as names.

    >>> written_genres(["Rock; Pop", "(17)", "Jazz"])
    ('Rock', 'Pop', 'Jazz')
    """
    pieces = (clean(piece) for value in values for piece in _SEVERAL.split(str(value)))
    return tuple(dict.fromkeys(name for piece in pieces if piece for name in without_numbers(piece)))[:_MOST_GENRES]


def year_of(text: object) -> str:
    """The year in a date, ``"1999"`` of ``1999-03-01``; empty where there is none."""
    match = _YEAR.search(str(text))
    return match[1] if match else ""
