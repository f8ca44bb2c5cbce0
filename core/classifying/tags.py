"""What a song's own tags say of it: genre, artist and title; and whether its genre is the verdict.

Read as at an import (`core.importing.readings.tags`); the sound itself is not looked at.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from core.collections.genre_names import genre_key, names_in, synonyms
from core.importing.readings import tags as readings

TagAnswer = Literal["agrees", "differs", "unknown genre", "no tag"]
"""Whether a song's own genre tag is the verdict; *unknown* is a genre that the model was not trained on."""


@dataclass(frozen=True)
class FileTags:
    """As written; empty where there is none.

    Attributes
    ----------
    genre, artist, title : str
        Several genres of one file are joined by ``"; "``.
    """

    genre: str = ""
    artist: str = ""
    title: str = ""


def read_tags(source: Path | bytes, name: str) -> FileTags:
    """The tags of a sound file, read as at an import; none where there are none, or what is there cannot be read.

    Parameters
    ----------
    source : Path or bytes
    name : str
        Of the file: its ending helps to tell what tags it may have.
    """
    tags = readings.read_tags(source, name)
    return FileTags("; ".join(tags.genres), tags.artist, tags.title)


def compare_tag(tag: str, verdict: str, genres: Iterable[str]) -> TagAnswer:
    """What a genre tag says of a verdict.

    A tag that names several genres agrees where one of them is the verdict. A name that is none of the model's genres
    stands for those that the stated list of synonyms (`core.collections.genre_names`) has for it: ``"Bebop"`` for
    ``"jazz"``, unless the model tells ``"bebop"`` from it.

    Parameters
    ----------
    tag : str
        As written; empty for none.
    verdict : str
        Most probable genre.
    genres : iterable of str
        All genres of the model.

    Examples
    --------
    >>> known = ("blues", "hiphop", "rock")
    >>> [compare_tag(tag, "hiphop", known) for tag in ("Rap; Pop", "Classic Rock", "Ambient", "Other", "")]
    ['agrees', 'differs', 'unknown genre', 'no tag', 'no tag']
    """
    by_key = {genre_key(genre): genre for genre in genres}
    by_meaning: dict[str, set[str]] = defaultdict(set)
    for genre in by_key.values():
        by_meaning[_meaning(genre)].add(genre)
    named = [name for name, _ in names_in(tag) if genre_key(name) in by_key or _meaning(name)]
    if not named:
        return "no tag"
    meant = [
        {by_key[key]} if (key := genre_key(name)) in by_key else by_meaning.get(_meaning(name), set()) for name in named
    ]
    if any(verdict in each for each in meant):
        return "agrees"
    return "differs" if any(meant) else "unknown genre"


def _meaning(name: str) -> str:
    """Key of the genre that the list of synonyms has for a name, else its own; empty for what names no music."""
    proposed = synonyms().get(genre_key(name), name)
    return genre_key(proposed) if proposed else ""
