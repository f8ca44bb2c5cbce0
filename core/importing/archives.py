"""Archives from elsewhere, unpacked without trusting them.

Zip and tar (plain, gz, bz2, xz). An archive is refused as a whole, before or while it is unpacked, when an entry

- has an absolute path, a drive letter, or ``..`` in its path;
- is a link, a device or another special file;
- is encrypted;
- has the name of another entry once case, Unicode form and trailing dots are set aside, or lies under a file;

or when there are too many entries, or more bytes than `ArchiveLimits` and the disk allow. Bytes are counted as they
are written: what headers say about sizes is not believed. Everything goes to a temporary folder beside the target,
which takes the target's name only when the last byte is there; a process that is killed leaves no target.
"""

import bz2
import gzip
import lzma
import shutil
import stat
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

from core.errors import CollectionError
from core.files import make_part_folder, storage_error
from core.importing.archive_names import EntryNames, entry_name
from core.importing.tar_entries import count_entries
from core.importing.zip_directory import require_few_entries
from core.names import readable_name

ARCHIVE_EXTENSIONS = (".zip", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz")
_CHUNK = 1 << 20
_RESERVE_BYTES = 100_000_000
"""Disk space that unpacking leaves free."""
_LARGEST_TAR_NAME = 1 << 16
_DAMAGED = (
    zipfile.BadZipFile,
    tarfile.TarError,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    struct.error,
    ValueError,
    NotImplementedError,
    RuntimeError,
    gzip.BadGzipFile,
)

_BY_HAND = "Unpack it yourself and import the folder."

OnBytes = Callable[[int, int], None]


@dataclass(frozen=True, kw_only=True)
class ArchiveLimits:
    """How much an archive may unpack to.

    Attributes
    ----------
    max_entries : int
        Files and folders.
    max_bytes : int
        All files together.
    max_ratio : float
        Unpacked bytes for each byte of the archive. Music packs to half its size at best, silence to a hundredth.
    free_bytes : int
        Unpacked size below which the ratio does not matter.
    """

    max_entries: int = 300_000
    max_bytes: int = 100_000_000_000
    max_ratio: float = 200.0
    free_bytes: int = 50_000_000


LIMITS = ArchiveLimits()


def is_archive_name(name: str) -> bool:
    """Whether a file of this name is taken for an archive."""
    return name.lower().endswith(ARCHIVE_EXTENSIONS)


def archive_stem(name: str) -> str:
    """File name without the archive's extension: ``"genres"`` of ``"genres.tar.gz"``."""
    for extension in sorted(ARCHIVE_EXTENSIONS, key=len, reverse=True):
        if name.lower().endswith(extension):
            return name[: -len(extension)]
    return name


def unpack_archive(
    archive: Path,
    target: Path,
    *,
    limits: ArchiveLimits = LIMITS,
    on_bytes: OnBytes | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> Path | None:
    """Unpack a zip or tar archive into a fresh folder.

    Parameters
    ----------
    archive : Path
    target : Path
        Must not exist; its parent is made.
    limits : ArchiveLimits
    on_bytes : callable, optional
        Called with (bytes done, bytes in all), both of the archive (tar) or of its content (zip).
    should_stop : callable, optional
        Asked after each piece; when it says yes, nothing remains.

    Returns
    -------
    Path or None
        ``target``; None when it was asked to stop.

    Raises
    ------
    CollectionError
        Not an archive, damaged, or refused for one of the reasons above. Nothing remains.
    StorageError
        The disk is full, or may not be written.
    """
    if target.exists():
        raise CollectionError(f"{target} already exists. Remove it, or unpack elsewhere.")
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = make_part_folder(target.parent, _temporary_prefix(target), _TEMPORARY)
    try:
        writer = _Writer(archive, temporary, limits, on_bytes, should_stop or (lambda: False))
        _unpack(archive, writer)
        temporary.rename(target)
    except _StopUnpackingError:
        return None
    except OSError as error:
        if (closed := storage_error(error, target.parent)) is not None:
            raise closed from error
        shown = readable_name(archive.name)
        raise CollectionError(f"{shown} cannot be unpacked ({error.strerror or error}).") from error
    finally:
        # After the rename there is nothing under this name any more.
        shutil.rmtree(temporary, ignore_errors=True)
    return target


def remove_leftovers(target: Path) -> None:
    """Remove what a killed process left of unpacking into ``target``; call it only where no other one can be at it."""
    for leftover in target.parent.glob(f"{_temporary_prefix(target)}*{_TEMPORARY}"):
        shutil.rmtree(leftover, ignore_errors=True)


_TEMPORARY = ".unpacking"


def _temporary_prefix(target: Path) -> str:
    return f".{target.name}."


class _StopUnpackingError(Exception):
    """Somebody asked to stop."""


class _Writer:
    """Writes entries under a folder and counts: names, entries, bytes."""

    def __init__(
        self,
        archive: Path,
        folder: Path,
        limits: ArchiveLimits,
        on_bytes: OnBytes | None,
        should_stop: Callable[[], bool],
    ) -> None:
        self.shown = readable_name(archive.name)
        self.on_bytes = on_bytes or (lambda done, total: None)
        self.n_bytes = 0
        self.max_entries = limits.max_entries
        self._folder = folder
        self._limits = limits
        self._should_stop = should_stop
        self._names = EntryNames(self.shown)
        self._n_entries = 0
        self._by_ratio = max(limits.free_bytes, int(limits.max_ratio * archive.stat().st_size))
        self._on_disk = max(0, shutil.disk_usage(folder).free - _RESERVE_BYTES)

    def enter(self, name: str, *, folder: bool) -> Path | None:
        """Where an entry goes; None for what need not be unpacked. Raises for names that are refused."""
        if self._should_stop():
            raise _StopUnpackingError
        self._n_entries += 1
        if self._n_entries > self.max_entries:
            raise self.too_many(self._n_entries)
        parts = self._names.accept(name, folder=folder)
        return self._folder.joinpath(*parts) if parts else None

    def too_many(self, n_entries: int) -> CollectionError:
        """The error for an archive of so many entries, or more."""
        return CollectionError(
            f"{self.shown} has more than {self.max_entries:,} entries ({n_entries:,} or more). {_BY_HAND}"
        )

    def expect(self, n_bytes: int) -> None:
        """Refuse more bytes than allowed, written so far and to come, before they are written."""
        total = self.n_bytes + n_bytes
        if total > min(self._limits.max_bytes, self._by_ratio):
            raise CollectionError(
                f"{self.shown} unpacks to more than {min(self._limits.max_bytes, self._by_ratio) / 1e6:,.0f} MB, which "
                "no sound archive of its size does. It may be designed to fill the disk; check where it comes from."
            )
        if total > self._on_disk:
            raise CollectionError(
                f"{self.shown} unpacks to more than the {self._on_disk / 1e6:,.0f} MB that can be used on the disk of "
                f"{self._folder.parent}. Free some space and try again."
            )

    def write(self, path: Path, stream: IO[bytes], report: Callable[[], None]) -> None:
        """Copy one file, counting."""
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as sink:
            while chunk := stream.read(_CHUNK):
                self.expect(len(chunk))
                sink.write(chunk)
                self.n_bytes += len(chunk)
                report()
                if self._should_stop():
                    raise _StopUnpackingError


def _unpack(archive: Path, writer: _Writer) -> None:
    try:
        if zipfile.is_zipfile(archive):
            _unpack_zip(archive, writer)
        else:
            _unpack_tar(archive, writer)
    except _DAMAGED as error:
        raise CollectionError(
            f"{writer.shown} is damaged or not an archive that Genre Lab reads ({readable_name(str(error))}). Expected "
            f"zip or tar ({', '.join(ARCHIVE_EXTENSIONS)}). Obtain it again."
        ) from error


def _unpack_zip(archive: Path, writer: _Writer) -> None:
    with archive.open("rb") as stream:
        require_few_entries(stream, writer.shown, most=writer.max_entries, remedy=_BY_HAND)
    with zipfile.ZipFile(archive) as opened:
        entries = opened.infolist()
        if len(entries) > writer.max_entries:
            raise writer.too_many(len(entries))
        claimed = sum(entry.file_size for entry in entries)
        writer.expect(claimed)
        for entry in entries:
            path = writer.enter(entry_name(entry), folder=entry.is_dir())
            if path is None:
                continue
            if entry.flag_bits & 0x1:
                raise CollectionError(f"{writer.shown} is encrypted. Unpack it yourself and import the folder.")
            kind = stat.S_IFMT(entry.external_attr >> 16)
            if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
                raise _special(writer.shown, entry.filename)
            if entry.is_dir():
                path.mkdir(parents=True, exist_ok=True)
                continue
            with opened.open(entry) as stream:
                writer.write(path, stream, lambda: writer.on_bytes(writer.n_bytes, claimed))


class _BoundedTarInfo(tarfile.TarInfo):
    """Refuses long names and attributes that would be read into memory whole."""

    _HEADERS = (*tarfile.GNU_TYPES, tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.SOLARIS_XHDTYPE)

    def _proc_member(self, archive: tarfile.TarFile) -> tarfile.TarInfo:
        held_in_memory = self.type in self._HEADERS and self.type != tarfile.GNUTYPE_SPARSE
        if self.size < 0 or (held_in_memory and self.size > _LARGEST_TAR_NAME):
            raise tarfile.ReadError(f"a header of {self.size:,} bytes")
        return super()._proc_member(archive)  # type: ignore[misc,no-any-return]


def _unpack_tar(archive: Path, writer: _Writer) -> None:
    size = archive.stat().st_size
    with archive.open("rb") as raw, _decompressed(raw) as content:
        n_entries = count_entries(content, most=writer.max_entries)
    if n_entries > writer.max_entries:
        raise writer.too_many(n_entries)
    with archive.open("rb") as raw:

        def report() -> None:
            writer.on_bytes(min(raw.tell(), size), size)

        with _decompressed(raw) as content:
            # As a stream: nothing is read twice, and entries come one by one however many there are.
            with tarfile.open(fileobj=content, mode="r|", tarinfo=_BoundedTarInfo) as opened:
                for entry in opened:
                    _unpack_tar_entry(opened, entry, writer, report)
                    # Python keeps every entry it has seen; these are not needed again.
                    opened.members = []  # type: ignore[attr-defined]
            # To the end, where the checksum of what was compressed stands.
            n_after = 0
            while chunk := content.read(_CHUNK):
                n_after += len(chunk)
                writer.expect(n_after)


def _decompressed(raw: IO[bytes]) -> IO[bytes]:
    magic = raw.read(6)
    raw.seek(0)
    if magic.startswith(b"\x1f\x8b"):
        return cast(IO[bytes], gzip.GzipFile(fileobj=raw))
    if magic.startswith(b"BZh"):
        return cast(IO[bytes], bz2.BZ2File(raw))
    if magic == b"\xfd7zXZ\0":
        return cast(IO[bytes], lzma.LZMAFile(raw))
    return raw


def _unpack_tar_entry(
    opened: tarfile.TarFile, entry: tarfile.TarInfo, writer: _Writer, report: Callable[[], None]
) -> None:
    path = writer.enter(entry.name, folder=entry.isdir())
    if path is None:
        return
    if entry.isdir():
        path.mkdir(parents=True, exist_ok=True)
        return
    if not entry.isreg() or entry.issparse():
        raise _special(writer.shown, entry.name)
    writer.expect(entry.size)
    stream = opened.extractfile(entry)
    if stream is None:
        raise _special(writer.shown, entry.name)
    with stream:
        writer.write(path, stream, report)


def _special(shown: str, name: str) -> CollectionError:
    return CollectionError(
        f"{shown} holds a link or special file ({readable_name(name)}), which Genre Lab does not unpack. Unpack the "
        "archive yourself and import the folder."
    )
