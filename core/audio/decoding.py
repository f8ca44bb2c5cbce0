"""Decoders: one interface over libsndfile, which reads the common formats, FFmpeg, which reads containers, and MPEG."""

import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Protocol, cast

import numpy as np
import soundfile
from numpy.typing import NDArray

from core.audio.channels import Mixer
from core.audio.formats import (
    AUDIO_EXTENSIONS,
    LONGEST_S,
    MAX_CHANNELS,
    MAX_SR_HZ,
    MIN_SR_HZ,
    MPEG,
    AudioInfo,
    AudioSource,
    may_hide_sound,
    recognise,
)
from core.audio.mpeg import MpegDecoder
from core.audio.reasons import plain_reason
from core.audio.shortfall import PIPED, shortfall_notes, stated_share
from core.errors import AudioError
from core.names import readable_name

Mono = NDArray[np.float32]

_BLOCK_VALUES = 2**22
"""Values (frames times channels) decoded at a time: 16 MiB, whatever the header promises."""

_JUNK_BYTES = 2**20
"""So much that is no sound may stand before MPEG audio."""


class Decoder(Protocol):
    """An open sound file.

    Attributes
    ----------
    sr_hz, n_channels : int
    stated_s : float or None
        Length in s by the header, in MPEG audio by its frames; None where it has none, or one that cannot be believed.
    notes : list of str
        What is wrong with the file though it can be read, and what was done about it; reading may add to it.
    """

    sr_hz: int
    n_channels: int
    stated_s: float | None
    notes: list[str]

    def probe(self) -> AudioInfo:
        """What the header says; a length that it does not state is counted.

        Raises
        ------
        AudioError
            Damaged; the message is a reason without the file's name.
        """

    def blocks(self, start: int, wanted: int) -> Iterator[Mono]:
        """Mean of the channels from frame ``start`` on, block by block, ``wanted`` frames or to the end of the file.

        One channel where the channels cancel each other.

        Raises
        ------
        AudioError
            Damaged; the message is a reason without the file's name.
        """

    def close(self) -> None:
        """Let go of the file."""


def describe(source: AudioSource) -> str:
    """Name of a source for messages."""
    return readable_name(source.name) if isinstance(source, Path) else "The file"


def no_samples(name: str) -> AudioError:
    """The error of a file, named for messages, that is sound of no length."""
    return AudioError(f"{name} holds no samples. Obtain the file again.")


def reason(error: Exception) -> str:
    """What a library says went wrong, without the path and the full stop."""
    text = str(getattr(error, "error_string", "") or getattr(error, "strerror", "") or error).strip().rstrip(".")
    if not text:
        return "damaged"
    return text if text[:2].isupper() else text[:1].lower() + text[1:]


class _SoundFileDecoder:
    """libsndfile: integer and float PCM, FLAC, Vorbis, Opus."""

    def __init__(self, given: str | bytes | BinaryIO) -> None:
        try:
            self._file = soundfile.SoundFile(given)
        except (soundfile.SoundFileError, OSError, TypeError, ValueError) as error:
            raise AudioError(plain_reason(reason(error))) from error
        self.sr_hz: int = self._file.samplerate
        self.n_channels: int = self._file.channels
        self.stated_s: float | None = self._file.frames / max(1, self.sr_hz)
        self.notes: list[str] = []

    def probe(self) -> AudioInfo:
        kind = "WAV" if self._file.format == "WAVEX" else self._file.format
        return AudioInfo(self.stated_s or 0.0, self.sr_hz, self.n_channels, kind, self._file.subtype, tuple(self.notes))

    def blocks(self, start: int, wanted: int) -> Iterator[Mono]:
        file = self._file
        block = max(1, _BLOCK_VALUES // file.channels)
        n_read = 0
        mixer = Mixer()
        try:
            if start:
                file.seek(start)
            while n_read < wanted:
                samples = self._read(min(block, wanted - n_read))
                if not len(samples):
                    break
                n_read += len(samples)
                mono = mixer.mix(samples)
                del samples  # or it would be in memory beside the next
                yield mono
        except (soundfile.SoundFileError, OSError, RuntimeError) as error:
            at_s = (start + n_read) / file.samplerate
            raise AudioError(f"damaged after {at_s:.1f} s ({plain_reason(reason(error))})") from error
        self.notes += mixer.notes

    def _read(self, n_frames: int) -> NDArray[np.float32]:
        """The next frames, shape (frames, channels)."""
        if self._file.subtype != "PCM_16" or self._file.format not in ("WAV", "WAVEX"):
            return cast("NDArray[np.float32]", self._file.read(n_frames, dtype="float32", always_2d=True))
        # The same numbers in half the time: libsndfile converts value by value.
        integers = self._file.read(n_frames, dtype="int16", always_2d=True)
        samples: NDArray[np.float32] = integers.astype(np.float32)
        samples *= np.float32(2.0**-15)
        return samples

    def close(self) -> None:
        self._file.close()


@contextmanager
def open_decoder(source: AudioSource) -> Iterator[Decoder]:
    """The sound file, opened by the decoder that its content asks for.

    Raises
    ------
    AudioError
        The file is missing, empty, not sound, holds no samples, or its header is impossible.
    """
    name = describe(source)
    with _open_stream(source, name) as stream:
        try:
            decoder = _decoder(source, stream)
        except AudioError as error:
            raise AudioError(
                f"{name} cannot be read as sound ({error}). Expected undamaged audio: {', '.join(AUDIO_EXTENSIONS)}."
            ) from error
        try:
            _check(decoder, name)
            yield decoder
        finally:
            decoder.close()


class _Memory(io.BytesIO):
    """Bytes as a file in which a jump before the start leaves the place as it is.

    Damaged headers ask for such jumps. libsndfile sees where it is and gives up; an exception cannot pass through C
    and would only be printed.
    """

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        try:
            return super().seek(offset, whence)
        except ValueError:
            return self.tell()


@contextmanager
def _open_stream(source: AudioSource, name: str) -> Iterator[BinaryIO]:
    if isinstance(source, bytes):
        yield _Memory(source)
        return
    if not isinstance(source, Path):
        yield source
        return
    try:
        # Only a regular file: opening a pipe or a device could wait for ever.
        if not source.is_file():
            raise AudioError(f"{name} no longer exists, or is not a file.")
        if source.stat().st_size == 0:
            raise AudioError(f"{name} is empty (0 bytes). Obtain the file again.")
        stream = source.open("rb")
    except OSError as error:
        raise AudioError(f"{name} cannot be read ({reason(error)}). Check its permissions.") from error
    with stream:
        yield stream


def _decoder(source: AudioSource, stream: BinaryIO) -> Decoder:
    from core.audio.containers import ContainerDecoder

    try:
        content = recognise(stream)
    except AudioError as error:
        if not may_hide_sound(stream):
            raise
        try:
            return MpegDecoder(stream, within=_JUNK_BYTES)
        except AudioError:
            raise error from None
    refused: AudioError | None = None
    lengthless = False
    try:
        if content == MPEG:
            return MpegDecoder(stream)
        if content.by_soundfile:
            share = stated_share(stream) if content.format in ("WAV", "AIFF") else None
            decoder = _SoundFileDecoder(_for_libsndfile(source, stream))
            if 0 < (decoder.stated_s or 0.0) <= LONGEST_S:
                decoder.notes += shortfall_notes(decoder.stated_s or 0.0, share)
                return decoder
            # A FLAC that was written to a pipe does not know its length, nor does a WAV whose data has "no" bytes.
            lengthless = not decoder.stated_s
            decoder.close()
    except AudioError as error:
        refused = error
    stream.seek(0)
    try:
        container = ContainerDecoder(stream, content)
    except AudioError as error:
        raise refused or error from error
    if lengthless:
        container.notes.append(PIPED)
    return container


def _for_libsndfile(source: AudioSource, stream: BinaryIO) -> str | bytes | BinaryIO:
    """A path where there is one: libsndfile reads it a third faster than an open file of Python's."""
    if not isinstance(source, Path):
        return stream
    # The bytes of a name that is no UTF-8 reach libsndfile as they are; Windows has no such names.
    return str(source) if os.name == "nt" else os.fsencode(source)


def _check(decoder: Decoder, name: str) -> None:
    if not MIN_SR_HZ <= decoder.sr_hz <= MAX_SR_HZ:
        raise AudioError(
            f"{name} has a sample rate of {decoder.sr_hz:,} Hz by its header; expected {MIN_SR_HZ:,} to {MAX_SR_HZ:,} "
            "Hz. Its header is damaged; export it again from its source."
        )
    if not 1 <= decoder.n_channels <= MAX_CHANNELS:
        is_many = decoder.n_channels > MAX_CHANNELS
        mend = "Mix it down to stereo, or, where its header is damaged," if is_many else "Its header is damaged;"
        raise AudioError(
            f"{name} has {decoder.n_channels} channels by its header; expected 1 to {MAX_CHANNELS}. {mend} export it "
            "again from its source."
        )
    if decoder.stated_s is not None and decoder.stated_s <= 0:
        raise no_samples(name)
