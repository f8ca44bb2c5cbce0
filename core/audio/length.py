"""How long a sound file is, at the price of its header: MPEG audio need not be walked where what it states is true."""

from pathlib import Path
from typing import BinaryIO

from core.audio.formats import LONGEST_S, MPEG, recognise
from core.audio.mpeg_frames import MpegBytes, Walk, find_frames, kept_samples, only_tags, tag_bytes, take_frame
from core.audio.reading import probe_audio
from core.errors import AudioError

_GLANCE_BYTES, _LAST_BYTES = 2**13, 2**13
"""Read at a time, and searched for frames in the middle and before the end, where only a glance is taken."""


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


def stated_mpeg_s(stream: BinaryIO) -> float | None:
    """Length in s by the header of MPEG audio (Xing, Info) that counts its frames and bytes, where it can be believed.

    That is where the file is as large as it says, and frames of its kind follow one another in the middle and at the
    end. None where it has no such header, or anything speaks against it.
    """
    data = MpegBytes(stream, window_bytes=_GLANCE_BYTES)
    begin = 0
    while tag := tag_bytes(data, begin):
        begin += tag
    found = data.header(begin)
    if found is None or found[1].layer != 3:
        return None
    kept, header = found
    xing = begin + 4 + header.side_bytes
    head = data.at(xing, 16)
    if head[:4] not in (b"Xing", b"Info") or len(head) < 16 or head[7] & 3 != 3:
        return None
    n_bytes = int.from_bytes(head[12:16], "big")
    walk = Walk(header)
    take_frame(walk, data, begin, header)
    song = walk.songs[0]
    end = begin + n_bytes
    # Some encoders count the frame of this header among the bytes, some do not.
    ends = [
        place for place in (end, end + header.size) if place == data.n or (place < data.n and only_tags(data, place))
    ]
    if not ends or not song.stated or song.stated * 24 > n_bytes:
        return None
    song.last = song.stated
    for place in (begin + n_bytes // 2, ends[0] - _LAST_BYTES):
        limit = min(ends[0], place + _LAST_BYTES)
        if begin < place and find_frames(data, place, kept, limit) is None:
            return None
    start, stop = kept_samples(song, header.n_samples, ends_whole=True)
    return (stop - start) / header.sr_hz
