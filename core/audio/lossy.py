"""What mp3 does to sound: encoded at a bit rate and decoded again."""

import io

import numpy as np
import soxr
from numpy.typing import NDArray

from core.audio.reading import read_audio
from core.errors import AudioError
from core.names import reason_of

_LOWEST_OF_MPEG_1, _HIGHEST_OF_MPEG_2 = 32, 160
"""kbit/s: MPEG-1 (32 to 48 kHz) has none lower, MPEG-2 (16 to 24 kHz) none higher."""
_MPEG_1_HZ, _MPEG_2_HZ = (32_000, 44_100, 48_000), (16_000, 22_050, 24_000)


def mp3_sample_rate(sr_hz: int, kbps: float) -> int:
    """Sample rate at which a sound is encoded: the nearest to its own that has this bit rate."""
    rates = [rate for rate in _MPEG_2_HZ if kbps <= _HIGHEST_OF_MPEG_2]
    rates += [rate for rate in _MPEG_1_HZ if kbps >= _LOWEST_OF_MPEG_1]
    return min(rates, key=lambda rate: (abs(rate - sr_hz), rate))


def through_mp3(samples: NDArray[np.float32], kbps: float, *, sr_hz: int) -> NDArray[np.float32]:
    """The sound after LAME encoded it at a constant bit rate and it was decoded again.

    Parameters
    ----------
    samples : array, shape (n,)
        Mono, full scale ±1; more is clipped.
    kbps : float
        Thousand bits a second, 8 to 320; LAME takes the nearest that mp3 has.
    sr_hz : int

    Returns
    -------
    array of float32, shape (n,)

    Raises
    ------
    AudioError
        There is no mp3 encoder, or it refuses the sound.
    """
    rate = mp3_sample_rate(sr_hz, kbps)
    given = np.clip(samples if rate == sr_hz else soxr.resample(samples, sr_hz, rate, quality="HQ"), -1.0, 1.0)
    decoded = read_audio(_encoded(given, rate, round(kbps * 1000)), sr_hz=rate)
    back = decoded if rate == sr_hz else soxr.resample(decoded, rate, sr_hz, quality="HQ")
    # The encoder fills up its last frame; whatever is left of its delay at the start is for the decoder to take off.
    sound = np.zeros(len(samples), dtype=np.float32)
    sound[: len(back)] = back[: len(samples)]
    return sound


def _encoded(samples: NDArray[np.float32], sr_hz: int, bit_rate: int) -> bytes:
    import av

    stream_of_bytes = io.BytesIO()
    try:
        with av.open(stream_of_bytes, "w", format="mp3") as container:
            stream = container.add_stream("libmp3lame", rate=sr_hz, layout="mono", bit_rate=bit_rate)
            stream.options = {"compression_level": "7"}
            frame = av.AudioFrame.from_ndarray(samples.astype(np.float32)[np.newaxis], format="fltp", layout="mono")
            frame.sample_rate = sr_hz
            for packet in (*stream.encode(frame), *stream.encode(None)):
                container.mux(packet)
    except (av.FFmpegError, ValueError) as error:
        raise AudioError(f"The sound cannot be encoded as mp3 ({reason_of(error)}); leave that change out.") from error
    return stream_of_bytes.getvalue()
