"""MPEG audio (mp3 and its elders): frames are found one by one, so that what is there counts, not what a header says.

Such a file is a row of frames, each with a header of four bytes, between tags. The row is walked: tags and anything
else that is no frame are passed over, wherever they stand; the Xing, Info and VBRI frames, which hold no sound, are
taken as what they are, so that the delay and padding that an encoder states are cut off, also where files were joined.
The frames are handed to FFmpeg's decoder, which bears damage and writes nothing to the terminal.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, BinaryIO, cast

import numpy as np
from numpy.typing import NDArray

from core.audio.channels import Mixer
from core.audio.formats import LONGEST_S, AudioInfo
from core.errors import AudioError

if TYPE_CHECKING:
    import av

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
_DECODER_DELAY = 529
_RESERVOIR_BYTES = 511
"""A frame's data may begin so much before its header."""
_OTHER_BYTES = 6
"""Of a frame, its header and check sum."""
_WINDOW_BYTES = 2**20
_BACK_BYTES = 2**15
_GLANCE_BYTES, _LAST_BYTES = 2**13, 2**13
"""Read at a time, and searched for frames in the middle and before the end, where only a glance is taken."""
_MOST_TRIES = 2_000_000
"""Bytes that might begin a frame and are looked at, in some seconds; chance makes so many in 500 MB of noise."""
_HEADER_BYTES = 256
"""Of a frame, what is looked at: its header, and the Xing, LAME or VBRI header in it."""
_BLOCK_VALUES = 2**22
_DIFFERS_S, _DIFFERS_SHARE = 0.5, 0.01
_MOST_PLACES = 3


@dataclass(frozen=True)
class _Header:
    """What the four bytes before a frame say; sizes in bytes, samples of each channel."""

    size: int
    sr_hz: int
    n_samples: int
    n_channels: int
    layer: int
    side_bytes: int


@dataclass
class _Song:
    """One encoder's row of frames; a file of joined files has several.

    ``first`` and ``last`` count the file's frames; ``stated`` is the number of frames by its own header.
    """

    first: int
    last: int = 0
    stated: int | None = None
    delay: int = 0
    padding: int = 0


@dataclass
class _Walk:
    """The frames of a file: where each stands and how long it is, in bytes."""

    header: _Header
    offsets: list[int] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    songs: list[_Song] = field(default_factory=list)
    damaged: list[int] = field(default_factory=list)
    lead_bytes: int = 0
    rest_bytes: int = 0


class MpegDecoder:
    """A file of MPEG audio; see `core.audio.decoding.Decoder`.

    Raises
    ------
    AudioError
        No frames follow one another in it; the message is a reason without the file's name.
    """

    def __init__(self, stream: BinaryIO, *, within: int | None = None) -> None:
        data = _Bytes(stream)
        walk = _walked(data, within)
        if walk is None:
            raise AudioError("no frames of MPEG audio follow one another in it")
        self._data, self._walk, self._header = data, walk, walk.header
        self.sr_hz = walk.header.sr_hz
        self.n_channels = walk.header.n_channels
        self._spans = [self._kept(song) for song in walk.songs]
        self._n_samples = sum(stop - start for start, stop in self._spans)
        self.stated_s: float | None = min(self._n_samples / self.sr_hz, LONGEST_S)
        self.notes: list[str] = self._walk_notes()

    def _kept(self, song: _Song) -> tuple[int, int]:
        """Samples of a song, counted over all frames of the file, without an encoder's delay and padding."""
        # What was cut off, or added to, does not end with the padding; what lost frames in the middle does.
        lacking = (song.stated or 0) - (song.last - song.first)
        holes = any(song.first < frame < song.last for frame in self._walk.damaged)
        return _kept(song, self._header.n_samples, ends_whole=lacking == 0 or (lacking > 0 and holes))

    def _walk_notes(self) -> list[str]:
        walk = self._walk
        notes = []
        if walk.lead_bytes:
            notes.append(f"{walk.lead_bytes:,} bytes before the first sound are no sound and were left out.")
        first = walk.songs[0]
        seconds = self._header.n_samples / self.sr_hz
        if first.stated is not None and len(walk.songs) == 1:
            stated_s, found_s = first.stated * seconds, self._n_samples / self.sr_hz
            if abs(stated_s - found_s) > max(_DIFFERS_S, _DIFFERS_SHARE * stated_s):
                notes.append(
                    f"Its header states {stated_s:.1f} s, but there are {found_s:.1f} s of sound in it; what is there "
                    "was read."
                )
        if len(walk.songs) > 1:
            joints = " and ".join(f"{self._time_s(song.first):.1f} s" for song in walk.songs[1:4])
            notes.append(
                f"It is {len(walk.songs)} files joined (the next begins at {joints}); it was read to the end of the "
                "last."
            )
        if walk.damaged:
            notes.append(_places("Bytes that are no sound stand", [self._time_s(n) for n in walk.damaged]))
        if walk.rest_bytes:
            notes.append(
                f"What follows after {self.stated_s:.1f} s ({walk.rest_bytes:,} bytes) is no sound of the same kind "
                "and was left out."
            )
        return notes

    def _time_s(self, frame: int) -> float:
        """Where in what is read a frame begins."""
        place = frame * self._header.n_samples
        return sum(max(0, min(place, stop) - start) for start, stop in self._spans) / self.sr_hz

    def probe(self) -> AudioInfo:
        """What was found by walking; see `core.audio.decoding.Decoder`."""
        kind = "MP3" if self._header.layer == 3 else "MP2"
        codec = f"MPEG_LAYER_{'I' * self._header.layer}"
        return AudioInfo(self.stated_s or 0.0, self.sr_hz, self.n_channels, kind, codec, tuple(self.notes))

    def blocks(self, start: int, wanted: int) -> Iterator[NDArray[np.float32]]:
        """Mono from frame ``start`` on, shape (samples,) a block; see `core.audio.decoding.Decoder`."""
        mixer = Mixer()
        bad: list[int] = []
        place, stop = 0, start + wanted
        block = _BLOCK_VALUES // self.n_channels
        for (first, last), song in zip(self._spans, self._walk.songs, strict=True):
            length = last - first
            lowest, highest = first + max(0, start - place), first + min(length, stop - place)
            for begin in range(lowest, highest, block):
                yield mixer.mix(self._decoded(begin, min(begin + block, highest), song, bad))
            place += length
        self.notes += mixer.notes
        if bad:
            self.notes.append(_places("Frames that could not be decoded are", [self._time_s(n) for n in bad]))

    def _decoded(self, begin: int, end: int, song: _Song, bad: list[int]) -> NDArray[np.float32]:
        """Samples ``begin`` to ``end`` of all frames, shape (samples, channels); silence where they are damaged."""
        import av

        context = cast("av.AudioCodecContext", av.CodecContext.create(f"mp{self._header.layer}float", "r"))
        per_frame = self._header.n_samples
        first, stop = begin // per_frame, -(-end // per_frame)
        leading = self._lead(first, song)
        data, offsets, sizes = self._data, self._walk.offsets, self._walk.sizes
        samples = np.zeros((self.n_channels, (stop - leading) * per_frame), np.float32)
        for frame in range(leading, stop):
            at = (frame - leading) * per_frame
            try:
                for part in context.decode(av.Packet(data.at(offsets[frame], sizes[frame]))):
                    _put(part, samples[:, at : at + per_frame])
            except (av.FFmpegError, ValueError):
                if frame >= first:
                    bad.append(frame)
        skipped = begin - leading * per_frame
        return samples[:, skipped : skipped + end - begin].T

    def _lead(self, frame: int, song: _Song) -> int:
        """The frame from which to decode so that ``frame`` is whole: it overlaps the one before, which needs data."""
        leading, n_bytes = max(song.first, frame - 2), 0
        while leading > song.first and n_bytes < _RESERVOIR_BYTES:
            leading -= 1
            n_bytes += max(0, self._walk.sizes[leading] - _OTHER_BYTES - self._header.side_bytes)
        return leading

    def close(self) -> None:
        """Nothing is held but the stream, which is its opener's."""


def _kept(song: _Song, per_frame: int, *, ends_whole: bool) -> tuple[int, int]:
    """Samples of a song without what its encoder added before it and, where it ``ends_whole``, after it."""
    start, stop = song.first * per_frame, song.last * per_frame
    if song.delay:
        start = min(stop, start + song.delay + _DECODER_DELAY)
    if song.padding > _DECODER_DELAY and ends_whole:
        stop = max(start, stop - song.padding + _DECODER_DELAY)
    return start, stop


def stated_mpeg_s(stream: BinaryIO) -> float | None:
    """Length in s by the header of MPEG audio (Xing, Info) that counts its frames and bytes, where it can be believed.

    That is where the file is as large as it says, and frames of its kind follow one another in the middle and at the
    end. None where it has no such header, or anything speaks against it.
    """
    data = _Bytes(stream, window_bytes=_GLANCE_BYTES)
    begin = 0
    while tag := _tag_bytes(data, begin):
        begin += tag
    found = data.header(begin)
    if found is None or found[1].layer != 3:
        return None
    kept, header = found
    xing = begin + 4 + header.side_bytes
    head = data.at(xing, 16)
    if head[:4] not in (b"Xing", b"Info") or len(head) < 16 or head[7] & 3 != 3:
        return None
    n_bytes = int.from_bytes(head[12:16], "big")
    walk = _Walk(header)
    _take(walk, data, begin, header)
    song = walk.songs[0]
    end = begin + n_bytes
    # Some encoders count the frame of this header among the bytes, some do not.
    ends = [
        place for place in (end, end + header.size) if place == data.n or (place < data.n and _only_tags(data, place))
    ]
    if not ends or not song.stated or song.stated * 24 > n_bytes:
        return None
    song.last = song.stated
    for place in (begin + n_bytes // 2, ends[0] - _LAST_BYTES):
        limit = min(ends[0], place + _LAST_BYTES)
        if begin < place and _found(data, place, kept, limit) is None:
            return None
    start, stop = _kept(song, header.n_samples, ends_whole=True)
    return (stop - start) / header.sr_hz


def _only_tags(data: "_Bytes", place: int) -> bool:
    """Whether nothing but tags follows."""
    while place < data.n and (tag := _tag_bytes(data, place)):
        place += tag
    return place == data.n


def _put(part: "av.AudioFrame", samples: NDArray[np.float32]) -> None:
    """Write a decoded frame into samples of shape (channels, samples); one channel goes into all."""
    planes = part.planes
    n = min(part.samples, samples.shape[1])
    for channel, row in enumerate(samples):
        # A plane gives its bytes without a copy, as its type does not say.
        row[:n] = np.frombuffer(cast("memoryview", planes[min(channel, len(planes) - 1)]), np.float32, count=n)


def _places(what: str, times_s: list[float]) -> str:
    shown = ", ".join(f"{time_s:.1f} s" for time_s in times_s[:_MOST_PLACES])
    more = f" and at {len(times_s) - _MOST_PLACES:,} further places" if len(times_s) > _MOST_PLACES else ""
    return f"Damaged: {what[:1].lower()}{what[1:]} at {shown}{more}; they were left out and the rest was read."


@lru_cache(maxsize=4096)
def _header(second: int, third: int, mode: int) -> _Header | None:
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
        return _Header(4 * (12 * bits_per_s // sr_hz + padding), sr_hz, 384, n_channels, layer, 0)
    n_samples = 1152 if layer == 2 or is_first else 576
    side = (17 if n_channels == 1 else 32) if is_first else (9 if n_channels == 1 else 17)
    return _Header(n_samples // 8 * bits_per_s // sr_hz + padding, sr_hz, n_samples, n_channels, layer, side)


class _Bytes:
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

    def header(self, place: int) -> tuple[int, _Header] | None:
        """The kept bits and what the header at a place says."""
        head = self.at(place, 4)
        if len(head) < 4 or head[0] != 0xFF:
            return None
        header = _header(head[1], head[2], head[3] >> 6)
        return None if header is None else (int.from_bytes(head, "big") & _KEPT_OF_HEADER, header)


def _tag_bytes(data: _Bytes, place: int) -> int:
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


def _found(data: _Bytes, place: int, kept: int | None, limit: int) -> int | None:
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


def _row_begins(data: _Bytes, place: int, kept: int | None) -> bool:
    for number in range(_IN_A_ROW):
        found = data.header(place)
        if found is None or (kept is not None and found[0] != kept):
            # The end of the file, or a tag there, ends a row as well.
            return number > 1 and (place >= data.n or _tag_bytes(data, place) > 0)
        kept = found[0]
        place += found[1].size
        if place > data.n:
            return number > 1
    return True


def _walked(data: _Bytes, within: int | None) -> _Walk | None:
    """All frames of a file; None where there are none, or none within so many bytes after a tag at the start."""
    begin = 0
    while tag := _tag_bytes(data, begin):
        begin += tag
    first = _found(data, begin, None, data.n if within is None else min(data.n, begin + within))
    # The size that a tag states may be wrong: all of it is looked through then.
    if first is None and begin:
        first = _found(data, 0, None, data.n if within is None else min(data.n, within))
    if first is None:
        return None
    found = data.header(first)
    assert found is not None
    kept, header = found
    walk = _Walk(header, lead_bytes=max(0, first - begin))
    place = first
    while place < data.n:
        found = data.header(place)
        if found is not None and found[0] == kept:
            if place + found[1].size > data.n:
                break
            _take(walk, data, place, found[1])
            place += found[1].size
        elif tag := _tag_bytes(data, place):
            place += tag
        else:
            after = _found(data, place, kept, data.n)
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


def _is_news(data: _Bytes, n_bytes: int) -> bool:
    """Whether the last bytes of a file are more than zeros and old tags."""
    head = data.at(data.n - n_bytes, min(n_bytes, 4096))
    return any(head) and not head.startswith((b"LYRICSBEGIN", b"3DI"))


def _take(walk: _Walk, data: _Bytes, place: int, header: _Header) -> None:
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
            walk.songs.append(_Song(0))
        walk.offsets.append(place)
        walk.sizes.append(header.size)
        return
    if walk.songs:
        walk.songs[-1].last = len(walk.offsets)
    walk.songs.append(_Song(len(walk.offsets), stated=stated, delay=delay or 0, padding=padding or 0))
