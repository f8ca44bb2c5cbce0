"""Sound files: what they are (`formats`), their decoders, samples of them (`reading`), and players (`playing`)."""

from core.audio.formats import AUDIO_EXTENSIONS, AudioInfo, AudioSource
from core.audio.playing import browser_type, encode_wav, playable_audio
from core.audio.reading import probe_audio, read_audio

__all__ = [
    "AUDIO_EXTENSIONS",
    "AudioInfo",
    "AudioSource",
    "browser_type",
    "encode_wav",
    "playable_audio",
    "probe_audio",
    "read_audio",
]
