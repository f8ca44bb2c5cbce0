"""Sound files: what they are (`formats`), their decoders, samples of them (`reading`), and players (`playing`)."""

from core.audio.formats import AUDIO_EXTENSIONS, AudioInfo, AudioSource
from core.audio.playing import browser_type, encode_wav, playable_audio, require_playable
from core.audio.reading import Sound, probe_audio, read_audio, read_sound, read_sounds

__all__ = [
    "AUDIO_EXTENSIONS",
    "AudioInfo",
    "AudioSource",
    "Sound",
    "browser_type",
    "encode_wav",
    "playable_audio",
    "probe_audio",
    "read_audio",
    "read_sound",
    "read_sounds",
    "require_playable",
]
