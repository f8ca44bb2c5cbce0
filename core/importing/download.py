"""*Get GTZAN* and *Get GTZAN mini*: fetch, check, unpack, register, and extract features.

Steps leave only what is complete: the archive gets its name when its checksum fits, the folder of clips when the last
one is unpacked, and the collection is listed when both are there. What a killed job leaves behind is used by the next
(the part of the archive that has arrived) or removed by it.
"""

import shutil
from pathlib import Path

from filelock import FileLock, Timeout

from core.clips.collection import Collection
from core.collections.registry import is_ready, load_collection
from core.errors import CollectionError
from core.files import storage_errors
from core.importing.imported import imported_folder, register_imported, unpack_imported
from core.importing.published import PublishedCollection, published_collection
from core.importing.transfer import ResumingDownloader, StoppedDownloadError
from core.jobs.reporter import ProgressReporter
from core.jobs.start import start_job
from core.settings import load_settings

_RESERVE_BYTES = 200_000_000
"""Disk space left free."""


def download_job_id(collection_id: str) -> str:
    """Id of the one job that fetches a published collection, whoever asks."""
    return f"download-{collection_id}"


def start_download(collection_id: str) -> str:
    """Fetch a published collection in the background; returns the job's id (see `core.jobs`)."""
    published = published_collection(collection_id)
    start_job(download_job_id(published.id), {"kind": "download", "collection_id": published.id})
    return download_job_id(published.id)


def download_collection(collection_id: str, reporter: ProgressReporter | None = None) -> Collection | None:
    """Fetch, check, unpack and register a published collection; what is there already is not fetched again.

    Parameters
    ----------
    collection_id : str
        ``"gtzan-mini"`` or ``"gtzan"``.
    reporter : ProgressReporter, optional

    Returns
    -------
    Collection or None
        None when it was asked to stop.

    Raises
    ------
    CollectionError
        No connection, another file than expected, too little disk; says which address, and what to do.
    """
    published = published_collection(collection_id)
    reporter = reporter or ProgressReporter()
    folder = load_settings().data_dir / "downloads" / published.id
    with storage_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
        try:
            with FileLock(folder.with_suffix(".lock"), timeout=0):
                return _download(published, folder, reporter)
        except Timeout:
            raise CollectionError(f"{published.title} is being downloaded by another process. Wait for it.") from None


def _download(published: PublishedCollection, folder: Path, reporter: ProgressReporter) -> Collection | None:
    target = imported_folder(published.id)
    if target.exists():
        if is_ready(published.id):
            return load_collection(published.id)
        try:
            return register_imported(target, published.provenance, reporter)
        except CollectionError:
            # Ours, unpacked from the archive; no clip is left in it.
            shutil.rmtree(target, ignore_errors=True)
    archive = _fetch(published, folder, reporter)
    if archive is None or not unpack_imported(archive, target, reporter, title=published.title):
        return None
    try:
        collection = register_imported(target, published.provenance, reporter)
    except CollectionError:
        shutil.rmtree(target, ignore_errors=True)
        raise
    shutil.rmtree(folder, ignore_errors=True)
    return collection


def _fetch(published: PublishedCollection, folder: Path, reporter: ProgressReporter) -> Path | None:
    """The archive with the right checksum; None when it was asked to stop."""
    archive, part = folder / published.file_name, folder / f"{published.file_name}.part"
    for leftover in folder.iterdir():
        if leftover not in (archive, part):
            leftover.unlink(missing_ok=True)
    if archive.exists():
        part.unlink(missing_ok=True)
    try:
        downloader = _transfer(published, archive, part, reporter)
        if downloader.resumed and not archive.exists():
            # The server may have changed the file between two transfers: once more, as a whole.
            _transfer(published, archive, part, reporter, must_fit=True)
    except StoppedDownloadError:
        return None
    return archive


def _transfer(
    published: PublishedCollection, archive: Path, part: Path, reporter: ProgressReporter, *, must_fit: bool = False
) -> ResumingDownloader:
    """Fetch the archive; it is there afterwards unless it was put together from pieces that do not fit."""
    import pooch

    # The reporter says it already.
    pooch.get_logger().setLevel("WARNING")
    have = part.stat().st_size if part.exists() else 0
    _check_disk(published, have + (archive.stat().st_size if archive.exists() else 0))
    about = published.archive_bytes
    reporter.phase(f"Downloading {published.title}", total=max(have, about), already=have, detail=_size(have, about))

    def advance(done: int, total: int) -> None:
        nonlocal about
        if total != about:
            about = total
            reporter.phase(f"Downloading {published.title}", total=total, already=done, detail=_size(done, total))
        else:
            reporter.advance(done, detail=_size(done, total))

    downloader = ResumingDownloader(
        part, about_bytes=published.archive_bytes, on_bytes=advance, should_stop=lambda: reporter.stop_requested
    )
    try:
        pooch.retrieve(
            published.url,
            known_hash=f"md5:{published.md5}",
            fname=archive.name,
            path=archive.parent,
            downloader=downloader,
        )
    except CollectionError as error:
        raise CollectionError(
            f"{published.title} could not be downloaded from {published.url}: {error}. Check the connection and try "
            f"again: the part already downloaded is kept. {_by_hand(published)}"
        ) from error
    except ValueError as error:
        # Pooch's word for another checksum than the one expected; it has removed the file.
        if downloader.resumed and not must_fit:
            return downloader
        raise CollectionError(
            f"The file at {published.url} is not the expected archive: {_checksums(error, published)}. "
            f"It was not kept; try again later. {_by_hand(published)}"
        ) from error
    return downloader


def _checksums(error: ValueError, published: PublishedCollection) -> str:
    _, _, got = str(error).partition(" but got ")
    return f"its MD5 checksum should be {published.md5} and is {got.partition('.')[0] or 'another one'}"


def _size(done: int, total: int) -> str:
    return f"{done / 1e6:,.0f} of {total / 1e6:,.0f} MB"


def _by_hand(published: PublishedCollection) -> str:
    setting = f"GENRE_LAB_{published.setting.upper()}"
    return (
        f"Or download the file from that address in another way, put it into {load_settings().data_dir} and import "
        f"it by path on Collections; or set {setting} to the address of a mirror."
    )


def _check_disk(published: PublishedCollection, n_here: int) -> None:
    """Refuse to begin what the disk cannot hold."""
    data_dir = load_settings().data_dir
    needed = max(0, published.archive_bytes - n_here) + published.disk_bytes + _RESERVE_BYTES
    free = shutil.disk_usage(data_dir).free
    if free < needed:
        raise CollectionError(
            f"{published.title} needs {needed / 1e6:,.0f} MB of disk while it is unpacked, and {data_dir} has "
            f"{free / 1e6:,.0f} MB free. Free some space, or start the dashboard with GENRE_LAB_HOME on a larger disk."
        )
