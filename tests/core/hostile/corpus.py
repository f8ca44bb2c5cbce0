"""The hostile corpus: files that a collection or an upload may hold by accident or by malice, and what each must give.

Everything is made anew by the tests; nothing of it is committed.
"""

import gzip
import io
import os
import socket
import struct
import tarfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import numpy as np

from tests.core.hostile.sounds import FORMATS, SR_HZ, encode, encode_container, extension, sine, sound

Outcome = Literal["sound", "error", "either"]


@dataclass(frozen=True)
class Hostile:
    """One file.

    Attributes
    ----------
    kind : str
        Group for the report.
    name : str
        File name, as text or as bytes that are no UTF-8.
    content : bytes
    expected : str
        ``sound`` (finite samples), ``error`` (`AudioError`), or ``either`` where both are right.
    words : str
        What the message of an error must contain.
    seconds : float
        Length of the sound, where it is known.
    rms : float
        Its level, where it is known.
    """

    kind: str
    name: str | bytes
    content: bytes = field(repr=False)
    expected: Outcome
    words: str = ""
    seconds: float | None = None
    rms: float | None = None


_SINE_RMS = 0.5 / 2**0.5


def corpus() -> list[Hostile]:
    """All files that are bytes under a name (see `special_files` for the others)."""
    makers = (_truncated, _empty, _random, _lying, _numbers, _right, _disguised, _long, _archives, _names)
    return [case for maker in makers for case in maker()]


def _truncated() -> Iterator[Hostile]:
    for name in FORMATS:
        whole = sound(name)
        points = (1, 3, 12, 30, 60, len(whole) // 10, len(whole) // 2, 9 * len(whole) // 10, len(whole) - 1)
        for point in points:
            yield Hostile("truncated", f"cut{point}.{name}", whole[:point], "error" if point <= 12 else "either")


def _empty() -> Iterator[Hostile]:
    for name in FORMATS:
        yield Hostile("empty", f"empty.{name}", b"", "error", "empty")
        yield Hostile("all zero", f"zero.{name}", bytes(5000), "error", "all zero")


def _random() -> Iterator[Hostile]:
    rng = np.random.default_rng(5)
    for name in FORMATS:
        noise = rng.bytes(20_000)
        yield Hostile("random bytes", f"noise.{name}", b"\x01" + noise, "error", "any known sound format")
        whole = sound(name)
        yield Hostile("random after the header", f"start.{name}", whole[:100] + noise, "either")
        middle = len(whole) // 2
        damaged = whole[:middle] + noise[: middle // 4] + whole[middle + middle // 4 :]
        yield Hostile("random in the middle", f"middle.{name}", damaged, "either")


def _patched(whole: bytes, place: int, value: bytes) -> bytes:
    return whole[:place] + value + whole[place + len(value) :]


def _lying() -> Iterator[Hostile]:
    wav, aiff, au, flac = sound("wav"), sound("aiff"), sound("au"), sound("flac")
    lies: list[tuple[str, bytes, int, bytes, Outcome]] = [
        ("channels0.wav", wav, 22, struct.pack("<H", 0), "error"),
        ("channels255.wav", wav, 22, struct.pack("<H", 255), "error"),
        ("channels65535.wav", wav, 22, struct.pack("<H", 65535), "error"),
        ("rate0.wav", wav, 24, struct.pack("<I", 0), "error"),
        ("rate1.wav", wav, 24, struct.pack("<I", 1), "error"),
        ("rate2e9.wav", wav, 24, struct.pack("<I", 2**31 - 1), "error"),
        ("rate-1.wav", wav, 24, b"\xff" * 4, "error"),
        ("bits0.wav", wav, 34, b"\0\0", "either"),
        ("bits99.wav", wav, 34, b"c\0", "either"),
        ("codec-unknown.wav", wav, 20, b"\x99\x99", "error"),
        ("codec-mp3.wav", wav, 20, b"\x55\0", "either"),
        ("format-chunk-negative.wav", wav, 16, b"\xff" * 4, "error"),
        ("format-chunk-zero.wav", wav, 16, b"\0" * 4, "error"),
        ("data-chunk-negative.wav", wav, 40, b"\xff" * 4, "sound"),
        ("data-chunk-2GiB.wav", wav, 40, struct.pack("<I", 2**31), "either"),
        ("data-chunk-zero.wav", wav, 40, b"\0" * 4, "either"),
        ("riff-size-negative.wav", wav, 4, b"\xff" * 4, "sound"),
        ("frames-negative.aiff", aiff, aiff.index(b"COMM") + 10, b"\xff" * 4, "either"),
        ("channels0.aiff", aiff, aiff.index(b"COMM") + 8, b"\0\0", "error"),
        ("channels-huge.aiff", aiff, aiff.index(b"COMM") + 8, b"\x7f\xff", "error"),
        ("rate-zero.aiff", aiff, aiff.index(b"COMM") + 16, b"\0" * 10, "either"),
        ("chunk-negative.aiff", aiff, aiff.index(b"SSND") + 4, b"\xff" * 4, "either"),
        ("data-offset-huge.au", au, 4, b"\x7f\xff\xff\xff", "either"),
        ("rate0.au", au, 16, b"\0" * 4, "error"),
        ("channels0.au", au, 20, b"\0" * 4, "error"),
        ("channels-huge.au", au, 20, b"\x7f\xff\xff\xff", "error"),
        ("size-unknown.au", au, 8, b"\xff" * 4, "sound"),
        ("rate0.flac", flac, 18, b"\0\0\0", "either"),
        ("frames-unknown.flac", flac, 18, _stream_info(flac, 0), "sound"),
        ("frames-huge.flac", flac, 18, _stream_info(flac, 2**36 - 1), "sound"),
        ("frames-three-hours.flac", flac, 18, _stream_info(flac, 3 * 3600 * SR_HZ), "either"),
    ]
    for name, whole, place, value, expected in lies:
        yield Hostile("lying header", name, _patched(whole, place, value), expected)
    for name in ("m4a", "mp4"):
        whole = sound(name)
        for atom in (b"mdhd", b"stsz", b"stts", b"stco", b"mvhd", b"stsc", b"stsd", b"esds", b"elst"):
            if (place := whole.find(atom)) >= 0:
                for value in (b"\xff" * 8, b"\x7f\xff\xff\xff" * 2, bytes(8)):
                    label = f"{atom.decode()}-{value[0]}.{name}"
                    yield Hostile("lying header", label, _patched(whole, place + 8, value), "either")
    webm = sound("webm")
    for place in range(20, 300, 28):
        yield Hostile("lying header", f"element{place}.webm", _patched(webm, place, b"\x01" + b"\xff" * 7), "either")
    ogg = sound("ogg")
    yield Hostile("lying header", "granule.ogg", _patched(ogg, ogg.rindex(b"OggS") + 6, b"\xff" * 8), "either")


def _stream_info(flac: bytes, n_frames: int) -> bytes:
    """Eight bytes of FLAC's header with another number of frames."""
    value = int.from_bytes(flac[18:26], "big")
    return ((value >> 36 << 36) | n_frames).to_bytes(8, "big")


def _numbers() -> Iterator[Hostile]:
    samples = sine()
    for label, bad in (("nan", np.nan), ("infinity", np.inf), ("minus-infinity", -np.inf)):
        for kind, subtype in (("WAV", "FLOAT"), ("WAV", "DOUBLE"), ("AU", "FLOAT"), ("AIFF", "FLOAT")):
            spoiled = samples.copy()
            spoiled[len(spoiled) // 2] = bad
            name = f"{label}.{subtype.lower()}.{kind.lower()}"
            yield Hostile("not numbers", name, encode(spoiled, SR_HZ, kind, subtype), "error", "not numbers")
    huge = encode(samples.astype(np.float64) * 1e300, SR_HZ, "WAV", "DOUBLE")
    yield Hostile("too loud", "1e300.wav", huge, "error", "not numbers")
    yield Hostile("too loud", "1e30.wav", encode(samples * 1e30, SR_HZ, "WAV", "FLOAT"), "error", "full scale")
    integers = encode(samples * 32767, SR_HZ, "WAV", "FLOAT")
    yield Hostile("odd level", "integers-as-floats.wav", integers, "sound", seconds=0.5, rms=_SINE_RMS * 32767)
    yield Hostile("odd level", "subnormal.wav", encode(samples * 1e-40, SR_HZ, "WAV", "FLOAT"), "sound", seconds=0.5)


def _right() -> Iterator[Hostile]:
    """What looks odd and is in order."""
    one = np.full((1, 1), 0.5, np.float32)
    yield Hostile("one sample", "one.wav", encode(one, 22_050, "WAV", "PCM_16"), "sound", seconds=1 / 22_050)
    yield Hostile("one sample", "one.flac", encode(one, SR_HZ, "FLAC", "PCM_16"), "either")
    none = np.zeros((0, 1), np.float32)
    for kind in ("WAV", "FLAC", "AU", "AIFF"):
        yield Hostile("no sample", f"none.{kind.lower()}", encode(none, SR_HZ, kind, "PCM_16"), "error")
    for name, level in (("silence", 0.0), ("dc", 0.25), ("full-scale-dc", 1.0)):
        constant = np.full((SR_HZ, 2), level, np.float32)
        rms = level if level < 1 else None
        yield Hostile(name, f"{name}.wav", encode(constant, SR_HZ, "WAV", "FLOAT"), "sound", seconds=1.0, rms=level)
        yield Hostile(name, f"{name}.flac", encode(constant, SR_HZ, "FLAC", "PCM_16"), "sound", seconds=1.0, rms=rms)
    for channels in range(1, 9):
        content = encode(sine(channels=channels), SR_HZ, "WAV", "PCM_24")
        yield Hostile("many channels", f"{channels}.wav", content, "sound", seconds=0.5, rms=_SINE_RMS)
    for sr_hz in (8_000, 11_025, 16_000, 32_000, 48_000, 88_200, 96_000, 176_400, 192_000, 352_800, 384_000):
        content = encode(sine(sr_hz=sr_hz), sr_hz, "WAV", "PCM_16")
        yield Hostile("odd rate", f"{sr_hz}.wav", content, "sound", seconds=0.5, rms=_SINE_RMS)
    for subtype in ("PCM_U8", "PCM_16", "PCM_24", "PCM_32", "FLOAT", "DOUBLE", "ULAW", "ALAW", "IMA_ADPCM", "MS_ADPCM"):
        content = encode(sine(), SR_HZ, "WAV", subtype)
        yield Hostile("sample type", f"{subtype.lower()}.wav", content, "sound", rms=_SINE_RMS)
    tag = b"ID3\x04\0\0" + bytes((0, 0, 0x27, 0x10)) + b"\xff\xfb" * 2504
    for name in ("mp3", "flac", "aac"):
        yield Hostile("behind a tag", f"tagged.{name}", tag + sound(name), "sound", rms=_SINE_RMS)


def _disguised() -> Iterator[Hostile]:
    for place, name in enumerate(FORMATS):
        other = extension(FORMATS[(place + 5) % len(FORMATS)])
        yield Hostile("wrong extension", f"{name}-inside.{other}", sound(name), "sound", rms=_SINE_RMS)
    mp3 = sound("mp3")
    yield Hostile("wrong extension", "mp3-inside.flac", mp3, "sound", rms=_SINE_RMS)
    texts = {
        "page.mp3": (b"<!DOCTYPE html><html>404 Not Found</html>", "web page"),
        "picture.wav": (b"\x89PNG\r\n\x1a\n" + bytes(100), "picture"),
        "photo.m4a": (b"\xff\xd8\xff\xe0" + bytes(100), "picture"),
        "list.m4a": (b"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nfile:///etc/passwd\n", "playlist"),
        "concat.mka": (b"ffconcat version 1.0\nfile /etc/passwd\n", "any known sound format"),
        "drawing.ogg": (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "web page"),
        "paper.flac": (b"%PDF-1.7\n", "PDF"),
        "notes.wav": (b"MThd\0\0\0\x06\0\0\0\x01\0\x60", "MIDI"),
        "program.au": (b"\x7fELF\x02\x01\x01" + bytes(100), "program"),
        "pointer.wav": (b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n", "git lfs pull"),
    }
    for name, (content, words) in texts.items():
        yield Hostile("not sound", name, content, "error", words)


def _long() -> Iterator[Hostile]:
    """Three hours each, of which only the beginning may be decoded."""
    n_frames = 3 * 3600 * 8000
    header = bytearray(encode(np.zeros((0, 1), np.float32), 8000, "WAV", "PCM_16"))
    header[40:44] = struct.pack("<I", 2 * n_frames)
    yield Hostile("three hours", "sparse.wav", bytes(header), "sound", seconds=30.0)
    untitled = {"write_xing": "0", "id3v2_version": "0"}  # the title frame would say that the piece is all
    pieces = {
        "mp3": encode_container(sine(seconds=60.0), SR_HZ, "mp3", "libmp3lame", options=untitled),
        # At low rates, since every packet is looked at, but too big for a player all the same.
        "aac": encode_container(sine(seconds=60.0, sr_hz=12_000), 12_000, "adts", "aac"),
        "ac3": encode_container(sine(seconds=60.0, sr_hz=32_000), 32_000, "ac3", "ac3"),
    }
    for name, piece in pieces.items():
        yield Hostile("three hours", f"hours.{name}", piece * 180, "sound", seconds=30.0)
    silent = encode(np.zeros((3 * 3600 * 1000, 8), np.int16), 1000, "FLAC", "PCM_16")
    yield Hostile("three hours", "explodes.flac", silent, "sound", seconds=30.0, rms=0.0)


SPARSE_BYTES = {"sparse.wav": 44 + 2 * 3 * 3600 * 8000}
"""Files made longer on disk without being written."""


def _archives() -> Iterator[Hostile]:
    inside = sound("wav")
    zipped, tarred = io.BytesIO(), io.BytesIO()
    with zipfile.ZipFile(zipped, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("../../climbs.wav", inside)
        archive.writestr("explodes.wav", bytes(20_000_000))
    with tarfile.open(fileobj=tarred, mode="w") as archive:
        member = tarfile.TarInfo("../../climbs.wav")
        member.size = len(inside)
        archive.addfile(member, io.BytesIO(inside))
    yield Hostile("archive", "songs.wav", zipped.getvalue(), "error", "zip archive")
    yield Hostile("archive", "songs.flac", tarred.getvalue(), "error", "tar archive")
    yield Hostile("archive", "songs.mp3", gzip.compress(inside), "error", "gzip archive")
    yield Hostile("archive", "songs.ogg", b"Rar!\x1a\x07\x01\0" + bytes(100), "error", "RAR archive")
    yield Hostile("archive", "songs.m4a", b"7z\xbc\xaf\x27\x1c" + bytes(100), "error", "7-Zip archive")


NASTY_STEMS: tuple[str | bytes, ...] = (
    "it's", 'a "quote"', "line\nbreak", "carriage\rreturn", "tab\there", "bell\a", "escape\x1b[31mred", "\u202egnp.exe",
    "left\u200eright\u200f", "شعر", "日本", "🎷🎺", "e\u0301", "zero\u200bwidth", "<script>alert(1)<",
    "<img src=x onerror=alert(1)>",
    "[link](javascript:alert(1))", "![image](http:⧸⧸host⧸x.png)", "**bold** _it_ `code`", "$math$", ":red[text]",
    ":material-home:",
    "&lt;&amp;", "-rf", "--help", "=1+1", " space ", "...", "CON", "a;b|c&d", "%00%2e%2e", "{name}", "100%s", "x" * 240,
    "é" * 110, b"latin-\xe9", b"\xff\xfe", b"half-\xc3",
)  # fmt: skip


def _names() -> Iterator[Hostile]:
    content = sound("wav")
    for stem in NASTY_STEMS:
        name = stem + b".wav" if isinstance(stem, bytes) else f"{stem}.wav"
        yield Hostile("odd name", name, content, "sound", seconds=0.5, rms=_SINE_RMS)


def write_corpus(folder: Path, cases: list[Hostile]) -> dict[Path, Hostile]:
    """Write the files, a subfolder for each kind."""
    paths = {}
    for case in cases:
        subfolder = folder / case.kind.replace(" ", "-")
        subfolder.mkdir(parents=True, exist_ok=True)
        path = subfolder / (os.fsdecode(case.name) if isinstance(case.name, bytes) else case.name)
        path.write_bytes(case.content)
        if isinstance(case.name, str) and case.name in SPARSE_BYTES:
            os.truncate(path, SPARSE_BYTES[case.name])
        assert path not in paths, path
        paths[path] = case
    return paths


def special_files(folder: Path) -> dict[str, str]:
    """Entries that are no plain files, in ``folder``; what their reason must contain, by name."""
    folder.mkdir(parents=True)
    (folder / "loop.wav").symlink_to("loop.wav")
    (folder / "loop-a.mp3").symlink_to("loop-b.mp3")
    (folder / "loop-b.mp3").symlink_to("loop-a.mp3")
    (folder / "around").symlink_to(folder.parent, target_is_directory=True)
    (folder / "dangling.flac").symlink_to("nowhere.flac")
    (folder / "device.wav").symlink_to("/dev/zero")
    (folder / "secret.wav").symlink_to("/etc/passwd")
    (folder / "folder.wav").mkdir()
    os.mkfifo(folder / "pipe.wav")
    with socket.socket(socket.AF_UNIX) as server:
        # The path of a socket may have 107 bytes only.
        here = os.open(folder, os.O_DIRECTORY)
        server.bind(f"/proc/self/fd/{here}/socket.ogg")
        os.close(here)
    return {
        "loop.wav": "not a file",
        "loop-a.mp3": "not a file",
        "loop-b.mp3": "not a file",
        "around": "folder inside",
        "dangling.flac": "not a file",
        "device.wav": "outside the collection",
        "secret.wav": "outside the collection",
        "folder.wav": "folder inside",
        "pipe.wav": "not a file",
        "socket.ogg": "not a file",
    }
