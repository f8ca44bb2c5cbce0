"""The genre in the files' own tags: ID3v1 and v2, MP4, Vorbis and Opus comments, RIFF INFO, AIFF, Matroska, WavPack.

`tinytag` reads what it knows, the rest PyAV, without decoding a sample.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.audio.metadata import read_metadata
from core.clips.clip import ClipFacts
from core.errors import AudioError
from core.importing.readings.id3_genres import GENRES, without_numbers
from core.importing.readings.told import Told, clean, facts_of

_SEVERAL = re.compile(r"[;\0|]|\\\\|//")
"""What stands between several genres in one tag."""
_YEAR = re.compile(r"(?<!\d)(1[5-9]\d\d|20\d\d)(?!\d)")
_BY_FFMPEG = (".wv", ".webm", ".mka", ".mkv", ".caf", ".au", ".aac", ".ac3")
"""Formats that tinytag does not know."""
_NUMBERED_OTHERWISE = frozenset(GENRES[139:])
"""Where a tag holds a number from 139 on, tinytag 2.3 gives it the name of a later one: FFmpeg is asked then."""
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


def read_tags(path: Path) -> Tags:
    """Tags of one file; nothing is raised for a file that is damaged or cannot be read: it has none, and why."""
    from tinytag import ParseError, TinyTag, UnsupportedFormatError

    problem = ""
    try:
        with path.open("rb") as stream:
            try:
                # By its content: a name may say anything.
                found = _of_tinytag(TinyTag.get(file_obj=stream, duration=False))
            except UnsupportedFormatError:
                found = Tags()
            except ParseError:
                found, problem = Tags(), "damaged"
        extension = path.suffix.lower()
        is_doubtful = extension == ".mp3" and not _NUMBERED_OTHERWISE.isdisjoint(found.genres)
        if not is_doubtful and (found.genres or extension not in _BY_FFMPEG):
            return found if not problem else Tags(problem=problem)
        try:
            further = _of_metadata(read_metadata(path))
        except AudioError:
            further = Tags()
    except OSError as error:
        return Tags(problem=error.strerror or "not readable")
    if found == Tags():
        return further if further != Tags() or not problem else Tags(problem=problem)
    return Tags(
        further.genres or found.genres,
        found.artist or further.artist,
        found.title or further.title,
        found.album or further.album,
        found.year or further.year,
    )


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
