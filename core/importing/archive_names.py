"""Names of entries in an archive: which may be written under a folder, and which are refused."""

import re
import unicodedata
from zipfile import ZipInfo

from core.errors import CollectionError
from core.names import readable_name

_DRIVE = re.compile(r"[A-Za-z]:")
_SAYS_UTF_8 = 0x800
_SIGNS = frozenset("¿¡«»°ºª·–—‘’“”…&§")
_MAX_PART_BYTES = 240
_MAX_DEPTH = 32
_JUNK = "__MACOSX"
"""Folder in which macOS keeps attributes; it holds no music."""


def entry_name(entry: ZipInfo) -> str:
    """Name of a zip's entry, whose letters beyond ASCII programs on Windows wrote in the code page of their system.

    The zip says of a name in UTF-8 that it is; some programs write it without saying so. Else Python takes it for code
    page 437, of which the West European 850 and Windows' 1252 differ in letters where 437 has lines and signs.
    """
    if entry.flag_bits & _SAYS_UTF_8 or entry.filename.isascii():
        return entry.filename
    raw = entry.filename.encode("cp437", "surrogateescape")
    for encoding in ("utf-8", "cp437", "cp850", "cp1252", "cp866"):
        try:
            name = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        # Letters, and the signs that people write in names.
        if encoding == "utf-8" or all(sign.isascii() or sign.isalpha() or sign in _SIGNS for sign in name):
            return name
    return entry.filename


class EntryNames:
    """The names accepted so far from one archive.

    Parameters
    ----------
    shown : str
        The archive, in messages.
    """

    def __init__(self, shown: str) -> None:
        self._shown = shown
        self._files: set[tuple[str, ...]] = set()
        self._folders: dict[tuple[str, ...], tuple[str, ...]] = {}

    def accept(self, name: str, *, folder: bool) -> tuple[str, ...]:
        """Parts of the path to write, relative and free of ``..``; empty for what need not be written.

        Raises
        ------
        CollectionError
            The path would leave the folder, cannot be a file's, or collides with an earlier entry's.
        """
        # Some programs on Windows write the separator of their system.
        plain = name.replace("\\", "/")
        if plain.startswith("/") or _DRIVE.match(plain):
            raise self._refusal(name, "an absolute path")
        parts = tuple(part for part in plain.split("/") if part not in ("", "."))
        if ".." in parts:
            raise self._refusal(name, "a path with '..'")
        if len(parts) > _MAX_DEPTH:
            raise self._refusal(name, "a path too deep")
        if any("\0" in part or len(part.encode(errors="surrogateescape")) > _MAX_PART_BYTES for part in parts):
            raise self._refusal(name, "a name too long or with a zero byte")
        if not parts or _JUNK in parts:
            return ()
        self._check_collision(name, parts, folder=folder)
        return parts

    def _check_collision(self, name: str, parts: tuple[str, ...], *, folder: bool) -> None:
        keys = tuple(_plain(part) for part in parts)
        if "" in keys:
            raise self._refusal(name, "a name of dots or blanks only")
        for depth in range(1, len(keys) + (1 if folder else 0)):
            above = keys[:depth]
            # Two spellings of one folder would be one folder on some computers and two on others.
            if above in self._files or self._folders.setdefault(above, parts[:depth]) != parts[:depth]:
                raise self._refusal(name, "a path that collides with another entry's")
        if folder:
            return
        if keys in self._files or keys in self._folders:
            raise self._refusal(name, "the same path as another entry")
        self._files.add(keys)

    def _refusal(self, name: str, what: str) -> CollectionError:
        shown = readable_name(name)
        shown = shown if len(shown) <= 120 else f"{shown[:117]}..."
        return CollectionError(
            f"{self._shown} holds an entry with {what} ({shown}), which Genre Lab does not unpack. If you trust the "
            "archive, unpack it yourself and import the folder."
        )


def _plain(part: str) -> str:
    """What a file system that ignores case, Unicode form and trailing dots makes of a name."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", part).casefold()).rstrip(". ")
