"""MPEG audio (mp3 and its elders): frames are found one by one, so that what is there counts, not what a header says.

Such a file is a row of frames between tags (`core.audio.mpeg_frames`). The delay and padding that an encoder states are
cut off, also where files were joined. The frames are handed to FFmpeg's decoder, which bears damage and writes nothing
to the terminal.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO, cast

import numpy as np
from numpy.typing import NDArray

from core.audio.channels import Mixer
from core.audio.formats import LONGEST_S, AudioInfo
from core.audio.mpeg_frames import MpegBytes, Song, kept_samples, walk_frames
from core.audio.shortfall import is_news, length_note
from core.errors import AudioError

if TYPE_CHECKING:
    import av

_RESERVOIR_BYTES = 511
"""A frame's data may begin so much before its header."""
_OTHER_BYTES = 6
"""Of a frame, its header and check sum."""
_BLOCK_VALUES = 2**22
_MOST_PLACES = 3


class MpegDecoder:
    """A file of MPEG audio; see `core.audio.decoding.Decoder`.

    Raises
    ------
    AudioError
        No frames follow one another in it; the message is a reason without the file's name.
    """

    def __init__(self, stream: BinaryIO, *, within: int | None = None) -> None:
        data = MpegBytes(stream)
        walk = walk_frames(data, within)
        if walk is None:
            raise AudioError("no frames of MPEG audio follow one another in it")
        self._data, self._walk, self._header = data, walk, walk.header
        self.sr_hz = walk.header.sr_hz
        self.n_channels = walk.header.n_channels
        self._spans = [self._kept(song) for song in walk.songs]
        self._n_samples = sum(stop - start for start, stop in self._spans)
        self.stated_s: float | None = min(self._n_samples / self.sr_hz, LONGEST_S)
        self.notes: list[str] = self._walk_notes()

    def _kept(self, song: Song) -> tuple[int, int]:
        """Samples of a song, counted over all frames of the file, without an encoder's delay and padding."""
        # What was cut off, or added to, does not end with the padding; what lost frames in the middle does.
        lacking = (song.stated or 0) - (song.last - song.first)
        holes = any(song.first < frame < song.last for frame in self._walk.damaged)
        return kept_samples(song, self._header.n_samples, ends_whole=lacking == 0 or (lacking > 0 and holes))

    def _walk_notes(self) -> list[str]:
        walk = self._walk
        notes = []
        if walk.lead_bytes:
            notes.append(f"{walk.lead_bytes:,} bytes before the first sound are no sound and were left out.")
        first = walk.songs[0]
        seconds = self._header.n_samples / self.sr_hz
        if first.stated is not None and len(walk.songs) == 1:
            stated_s, found_s = first.stated * seconds, self._n_samples / self.sr_hz
            if is_news(abs(stated_s - found_s), stated_s):
                notes.append(length_note(stated_s, found_s))
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

    def _decoded(self, begin: int, end: int, song: Song, bad: list[int]) -> NDArray[np.float32]:
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

    def _lead(self, frame: int, song: Song) -> int:
        """The frame from which to decode so that ``frame`` is whole: it overlaps the one before, which needs data."""
        leading, n_bytes = max(song.first, frame - 2), 0
        while leading > song.first and n_bytes < _RESERVOIR_BYTES:
            leading -= 1
            n_bytes += max(0, self._walk.sizes[leading] - _OTHER_BYTES - self._header.side_bytes)
        return leading

    def close(self) -> None:
        """Nothing is held but the stream, which is its opener's."""


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
