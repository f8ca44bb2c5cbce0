"""Archives and feature files that arrive through the browser: each in a private place until it is imported."""

import os
import re
import shutil
import time
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import IO

from core.files import known_fields, read_json, storage_errors, write_json
from core.importing.archives import archive_stem
from core.jobs.folder import new_job_id
from core.jobs.process import is_alive, node_name, process_created, process_identity
from core.jobs.progress import Progress
from core.jobs.watch import read_progress
from core.settings import load_settings

UNPACK_JOB = "unpack"
_TAKER = "taker.json"
"""Which process stores an upload."""
_MAKING_S = 60.0


def new_upload(name: str) -> Path:
    """A private place for a file that arrives through the browser; what ended imports left there is removed.

    Parameters
    ----------
    name : str
        Of the file, as the browser calls it; only its extension and what is plain in it are kept.
    """
    uploads = load_settings().data_dir / "uploads"
    remove_old_uploads()
    with storage_errors(uploads):
        uploads.mkdir(parents=True, exist_ok=True)
        extension = name[len(archive_stem(name)) :].lower()
        stem = re.sub(r"[^\w. -]+", "_", archive_stem(Path(name).name)).strip(". ")[:80] or "archive"
        folder = uploads / new_job_id(UNPACK_JOB)
        folder.mkdir(mode=0o700)
        own = os.getpid()
        taker = Progress(
            host=node_name(),
            pid=own,
            process_identity=process_identity(own),
            process_created=process_created(own),
            updated_at=time.time(),
        )
        write_json(folder / _TAKER, asdict(taker))
        return folder / f"{stem}{extension}"


def store_upload(stream: IO[bytes], name: str) -> Path:
    """Store an archive that arrives through the browser, whole or not at all.

    Parameters
    ----------
    stream : binary stream
    name : str
        See `new_upload`.

    Raises
    ------
    StorageError
        The disk is full, or the folder closed.
    """
    archive = new_upload(name)
    try:
        with storage_errors(archive.parent), archive.open("xb") as stored:
            shutil.copyfileobj(stream, stored)
    except BaseException:
        shutil.rmtree(archive.parent, ignore_errors=True)
        raise
    return archive


def remove_old_uploads() -> None:
    """Remove uploaded archives that nobody will import any more.

    Those are of imports that have ended, and those that a server was storing when it was killed.
    """
    uploads = load_settings().data_dir / "uploads"
    with suppress(OSError):
        for folder in uploads.iterdir():
            if not _is_awaited(folder):
                shutil.rmtree(folder, ignore_errors=True)


def _is_awaited(upload: Path) -> bool:
    """Whether an upload is being imported, or stored to be."""
    if not re.fullmatch(r"[\w-]+", upload.name):
        return True  # nothing of ours
    progress = read_progress(upload.name)
    if progress is not None:
        return not progress.ended
    try:
        return is_alive(Progress(**known_fields(Progress, read_json(upload / _TAKER))))
    except (OSError, ValueError, TypeError):
        # Between the making of its folder and that record; of an older version, or of a server killed there.
        return time.time() - upload.stat().st_mtime < _MAKING_S
