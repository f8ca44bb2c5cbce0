"""Which songs are meant by files, folders and lists.

Folders are walked to the bottom. As at an import, hidden files and folders are passed over, a link to a folder is not
followed, nor a link to a file outside the folder that was given; what is passed over for a reason that its owner may
mind is told. A file that is named itself is taken whatever it is called: whether it is sound is found out when it is
heard.
"""

import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from core.clips.clip import SkippedFile
from core.errors import ConfigError
from core.importing.folder import MAX_FILES
from core.importing.seen import is_sound_name
from core.names import readable_name

LIST_EXTENSIONS = (".m3u", ".m3u8", ".txt")
MAX_LIST_BYTES = 100_000_000
_MOST_KINDS = 3


@dataclass(frozen=True)
class FoundSongs:
    """What is to be judged, and what is not.

    Attributes
    ----------
    songs : tuple of Path
        Absolute, each once: those named first, then those of folders in the order of their names.
    skipped : tuple of SkippedFile
        What was passed over, and why.
    others : dict of str to int
        Files in folders that are no sound, by extension (``"no extension"`` for none).
    """

    songs: tuple[Path, ...]
    skipped: tuple[SkippedFile, ...] = ()
    others: dict[str, int] | None = None

    @property
    def others_text(self) -> str:
        """``"12 other files were passed over (9 .jpg, 3 .txt)"``; empty for none."""
        counted = sorted((self.others or {}).items(), key=lambda item: (-item[1], item[0]))
        if not counted:
            return ""
        n = sum(number for _, number in counted)
        listed = ", ".join(f"{number:,} {readable_name(kind)}" for kind, number in counted[:_MOST_KINDS])
        further = ", ..." if len(counted) > _MOST_KINDS else ""
        files = "file is" if n == 1 else "files are"
        return f"{n:,} other {files} not taken for sound ({listed}{further})."


def find_songs(given: Iterable[Path], *, stop_requested: Callable[[], bool] = lambda: False) -> FoundSongs:
    """The songs of files and folders.

    Parameters
    ----------
    given : iterable of Path
        A path that is neither a file nor a folder is taken for a song: that it is missing is told where it is heard.
    stop_requested : callable
        Asked for each folder; what was found until then is given.

    Raises
    ------
    ConfigError
        They are more than can be taken.
    """
    songs: dict[Path, None] = {}
    skipped: list[SkippedFile] = []
    others: Counter[str] = Counter()
    for path in given:
        absolute = Path(os.path.abspath(path))
        if not os.path.isdir(absolute):
            songs[absolute] = None
            continue
        for song in _walk(absolute, skipped, others, stop_requested):
            songs[song] = None
            if len(songs) > MAX_FILES:
                raise ConfigError(f"More than {MAX_FILES:,} songs were found; at most so many can be taken at once.")
    return FoundSongs(tuple(songs), tuple(skipped), dict(others))


def _walk(
    root: Path, skipped: list[SkippedFile], others: Counter[str], stop_requested: Callable[[], bool]
) -> Iterator[Path]:
    real_root = Path(os.path.realpath(root))
    waiting = [root]
    while waiting and not stop_requested():
        folder = waiting.pop()
        deeper = []
        try:
            with os.scandir(folder) as found:
                entries = sorted(found, key=lambda entry: entry.name)
        except OSError as error:
            skipped.append(SkippedFile(f"{_shown(folder)}/", f"this folder cannot be read ({error.strerror})"))
            continue
        for entry in entries:
            if entry.name.startswith("."):
                continue
            path = Path(entry.path)
            if entry.is_dir(follow_symlinks=False):
                deeper.append(path)
            elif os.path.isdir(path):
                reason = "a link to a folder, which Genre Lab does not follow; name the folder itself"
                skipped.append(SkippedFile(f"{_shown(path)}/", reason))
            elif not is_sound_name(entry.name):
                others[os.path.splitext(entry.name)[1].lower() or "no extension"] += 1
            elif entry.is_symlink() and not Path(os.path.realpath(path)).is_relative_to(real_root):
                skipped.append(SkippedFile(_shown(path), "a link to a place outside the folder; name the file itself"))
            else:
                yield path
        waiting += reversed(deeper)


def _shown(path: Path) -> str:
    return readable_name(str(path))


def read_list(path: Path) -> list[Path]:
    """The songs that a list names: one a line, relative paths from the list's own folder; M3U and M3U8 are such lists.

    Empty lines and those that begin with ``#`` are passed over; ``file://`` is read as a path. UTF-8 is expected, and
    what is not is read in the code page of Windows, as in an ``.m3u``.

    Raises
    ------
    ConfigError
        It cannot be read, is too large for a list, names no song, or names one that is not on this computer.
    """
    shown = _shown(path)
    try:
        if path.stat().st_size > MAX_LIST_BYTES:
            raise ConfigError(f"The list {shown} has more than {MAX_LIST_BYTES // 10**6} MB; expected one path a line.")
        content = path.read_bytes()
    except OSError as error:
        raise ConfigError(
            f"The list {shown} cannot be read ({error.strerror}). Give a text file or playlist."
        ) from error
    if b"\0" in content:
        raise ConfigError(f"The list {shown} is no text. Expected one path a line, or a playlist (.m3u8).")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    folder = Path(os.path.abspath(path)).parent
    songs = [_listed(line, folder, shown) for line in text.splitlines() if line.strip() and not line.startswith("#")]
    if not songs:
        raise ConfigError(f"The list {shown} names no song. Expected one path a line.")
    return songs


def _listed(line: str, folder: Path, shown: str) -> Path:
    from urllib.parse import unquote, urlsplit

    text = line.strip()
    scheme, separator, _ = text.partition("://")
    if separator and scheme.lower() == "file":
        text = unquote(urlsplit(text).path)
    elif separator and scheme.isalnum():
        raise ConfigError(
            f"The list {shown} names {readable_name(text)[:200]}, which is not a file on this computer. Take it out."
        )
    # A playlist made on Windows has backslashes; a name that holds one is found as it stands.
    plain = folder / os.path.expanduser(text)
    return plain if os.sep == "\\" or "\\" not in text or plain.exists() else folder / text.replace("\\", "/")
