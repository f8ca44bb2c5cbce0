"""Folders of sound files as collections: one folder a genre, or the genre in front of each file's name.

Layouts recognised, tried in this order in the folder given and in the subfolders that GTZAN's copies use
(``genres``, ``genres_original``, ``Data/genres_original``, ``wavfiles``):

``<genre>/<clip>.<ext>``        the usual one, GTZAN's and Kaggle's
``<genre>.<number>.<ext>``      flat, all files in one folder

Names on disk may hold anything but ``/`` and a zero byte. Clips, genres and skipped files are named by what can be
printed of them (`core.names.readable_name`); the path keeps the true name.
"""

import os
import re
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from core.audio import AUDIO_EXTENSIONS, probe_audio
from core.clips.clip import Clip, SkippedFile
from core.errors import AudioError, CollectionError
from core.names import readable_name

_SUBFOLDERS = ("", "genres", "genres_original", "Data/genres_original", "Data", "wavfiles")
_FLAT_NAME = re.compile(r"(?P<genre>[^.]+)\.(?P<number>\d+)\.[^.]+")

OnProgress = Callable[[int, int], None]


def scan_folder(
    folder: Path, *, on_progress: OnProgress | None = None
) -> tuple[Path, tuple[Clip, ...], tuple[SkippedFile, ...]]:
    """Find the clips of a folder.

    Parameters
    ----------
    folder : Path
    on_progress : callable, optional
        Called with (files looked at, files in all).

    Returns
    -------
    root : Path
        The folder that holds the genres.
    clips, skipped
        What became a clip, sorted by genre and name; what did not, and why.

    Raises
    ------
    CollectionError
        The folder is missing, cannot be read, has a name that is no text, or no layout fits.
    """
    shown = readable_name(str(folder))
    if not _is_folder(folder):
        raise CollectionError(f"{shown} is not a folder. Give the folder that holds one subfolder for each genre.")
    if not _is_text(str(folder)):
        raise CollectionError(f"The name of {shown} is not valid UTF-8. Rename the folder and import it again.")
    try:
        for subfolder in _SUBFOLDERS:
            root = folder / subfolder
            if not _is_folder(root):
                continue
            found, unreadable = _by_folder(root)
            if found := found or _flat(root):
                clips, skipped = _examine(root, found, on_progress)
                return root, clips, tuple(sorted(unreadable + skipped, key=lambda entry: entry.name))
    except OSError as error:
        raise CollectionError(f"{shown} cannot be read ({error.strerror}). Check its permissions.") from error
    raise CollectionError(
        f"No clips found in {shown}. Expected subfolders named after genres with sound files in them "
        f"({', '.join(AUDIO_EXTENSIONS)}), or files named like blues.00000.wav."
    )


def _is_audio(path: Path) -> bool:
    return path.suffix.lower() in AUDIO_EXTENSIONS and not path.name.startswith(".")


def _is_folder(path: Path) -> bool:
    """Whether it is a folder that may be looked at; a link to itself is none."""
    try:
        return path.is_dir()
    except OSError:
        return False


def _is_text(name: str) -> bool:
    """Whether a name is valid UTF-8; Python keeps other bytes as surrogates."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def _by_folder(root: Path) -> tuple[list[tuple[str, Path]], tuple[SkippedFile, ...]]:
    """(genre, file) of every entry in subfolders that hold sound, none when there is no such subfolder.

    Besides, the subfolders that may not be read.
    """
    found: list[tuple[str, Path]] = []
    unreadable: list[SkippedFile] = []
    for genre_folder in sorted(root.iterdir()):
        if genre_folder.name.startswith(".") or genre_folder.name in _SUBFOLDERS or not _is_folder(genre_folder):
            continue
        try:
            entries = sorted(genre_folder.iterdir())
        except OSError as error:
            reason = f"this folder cannot be read ({error.strerror}); check its permissions"
            unreadable.append(SkippedFile(readable_name(genre_folder.name), reason))
            continue
        if any(_is_audio(entry) for entry in entries):
            found.extend((genre_folder.name, entry) for entry in entries)
    return found, tuple(unreadable)


def _flat(root: Path) -> list[tuple[str, Path]]:
    """(genre, file) of every entry of a flat folder; empty when no name fits."""
    entries = sorted(root.iterdir())
    if not any(_is_audio(entry) and _FLAT_NAME.fullmatch(entry.name) for entry in entries):
        return []
    return [
        (match["genre"] if (match := _FLAT_NAME.fullmatch(entry.name)) else "", entry)
        for entry in entries
        if not _is_folder(entry)
    ]


def _examine(
    root: Path, found: Iterable[tuple[str, Path]], on_progress: OnProgress | None
) -> tuple[tuple[Clip, ...], tuple[SkippedFile, ...]]:
    listed = list(found)
    names = _unique_names([(genre, path) for genre, path in listed])
    resolved_root = os.path.realpath(root)

    def examine(item: tuple[str, Path]) -> Clip | SkippedFile:
        genre, path = item
        shown = readable_name(str(path.relative_to(root)))
        if reason := _unfit(genre, path, resolved_root):
            return SkippedFile(shown, reason)
        try:
            info = probe_audio(path)
            status = path.stat()
        except AudioError as error:
            return SkippedFile(shown, str(error))
        except OSError as error:
            return SkippedFile(shown, f"cannot be read ({error.strerror})")
        return Clip(names[path], readable_name(genre), path, info.duration_s, status.st_size, status.st_mtime_ns)

    clips: list[Clip] = []
    skipped: list[SkippedFile] = []
    with ThreadPoolExecutor(8) as pool:
        for number, outcome in enumerate(pool.map(examine, listed), start=1):
            if isinstance(outcome, Clip):
                clips.append(outcome)
            else:
                skipped.append(outcome)
            if on_progress is not None:
                on_progress(number, len(listed))
    clips.sort(key=lambda clip: (clip.genre, clip.name))
    return tuple(clips), tuple(skipped)


def _unfit(genre: str, path: Path, resolved_root: str) -> str:
    """Why a directory entry cannot be a clip, before its content is looked at; empty when it can."""
    if _is_folder(path):
        return "a folder inside a genre's folder; move its clips one level up"
    if not _is_text(str(path)):
        return "its name is not valid UTF-8; rename it"
    if not _is_audio(path):
        kind = readable_name(path.suffix) or "a file without extension"
        return f"not a sound file that Genre Lab can read ({kind})"
    if not genre:
        return "its name does not begin with a genre (expected a name like blues.00000.wav)"
    # Unlike Path.resolve, realpath raises nothing for a link that leads to itself.
    if not Path(os.path.realpath(path)).is_relative_to(resolved_root):
        return "a link to a place outside the collection's folder"
    return ""


def _unique_names(found: list[tuple[str, Path]]) -> dict[Path, str]:
    """Name of each clip: the stem; with its genre, then its extension, then a number, where that is not unique."""
    audio = [(readable_name(genre), path) for genre, path in found if _is_audio(path)]
    stem = {path: readable_name(path.stem) for _, path in audio}
    stems = Counter(stem.values())
    full = Counter(f"{genre}/{stem[path]}" for genre, path in audio)
    files = Counter(f"{genre}/{readable_name(path.name)}" for genre, path in audio)
    taken: Counter[str] = Counter()
    names = {}
    for genre, path in audio:
        name = stem[path] if stems[stem[path]] == 1 else f"{genre}/{stem[path]}"
        if full[f"{genre}/{stem[path]}"] > 1:
            name = f"{genre}/{readable_name(path.name)}"
            if files[name] > 1:
                # Two names that differ only in what cannot be printed.
                taken[name] += 1
                name = f"{name} ({taken[name]})"
        names[path] = name
    return names
