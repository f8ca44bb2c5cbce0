"""Entry of the command line: parse, do, print.

Exit codes: 0 (done), 1 (no result), 2 (bad input), 130 (Ctrl-C), 143 (asked to end).
"""

import contextlib
import os
import sys
from collections.abc import Sequence

from core.cli.console import ProgressLine, json_text, take_any_text, write_out
from core.cli.parser import build_parser
from core.errors import GenreLabError, StorageError
from core.files import storage_error
from core.home.opening import open_home


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    # TensorFlow's start-up notes are no news to a user of the command line.
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    take_any_text()
    try:
        options = build_parser().parse_args(arguments)
    except SystemExit:  # it has printed its help, or what is wrong
        with contextlib.suppress(StorageError):
            write_out("")
        raise
    progress = ProgressLine(shown=not options.json)
    try:
        from core.cli.commands import run_command

        open_home()
        answer = run_command(options, progress)
        progress.clear()
        write_out((json_text(answer.values) if options.json else answer.text) + "\n")
    except GenreLabError as error:
        progress.clear()
        print(f"error: {' '.join(str(error).split())}", file=sys.stderr)
        return 1 if isinstance(error, StorageError) else 2
    except OSError as error:
        closed = storage_error(error)
        if closed is None:
            raise
        progress.clear()
        print(f"error: {closed}", file=sys.stderr)
        return 1
    except KeyboardInterrupt as interrupt:
        progress.clear()
        print("interrupted", file=sys.stderr)
        return 143 if str(interrupt) else 130
    return answer.code
