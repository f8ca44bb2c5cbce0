"""Text of an APEv2 tag at the end of a file, as MP3 and Monkey's Audio files have it.

Neither tinytag nor FFmpeg reads such a tag of an MP3 file.

References
----------
https://wiki.hydrogenaudio.org/index.php?title=APEv2_specification
"""

import os
from typing import BinaryIO

_MARK = b"APETAGEX"
_FOOTER_BYTES, _ID3V1_BYTES = 32, 128
_MOST_BYTES = 2**24
"""A tag may hold pictures; what claims to be larger is none."""
_MOST_ITEMS = 1_000
_KIND = 0b110
"""Bits of an item's flags that say what it holds; 0 is text."""


def read_ape_tag(stream: BinaryIO) -> dict[str, str]:
    """Items of text by their names in lower case; several values of one are parted by semicolons.

    Empty where there is no such tag. Of one that is damaged, the items before the damage.

    Parameters
    ----------
    stream : file object
        It can be sought; where it stands afterwards is not said.

    Raises
    ------
    OSError
        It cannot be read.
    """
    n_bytes = stream.seek(0, os.SEEK_END)
    for after in (0, _ID3V1_BYTES):
        end = n_bytes - after - _FOOTER_BYTES
        if end < 0:
            break
        stream.seek(end)
        footer = stream.read(_FOOTER_BYTES)
        if footer[:8] != _MARK or len(footer) < _FOOTER_BYTES:
            continue
        size, n_items = int.from_bytes(footer[12:16], "little"), int.from_bytes(footer[16:20], "little")
        start = end + _FOOTER_BYTES - size
        if not _FOOTER_BYTES <= size <= _MOST_BYTES or start < 0:
            return {}
        stream.seek(start)
        return _items(stream.read(size - _FOOTER_BYTES), min(n_items, _MOST_ITEMS))
    return {}


def _items(content: bytes, n_items: int) -> dict[str, str]:
    found: dict[str, str] = {}
    place = 0
    for _ in range(n_items):
        length = int.from_bytes(content[place : place + 4], "little")
        kind = int.from_bytes(content[place + 4 : place + 8], "little") & _KIND
        end_of_name = content.find(b"\0", place + 8)
        stop = end_of_name + 1 + length
        if end_of_name < 0 or stop > len(content):
            break
        name = content[place + 8 : end_of_name].decode("ascii", "replace").lower()
        if kind == 0 and name:
            text = content[end_of_name + 1 : stop].decode("utf-8", "replace")
            found.setdefault(name, text.replace("\0", "; "))
        place = stop
    return found
