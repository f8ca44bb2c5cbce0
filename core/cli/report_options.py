"""``classify --report``: its options, and where the file goes."""

import argparse
import os
from argparse import Namespace
from pathlib import Path

from core.cli.lookup import typed_path
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
    group.add_argument("--overwrite", action="store_true", help="let --report replace a file that is there")


def report_place(options: Namespace) -> Path | None:
    """Where the report goes; None where none is asked for.

    Raises
    ------
    ConfigError
        Nothing can be written there, or a file is there already and may not be replaced.
    """
    if options.report is None:
        if options.overwrite:
            raise ConfigError("--overwrite belongs to --report; give that too.")
        return None
    place = typed_path(options.report, "the report")
    if place.suffix.lower() not in _ENDINGS:
        raise ConfigError(f"--report: expected the name of an HTML file (.html), got {place.name!r}.")
    if os.path.isdir(place):
        raise ConfigError(f"--report: {place} is a folder; expected the name of a file.")
    if not os.path.isdir(place.parent):
        raise ConfigError(f"--report: there is no folder {place.parent}. Make it first.")
    if os.path.lexists(place) and not options.overwrite:
        raise ConfigError(f"--report: {place} is there already. Choose another, or give --overwrite to replace it.")
    return place
