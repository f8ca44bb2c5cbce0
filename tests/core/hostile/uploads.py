"""Files as strangers drop them on Classify: what each is, and what has to be said of it."""

import io
import struct
import zipfile
from dataclasses import dataclass, field

import numpy as np

from tests.conftest import tone
from tests.core.hostile.sounds import encode

SR_HZ = 22_050
SECONDS = 3.0
NAME = "![x](x.png) **bold** <img src=x onerror=alert(1)> =1+1 :red[x]"
"""What a page must show as it is."""
_TAG_BYTES = 5_000_000


@dataclass(frozen=True)
class Upload:
    """One file.

    Attributes
    ----------
    name : str
    content : bytes
    said : str
        Part of why it cannot be judged; where it can, of what limits the verdict. Empty where nothing is to be said.
    is_sound : bool
        Whether there is a verdict.
    """

    name: str
    content: bytes = field(repr=False)
    said: str
    is_sound: bool = False


def hostile_uploads() -> list[Upload]:
    """Each of its own kind; those that hold sound hold a low hum."""
    whole, mp3 = _wav(), encode(_hum(), SR_HZ, "MP3", "MPEG_LAYER_III")
    halved = whole[: 44 + (len(whole) - 44) // 2]
    flac = encode(_hum(), SR_HZ, "FLAC", "PCM_16")
    # The header alone, which states that nothing follows.
    nothing = flac[:4] + b"\x80" + flac[5:21] + bytes([flac[21] & 0xF0, 0, 0, 0, 0]) + bytes(16)
    channels = np.repeat(_hum(), 200, axis=1)[: SR_HZ // 2]
    return [
        Upload(f"{NAME}.wav", whole, "", is_sound=True),
        Upload("empty.wav", b"", "is empty"),
        Upload("letter.mp3", b"Dear model, this is a letter and no song. " * 50, "do not match any known sound format"),
        Upload("cut.wav", halved, "Its header states 3.0 s, but there are 1.5 s of sound in it", is_sound=True),
        Upload("four gigabytes.wav", _claiming(whole, 2**32 - 1), "Its header states no length", is_sound=True),
        Upload("three gigabytes.wav", _claiming(whole, 3 * 10**9), "Its header states 68,027.2 s", is_sound=True),
        Upload("big tag.mp3", _id3(_TAG_BYTES, _TAG_BYTES) + mp3, "", is_sound=True),
        Upload("lying tag.mp3", _id3(200_000_000, 0) + mp3, "", is_sound=True),
        Upload("songs.flac", _zip(whole), "it is a zip archive: unpack it first"),
        Upload("not numbers.wav", _not_numbers(), "samples that are not numbers"),
        Upload("nothing.flac", nothing, "Obtain the file again"),
        Upload("one hertz.wav", _patched(whole, 24, struct.pack("<I", 1)), "1 Hz by its header; expected 1,000 to"),
        Upload("four gigahertz.wav", _patched(whole, 24, struct.pack("<I", 4_000_000_000)), "impossible sample rate"),
        Upload("channels.wav", encode(channels, SR_HZ, "WAV", "PCM_16"), "200 channels by its header; expected 1 to"),
        Upload(f"{'long ' * 50}.wav", whole, "", is_sound=True),
    ]


def _hum() -> np.ndarray:
    return tone(120.0, duration_s=SECONDS)[:, None]


def _wav() -> bytes:
    return encode(_hum(), SR_HZ, "WAV", "PCM_16")


def _patched(whole: bytes, place: int, value: bytes) -> bytes:
    return whole[:place] + value + whole[place + len(value) :]


def _claiming(whole: bytes, n_bytes: int) -> bytes:
    """With a length of the samples that is not true."""
    claimed = _patched(whole, 40, struct.pack("<I", n_bytes))
    return _patched(claimed, 4, struct.pack("<I", min(2**32 - 1, n_bytes + 36)))


def _id3(stated: int, n_bytes: int) -> bytes:
    """A tag with a picture of so many bytes, which says that it is another size."""
    size = bytes(stated + 10 >> shift & 0x7F for shift in (21, 14, 7, 0))
    picture = b"APIC" + bytes(stated >> shift & 0x7F for shift in (21, 14, 7, 0)) + b"\0\0"
    return b"ID3\x04\0\0" + size + picture + bytes(n_bytes)


def _zip(inside: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("song.wav", inside)
    return stream.getvalue()


def _not_numbers() -> bytes:
    samples = _hum()
    samples[len(samples) // 2] = np.nan
    return encode(samples, SR_HZ, "WAV", "FLOAT")
