"""Collections unpacked from archives: copies of Genre Lab's own, each in ``data/imported/<id>``.

An archive comes from a download, an upload, or a path. It is known by its content: the same one again is the same
collection, and GTZAN's archives are recognised by their checksums wherever they come from. The copies lie outside the
collections' folders, since sound stays when a collection is forgotten.
"""

import hashlib
import shutil
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from filelock import FileLock

from core.clips.collection import Collection
from core.clips.passages import Excerpting
from core.errors import CollectionError
from core.files import storage_errors
from core.importing.archives import archive_stem, is_archive_name, remove_leftovers, unpack_archive
from core.importing.counting import StopImportError, counting, listening, stopping
from core.importing.published import published_by_md5
from core.importing.readings.spec import FOLDER, LAYOUT, GenreFrom, kept_genre_from
from core.importing.register import Provenance, import_folder, proposed_genre_from
from core.importing.seen import sounds_below
from core.jobs.reporter import ProgressReporter
from core.names import readable_name, slug
from core.settings import load_settings

_MAX_FOLDERS_TRIED = 200
_MAX_DEPTH = 3
_CHUNK = 1 << 20


def imported_folder(collection_id: str) -> Path:
    """Where the clips of an unpacked collection lie."""
    return load_settings().data_dir / "imported" / collection_id


def own_copy(collection: Collection) -> Path | None:
    """The folder that Genre Lab itself unpacked for a collection; None where the clips are the user's own files."""
    copies = imported_folder("x").parent
    try:
        first = collection.root.relative_to(copies).parts[:1]
    except ValueError:
        return None
    return copies / first[0] if first else None


def delete_own_copy(collection: Collection) -> None:
    """Delete the clips that Genre Lab itself unpacked; a user's own files are never touched."""
    if (copy := own_copy(collection)) is not None:
        shutil.rmtree(copy, ignore_errors=True)


def import_archive(
    archive: Path,
    *,
    title: str | None = None,
    excerpting: Excerpting | None = None,
    genre_from: GenreFrom | None = None,
    reporter: ProgressReporter | None = None,
) -> Collection | None:
    """Unpack an archive under ``data/imported`` and register what is in it.

    Parameters
    ----------
    archive : Path
        Zip or tar; only read.
    title : str, optional
        The file's name when not given.
    excerpting : Excerpting, optional
    genre_from : GenreFrom, optional
        As of `core.importing.register.import_folder`.
    reporter : ProgressReporter, optional

    Returns
    -------
    Collection or None
        None when it was asked to stop; nothing of it remains then.

    Raises
    ------
    CollectionError
        Not an archive, damaged, refused (see `core.importing.archives`), or without clips.
    """
    reporter = reporter or ProgressReporter()
    shown = readable_name(archive.name)
    if not is_archive_name(archive.name) or not archive.is_file():
        raise CollectionError(
            f"{shown} is not an archive that Genre Lab can read. Expected a .zip, .tar or .tar.gz file."
        )
    digests = _digests(archive, reporter)
    if digests is None:
        return None
    md5, sha256 = digests
    published = published_by_md5(md5)
    name = (title or "").strip()[:80] or readable_name(archive_stem(archive.name))[:80]
    folder_name = slug(archive_stem(archive.name), fallback="archive")
    provenance = (
        published.provenance
        if published is not None
        else Provenance(id=f"{folder_name}-{sha256[:8]}", title=name, origin=shown)
    )
    target = imported_folder(provenance.id)
    with storage_errors(target.parent):
        target.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(target.parent / f".{provenance.id}.lock"):
            fresh = not target.exists()
            if fresh and not unpack_imported(archive, target, reporter, title=name):
                return None
            try:
                return register_imported(target, provenance, reporter, excerpting=excerpting, genre_from=genre_from)
            except (CollectionError, StopImportError) as error:
                if fresh:
                    shutil.rmtree(target, ignore_errors=True)
                if isinstance(error, CollectionError):
                    raise
                return None


def unpack_imported(archive: Path, target: Path, reporter: ProgressReporter, *, title: str) -> bool:
    """Unpack with progress; False when it was asked to stop."""
    remove_leftovers(target)
    reporter.phase(f"Unpacking {title}", total=archive.stat().st_size)
    size = 0

    def advance(done: int, total: int) -> None:
        nonlocal size
        if total != size:
            size = total
            reporter.phase(f"Unpacking {title}", total=total)
        reporter.advance(done, detail=f"{done / 1e6:,.0f} of {total / 1e6:,.0f} MB")

    unpacked = unpack_archive(archive, target, on_bytes=advance, should_stop=lambda: reporter.stop_requested)
    return unpacked is not None


def register_imported(
    target: Path,
    provenance: Provenance,
    reporter: ProgressReporter,
    *,
    excerpting: Excerpting | None = None,
    genre_from: GenreFrom | None = None,
) -> Collection:
    """Find the clips in an unpacked folder, however deep they lie, and register them.

    Raises
    ------
    CollectionError
        No clips in a known layout.
    """
    try:
        return _register(target, provenance, reporter, excerpting, genre_from)
    except CollectionError:
        inner = _only_archive(target)
        if inner is None:
            raise
        # Some archives hold nothing but an archive.
        if not unpack_imported(
            inner, target / f"{archive_stem(inner.name)}.unpacked", reporter, title=provenance.title
        ):
            raise
        inner.unlink()
        return _register(target, provenance, reporter, excerpting, genre_from)


def _register(
    target: Path,
    provenance: Provenance,
    reporter: ProgressReporter,
    excerpting: Excerpting | None,
    genre_from: GenreFrom | None,
) -> Collection:
    reporter.phase(f"Scanning the files of {provenance.title}")
    register = partial(
        import_folder,
        provenance=provenance,
        excerpting=excerpting,
        on_progress=counting(reporter, f"Scanning the files of {provenance.title}"),
        on_listened=(counting if excerpting is None else stopping)(reporter, listening(provenance.title)),
    )
    refused: CollectionError | None = None
    is_wrapped = True
    holding = sounds_below(target).sounds
    inside = _unwrapped(target)
    chosen = genre_from or kept_genre_from(provenance.id) or proposed_genre_from(inside, provenance.id)
    # Folders named after genres are looked for however deep they lie.
    if chosen.kind not in (LAYOUT, FOLDER) or (chosen == genre_from and chosen.kind == FOLDER):
        return register(inside, genre_from=chosen)
    for folder in _folders(target):
        parts = folder.relative_to(target).parts
        if any(place[: len(parts)] != parts for place in holding):
            continue  # sound lies outside it, which would be lost
        try:
            return register(folder, genre_from=GenreFrom(kind=LAYOUT))
        except CollectionError as error:
            # What wraps the folder meant, as most archives do, has nothing to say about it.
            refused = error if is_wrapped else refused
            is_wrapped = is_wrapped and _is_wrapper(folder)
    if chosen.kind == FOLDER:
        return register(inside, genre_from=chosen)
    raise refused or CollectionError(f"{target} contains no folder.")


def _unwrapped(folder: Path) -> Path:
    """The folder, or the innermost of those that hold one another and nothing else."""
    while _is_wrapper(folder):
        folder = next(path for path in folder.iterdir() if not path.name.startswith(".") and path.name != "__MACOSX")
    return folder


def _is_wrapper(folder: Path) -> bool:
    """Whether a folder holds another one and nothing else."""
    held = [path for path in folder.iterdir() if not path.name.startswith(".") and path.name != "__MACOSX"]
    return len(held) == 1 and held[0].is_dir()


def _folders(target: Path) -> Iterator[Path]:
    """The folder and those in it, the nearest first."""
    level = [target]
    n_tried = 0
    for _ in range(_MAX_DEPTH + 1):
        for folder in level[: _MAX_FOLDERS_TRIED - n_tried]:
            n_tried += 1
            yield folder
        level = [
            path
            for folder in level
            for path in sorted(folder.iterdir())
            if path.is_dir() and not path.name.startswith(".")
        ]


def _only_archive(target: Path) -> Path | None:
    found = [path for path in target.rglob("*") if path.is_file() and is_archive_name(path.name)]
    return found[0] if len(found) == 1 else None


def _digests(archive: Path, reporter: ProgressReporter) -> tuple[str, str] | None:
    """MD5 and SHA-256 of a file, hexadecimal; None when it was asked to stop."""
    md5, sha256 = hashlib.md5(usedforsecurity=False), hashlib.sha256()
    reporter.phase(f"Checking {readable_name(archive.name)}", total=archive.stat().st_size)
    with archive.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            md5.update(chunk)
            sha256.update(chunk)
            reporter.advance(stream.tell(), detail=f"{stream.tell() / 1e6:,.0f} MB")
            if reporter.stop_requested:
                return None
    return md5.hexdigest(), sha256.hexdigest()
