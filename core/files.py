"""Atomic writes: a reader sees the old content or the new, never half of it."""

import errno
import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from core.errors import StorageError

_FULL = (errno.ENOSPC, errno.EDQUOT)
_NO_FOLDER = (errno.ENOENT, errno.ENAMETOOLONG, errno.ELOOP)
"""What making a folder meets where none can be made, as under /proc; of a folder that is there, they mean a file."""
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
    if error.errno in _CLOSED or (error.errno in _NO_FOLDER and not os.path.isdir(folder)):
        return StorageError(
            f"{folder} cannot be written ({error.strerror}). Allow it, or set GENRE_LAB_HOME to a folder of your own "
            "and start Genre Lab again."
        )
    return None


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
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def write_json(path: Path, value: Any) -> None:
    """Replace ``path`` by ``value`` as JSON (UTF-8, NaN refused)."""
    write_atomically(path, json.dumps(value, indent=1, ensure_ascii=False, allow_nan=False).encode())
