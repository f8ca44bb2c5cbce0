"""One playlist a genre (extended M3U in UTF-8, ``.m3u8``), in the order of the songs' names.

Named after the genre, as far as every system allows it for a file; the songs' paths are relative to the playlist where
that is possible, so that both can be moved together.
"""

import os
import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path, PurePath

from core.classifying.result import SongResult
from core.clips.clip import SkippedFile
from core.names import readable_name

EXTENSION = ".m3u8"
_NOT_IN_NAMES = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]')
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
_LONGEST_BYTES = 150


@dataclass(frozen=True)
class Playlists:
    """Playlists by the names of their files, and the songs that none can hold.

    Attributes
    ----------
    texts : dict of str to str
    left_out : tuple of SkippedFile
        Judged songs whose name cannot stand in a playlist.
    """

    texts: dict[str, str]
    left_out: tuple[SkippedFile, ...] = ()


def make_playlists(results: Iterable[SongResult], *, address: Callable[[str], str]) -> Playlists:
    """A playlist for each genre that a song was judged to be of.

    Parameters
    ----------
    results : iterable of SongResult
        Failures are left out.
    address : callable
        What stands in the playlist for a song; see `relative_to` and `bare_name`.
    """
    by_genre: dict[str, list[SongResult]] = defaultdict(list)
    left_out = []
    for result in results:
        if not result.genre:
            continue
        if readable_name(result.song) != result.song:
            reason = "its name has a line break or another sign that cannot stand in a playlist; rename it"
            left_out.append(SkippedFile(readable_name(result.song), reason))
            continue
        by_genre[result.genre].append(result)
    names = playlist_names(by_genre)
    texts = {}
    for genre in sorted(by_genre):
        lines = ["#EXTM3U", f"#PLAYLIST:{readable_name(genre)}"]
        for result in sorted(by_genre[genre], key=lambda result: result.song):
            lines += [f"#EXTINF:{round(result.duration_s or 0)},{_title(result)}", _line(address(result.song))]
        texts[names[genre]] = "\n".join(lines) + "\n"
    return Playlists(texts, tuple(left_out))


def _title(result: SongResult) -> str:
    """Artist and title by the tags; the name of the file where there is no title."""
    title = result.tags.title or PurePath(result.song).stem
    return readable_name(f"{result.tags.artist} - {title}" if result.tags.artist else title)


def _line(address: str) -> str:
    """An address that no player takes for a comment."""
    return f"./{address}" if address.startswith("#") else address


def relative_to(folder: Path) -> Callable[[str], str]:
    """Addresses of songs for playlists in a folder; absolute ones where another drive lies between."""

    def address(song: str) -> str:
        try:
            return os.path.relpath(song, folder)
        except ValueError:
            return song

    return address


def bare_name(song: str) -> str:
    """The name of the file alone: for playlists that are put beside the songs."""
    return PurePath(song).name


def playlist_names(genres: Iterable[str]) -> dict[str, str]:
    """Names of files for genres, each once, also where a system does not tell case.

    >>> playlist_names(["r&b", "rock/pop", "Rock:Pop", "aux"])
    {'r&b': 'r&b.m3u8', 'rock/pop': 'rock-pop.m3u8', 'Rock:Pop': 'Rock-Pop (2).m3u8', 'aux': '_aux.m3u8'}
    """
    taken: set[str] = set()
    names = {}
    for genre in genres:
        stem = _stem(genre)
        number = 1
        while (name := stem if number == 1 else f"{stem} ({number})").casefold() in taken:
            number += 1
        taken.add(name.casefold())
        names[genre] = name + EXTENSION
    return names


def _stem(genre: str) -> str:
    stem = _NOT_IN_NAMES.sub("-", readable_name(genre)).strip(" .")
    stem = stem.encode()[:_LONGEST_BYTES].decode(errors="ignore").strip(" .") or "genre"
    return f"_{stem}" if _RESERVED.fullmatch(stem) or stem.startswith("-") else stem
