"""What a song's own tags say of it: genre, artist and title; and whether its genre is the verdict.

Read by tinytag (ID3, MP4, Vorbis comments, APE, RIFF INFO, AIFF); the sound itself is not looked at.
"""

import io
import os
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path

_SEPARATORS = re.compile(r"[;/,|\0]")
_LONGEST = 200


@dataclass(frozen=True)
class SongTags:
    """As written; empty where there is none.

    Attributes
    ----------
    genre, artist, title : str
        Several genres of one file are joined by ``"; "``.
    """

    genre: str = ""
    artist: str = ""
    title: str = ""


def read_tags(source: Path | bytes, name: str) -> SongTags:
    """The tags of a sound file; none where there are none, or what is there cannot be read.

    Parameters
    ----------
    source : Path or bytes
    name : str
        Of the file: its ending helps to tell what tags it may have.
    """
    from tinytag import TinyTag, TinyTagException

    try:
        if isinstance(source, bytes):
            tag = TinyTag.get(filename=name, file_obj=io.BytesIO(source), duration=False)
        else:
            with source.open("rb") as stream:
                tag = TinyTag.get(filename=os.path.basename(name), file_obj=stream, duration=False)
    except (TinyTagException, OSError):
        return SongTags()
    except Exception:  # tags are a stranger's bytes, and never a reason not to hear the song
        return SongTags()
    further = tag.other.get("genre") or []
    genres = [text for value in (tag.genre, *further) if (text := _text(value))]
    return SongTags("; ".join(dict.fromkeys(genres)), _text(tag.artist), _text(tag.title))


def _text(value: object) -> str:
    """One line of what a tag holds, printable, so long as a name may be."""
    from core.names import readable_name

    plain = str(value or "").replace("\0", "; ").strip("; \t\r\n")
    return readable_name(" ".join(plain.split()))[:_LONGEST]


def same_genre(tag: str, genre: str) -> bool:
    """Whether one of the genres in a tag is this genre, but for case, accents, punctuation and blanks.

    >>> same_genre("Hip-Hop/Rap", "hiphop"), same_genre("Rock; Pop", "pop"), same_genre("Jazz", "blues")
    (True, True, False)
    """
    wanted = plain_genre(genre)
    return any(plain_genre(part) == wanted for part in (tag, *_SEPARATORS.split(tag)))


def plain_genre(genre: str) -> str:
    """Letters and digits of a genre's name, for comparing: ``"Hip-Hop"`` and ``"hip hop"`` are ``"hiphop"``.

    >>> plain_genre("Drum & Bass"), plain_genre("Música"), plain_genre("R&B")
    ('drumandbass', 'musica', 'randb')
    """
    apart = unicodedata.normalize("NFKD", genre.replace("&", "and").replace("+", "and")).casefold()
    return "".join(letter for letter in apart if letter.isalnum())
