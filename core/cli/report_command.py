"""``python -m dashboard report``: runs as one file of HTML, or as Markdown."""

import sys
import time
from collections.abc import Sequence
from pathlib import Path

from core.cli.console import json_text, take_any_text, write_out
from core.cli.lookup import find_run, require_free_file, typed_path
from core.cli.parser import OneLineParser
from core.errors import ConfigError, GenreLabError, StorageError
from core.files import write_atomically
from core.home.opening import open_home
from core.runs.verdict import GROUPINGS

_HTML, _MARKDOWN = (".html", ".htm"), (".md", ".markdown")


def main(arguments: Sequence[str] | None = None) -> int:
    """Write a report; returns the exit code, as of ``python -m core``."""
    take_any_text()
    options = _parser().parse_args(arguments)
    try:
        open_home()
        place = _place(options.output, overwrite=options.overwrite)
        from core.report.document import to_html, to_markdown
        from core.report.runs import report_runs

        runs = [find_run(text) for text in options.runs]
        report = report_runs(runs, made_at=time.time(), by=options.by, recorded_too=options.with_recorded_sound)
        content = (to_html if place.suffix.lower() in _HTML else to_markdown)(report).encode()
        write_atomically(place, content)
        values = {"runs": [run.id for run in runs], "report": str(place), "bytes": len(content)}
        write_out((json_text(values) if options.json else f"report: {place} ({len(content) / 1e6:.1f} MB)") + "\n")
    except GenreLabError as error:
        print(f"error: {' '.join(str(error).split())}", file=sys.stderr)
        return 1 if isinstance(error, StorageError) else 2
    return 0


def _parser() -> OneLineParser:
    parser = OneLineParser(
        prog="python -m dashboard",
        description="Reports without a browser. The dashboard itself: streamlit run dashboard/app.py",
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    about = "Runs as one self-contained HTML file, or as Markdown."
    command = commands.add_parser("report", help=about, description=about)
    command.add_argument("runs", nargs="+", metavar="RUN", help="run ids, or their first characters, or 'latest'")
    command.add_argument(
        "--output", required=True, metavar="FILE.html", help="where to write: .html, or .md for Markdown"
    )
    command.add_argument("--overwrite", action="store_true", help="replace the file where it is there already")
    command.add_argument(
        "--by",
        choices=GROUPINGS,
        default="auto",
        help="what intervals of the verdict take whole: clips of one artist, of one recording, or single clips",
    )
    command.add_argument(
        "--with-recorded-sound",
        action="store_true",
        help="put in some seconds of misjudged clips of recorded music too: only where you may pass them on (of "
        "synthetic music they are always in it)",
    )
    command.add_argument("--json", action="store_true", help="print one JSON value")
    return parser


def _place(text: str, *, overwrite: bool) -> Path:
    place = typed_path(text, "the report")
    if place.suffix.lower() not in (*_HTML, *_MARKDOWN):
        raise ConfigError(f"--output: expected the name of an HTML (.html) or Markdown file (.md), got {place.name!r}.")
    require_free_file(place, "--output", overwrite=overwrite)
    return place
