"""The frames of MPEG audio (mp3 and its elders): found one by one, between tags and whatever else stands in a file.

Each has a header of four bytes. The row is walked: tags and anything else that is no frame are passed over, wherever
they stand; the Xing, Info and VBRI frames, which hold no sound, are taken as what they are.
"""

from dataclasses import dataclass, field
from functools import lru_cache
from typing import BinaryIO

_DECODER_DELAY = 529
_SAMPLE_RATES = {3: (44_100, 48_000, 32_000), 2: (22_050, 24_000, 16_000), 0: (11_025, 12_000, 8_000)}
"""By the header's two bits for the version: 1, 2 and 2.5."""
_KBPS = {
    (True, 1): (32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448),
    (True, 2): (32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384),
    (True, 3): (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (False, 1): (32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256),
    (False, 2): (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
    (False, 3): (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
"""By whether it is version 1, and the layer."""
_KEPT_OF_HEADER = 0xFFFE0C00
"""Version, layer and sample rate: equal in all frames of a file."""
_IN_A_ROW = 4
"""Headers that must follow one another before bytes are taken for frames; by chance that is one in 10**15."""
_WINDOW_BYTES = 2**20
_BACK_BYTES = 2**15
_MOST_TRIES = 2_000_000
"""Bytes that might begin a frame and are looked at, in some seconds; chance makes so many in 500 MB of noise."""
_HEADER_BYTES = 256
"""Of a frame, what is looked at: its header, and the Xing, LAME or VBRI header in it."""


@dataclass(frozen=True)
class FrameHeader:
    """What the four bytes before a frame say; sizes in bytes, samples of each channel."""

    size: int
    sr_hz: int
    n_samples: int
    n_channels: int
    layer: int
    side_bytes: int


@dataclass
class Song:
    """One encoder's row of frames; a file of joined files has several.

    ``first`` and ``last`` count the file's frames; ``stated`` is the number of frames by its own header.
    """

    first: int
    last: int = 0
    stated: int | None = None
    delay: int = 0
    padding: int = 0


@dataclass
class Walk:
    """The frames of a file: where each stands and how long it is, in bytes."""

    header: FrameHeader
    offsets: list[int] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    songs: list[Song] = field(default_factory=list)
    damaged: list[int] = field(default_factory=list)
    lead_bytes: int = 0
    rest_bytes: int = 0


def kept_samples(song: Song, per_frame: int, *, ends_whole: bool) -> tuple[int, int]:
    """Samples of a song without what its encoder added before it and, where it ``ends_whole``, after it."""
    start, stop = song.first * per_frame, song.last * per_frame
    if song.delay:
        start = min(stop, start + song.delay + _DECODER_DELAY)
    if song.padding > _DECODER_DELAY and ends_whole:
        stop = max(start, stop - song.padding + _DECODER_DELAY)
    return start, stop


@lru_cache(maxsize=4096)
def _header(second: int, third: int, mode: int) -> FrameHeader | None:
    """What a header says, by its second and third byte and the two bits for the channels; None when it is none."""
    version, layer_bits = second >> 3 & 3, second >> 1 & 3
    rate_bits, kbps_bits, padding = third >> 2 & 3, third >> 4, third >> 1 & 1
    if second & 0xE0 != 0xE0 or version == 1 or layer_bits == 0 or rate_bits == 3 or not 0 < kbps_bits < 15:
        return None
    layer, is_first = 4 - layer_bits, version == 3
    sr_hz = _SAMPLE_RATES[version][rate_bits]
    bits_per_s = 1000 * _KBPS[is_first, layer][kbps_bits - 1]
    n_channels = 1 if mode == 3 else 2
    if layer == 1:
        return FrameHeader(4 * (12 * bits_per_s // sr_hz + padding), sr_hz, 384, n_channels, layer, 0)
    n_samples = 1152 if layer == 2 or is_first else 576
    side = (17 if n_channels == 1 else 32) if is_first else (9 if n_channels == 1 else 17)
    return FrameHeader(n_samples // 8 * bits_per_s // sr_hz + padding, sr_hz, n_samples, n_channels, layer, side)


class MpegBytes:
    """A stream, read through a window: bytes at any place, cheap where places ascend."""

    def __init__(self, stream: BinaryIO, *, window_bytes: int = _WINDOW_BYTES) -> None:
        self._stream = stream
        self._base, self._window = 0, b""
        self._window_bytes = window_bytes
        self.n_tries = 0
        self.n = stream.seek(0, 2)

    def at(self, place: int, n: int) -> bytes:
        """Up to ``n`` bytes from a place on."""
        inside = place - self._base
        if inside < 0 or inside + n > len(self._window):
            # With a little of what is before: whoever looks ahead comes back.
            self._base = max(0, place - min(_BACK_BYTES, self._window_bytes // 8))
            inside = place - self._base
            self._stream.seek(self._base)
            self._window = self._stream.read(inside + max(n, self._window_bytes))
        return self._window[inside : inside + n]

    def header(self, place: int) -> tuple[int, FrameHeader] | None:
        """The kept bits and what the header at a place says."""
        head = self.at(place, 4)
        if len(head) < 4 or head[0] != 0xFF:
            return None
        header = _header(head[1], head[2], head[3] >> 6)
        return None if header is None else (int.from_bytes(head, "big") & _KEPT_OF_HEADER, header)


def tag_bytes(data: MpegBytes, place: int) -> int:
    """Length of the tag at a place; 0 where there is none."""
    head = data.at(place, 32)
    if head[:3] == b"ID3" and len(head) >= 10 and max(head[6:10]) < 0x80:
        size = sum(byte << shift for byte, shift in zip(head[6:10], (21, 14, 7, 0), strict=True))
        return 10 + size + (10 if head[5] & 0x10 else 0)
    if head[:3] == b"TAG" and data.n - place == 128:
        return 128
    if head[:8] == b"APETAGEX" and len(head) == 32:
        return 32 + int.from_bytes(head[12:16], "little") if head[23] & 0x20 else 32
    return 0


def only_tags(data: "MpegBytes", place: int) -> bool:
    """Whether nothing but tags follows."""
    while place < data.n and (tag := tag_bytes(data, place)):
        place += tag
    return place == data.n


def find_frames(data: MpegBytes, place: int, kept: int | None, limit: int) -> int | None:
    """The next place, up to ``limit``, from which headers of one kind follow one another; ``kept`` is that kind."""
    while place < limit:
        chunk = data.at(place, min(_WINDOW_BYTES // 2, limit - place))
        if not chunk:
            return None
        inside = chunk.find(b"\xff")
        while inside >= 0:
            data.n_tries += 1
            if data.n_tries > _MOST_TRIES:
                return None
            if _row_begins(data, place + inside, kept):
                return place + inside
            inside = chunk.find(b"\xff", inside + 1)
        place += len(chunk)
    return None


def _row_begins(data: MpegBytes, place: int, kept: int | None) -> bool:
    for number in range(_IN_A_ROW):
        found = data.header(place)
        if found is None or (kept is not None and found[0] != kept):
            # The end of the file, or a tag there, ends a row as well.
            return number > 1 and (place >= data.n or tag_bytes(data, place) > 0)
        kept = found[0]
        place += found[1].size
        if place > data.n:
            return number > 1
    return True


def walk_frames(data: MpegBytes, within: int | None) -> Walk | None:
    """All frames of a file; None where there are none, or none within so many bytes after a tag at the start."""
    begin = 0
    while tag := tag_bytes(data, begin):
        begin += tag
    first = find_frames(data, begin, None, data.n if within is None else min(data.n, begin + within))
    # The size that a tag states may be wrong: all of it is looked through then.
    if first is None and begin:
        first = find_frames(data, 0, None, data.n if within is None else min(data.n, within))
    if first is None:
        return None
    found = data.header(first)
    assert found is not None
    kept, header = found
    walk = Walk(header, lead_bytes=max(0, first - begin))
    place = first
    while place < data.n:
        found = data.header(place)
        if found is not None and found[0] == kept:
            if place + found[1].size > data.n:
                break
            take_frame(walk, data, place, found[1])
            place += found[1].size
        elif tag := tag_bytes(data, place):
            place += tag
        else:
            after = find_frames(data, place, kept, data.n)
            if after is None:
                walk.rest_bytes = data.n - place
                break
            walk.damaged.append(len(walk.offsets))
            place = after
    if not walk.offsets:
        return None
    walk.songs[-1].last = len(walk.offsets)
    walk.songs = [song for song in walk.songs if song.last > song.first]
    # The rest of a frame that was cut off, or padding, is no news.
    if walk.rest_bytes < max(_HEADER_BYTES * 16, sum(walk.sizes) // 20) or not _is_news(data, walk.rest_bytes):
        walk.rest_bytes = 0
    return walk


def _is_news(data: MpegBytes, n_bytes: int) -> bool:
    """Whether the last bytes of a file are more than zeros and old tags."""
    head = data.at(data.n - n_bytes, min(n_bytes, 4096))
    return any(head) and not head.startswith((b"LYRICSBEGIN", b"3DI"))


def take_frame(walk: Walk, data: MpegBytes, place: int, header: FrameHeader) -> None:
    """Enter a frame; one that only describes those after it begins a song instead."""
    head = data.at(place, min(header.size, _HEADER_BYTES))
    xing = 4 + header.side_bytes
    stated = delay = padding = None
    if header.layer == 3 and head[xing : xing + 4] in (b"Xing", b"Info"):
        flags = head[xing + 7]
        at = xing + 8
        if flags & 1:
            stated = int.from_bytes(head[at : at + 4], "big")
        at += 4 * (flags & 1) + 4 * (flags >> 1 & 1) + 100 * (flags >> 2 & 1) + 4 * (flags >> 3 & 1)
        gaps = head[at + 21 : at + 24]
        if head[at : at + 4] in (b"LAME", b"Lavf", b"Lavc") and len(gaps) == 3:
            both = int.from_bytes(gaps, "big")
            delay, padding = both >> 12, both & 0xFFF
    elif header.layer == 3 and head[36:40] == b"VBRI":
        stated = int.from_bytes(head[50:54], "big")
    else:
        if not walk.songs:
            walk.songs.append(Song(0))
        walk.offsets.append(place)
        walk.sizes.append(header.size)
        return
    if walk.songs:
        walk.songs[-1].last = len(walk.offsets)
    walk.songs.append(Song(len(walk.offsets), stated=stated, delay=delay or 0, padding=padding or 0))
