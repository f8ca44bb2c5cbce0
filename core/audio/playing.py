"""Sound for a browser's player: as it is where browsers know the format, else as WAV."""

import io
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

from core.audio.decoding import describe, reason
from core.audio.formats import AudioInfo, AudioSource
from core.audio.reading import probe_audio, read_audio
from core.errors import AudioError

MAX_PLAYABLE_BYTES = 250_000_000
"""A player gets no more than this, since it is in the memory of the server and of the browser."""
_MAX_PLAYABLE_HZ = 48_000
_MAX_BROWSER_HZ = 192_000
_PLAYED = {
    ("WAV", "PCM_U8"): "audio/wav",
    ("WAV", "PCM_16"): "audio/wav",
    ("WAV", "PCM_24"): "audio/wav",
    ("WAV", "FLOAT"): "audio/wav",
    ("FLAC", "PCM_S8"): "audio/flac",
    ("FLAC", "PCM_16"): "audio/flac",
    ("FLAC", "PCM_24"): "audio/flac",
    ("OGG", "VORBIS"): "audio/ogg",
    ("OGG", "OPUS"): "audio/ogg",
    ("MP3", "MPEG_LAYER_III"): "audio/mpeg",
    ("WEBM", "OPUS"): "audio/webm",
    ("WEBM", "VORBIS"): "audio/webm",
}


def browser_type(info: AudioInfo) -> str | None:
    """MIME type of a sound that every current browser plays as it is; None where it has to be converted.

    AAC is converted: browsers without licensed decoders (Chromium, Firefox on some systems) are silent on it.
    """
    return _PLAYED.get((info.format, info.codec)) if info.sr_hz <= _MAX_BROWSER_HZ else None


def encode_wav(samples: NDArray[np.float32], sr_hz: int) -> bytes:
    """16-bit WAV of mono samples of shape (n,), full scale ±1 (more is clipped), for players and downloads."""
    stream = io.BytesIO()
    soundfile.write(stream, np.clip(samples, -1.0, 1.0), sr_hz, format="WAV", subtype="PCM_16")
    return stream.getvalue()


def playable_audio(source: AudioSource) -> tuple[bytes, str]:
    """Bytes and MIME type that a browser plays; formats it does not know become mono WAV.

    The content decides, not the file's extension.

    Raises
    ------
    AudioError
        The file is missing or unreadable, or too long for a player.
    """
    info = require_playable(source)
    mime = browser_type(info)
    if mime is None:
        sr_hz = min(info.sr_hz, _MAX_PLAYABLE_HZ)
        return encode_wav(read_audio(source, sr_hz=sr_hz), sr_hz), "audio/wav"
    if isinstance(source, bytes):
        return source, mime
    try:
        if isinstance(source, Path):
            return source.read_bytes(), mime
        source.seek(0)
        return source.read(), mime
    except OSError as error:
        raise AudioError(f"{describe(source)} cannot be read ({reason(error)}).") from error


def require_playable(source: AudioSource) -> AudioInfo:
    """What `playable_audio` asks of a sound, by its header alone; raises as that does.

    A sound that is damaged further on passes.
    """
    info = probe_audio(source)
    if browser_type(info) is None:
        _check_size(2 * min(info.sr_hz, _MAX_PLAYABLE_HZ) * info.duration_s, info, source)
    elif isinstance(source, Path):
        try:
            _check_size(source.stat().st_size, info, source)
        except OSError as error:
            raise AudioError(f"{describe(source)} cannot be read ({reason(error)}).") from error
    return info


def _check_size(n_bytes: float, info: AudioInfo, source: AudioSource) -> None:
    if n_bytes > MAX_PLAYABLE_BYTES:
        raise AudioError(
            f"{describe(source)} lasts {info.duration_s / 60:.0f} minutes and would take {n_bytes / 1e6:.0f} MB in the "
            f"browser; at most {MAX_PLAYABLE_BYTES / 1e6:.0f} MB can be played. Cut it into shorter clips."
        )
