"""Entries of a tar counted before any is written: a tar does not say how many it has.

Only its beginning is looked at, as far as so many small files would reach: files of sound are few in as many bytes.
"""

from typing import IO

_BLOCK = 512
_SIZE = slice(124, 136)
_TYPE = slice(156, 157)
_NO_ENTRIES = b"xgLKX"
"""Types of headers that tell something of the entry after them."""
_MEAN_BYTES = 1_024
_CHUNK = 1 << 20


def count_entries(content: IO[bytes], *, most: int) -> int:
    """Entries at the beginning of a tar, until there are more than ``most`` or it goes on with larger ones.

    Parameters
    ----------
    content : binary file
        Not compressed, at its beginning; it is read, not sought.
    most : int
    """
    n_entries = 0
    left = most * _MEAN_BYTES
    while left > 0 and n_entries <= most:
        header = content.read(_BLOCK)
        n_content = _size(header)
        if len(header) < _BLOCK or n_content is None or not any(header):
            break
        n_entries += header[_TYPE] not in (bytes([kind]) for kind in _NO_ENTRIES)
        left -= _BLOCK + n_content
        to_skip = min(n_content + -n_content % _BLOCK, max(left, 0) + _BLOCK)
        while to_skip > 0 and (skipped := len(content.read(min(_CHUNK, to_skip)))):
            to_skip -= skipped
    return n_entries


def _size(header: bytes) -> int | None:
    """Bytes of an entry's content, from its header; None where that is no number."""
    field = header[_SIZE]
    if field[:1] == b"\x80":
        return int.from_bytes(field[1:])
    try:
        return int(field.strip(b" \0") or b"0", 8)
    except ValueError:
        return None
