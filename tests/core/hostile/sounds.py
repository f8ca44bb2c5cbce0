"""Short valid sounds in every format, as bytes: what the hostile corpus is made of."""

import io
from functools import cache

import numpy as np
import soundfile

SR_HZ = 44_100
SECONDS = 0.5
MOST_SECONDS = 5.0
"""Of the processor, for a step on a file; one that waits instead runs into the limit of the test."""
BY_SOUNDFILE = {
    "wav": ("WAV", "PCM_16"),
    "float.wav": ("WAV", "FLOAT"),
    "au": ("AU", "PCM_16"),
    "aiff": ("AIFF", "PCM_24"),
    "flac": ("FLAC", "PCM_16"),
    "ogg": ("OGG", "VORBIS"),
    "opus": ("OGG", "OPUS"),
    "mp3": ("MP3", "MPEG_LAYER_III"),
}
BY_FFMPEG = {
    "m4a": ("ipod", "aac"),
    "mp4": ("mp4", "alac"),
    "aac": ("adts", "aac"),
    "webm": ("webm", "libopus"),
    "mka": ("matroska", "flac"),
    "wma": ("asf", "wmav2"),
    "caf": ("caf", "alac"),
    "ac3": ("ac3", "ac3"),
    "wv": ("wv", "wavpack"),
}
FORMATS = (*BY_SOUNDFILE, *BY_FFMPEG)


def sine(*, seconds: float = SECONDS, sr_hz: int = SR_HZ, channels: int = 1, frequency_hz: float = 440.0) -> np.ndarray:
    """A sine at half of full scale, float32, shape (frames, channels)."""
    time_s = np.arange(round(seconds * sr_hz)) / sr_hz
    mono = (0.5 * np.sin(2 * np.pi * frequency_hz * time_s)).astype(np.float32)
    return np.repeat(mono[:, None], channels, axis=1)


def encode(samples: np.ndarray, sr_hz: int, kind: str, subtype: str) -> bytes:
    """Samples as a file, by libsndfile."""
    stream = io.BytesIO()
    soundfile.write(stream, samples, sr_hz, format=kind, subtype=subtype)
    return stream.getvalue()


def encode_container(
    samples: np.ndarray, sr_hz: int, kind: str, codec: str, *, options: dict[str, str] | None = None
) -> bytes:
    """Samples (frames, channels of 1 or 2) as a file, by FFmpeg."""
    import av

    stream = io.BytesIO()
    layout = {1: "mono", 2: "stereo", 6: "5.1", 8: "7.1"}[samples.shape[1]]
    with av.open(stream, "w", format=kind, options=options or {}) as container:
        track = container.add_stream(codec, rate=sr_hz, layout=layout)
        if codec in ("wmav2", "ac3"):
            track.bit_rate = 128_000
        frame = av.AudioFrame.from_ndarray(samples.reshape(1, -1), format="flt", layout=layout)
        frame.sample_rate = sr_hz
        frame.pts = 0
        container.mux(track.encode(frame))
        container.mux(track.encode(None))
    return stream.getvalue()


@cache
def sound(name: str, *, seconds: float = SECONDS, channels: int = 1) -> bytes:
    """A valid sine of that format."""
    sr_hz = 48_000 if name in ("opus", "webm", "ac3") else SR_HZ
    samples = sine(seconds=seconds, sr_hz=sr_hz, channels=channels)
    if name in BY_SOUNDFILE:
        return encode(samples, sr_hz, *BY_SOUNDFILE[name])
    return encode_container(samples, sr_hz, *BY_FFMPEG[name])


def extension(name: str) -> str:
    """``float.wav`` is written to files called ``.wav``."""
    return name.rpartition(".")[2]
