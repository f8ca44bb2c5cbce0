"""FFmpeg, through PyAV: m4a, aac, webm, mka, wma and whatever else libsndfile does not read.

The format is given by the file's first bytes and FFmpeg gets an open file, never an address: no playlist or reference
inside a file can make it open another.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO, cast

import numpy as np
from numpy.typing import NDArray

from core.audio.channels import Mixer
from core.audio.formats import LONGEST_S, AudioInfo, Content
from core.audio.reasons import plain_reason
from core.errors import AudioError

if TYPE_CHECKING:
    import av

_UNTIMED = frozenset({"aac", "ac3", "mp3", "amr"})
"""Formats without a table of times: length and place are found by counting packets."""
_PREROLL_S = 0.5
"""Decoded before the part wanted and dropped: codecs overlap their frames."""
_PATIENCE_S = 20.0
_BLOCK_VALUES = 2**22
_BUFFER_BYTES = 2**18
_MOST_PACKETS = 50_000_000


class ContainerDecoder:
    """A file opened by FFmpeg; see `core.audio.decoding.Decoder`."""

    def __init__(self, stream: BinaryIO, content: Content) -> None:
        import av

        self._content = content
        self.notes: list[str] = []
        self._source = stream
        try:
            self._container = self._open()
        except (av.FFmpegError, OSError, ValueError, TypeError) as error:
            raise AudioError(_reason(error)) from error
        try:
            self._stream = self._audio_stream()
            self.sr_hz = self._stream.rate or 0
            self.n_channels = self._stream.channels or 0
            self.stated_s = self._stated_s()
        except (av.FFmpegError, OSError, ValueError, TypeError) as error:
            self._container.close()
            raise AudioError(_reason(error)) from error
        except AudioError:
            self._container.close()
            raise

    def _open(self) -> "av.container.InputContainer":
        import av

        self._source.seek(0)
        return av.open(
            self._source,
            mode="r",
            format=self._content.demuxer,
            container_options={"protocol_whitelist": "none"},
            metadata_errors="replace",
            buffer_size=_BUFFER_BYTES,
            timeout=_PATIENCE_S,
        )

    def _audio_stream(self) -> "av.AudioStream":
        if not self._container.streams.audio:
            raise AudioError("there is no audio track in it")
        stream = self._container.streams.audio[0]
        if stream.codec_context is None:
            raise AudioError("its audio is of a kind that cannot be decoded here")
        return stream

    def probe(self) -> AudioInfo:
        """What the header says; see `core.audio.decoding.Decoder`."""
        duration_s = self._counted_s() if self.stated_s is None else self.stated_s
        codec = self._stream.codec_context.codec.canonical_name.upper()
        return AudioInfo(duration_s, self.sr_hz, self.n_channels, self._content.format, codec, tuple(self.notes))

    def _stated_s(self) -> float | None:
        if self._content.demuxer in _UNTIMED:
            return None
        stream = self._stream
        if stream.duration and stream.time_base:
            duration_s = float(stream.duration * stream.time_base)
        elif self._container.duration:
            duration_s = self._container.duration / 1e6
        else:
            return None
        return duration_s if 0 < duration_s <= LONGEST_S else None

    def _counted_s(self) -> float:
        """Length by the packets' times, which are read through, not decoded; the file is opened anew afterwards."""
        import av

        try:
            longest_s = max((end_s for _, _, end_s in self._packets()), default=0.0)
            self._container.close()
            self._container = self._open()
            self._stream = self._audio_stream()
        except (av.FFmpegError, OSError, ValueError, TypeError) as error:
            raise AudioError(_reason(error)) from error
        return min(longest_s, LONGEST_S)

    def _packets(self) -> Iterator[tuple["av.Packet", float, float]]:
        """Packets of the audio track with their starts and ends in s, as far as they can be read."""
        start_s = self._start_s()
        clock_s = 0.0
        for number, packet in enumerate(self._container.demux(self._stream)):
            if number > _MOST_PACKETS:
                raise AudioError("it has more parts than any sound file")
            time_base = float(packet.time_base or 0)
            if packet.pts is not None:
                clock_s = packet.pts * time_base - start_s
            end_s = clock_s + (packet.duration or 0) * time_base
            yield packet, clock_s, end_s
            clock_s = end_s

    def _start_s(self) -> float:
        start, time_base = self._stream.start_time, self._stream.time_base
        return float(start * time_base) if start and time_base else 0.0

    def blocks(self, start: int, wanted: int) -> Iterator[NDArray[np.float32]]:
        """Mean of the channels from frame ``start`` on, shape (frames,) a block; see `core.audio.decoding.Decoder`."""
        import av

        mixer = Mixer()
        waiting: list[NDArray[np.float32]] = []
        n_waiting = n_read = 0
        try:
            for samples in self._parts(start):
                part = samples[: wanted - n_read]
                if waiting and part.shape[1] != waiting[0].shape[1]:
                    yield mixer.mix(np.concatenate(waiting))
                    waiting, n_waiting = [], 0
                n_read += len(part)
                n_waiting += len(part)
                waiting.append(part)
                if n_waiting * part.shape[1] >= _BLOCK_VALUES:
                    yield mixer.mix(np.concatenate(waiting))
                    waiting, n_waiting = [], 0
                if n_read >= wanted:
                    break
        except (av.FFmpegError, OSError, ValueError, TypeError) as error:
            at_s = (start + n_read) / self.sr_hz
            raise AudioError(f"damaged after {at_s:.1f} s ({_reason(error)})") from error
        if waiting:
            yield mixer.mix(np.concatenate(waiting))
        self.notes += mixer.notes

    def _parts(self, start: int) -> Iterator[NDArray[np.float32]]:
        """Samples from frame ``start`` on, shape (frames, channels), as the codec gives them."""
        import av

        # Interleaved: PyAV 18 crashes on the planes of frames with eight channels or more.
        interleaver = av.AudioResampler(format="flt")
        sr_hz = self.sr_hz
        from_s = start / sr_hz - _PREROLL_S
        if from_s > 0 and self._content.demuxer not in _UNTIMED:
            place_s = from_s + self._start_s()
            self._container.seek(int(place_s / float(self._stream.time_base or 1)), stream=self._stream)
        place: int | None = 0 if start == 0 else None
        for packet, start_s, end_s in self._packets():
            if place is None and end_s <= from_s:
                continue
            for frame in cast("list[av.AudioFrame]", packet.decode()):
                if frame.sample_rate != sr_hz:
                    raise AudioError(f"its sample rate changes from {sr_hz} to {frame.sample_rate} Hz within the file")
                if place is None:
                    place = self._place(frame, start_s, sr_hz)
                n_channels = frame.layout.nb_channels
                for interleaved in interleaver.resample(frame):
                    values = cast("NDArray[np.float32]", interleaved.to_ndarray())
                    samples = values.reshape(-1, n_channels)
                    place += len(samples)
                    if place > start:
                        yield samples[max(0, len(samples) - (place - start)) :]

    def _place(self, frame: "av.AudioFrame", packet_start_s: float, sr_hz: int) -> int:
        """Where in the sound, in frames, a decoded frame begins."""
        if frame.pts is None or frame.time_base is None:
            return round(packet_start_s * sr_hz)
        return round((float(frame.pts * frame.time_base) - self._start_s()) * sr_hz)

    def close(self) -> None:
        """Let go of the file."""
        self._container.close()


def _reason(error: Exception) -> str:
    text = str(getattr(error, "strerror", "") or error).strip().rstrip(".")
    return plain_reason(text[:1].lower() + text[1:]) if text else "damaged"
