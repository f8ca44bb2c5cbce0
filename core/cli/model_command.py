"""``model``: a run taken away as a zip, and such a zip imported."""

import argparse
import os
from argparse import Namespace
from pathlib import Path

from core.cli.console import Answer, ProgressLine
from core.cli.lookup import find_run, require_free_file, typed_path
from core.errors import ConfigError
from core.files import write_atomically
from core.runs.store import get_run


def add_model_options(command: argparse.ArgumentParser) -> None:
    """Options of ``model``."""
    action = command.add_mutually_exclusive_group(required=True)
    action.add_argument(
        "--export",
        metavar="RUN",
        help="run id, or its first characters, or 'latest': written to --out with its model, front end, card, and a "
        "script that classifies with librosa and Keras alone",
    )
    action.add_argument(
        "--import",
        dest="import_path",
        metavar="FILE.zip",
        help="a zip that another Genre Lab has exported; it becomes a run here",
    )
    command.add_argument("--out", metavar="FILE.zip", help="where --export writes (default: a name of its own, here)")
    command.add_argument("--overwrite", action="store_true", help="replace --out where it is there already")


def run_model(options: Namespace, progress: ProgressLine) -> Answer:
    """Export or import."""
    return _import(options, progress) if options.import_path is not None else _export(options)


def _export(options: Namespace) -> Answer:
    from core.exchange.pack import bundle_name, pack_run

    run = find_run(options.export)
    place = Path(bundle_name(run)) if options.out is None else typed_path(options.out, "the zip")
    if place.suffix.lower() != ".zip":
        raise ConfigError(f"--out: expected the name of a zip (.zip), got {place.name!r}.")
    require_free_file(place, "--out", overwrite=options.overwrite)
    content = pack_run(run.id)
    write_atomically(place, content)
    values = {"run_id": run.id, "file": str(place), "bytes": len(content)}
    text = (
        f"{run.label}: {place} ({len(content) / 1e6:.1f} MB). Unpack it, then: python classify.py song.ogg. It "
        "holds the names of the clips, not their sound."
    )
    return Answer(values, text)


def _import(options: Namespace, progress: ProgressLine) -> Answer:
    from core.exchange.adopt import import_model

    if options.out is not None or options.overwrite:
        raise ConfigError("--out and --overwrite belong to --export. Leave them out.")
    path = typed_path(options.import_path, "a model's zip")
    if os.path.isdir(path):
        raise ConfigError(f"--import: {path} is a folder; expected a zip that Genre Lab has exported.")
    run = get_run(import_model(path, path.name, reporter=progress.reporter()))
    assert run.result is not None
    values = {"run_id": run.id, "name": run.config.name, "imported_from": run.imported_from}
    return Answer(values, f"{run.label}, run {run.id}\nimported from {run.imported_from}")
