"""The results of a job, ``songs.jsonl`` in its folder: a line a song, added as it is judged.

A line is written at once, so that a process that is killed leaves whole lines, and at most the beginning of one, which
the next that adds something takes away. A song that was judged again stands twice; the later line counts.
"""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType

from core.classifying.result import SongResult, result_from_dict
from core.files import storage_errors

FILE = "songs.jsonl"


def read_results(folder: Path) -> Iterator[SongResult]:
    """The results in a job's folder in the order in which the songs were judged; none where there are none yet.

    A line that is damaged, as the last one of a killed process may be, is passed over: its song is judged again.
    """
    try:
        stream = (folder / FILE).open("rb")
    except FileNotFoundError:
        return
    with stream:
        for line in stream:
            if not line.endswith(b"\n"):
                return
            try:
                result = result_from_dict(json.loads(line))
            except (ValueError, KeyError, TypeError):
                continue
            yield result


def latest_results(folder: Path) -> list[SongResult]:
    """The latest result of each song."""
    return list({result.song: result for result in read_results(folder)}.values())


class ResultLog:
    """Adds results to a job's folder while it is entered.

    Parameters
    ----------
    folder : Path
        Exists.

    Raises
    ------
    StorageError
        The folder cannot be written, or the disk is full; what was added before is kept.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file = -1

    def __enter__(self) -> "ResultLog":
        with storage_errors(self._folder):
            self._file = os.open(self._folder / FILE, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o666)
            _cut_torn_line(self._file)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self._file)

    def add(self, result: SongResult) -> None:
        """Write a line, and have it on the disk."""
        line = json.dumps(result.to_dict(), separators=(",", ":")).encode() + b"\n"
        with storage_errors(self._folder):
            written = os.write(self._file, line)
            while written < len(line):  # a full disk takes a part, and raises at the next
                written += os.write(self._file, line[written:])
            os.fsync(self._file)


def _cut_torn_line(file: int) -> None:
    """Take away what follows the last line break."""
    size = position = os.fstat(file).st_size
    while position:
        start = max(0, position - 65_536)
        os.lseek(file, start, os.SEEK_SET)
        block = os.read(file, position - start)
        if (last := block.rfind(b"\n")) >= 0:
            position = start + last + 1
            break
        position = start
    if position < size:
        os.ftruncate(file, position)
