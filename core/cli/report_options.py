"""``classify --report``: its options, and where the file goes."""

import argparse
from argparse import Namespace
from pathlib import Path

from core.cli.lookup import require_free_file, typed_path
from core.errors import ConfigError

_ENDINGS = (".html", ".htm")


def add_report_options(command: argparse.ArgumentParser) -> None:
    """Options of ``classify`` that ask for a report."""
    group = command.add_argument_group("report")
    group.add_argument(
        "--report",
        metavar="FILE.html",
        help="write verdicts, pictures, and the reasons that are asked for, as one file that needs no network",
    )


def report_place(options: Namespace) -> Path | None:
    """Where the report goes; None where none is asked for.

    Raises
    ------
    ConfigError
        Nothing can be written there, or a file is there already and may not be replaced.
    """
    if options.report is None:
        if options.overwrite and not (options.csv or options.m3u or options.resume):
            raise ConfigError("--overwrite belongs to --report, --csv or --m3u; give one of them too.")
        return None
    place = typed_path(options.report, "the report")
    if place.suffix.lower() not in _ENDINGS:
        raise ConfigError(f"--report: expected the name of an HTML file (.html), got {place.name!r}.")
    require_free_file(place, "--report", overwrite=options.overwrite)
    return place


def require_one_song(options: Namespace) -> None:
    """`ConfigError` where a report is asked for with what belongs to many songs."""
    given = [name for name in ("list", "csv", "m3u", "unlike", "resume") if getattr(options, name)]
    if given:
        raise ConfigError(f"--report is of one song, --{given[0]} of many. Leave one of them out.")
    if len(options.paths) != 1:
        raise ConfigError(f"--report is of one song, got {len(options.paths)}. Name one sound file.")
