"""What the command line shows: answers, one progress line on a terminal, tables, percentages."""

import errno
import io
import json
import os
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from core.errors import StorageError
from core.jobs.progress import Progress
from core.jobs.reporter import ProgressReporter

_BAR_WIDTH = 24
_MOST_LINES = 10


@dataclass(frozen=True)
class Answer:
    """What a command found: plain values, the same for people, and the exit code."""

    values: Any
    text: str
    code: int = 0


def json_text(values: Any) -> str:
    """Plain values as JSON, in ASCII alone where standard output is not UTF-8: what JSON says is then not lost."""
    is_utf8 = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
    return json.dumps(values, ensure_ascii=not is_utf8, allow_nan=False)


def take_any_text() -> None:
    """Have standard output write a letter that its encoding lacks as an escape, in place of an error."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


def write_out(text: str) -> None:
    """Print to standard output, whose reader may leave early, as ``head`` does: the work is done all the same.

    Raises
    ------
    StorageError
        It cannot be written: the disk is full.
    """
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except OSError as error:
        # The interpreter's own flush at the end would fail once more, and say so.
        with open(os.devnull, "w") as nowhere:
            os.dup2(nowhere.fileno(), sys.stdout.fileno())
        # Windows says EINVAL of a pipe that nobody reads.
        if not isinstance(error, BrokenPipeError) and error.errno != errno.EINVAL:
            raise StorageError(f"The output cannot be written ({error.strerror}).") from error


class ProgressLine:
    """One line on standard error that is overwritten as work goes on; nothing where nobody watches.

    Parameters
    ----------
    shown : bool
        False with ``--json``; a standard error that is no terminal shows nothing either.
    """

    def __init__(self, *, shown: bool) -> None:
        self._shown = shown and sys.stderr.isatty()
        self._width = 0

    def __call__(self, progress: Progress) -> None:
        """Show where the work is."""
        if self._shown:
            self._write(progress_text(progress))

    def reporter(self) -> ProgressReporter:
        """A reporter, for work that is no job, that shows here."""
        return ProgressReporter(on_update=self)

    def clear(self) -> None:
        """Remove the line, before something else is printed."""
        if self._shown and self._width:
            self._write("")
            sys.stderr.write("\r")
            sys.stderr.flush()

    def _write(self, text: str) -> None:
        sys.stderr.write("\r" + text.ljust(self._width))
        sys.stderr.flush()
        self._width = len(text)


def first_lines(lines: Sequence[str]) -> list[str]:
    """The first ten lines, and how many there are besides: a hundred thousand would push all else off the terminal."""
    further = len(lines) - _MOST_LINES
    return [*lines[:_MOST_LINES], *([f"and {further:,} more like these; --json lists all"] if further > 0 else [])]


def progress_text(progress: Progress) -> str:
    """Phase, bar, detail and time left in one line."""
    text = progress.phase
    if progress.total:
        filled = round(progress.fraction * _BAR_WIDTH)
        text += f" [{'#' * filled}{'.' * (_BAR_WIDTH - filled)}] {progress.fraction:.0%}"
    if progress.detail:
        text += f"  {progress.detail}"
    if progress.remaining_s is not None and not progress.ended:
        text += f"  {duration_text(progress.remaining_s)} left"
    return text[:160]


def duration_text(seconds: float) -> str:
    """Seconds as people say them: ``42 s``, ``3 min 20 s``, ``2 h 5 min``."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def table_text(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Columns aligned, numbers to the right."""
    cells = [list(header), *[[str(value) for value in row] for row in rows]]
    widths = [max(len(row[column]) for row in cells) for column in range(len(header))]

    def line(row: Sequence[str]) -> str:
        padded = [
            text.rjust(width) if text[:1].isdigit() else text.ljust(width)
            for text, width in zip(row, widths, strict=True)
        ]
        return "  ".join(padded).rstrip()

    return "\n".join(line(row) for row in cells)
