"""Files with less sound in them than their header states, and what is said of them."""

import math
import os
from typing import BinaryIO, Literal

_DIFFERS_S, _DIFFERS_SHARE = 0.5, 0.01
"""A header may be off by so much without a word."""
_PIPED_SIZES = ((0x7FFF_F000, 0x8000_0000), (0xFFFF_F000, 0xFFFF_FFFF))
"""From and to of what programs state that write to a pipe and cannot know the size: the most that fits, or nearly."""
_MOST_CHUNKS = 1_000
PIPED = "Its header states no length, as after recording to a pipe; it was read to its end."


def is_news(lacking_s: float, stated_s: float) -> bool:
    """Whether it is to be said that so much lacks of what a header states."""
    return lacking_s > max(_DIFFERS_S, _DIFFERS_SHARE * stated_s)


def length_note(stated_s: float, found_s: float) -> str:
    """What is said where a file does not last as long as its header states."""
    return (
        f"Its header states {stated_s:,.1f} s, but there are {found_s:,.1f} s of sound in it; what is there was read."
    )


def stated_share(stream: BinaryIO) -> float | None:
    """How many times the bytes that are there a WAV or AIFF states for its samples; None where it has no such chunk.

    Infinite where it states what stands for an unknown size. libsndfile reads what is there and says nothing of it. The
    stream is left at its start.
    """
    try:
        n_bytes = stream.seek(0, os.SEEK_END)
        found = _samples_chunk(stream, n_bytes)
    finally:
        stream.seek(0)
    if found is None:
        return None
    stated, there = found
    if stated > there and any(low <= stated <= high for low, high in _PIPED_SIZES):
        return math.inf
    return stated / there if there > 0 else None


def shortfall_notes(found_s: float, share: float | None) -> list[str]:
    """What is said of a file that lasts ``found_s`` and whose header states ``share`` times as much."""
    if share is None:
        return []
    if share == math.inf:
        return [PIPED]
    stated_s = share * found_s
    return [length_note(stated_s, found_s)] if is_news(stated_s - found_s, stated_s) else []


def _samples_chunk(stream: BinaryIO, n_bytes: int) -> tuple[int, int] | None:
    """Bytes that the chunk of the samples states, and those that there are from its beginning to the file's end."""
    stream.seek(0)
    form = stream.read(12)[:4]
    order: Literal["big", "little"] = "big" if form in (b"FORM", b"RIFX") else "little"
    place, long_size = 12, None
    for _ in range(_MOST_CHUNKS):
        stream.seek(place)
        head = stream.read(8)
        if len(head) < 8:
            return None
        name, size = head[:4], int.from_bytes(head[4:], order)
        place += 8
        if name == b"ds64":
            long_size = int.from_bytes(stream.read(16)[8:], "little")
        if name in (b"data", b"SSND"):
            return (size if long_size is None or form != b"RF64" else long_size), n_bytes - place
        place += size + size % 2
    return None
