"""Text that comes from outside (names of files, titles, libraries' errors) made safe to print or to name a folder."""

import re
import unicodedata
from typing import Any

_LONGEST_SLUG = 40
_LONGEST_REASON = 300
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
_FIRST_CONTROL_PICTURE = 0x2400
_DIRECTION = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Marks that turn the direction of text: a name with one can look like another name."""
_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def readable_name(text: str) -> str:
    """The same text with what cannot be printed made visible.

    Control characters become their pictures (a line break becomes ``␊``); marks of direction, line and paragraph
    separators and bytes that are no UTF-8 become the replacement character. All other text stays as it is.

    Parameters
    ----------
    text : str

    Returns
    -------
    str
        On one line, encodable as UTF-8, as long as ``text``.
    """
    return text if text.isascii() and text.isprintable() else "".join(map(_readable, text))


def _readable(character: str) -> str:
    if character in _DIRECTION:
        return _REPLACEMENT
    match unicodedata.category(character):
        case "Cc":
            code = ord(character)
            return chr(_FIRST_CONTROL_PICTURE + code) if code < 0x20 else "\u2421" if code == 0x7F else _REPLACEMENT
        case "Cs" | "Zl" | "Zp":
            return _REPLACEMENT
        case _:
            return character


def slug(text: str, *, fallback: str) -> str:
    """The text as part of an id that is safe in a URL and as a folder name; ``fallback`` where nothing is left of it.

    >>> slug("My Music (2024)", fallback="collection")
    'my-music-2024'
    """
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:_LONGEST_SLUG] or fallback


def reason_of(error: BaseException) -> str:
    r"""What an error of a library says, for a message: its first line, or the error's name where it says nothing.

    >>> reason_of(ValueError("bad header\nat byte 7"))
    'bad header'
    >>> reason_of(KeyboardInterrupt())
    'KeyboardInterrupt'
    """
    lines = str(error).strip().splitlines()
    return readable_name(lines[0])[:_LONGEST_REASON] if lines else type(error).__name__


def spreadsheet_text(value: Any) -> Any:
    """A cell of a table for people, who open it in a spreadsheet; what is no text stays as it is.

    A spreadsheet would run a text that begins like a formula (OWASP, *CSV Injection*): an apostrophe is put before it.

    >>> spreadsheet_text("=1+1"), spreadsheet_text("jazz"), spreadsheet_text(-1.5)
    ("'=1+1", 'jazz', -1.5)
    """
    return f"'{value}" if isinstance(value, str) and value.startswith(_STARTS_A_FORMULA) else value


def text_key(text: str) -> str:
    """What texts have in common that differ in capitals, in blanks, or in how Unicode writes the same letters (NFKC).

    >>> text_key("Bjo\N{COMBINING DIAERESIS}rk  LIVE") == text_key("björk live")
    True
    """
    plain = unicodedata.normalize("NFKC", text)
    return " ".join(unicodedata.normalize("NFKC", plain.casefold()).split())


def artist_key(text: str) -> str:
    """What the spellings of one artist have in common: as `text_key`, without "The", and with "and" for "&".

    >>> artist_key("Beatles, The"), artist_key("The Beatles"), artist_key("The The")
    ('beatles', 'beatles', 'the')
    >>> artist_key("Simon & Garfunkel")
    'simon and garfunkel'
    """
    key = text_key(text).replace(" & ", " and ").replace(" + ", " and ")
    return key.removesuffix(", the").removeprefix("the ") or key
