"""What a sound file is, told by its first bytes: its name is not trusted."""

from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from core.errors import AudioError

AudioSource = Path | bytes | BinaryIO

AUDIO_EXTENSIONS = (
    ".wav", ".au", ".flac", ".ogg", ".oga", ".opus", ".mp3", ".aif", ".aiff", ".aifc",
    ".m4a", ".mp4", ".aac", ".webm", ".mka", ".mkv", ".wma", ".caf", ".ac3", ".wv",
)  # fmt: skip
"""File extensions taken as audio, in lower case."""

MIN_SR_HZ, MAX_SR_HZ = 1_000, 768_000
"""Sample rates taken as true; others are a damaged header's."""
MAX_CHANNELS = 64
LONGEST_S = 48 * 3600.0
"""A header that promises more than this is not believed: the length is counted."""


@dataclass(frozen=True)
class AudioInfo:
    """What the header of a sound file says.

    Attributes
    ----------
    duration_s : float
    sr_hz, n_channels : int
    format : str
        Of the file: ``WAV``, ``FLAC``, ``OGG``, ``MP3``, ``MP4``, ``WEBM`` ...
    codec : str
        Of the samples in it: ``PCM_16``, ``VORBIS``, ``AAC`` ...
    notes : tuple of str
        What is wrong with the file though it can be read, and what was done about it: sentences for the user.
    """

    duration_s: float
    sr_hz: int
    n_channels: int
    format: str
    codec: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Content:
    """A kind of sound file and who reads it.

    Attributes
    ----------
    format : str
        For the user.
    demuxer : str
        FFmpeg's name of the format: given to it, so that it never guesses (some of its formats open other files).
    by_soundfile : bool
        Whether libsndfile reads it; it is asked first then.
    """

    format: str
    demuxer: str
    by_soundfile: bool = False


MPEG = Content("MP3", "mp3")
_AAC = Content("AAC", "aac")
_MP4 = Content("MP4", "mov")
_BY_START: tuple[tuple[bytes, Content], ...] = (
    (b"fLaC", Content("FLAC", "flac", by_soundfile=True)),
    (b"OggS", Content("OGG", "ogg", by_soundfile=True)),
    (b".snd", Content("AU", "au", by_soundfile=True)),
    (b"dns.", Content("AU", "au", by_soundfile=True)),
    (b"caff", Content("CAF", "caf", by_soundfile=True)),
    (b"riff\x2e\x91\xcf\x11", Content("W64", "w64", by_soundfile=True)),
    (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", Content("WMA", "asf")),
    (b"wvpk", Content("WAVPACK", "wv")),
    (b"\x0b\x77", Content("AC3", "ac3")),
    (b"#!AMR", Content("AMR", "amr")),
    (b"MAC ", Content("APE", "ape")),
    (b"TTA1", Content("TTA", "tta")),
)
_WAV = Content("WAV", "wav", by_soundfile=True)
_AIFF = Content("AIFF", "aiff", by_soundfile=True)
_MATROSKA_START = b"\x1a\x45\xdf\xa3"
_MP4_ATOMS = (b"ftyp", b"moov", b"mdat", b"wide", b"skip", b"free")
_NOT_SOUND: tuple[tuple[bytes, str], ...] = (
    (b"PK\x03\x04", "a zip archive: unpack it first"),
    (b"PK\x05\x06", "a zip archive: unpack it first"),
    (b"\x1f\x8b", "a gzip archive: unpack it first"),
    (b"BZh", "a bzip2 archive: unpack it first"),
    (b"\xfd7zXZ\x00", "an xz archive: unpack it first"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive: unpack it first"),
    (b"Rar!", "a RAR archive: unpack it first"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard archive: unpack it first"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"%PDF", "a PDF document"),
    (b"MThd", "a MIDI file: notes, not sound; render it to audio first"),
    (b"#EXTM3U", "a playlist: use the files that it lists"),
    (b"[playlist]", "a playlist: use the files that it lists"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
    (b"version https://git-lfs", "a Git LFS pointer: run `git lfs pull` to get the file itself"),
)
_ALL_ZERO = "its first bytes are all zero, as after an interrupted download"
_UNKNOWN = "its first bytes do not match any known sound format"
_TAR_MAGIC_AT = 257
_HEAD_BYTES = 512


def recognise(stream: BinaryIO) -> Content:
    """The kind of a sound file, by its first bytes; the stream is left at its start.

    Raises
    ------
    AudioError
        Its bytes are those of no sound file that Genre Lab reads; the message is a reason without the file's name.
    """
    try:
        head = _after_id3(stream)
    finally:
        stream.seek(0)
    content = _content(head)
    if content is None:
        raise AudioError(_what_else(head))
    return content


def may_hide_sound(stream: BinaryIO) -> bool:
    """Whether the first bytes, which are of no known kind, may stand before sound; the stream is left at its start."""
    try:
        head = _after_id3(stream)
    finally:
        stream.seek(0)
    return _what_else(head) in (_ALL_ZERO, _UNKNOWN) and not head.startswith((b"RIFF", b"FORM"))


def _after_id3(stream: BinaryIO) -> bytes:
    """The first bytes of the sound: an ID3 tag (title, cover) may stand before any format."""
    stream.seek(0)
    head = stream.read(_HEAD_BYTES)
    if head[:3] != b"ID3" or len(head) < 10:
        return head
    size = sum((byte & 0x7F) << shift for byte, shift in zip(head[6:10], (21, 14, 7, 0), strict=True))
    stream.seek(10 + size)
    # Most tagged files are mp3, whatever stands between the tag and the first frame.
    after = stream.read(_HEAD_BYTES)
    return after if _content(after) is not None else b"\xff\xfb"


def _content(head: bytes) -> Content | None:
    if head[:4] in (b"RIFF", b"RIFX", b"RF64") and head[8:12] == b"WAVE":
        return _WAV
    if head[:4] == b"FORM" and head[8:12] in (b"AIFF", b"AIFC"):
        return _AIFF
    if head[4:8] in _MP4_ATOMS:
        return _MP4
    if head.startswith(_MATROSKA_START):
        return Content("WEBM" if b"webm" in head[:64] else "MATROSKA", "matroska")
    for start, content in _BY_START:
        if head.startswith(start):
            return content
    if any(head.startswith(start) for start, _ in _NOT_SOUND):
        return None
    if len(head) >= 2 and head[0] == 0xFF and head[1] & 0xE0 == 0xE0:
        layer = head[1] & 0x06
        if head[1] & 0xF6 == 0xF0:
            return _AAC
        return MPEG if layer else None
    return None


def _what_else(head: bytes) -> str:
    if not head:
        return "it is empty"
    for start, what in _NOT_SOUND:
        if head.startswith(start):
            return f"it is {what}"
    if head[_TAR_MAGIC_AT : _TAR_MAGIC_AT + 5] == b"ustar":
        return "it is a tar archive: unpack it first"
    text = head.lstrip().lower()
    if text.startswith((b"<!doctype", b"<html", b"<?xml", b"<svg")):
        return "it is a web page, perhaps an error message saved under the name of the sound"
    if not any(head):
        return _ALL_ZERO
    return _UNKNOWN
