"""What a container says of the sound in it, as FFmpeg reads it; nothing is decoded."""

from typing import Any, BinaryIO

from core.audio.formats import recognise
from core.errors import AudioError

_PATIENCE_S = 10.0
_PROBE_BYTES = 2**16
"""So much is read to find the streams: their tags stand before them."""


def read_metadata(stream: BinaryIO) -> dict[str, str]:
    """Tags of a sound file and of the streams in it, by their names in lower case.

    Parameters
    ----------
    stream : file object
        Read from its beginning.

    Raises
    ------
    AudioError
        It is not sound, or damaged.
    OSError
        It cannot be read.
    """
    import av

    stream.seek(0)
    content = recognise(stream)
    try:
        options: dict[str, Any] = {"protocol_whitelist": "none", "probesize": str(_PROBE_BYTES)}
        with av.open(
            stream,
            format=content.demuxer,
            container_options=options,
            metadata_errors="replace",
            timeout=_PATIENCE_S,
        ) as container:
            found = dict(container.metadata)
            for each in container.streams:
                found = dict(each.metadata) | found
    except (av.FFmpegError, ValueError, TypeError) as error:
        raise AudioError(str(error)) from error
    return {str(name).lower(): str(value) for name, value in found.items()}
