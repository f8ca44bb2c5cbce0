"""The options of ``collections --import`` for how long files are cut, and what they ask for."""

import argparse
from argparse import Namespace
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from core.cli.console import ProgressLine
from core.clips.passages import LONGEST_S, MOST_EXCERPTS, SHORTEST_S, WHERE, Excerpting
from core.errors import ConfigError

_USUAL = Excerpting()


def add_excerpt_options(command: argparse.ArgumentParser) -> None:
    """How many excerpts of each long file become clips, from where, and how long."""
    command.add_argument(
        "--excerpts",
        type=int,
        metavar="N",
        help=f"with --import: how many excerpts of each long file become clips, 1 to {MOST_EXCERPTS} (default: "
        f"{_USUAL.n})",
    )
    command.add_argument(
        "--excerpt-from",
        choices=WHERE,
        help="with --import: where in a long file the excerpts are; whole takes every file as one clip (default: "
        f"{_USUAL.where})",
    )
    command.add_argument(
        "--excerpt-length",
        type=int,
        metavar="S",
        help=f"with --import: length of an excerpt in whole seconds, {SHORTEST_S} to {LONGEST_S}; files of up to twice "
        f"that stay whole (default: {_USUAL.length_s}). Without any of the three, a collection that is there keeps "
        "what it has",
    )


def asked_excerpting(options: Namespace) -> Excerpting | None:
    """How long files are to be cut; None where no option says so.

    Raises
    ------
    ConfigError
        An option cannot be used.
    """
    given: dict[str, Any] = {
        field: value
        for field, value in (
            ("where", options.excerpt_from),
            ("n", options.excerpts),
            ("length_s", options.excerpt_length),
        )
        if value is not None
    }
    if not given:
        return None
    if options.import_path is None or options.into is not None:
        raise ConfigError("--excerpts, --excerpt-from and --excerpt-length need --import of a folder or an archive.")
    if options.excerpt_from == "whole" and len(given) > 1:
        raise ConfigError(
            "--excerpt-from whole takes every file as one clip; leave --excerpts and --excerpt-length out."
        )
    return replace(_USUAL, **given)


def on_listened(progress: ProgressLine) -> Callable[[int, int], None]:
    """What shows how many songs have been listened to for their loudest parts."""
    reporter = progress.reporter()

    def advance(done: int, total: int) -> None:
        if done == 1:
            reporter.phase("Finding the loudest parts of the songs", total=total)
        reporter.advance(done)

    return advance
