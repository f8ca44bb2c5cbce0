"""The sound of a clip: its file, or no more than the passage of its file that it is."""

from pathlib import Path

from core.audio import Sound, browser_type, encode_wav, playable_audio, probe_audio, read_sound, require_playable
from core.clips.clip import Clip
from core.errors import AudioError

_MAX_PLAYABLE_HZ = 48_000


def read_clip(clip: Clip, *, sr_hz: int, longest_s: float | None = None) -> Sound:
    """Samples of a clip; what is before and after a passage is not decoded where its format can be sought in.

    Parameters
    ----------
    clip : Clip
    sr_hz : int
        Sample rate wanted.
    longest_s : float, optional
        From the beginning of the clip; all of it when not given.

    Raises
    ------
    AudioError
        The collection has no sound of the clip, or the file cannot be read (`core.audio.read_audio`).
    """
    if clip.path is None:
        raise AudioError("This collection has no audio for the clip.")
    if clip.passage is None:
        return read_sound(clip.path, sr_hz=sr_hz, duration_s=longest_s)
    duration_s = clip.duration_s if longest_s is None else min(longest_s, clip.duration_s)
    return read_sound(clip.path, sr_hz=sr_hz, offset_s=clip.passage.start_s, duration_s=duration_s)


def middle_wav(
    clip: Clip, *, start_s: float = 0.0, end_s: float | None = None, longest_s: float | None = None
) -> bytes:
    """The middle of a clip as mono WAV that holds samples alone: nothing of the file's name or of its tags.

    Parameters
    ----------
    clip : Clip
    start_s, end_s : float
        The part of the clip that counts; to its end when not given.
    longest_s : float, optional
        Of the WAV, from the middle of that part; all of it when not given or when it is shorter.

    Raises
    ------
    AudioError
        As `read_clip`.
    """
    if clip.path is None:
        raise AudioError("This collection has no audio for the clip.")
    sr_hz = min(probe_audio(clip.path).sr_hz, _MAX_PLAYABLE_HZ)
    length_s = (clip.duration_s if end_s is None else end_s) - start_s
    begin_s = start_s + (clip.passage.start_s if clip.passage is not None else 0.0)
    if longest_s is not None and longest_s < length_s:
        begin_s += (length_s - longest_s) / 2
        length_s = longest_s
    return encode_wav(read_sound(clip.path, sr_hz=sr_hz, offset_s=begin_s, duration_s=length_s).samples, sr_hz)


def playable_clip(clip: Clip) -> tuple[Path | bytes, str]:
    """What a browser plays, and its MIME type: a whole file of a format that it knows, else bytes of WAV.

    A passage is cut out, not pointed at within its file (``#t=45,75``): then a player's line is as long as the clip and
    lies under its picture, nobody is taken beyond the clip, and no more is sent than is heard. What is sent has the
    samples that features are made from.

    Raises
    ------
    AudioError
        The file is missing or unreadable, or too long for a player; or there is none.
    """
    if clip.path is None:
        raise AudioError("This collection has no audio for the clip.")
    if clip.passage is None:
        mime = browser_type(require_playable(clip.path))
        return playable_audio(clip.path) if mime is None else (clip.path, mime)
    sr_hz = min(probe_audio(clip.path).sr_hz, _MAX_PLAYABLE_HZ)
    return encode_wav(read_clip(clip, sr_hz=sr_hz).samples, sr_hz), "audio/wav"


def require_playable_clip(clip: Clip) -> None:
    """What `playable_clip` asks of a clip, by the header of its file alone; raises as that does."""
    if clip.path is None:
        raise AudioError("This collection has no audio for the clip.")
    if clip.passage is None:
        require_playable(clip.path)
    else:
        probe_audio(clip.path)
