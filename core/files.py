"""Atomic writes: a reader sees the old content or the new, never half of it; and folders that go as a whole."""

import contextlib
import errno
import json
import os
import re
import secrets
import shutil
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path
from typing import Any

from core.errors import GenreLabError, NewerVersionError, StorageError

_FULL = (errno.ENOSPC, errno.EDQUOT)
_NO_FOLDER = (errno.ENOENT, errno.ENAMETOOLONG, errno.ELOOP)
"""What making a folder meets where none can be made, as under /proc; of a folder that is there, they mean a file."""
_REMOVED = ".removed-"
_DATABASE_PROBLEMS = {
    "disk is full": "cannot be written: the disk is full. Free some space, then try again.",
    "No space left": "cannot be written: the disk is full. Free some space, then try again.",
    "readonly database": "may not be written. Allow it, or set GENRE_LAB_HOME to a folder of your own.",
    "database is locked": "is in use by another process and was not free for too long. Try again.",
    "unable to open database": "cannot be opened. Check the permissions of its folder and that the disk is not full.",
    "disk I/O error": "cannot be read or written: the disk reports an error, or is full.",
    "malformed": "is damaged. Put back a copy of it, or move it away: a new one is then created.",
    "not a database": "is damaged. Put back a copy of it, or move it away: a new one is then created.",
}
"""What SQLite says, wherever it stands in an error, and what people are told."""
_LONGEST_CHAIN = 100_000
_CLOSED = (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.EEXIST)


def storage_error(error: BaseException, folder: Path | None = None) -> StorageError | None:
    """The error for people when the cause is a full disk, or that ``folder`` may not be written; else None."""
    if not isinstance(error, OSError):
        return None
    place = folder or error.filename or "A folder of Genre Lab"
    if error.errno in _FULL:
        return StorageError(f"{place} cannot be written: the disk is full. Free some space, then try again.")
    if folder is None:  # it may as well have been read
        return None
    if error.errno in (errno.ENOTDIR, errno.EEXIST) and (file := _in_the_way(folder)) is not None:
        return StorageError(
            f"{folder} cannot be written: {file} is a file, where a folder is needed. Move it away, or set "
            "GENRE_LAB_HOME to a folder of your own and start Genre Lab again."
        )
    if error.errno in _CLOSED or (error.errno in _NO_FOLDER and not os.path.isdir(folder)):
        return StorageError(
            f"{folder} cannot be written ({error.strerror}). Allow it, or set GENRE_LAB_HOME to a folder of your own "
            "and start Genre Lab again."
        )
    return None


def _in_the_way(folder: Path) -> Path | None:
    """The file that has the name of the folder, or of one around it; None where there is none."""
    return next((path for path in (folder, *folder.parents) if os.path.lexists(path) and not os.path.isdir(path)), None)


def database_problem(error: BaseException) -> str:
    """What SQLite met, in words that go on the name of the database; empty where it is something else.

    Parameters
    ----------
    error : exception
        Of whoever passed it on: SQLAlchemy, MLflow, Optuna.
    """
    said = ""
    cause: BaseException | None = error
    while cause is not None and len(said) < _LONGEST_CHAIN:
        said += f"{cause} "
        cause = cause.__cause__ or cause.__context__
    return next((words for mark, words in _DATABASE_PROBLEMS.items() if mark in said), "")


@contextmanager
def storage_errors(folder: Path) -> Iterator[None]:
    """Raise `StorageError` where ``folder`` cannot be made or written."""
    try:
        yield
    except OSError as error:
        wrapped = storage_error(error, folder)
        if wrapped is None:
            raise
        raise wrapped from error


def write_atomically(path: Path, content: bytes) -> None:
    """Replace ``path`` by ``content``, creating its folder when missing."""
    with storage_errors(path.parent):
        _write_atomically(path, content)


def _write_atomically(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        # Not by `tempfile`, which closes its files to everybody else: a home may be a group's.
        with temporary.open("xb") as stream:
            _keep_mode(path, temporary)
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _keep_mode(path: Path, temporary: Path) -> None:
    """Give a file the permissions of the one that it replaces; a new one has those of the user's mask."""
    with contextlib.suppress(OSError):  # none is replaced, or the file system has no permissions
        temporary.chmod(stat.S_IMODE(path.stat().st_mode))


def make_part_folder(parent: Path, prefix: str, suffix: str = "") -> Path:
    """An empty folder of a new name, for what is moved as a whole; its permissions are those of the user's mask."""
    folder = parent / f"{prefix}{secrets.token_hex(4)}{suffix}"
    folder.mkdir()
    return folder


def make_database_file(path: Path) -> None:
    """An empty file where there is none: SQLite would make one that a group cannot write whatever the user's mask."""
    if not path.exists():
        path.touch()


def write_json(path: Path, value: Any) -> None:
    """Replace ``path`` by ``value`` as JSON (UTF-8, NaN refused)."""
    write_atomically(path, json.dumps(value, indent=1, ensure_ascii=False, allow_nan=False).encode())


def read_json(path: Path) -> dict[str, Any]:
    """The record that a file holds; `ValueError` where it holds no JSON, or no object of it."""
    values = json.loads(path.read_bytes())
    if not isinstance(values, dict):
        raise ValueError(f"expected a JSON object, got {type(values).__name__}")
    return values


def separator_of(line: str) -> str:
    """What stands between the columns of a table: comma, semicolon, tab or ``|``, by its first line.

    >>> separator_of("filename;label;tempo"), separator_of('"a;b",c')
    (';', ',')
    """
    plain = re.sub(r'"[^"]*"', "", line)
    return max((",", ";", "\t", "|"), key=plain.count)


@contextmanager
def damage_as(error: type[GenreLabError], what: str, remedy: str) -> Iterator[None]:
    """Say in words that what is read inside is damaged, or may not be read; that it is missing is left to the caller.

    >>> with damage_as(GenreLabError, "The report r.json", "Check again."):
    ...     json.loads("{")
    Traceback (most recent call last):
    core.errors.GenreLabError: The report r.json is damaged (Expecting property name ...). Check again.

    Parameters
    ----------
    error : type of GenreLabError
        What is raised.
    what : str
        What is read, with its path.
    remedy : str
        What people can do, as a sentence.
    """
    try:
        yield
    except (NewerVersionError, FileNotFoundError):
        raise
    except OSError as cause:
        raise error(f"{what} cannot be read ({cause.strerror}). Check its permissions, then try again.") from cause
    except (ValueError, KeyError, TypeError, AttributeError, GenreLabError) as cause:
        raise error(f"{what} is damaged ({str(cause).rstrip('.')}). {remedy}") from cause


def require_version(values: Mapping[str, Any], expected: int, path: Path) -> None:
    """Make sure that what was read from ``path`` is of the version that is understood here.

    Parameters
    ----------
    values : mapping
        With a ``"version"``.
    expected : int
    path : Path

    Raises
    ------
    NewerVersionError
        A newer Genre Lab wrote it.
    KeyError, ValueError
        There is no version, or one that never was: the file is damaged.
    """
    found = values["version"]
    if type(found) is int and found > expected:
        raise NewerVersionError(
            f"{path} was written by a newer Genre Lab: expected version {expected}, got version {found}. Update Genre "
            "Lab to open it."
        )
    if found != expected:
        raise ValueError(f"expected version {expected}, got {found!r}")


def known_fields(kind: type[Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """What a dataclass has fields for, of a record to which a newer Genre Lab may have added what does no harm here.

    Only for records that are not written back: what is left out would be lost. `TypeError` for what is no record.
    """
    _require_record(values)
    names = {field.name for field in fields(kind)}
    return {name: value for name, value in values.items() if name in names}


def require_known_fields(
    kind: type[Any],
    values: Mapping[str, Any],
    what: str,
    *,
    error: type[NewerVersionError] = NewerVersionError,
) -> None:
    """Make sure that a dataclass has a field for all of a record, where what is left out would change its meaning.

    Parameters
    ----------
    kind : type
    values : mapping
    what : str
        What the record is, as the beginning of a sentence.
    error : type of NewerVersionError

    Raises
    ------
    NewerVersionError
        It has others: a newer Genre Lab wrote it.
    TypeError
        It is no record: the file is damaged.
    """
    _require_record(values)
    if unknown := sorted(set(values) - {field.name for field in fields(kind)}):
        raise error(
            f"{what} has {unknown[0]!r}, which this Genre Lab does not know: a newer one wrote it. Update Genre Lab to "
            "open it."
        )


def _require_record(values: object) -> None:
    if not isinstance(values, Mapping):
        raise TypeError(f"expected a record, got {type(values).__name__}")


def remove_folder(folder: Path) -> None:
    """Remove a folder with everything in it, whatever that is; nothing happens where there is none.

    It leaves its place at once, so that a removal that is cut short leaves no half of it there; what remains of it is
    removed by the next removal beside it.

    Raises
    ------
    StorageError
        The folder around it may not be written.
    """
    with storage_errors(folder.parent):
        try:
            folder.rename(folder.with_name(f"{_REMOVED}{folder.name}-{secrets.token_hex(4)}"))
        except FileNotFoundError:
            return
        for leftover in folder.parent.glob(f"{_REMOVED}*"):
            if leftover.is_symlink():
                leftover.unlink(missing_ok=True)
            else:
                shutil.rmtree(leftover, ignore_errors=True)
