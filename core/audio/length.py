"""How long a sound file is, at the price of its header: MPEG audio need not be walked where what it states is true."""

from pathlib import Path

from core.audio.formats import LONGEST_S, MPEG, recognise
from core.audio.mpeg import stated_mpeg_s
from core.audio.reading import probe_audio
from core.errors import AudioError


def sound_length_s(path: Path) -> float:
    """Length of a sound file in s, the same as `probe_audio` finds.

    An mp3 whose own header counts its frames and bytes is believed where its size is the one stated and frames stand
    where they should in the middle and at the end; any other is walked frame by frame.

    Raises
    ------
    AudioError
        As `probe_audio`.
    """
    try:
        with path.open("rb") as stream:
            stated_s = stated_mpeg_s(stream) if recognise(stream) == MPEG else None
    except (OSError, AudioError):
        stated_s = None  # who walks it says what is wrong
    if stated_s is not None and 0 < stated_s <= LONGEST_S:
        return stated_s
    return probe_audio(path).duration_s
