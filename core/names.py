"""Names that come from outside (files, folders, titles) as text that is safe to print."""

import unicodedata

_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
_FIRST_CONTROL_PICTURE = 0x2400
_DIRECTION = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Marks that turn the direction of text: a name with one can look like another name."""


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
