"""Where in its file a clip is, in words."""

from collections.abc import Iterable

from core.clips.clip import Clip
from core.clips.passages import clock


def clip_place(clip: Clip) -> str:
    """Which excerpt of its file a clip is: ``"0:45 to 1:15 of 5:03"``; empty for a whole file."""
    whole = clip.whole
    if whole.passage is None:
        return ""
    start_s = whole.passage.start_s
    return f"{clock(start_s)} to {clock(start_s + whole.duration_s)} of {clock(whole.passage.file_s)}"


def song_and_place(clip: Clip) -> str:
    """The same with the song: ``"Blue in Green, 0:45 to 1:15 of 5:03"``; the clip's name for a whole file."""
    place = clip_place(clip)
    return f"{clip.whole.song}, {place}" if place else clip.name


def has_places(clips: Iterable[Clip]) -> bool:
    """Whether some of the clips are excerpts of files."""
    return any(clip.passage is not None for clip in clips)
