"""Reading sound files: mono float32 at the rate asked for, decoding only what is needed."""

import io
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
import soundfile
import soxr
from numpy.typing import NDArray

from core.errors import AudioError

AudioSource = Path | bytes | BinaryIO

AUDIO_EXTENSIONS = (".wav", ".au", ".flac", ".ogg", ".oga", ".opus", ".mp3", ".aif", ".aiff")
"""File extensions taken as audio, in lower case."""

_BROWSER_TYPES = {
    ".wav": "audio/wav",
    ".flac": "audio/flac",
    ".ogg": "audio/ogg",
    ".oga": "audio/ogg",
    ".opus": "audio/ogg",
    ".mp3": "audio/mpeg",
}
_BLOCK_S = 60.0


@dataclass(frozen=True)
class AudioInfo:
    """What the header of a sound file says."""

    duration_s: float
    sr_hz: int
    n_channels: int
    format: str


def _describe(source: AudioSource) -> str:
    return source.name if isinstance(source, Path) else "The file"


def _open(source: AudioSource) -> soundfile.SoundFile:
    name = _describe(source)
    try:
        if isinstance(source, Path):
            if not source.is_file():
                raise AudioError(f"{name} is not there any more, or is not a file.")
            if source.stat().st_size == 0:
                raise AudioError(f"{name} is empty (0 bytes).")
            return soundfile.SoundFile(str(source))
        stream = io.BytesIO(source) if isinstance(source, bytes) else source
        return soundfile.SoundFile(stream)
    except (soundfile.SoundFileError, OSError, TypeError) as error:
        raise AudioError(
            f"{name} cannot be read as sound ({_reason(error)}). "
            f"Expected one of {', '.join(AUDIO_EXTENSIONS)}, undamaged."
        ) from error


def _reason(error: Exception) -> str:
    text = str(getattr(error, "error_string", error)).strip().rstrip(".")
    return text[:1].lower() + text[1:]


def _check_header(file: soundfile.SoundFile, name: str) -> None:
    if file.frames <= 0 or file.samplerate <= 0:
        raise AudioError(f"{name} holds no samples.")


def probe_audio(source: AudioSource) -> AudioInfo:
    """Read the header only.

    Raises
    ------
    AudioError
        The file is missing, empty, or not sound.
    """
    with _open(source) as file:
        _check_header(file, _describe(source))
        return AudioInfo(file.frames / file.samplerate, file.samplerate, file.channels, file.format)


def read_audio(
    source: AudioSource, *, sr_hz: int = 22_050, offset_s: float = 0.0, duration_s: float | None = None
) -> NDArray[np.float32]:
    """Samples of a sound file as mono at ``sr_hz``.

    Parameters
    ----------
    source : Path, bytes or binary stream
    sr_hz : int
        Sample rate wanted; other rates are resampled (soxr, high quality).
    offset_s, duration_s : float
        Part of the file wanted; None reads to the end.

    Returns
    -------
    array of float32, shape (samples,)
        Mean of the channels, full scale +-1.

    Raises
    ------
    AudioError
        The file is missing, empty, damaged, not sound, or holds samples that are not numbers.
    """
    name = _describe(source)
    with _open(source) as file:
        _check_header(file, name)
        start = round(offset_s * file.samplerate)
        if start >= file.frames:
            raise AudioError(f"{name} ends after {file.frames / file.samplerate:.1f} s, before {offset_s:.1f} s.")
        # The resampler's filter reaches a little past the part wanted.
        wanted = file.frames - start
        if duration_s is not None:
            wanted = min(wanted, int(np.ceil((duration_s + 0.1) * file.samplerate)))
        mono = _read_mono(file, start, wanted, name)
        file_sr_hz = file.samplerate
    if not np.isfinite(mono).all():
        raise AudioError(f"{name} has samples that are not numbers (NaN or infinity); export it again from its source.")
    samples = mono if file_sr_hz == sr_hz else soxr.resample(mono, file_sr_hz, sr_hz, quality="HQ")
    if duration_s is not None:
        samples = samples[: round(duration_s * sr_hz)]
    if samples.size == 0:
        raise AudioError(f"{name} is too short: nothing is left at {sr_hz} Hz.")
    return np.ascontiguousarray(samples, dtype=np.float32)


def _read_mono(file: soundfile.SoundFile, start: int, wanted: int, name: str) -> NDArray[np.float32]:
    """Decode block by block, so that a long file with many channels is never in memory whole."""
    block = max(1, round(_BLOCK_S * file.samplerate))
    parts: list[NDArray[np.float32]] = []
    n_read = 0
    try:
        if start:
            file.seek(start)
        while n_read < wanted:
            samples = file.read(min(block, wanted - n_read), dtype="float32", always_2d=True)
            if not len(samples):
                break
            parts.append(samples[:, 0] if samples.shape[1] == 1 else samples.mean(axis=1, dtype=np.float32))
            n_read += len(samples)
    except (soundfile.SoundFileError, OSError, RuntimeError) as error:
        raise AudioError(
            f"{name} is damaged after {n_read / file.samplerate:.1f} s ({_reason(error)}). Obtain the file again."
        ) from error
    if not parts:
        raise AudioError(f"{name} says that it holds sound, but none could be decoded. Obtain the file again.")
    return parts[0] if len(parts) == 1 else np.concatenate(parts)


def encode_wav(samples: NDArray[np.float32], sr_hz: int) -> bytes:
    """16-bit WAV of mono samples, for players and downloads."""
    stream = io.BytesIO()
    soundfile.write(stream, np.clip(samples, -1.0, 1.0), sr_hz, format="WAV", subtype="PCM_16")
    return stream.getvalue()


def playable_audio(path: Path) -> tuple[bytes, str]:
    """Bytes and MIME type that a browser plays; formats it does not know become WAV.

    Raises
    ------
    AudioError
        The file is missing or unreadable.
    """
    mime = _BROWSER_TYPES.get(path.suffix.lower())
    if mime is None:
        return encode_wav(read_audio(path), 22_050), "audio/wav"
    try:
        return path.read_bytes(), mime
    except OSError as error:
        raise AudioError(f"{path.name} cannot be read ({_reason(error)}).") from error
