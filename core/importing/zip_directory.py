"""How many entries a zip says it has, read from its last bytes: Python's reader lists them all before anything else."""

import struct
from typing import IO

from core.errors import CollectionError

_END = struct.Struct("<4s4H2LH")
_END_MAGIC = b"PK\5\6"
_END_64 = struct.Struct("<4sQ2H2L4Q")
_END_64_MAGIC = b"PK\6\6"
_LOCATOR = struct.Struct("<4sLQL")
_LOCATOR_MAGIC = b"PK\6\7"
_LONGEST_COMMENT = (1 << 16) - 1
_MEAN_ENTRY_BYTES = 600
"""More bytes than this an entry has the directory of no archive of music or arrays: names have at most 240 a part."""


def require_few_entries(stream: IO[bytes], shown: str, *, most: int, remedy: str) -> None:
    """Refuse a zip of too many entries before they are read; what is no zip is left to the reader to refuse.

    Parameters
    ----------
    stream : binary file
        Seekable.
    shown : str
        The file, in the message.
    most : int
    remedy : str
        What to do, as a sentence.

    Raises
    ------
    CollectionError
        It states more entries than ``most``, or a directory larger than so many need.
    """
    n_entries, n_bytes = _stated(stream)
    if n_entries > most or n_bytes > most * _MEAN_ENTRY_BYTES:
        raise CollectionError(f"{shown} has more than {most:,} entries ({n_entries:,}). {remedy}")


def _stated(stream: IO[bytes]) -> tuple[int, int]:
    """Entries, and bytes of the directory that lists them; 0 where there is none."""
    size = stream.seek(0, 2)
    tail_at = max(0, size - _LONGEST_COMMENT - _END.size)
    stream.seek(tail_at)
    tail = stream.read(size - tail_at)
    at = tail.rfind(_END_MAGIC)
    if at < 0 or len(tail) < at + _END.size:
        return 0, 0
    _, _, _, _, n_entries, n_bytes, _, _ = _END.unpack_from(tail, at)
    locator_at = tail_at + at - _LOCATOR.size
    if locator_at >= 0:
        stream.seek(locator_at)
        locator = stream.read(_LOCATOR.size)
        if locator.startswith(_LOCATOR_MAGIC):
            stream.seek(min(size, _LOCATOR.unpack(locator)[2]))
            end = stream.read(_END_64.size)
            if len(end) == _END_64.size and end.startswith(_END_64_MAGIC):
                *_, n_entries, n_bytes, _ = _END_64.unpack(end)
    return n_entries, n_bytes
