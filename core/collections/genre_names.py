r"""Genres as people write them: one label cut into the genres that it names, and what spellings of a genre share.

A label stands in a tag or in a cell of a table, and may name several genres. It is cut

- at ``;``, ``|``, line breaks and the NUL of ID3v2.4, always;
- at ``,`` ``/`` and ``\\``, but for labels that the lists of `core/collections/genre_lists` have as one genre
  (``Hip-Hop/Rap``, ``Folk, World, & Country``), and but for a slash beside fewer than three letters that are no listed
  genre either (``AC/DC``, ``N/A``);
- never at ``&``, ``+``, ``-`` or "and" (``R&B``, ``Drum & Bass``, ``Pop-Folk``).

A number in parentheses is a genre of ID3: ``(17)`` is Rock, ``(51)(39)`` are two genres, and of ``(4)Eurodisco`` the
words count, since ID3v2 has them refine the number. A bare ``17`` may be the name of a class in a table, so it stays as
it is; `core.collections.genre_mapping` proposes its meaning where words stand beside it.

Two names are spellings of one genre where nothing but capitals, blanks, hyphens, points, apostrophes and the way in
which Unicode writes a letter tells them apart, and where one has ``&`` or ``'n'`` for "and": ``Hip-Hop``, ``hip hop``
and ``HipHop``; ``Rock & Roll`` and ``rock'n'roll``. An accent makes another genre.
"""

import csv
import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from core.names import readable_name

_LISTS = Path(__file__).parent / "genre_lists"
_ALWAYS = re.compile("[;|\0\r\n\N{SYMBOL FOR NULL}\N{SYMBOL FOR LINE FEED}\N{SYMBOL FOR CARRIAGE RETURN}]")
_MOSTLY = re.compile(r"([,/\\])")
_CODE = re.compile(r"\((\d{1,3}|RX|CR)\)")
_SPECIAL_CODES = {"RX": "Remix", "CR": "Cover"}
_AND = re.compile(r"(?<=\w)\s*[&+]\s*(?=\w)|(?<=\w)\s+(?:and|n)\s+(?=\w)")
_APOSTROPHES = re.compile("['\"`´‘’“”]")
_SHORT = 3


@lru_cache(maxsize=4096)
def genre_key(name: str) -> str:
    """What spellings of one genre have in common; the same for two names exactly where they are one genre.

    >>> genre_key("Hip-Hop") == genre_key("hip hop") == genre_key("HIPHOP")
    True
    >>> genre_key("Rock 'n' Roll") == genre_key("rock & roll"), genre_key("Pop") == genre_key("Póp")
    (True, False)
    """
    plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold()).strip()
    joined = _AND.sub("&", _APOSTROPHES.sub(" ", plain))
    key = "".join(letter for letter in joined if not (letter.isspace() or letter in "._" or _is_dash(letter)))
    return key or plain


def _is_dash(letter: str) -> bool:
    return unicodedata.category(letter) == "Pd"


@lru_cache(maxsize=1)
def id3_genres() -> tuple[str, ...]:
    """Names of ID3's genres; the place of each is its number."""
    with (_LISTS / "id3_genres.csv").open(encoding="utf-8", newline="") as stream:
        return tuple(row["name"] for row in csv.DictReader(stream))


@lru_cache(maxsize=1)
def synonyms() -> Mapping[str, str]:
    """Genre that the stated list proposes, by `genre_key`; empty for labels that name no kind of music."""
    with (_LISTS / "synonyms.csv").open(encoding="utf-8", newline="") as stream:
        return {genre_key(row["label"]): row["genre"] for row in csv.DictReader(stream)}


@lru_cache(maxsize=1)
def _listed() -> frozenset[str]:
    return frozenset(synonyms()) | {genre_key(name) for name in id3_genres()}


@lru_cache(maxsize=8192)
def names_in(label: str) -> tuple[tuple[str, str], ...]:
    """The genres that a label names, each once, with how it is written there.

    Parameters
    ----------
    label : str

    Returns
    -------
    tuple of (str, str)
        Name and piece of the label; empty for a label without a visible character.

    Examples
    --------
    >>> names_in("Rock; (7)"), names_in("R&B/Soul")
    ((('Rock', 'Rock'), ('Hip-Hop', '(7)')), (('R&B/Soul', 'R&B/Soul'),))
    """
    found: dict[str, tuple[str, str]] = {}
    for piece in _ALWAYS.split(unicodedata.normalize("NFC", label)):
        for name, written in _decoded(piece.strip()):
            found.setdefault(genre_key(name), (readable_name(name), readable_name(written)))
    return tuple(found.values())


def _decoded(piece: str) -> list[tuple[str, str]]:
    """Numbers of ID3 and words of a piece between separators."""
    codes: list[tuple[str, str]] = []
    rest = piece
    while (match := _CODE.match(rest)) and (name := _name_of_code(match[1])):
        codes.append((name, match[0]))
        rest = rest[match.end() :].strip()
    if rest.startswith("(("):  # ID3v2 doubles a parenthesis that begins no number
        rest = rest[1:]
    words = [(name, name if name != rest or not codes else piece) for name in _separated(rest)]
    return words if len(codes) == 1 and words else codes + words


def _name_of_code(code: str) -> str:
    if code in _SPECIAL_CODES:
        return _SPECIAL_CODES[code]
    return id3_genres()[int(code)] if int(code) < len(id3_genres()) else ""


def _separated(text: str) -> list[str]:
    """Words cut at commas and slashes, where these part genres."""
    parts = _MOSTLY.split(text)
    pieces, marks = parts[::2], parts[1::2]
    names: list[str] = []
    place = 0
    while place < len(pieces):
        end = _end_of_listed(pieces, marks, place) or _end_of_word(pieces, marks, place)
        names.append(_rejoined(pieces, marks, place, end).strip())
        place = end
    return [name for name in names if name]


def _rejoined(pieces: list[str], marks: list[str], start: int, end: int) -> str:
    return "".join(piece + mark for piece, mark in zip(pieces[start:end], [*marks[start : end - 1], ""], strict=True))


def _end_of_listed(pieces: list[str], marks: list[str], start: int) -> int:
    """Where the longest listed name that begins there ends; 0 where none of several pieces does."""
    ends = range(min(len(pieces), start + 6), start + 1, -1)
    return next((end for end in ends if genre_key(_rejoined(pieces, marks, start, end)) in _listed()), 0)


def _end_of_word(pieces: list[str], marks: list[str], start: int) -> int:
    """Where the piece that begins there ends: a slash beside a short one that is no listed genre does not end it."""
    end = start + 1
    while end < len(pieces) and marks[end - 1] != "," and (_is_scrap(pieces[end - 1]) or _is_scrap(pieces[end])):
        end += 1
    return end


def _is_scrap(piece: str) -> bool:
    return 0 < len(piece.strip()) < _SHORT and genre_key(piece) not in _listed()
