"""The files that a user asked for: a table, and playlists; what is there already is not replaced unasked."""

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from core.classifying.job import ClassifySpec
from core.classifying.playlists import Playlists, make_playlists, playlist_names, relative_to
from core.classifying.result import SongResult
from core.classifying.table import csv_lines
from core.errors import ConfigError
from core.files import write_atomically

_OVERWRITE = "Choose another, or give --overwrite to replace it."


def require_free(spec: ClassifySpec, genres: Iterable[str]) -> None:
    """Make sure, before any work, that the files that are asked for can be made.

    Parameters
    ----------
    spec : ClassifySpec
    genres : iterable of str
        That may come to have a playlist.

    Raises
    ------
    ConfigError
        One is there already and may not be replaced, or something else lies in its place.
    """
    if spec.csv:
        _require_place(Path(spec.csv), "--csv")
        if os.path.lexists(spec.csv) and not spec.overwrite:
            raise ConfigError(f"--csv: {spec.csv} is there already. {_OVERWRITE}")
    if spec.m3u:
        folder = Path(spec.m3u)
        if os.path.lexists(folder) and not os.path.isdir(folder):
            raise ConfigError(f"--m3u: {folder} is a file; expected a folder for one playlist a genre.")
        there = [name for name in playlist_names(sorted(genres)).values() if os.path.lexists(folder / name)]
        if there and not spec.overwrite:
            raise ConfigError(f"--m3u: {folder / there[0]} is there already. {_OVERWRITE}")


def _require_place(path: Path, option: str) -> None:
    if os.path.isdir(path):
        raise ConfigError(f"{option}: {path} is a folder; expected the name of a file.")
    if not os.path.isdir(path.parent):
        raise ConfigError(f"{option}: there is no folder {path.parent}. Make it first.")


def write_outputs(spec: ClassifySpec, results: Sequence[SongResult]) -> Playlists | None:
    """Write the table and the playlists that were asked for; each file as a whole or not at all.

    Returns
    -------
    Playlists or None
        As written; None where none were asked for.

    Raises
    ------
    ConfigError
        A file came to be there meanwhile that says something else.
    StorageError
        The disk is full, or a folder may not be written.
    """
    if spec.csv:
        content = "".join(csv_lines(results, spec.run_ids)).encode()
        _write(Path(spec.csv), content, overwrite=spec.overwrite)
    if not spec.m3u:
        return None
    folder = Path(spec.m3u)
    playlists = make_playlists(results, address=relative_to(folder))
    for name, text in playlists.texts.items():
        _write(folder / name, text.encode(), overwrite=spec.overwrite)
    return playlists


def _write(path: Path, content: bytes, *, overwrite: bool) -> None:
    if os.path.lexists(path) and not overwrite and path.read_bytes() != content:
        raise ConfigError(f"{path} is there already and says something else. {_OVERWRITE}")
    write_atomically(path, content)
