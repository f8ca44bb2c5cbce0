"""Words and numbers for genres, as tags and names of folders have them."""

import re

from core.collections.genre_names import genre_key, id3_genres, synonyms

_NUMBERS = re.compile(r"(?:\((?P<number>\d{1,3}|RX|CR)\))+")
_ONE = re.compile(r"\((\d{1,3}|RX|CR)\)")
_WORDS = {"RX": "Remix", "CR": "Cover"}
_FURTHER = (
    "international", "old-time / historic", "old-time historic", "spoken", "historic", "singer-songwriter",
    "soul & rnb", "soul-rnb", "rockabilly", "hip-hop rap", "hardcore", "americana", "flamenco", "fado",
)  # fmt: skip
"""What folders of public collections are called besides the genres of `core/collections/genre_lists`."""


def is_known_genre(text: str) -> bool:
    """Whether a name is one of a genre that many use: a folder called so is likely to hold that genre.

    >>> is_known_genre("hip_hop"), is_known_genre("R&B"), is_known_genre("Miles Davis")
    (True, True, False)
    """
    key = genre_key(text.replace("_", " "))
    return key in synonyms() or key in map(genre_key, (*id3_genres(), *_FURTHER))


def without_numbers(text: str) -> list[str]:
    """Genres of a tag as ID3v2 allows it to be written: numbers become names, ``(17)Rock`` one of both.

    >>> without_numbers("(17)"), without_numbers("17"), without_numbers("(4)Eurodisco"), without_numbers("(51)(39)")
    (['Rock'], ['Rock'], ['Eurodisco'], ['Techno-Industrial', 'Noise'])
    """
    if text.isascii() and text.isdecimal() and len(text) <= 3:
        return [_of_number(text)] if int(text) < len(id3_genres()) else [] if text == "255" else [text]
    if match := _NUMBERS.match(text):
        rest = text[match.end() :].strip()
        named = [_WORDS.get(number) or _of_number(number) for number in _ONE.findall(match[0])]
        # What follows a number refines it: it is the genre as somebody wrote it.
        return [*named[:-1], rest] if rest else [name for name in named if name]
    return [text]


def _of_number(number: str) -> str:
    return id3_genres()[int(number)] if int(number) < len(id3_genres()) else ""
