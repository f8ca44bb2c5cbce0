"""Tiny sound files with tags, written by PyAV."""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

_KINDS = {
    ".mp3": ("mp3", "libmp3lame"), ".flac": ("flac", "flac"), ".opus": ("ogg", "libopus"), ".m4a": ("ipod", "aac"),
    ".wav": ("wav", "pcm_s16le"), ".wv": ("wv", "wavpack"), ".webm": ("webm", "libopus"), ".caf": ("caf", "pcm_s16le"),
}  # fmt: skip
DURATION_S = 0.3


def write_tagged(path: Path, **tags: str) -> Path:
    """A tone with these tags (``genre``, ``artist``, ``album``, ``title``, ``date``) in the format of its extension."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(_tagged(path.suffix, tuple(sorted(tags.items()))))
    return path


@lru_cache(maxsize=200)
def _tagged(extension: str, tags: tuple[tuple[str, str], ...]) -> bytes:
    import io

    import av

    container_format, codec = _KINDS[extension]
    sink = io.BytesIO()
    with av.open(sink, "w", format=container_format) as container:
        stream: Any = container.add_stream(codec, rate=48_000)
        stream.layout = "mono"
        container.metadata.update(dict(tags))
        samples = (np.sin(np.arange(round(48_000 * DURATION_S)) / 17) * 8_000).astype(np.int16)
        frame = av.AudioFrame.from_ndarray(samples[None], format="s16", layout="mono")
        frame.sample_rate = 48_000
        resampler = av.AudioResampler(
            format=stream.codec_context.format, layout="mono", rate=48_000, frame_size=stream.codec_context.frame_size
        )
        for part in [*resampler.resample(frame), *resampler.resample(None)]:
            container.mux(stream.encode(part))
        container.mux(stream.encode(None))
    return sink.getvalue()


def id3v2(frames: Mapping[str, bytes], sound: bytes) -> bytes:
    """A sound with an ID3v2.3 tag of these frames before it; each frame begins with the byte of its encoding."""
    body = b"".join(
        name.encode() + len(content).to_bytes(4, "big") + b"\0\0" + content for name, content in frames.items()
    )
    size = bytes(len(body) >> shift & 127 for shift in (21, 14, 7, 0))
    return b"ID3\x03\0\0" + size + body + sound


def id3v1(sound: bytes, *, artist: str, genre: int) -> bytes:
    """A sound with an ID3v1 tag behind it."""
    words = [text.encode("latin-1").ljust(30, b"\0") for text in ("A title", artist, "An album")]
    return sound + b"TAG" + b"".join(words) + b"2001" + bytes(30) + bytes([genre])


def ape_tag(items: dict[str, str], *, n_items: int | None = None, size: int | None = None) -> bytes:
    """An APEv2 tag with header and footer, as it stands at the end of an MP3 file."""
    body = b""
    for name, text in items.items():
        value = text.encode()
        body += len(value).to_bytes(4, "little") + bytes(4) + name.encode() + b"\0" + value

    def end(flags: int) -> bytes:
        numbers = (2000, len(body) + 32 if size is None else size, len(items) if n_items is None else n_items, flags)
        return b"APETAGEX" + b"".join(number.to_bytes(4, "little") for number in numbers) + bytes(8)

    return end(0xA0000000) + body + end(0x80000000)
