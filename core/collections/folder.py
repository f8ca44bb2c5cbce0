"""Folders of sound files as collections: one folder a genre, or the genre in front of each file's name.

Layouts recognised, tried in this order in the folder given and in the subfolders that GTZAN's copies use
(``genres``, ``genres_original``, ``Data/genres_original``, ``wavfiles``):

``<genre>/<clip>.<ext>``        the usual one, GTZAN's and Kaggle's
``<genre>.<number>.<ext>``      flat, all files in one folder
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from core.audio import AUDIO_EXTENSIONS, probe_audio
from core.collections.base import Clip, SkippedFile
from core.errors import AudioError, CollectionError

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
        The folder is missing, or no layout fits.
    """
    if not folder.is_dir():
        raise CollectionError(f"{folder} is not a folder. Give the folder that holds one subfolder for each genre.")
    try:
        for subfolder in _SUBFOLDERS:
            root = folder / subfolder
            if root.is_dir() and (found := _by_folder(root) or _flat(root)):
                return root, *_examine(root, found, on_progress)
    except OSError as error:
        raise CollectionError(f"{folder} cannot be read ({error.strerror}). Check its permissions.") from error
    raise CollectionError(
        f"No clips found in {folder}. Expected subfolders named after genres with sound files in them "
        f"({', '.join(AUDIO_EXTENSIONS)}), or files named like blues.00000.wav."
    )


def _is_audio(path: Path) -> bool:
    return path.suffix.lower() in AUDIO_EXTENSIONS and not path.name.startswith(".")


def _by_folder(root: Path) -> list[tuple[str, Path]]:
    """(genre, file) of every entry in subfolders that hold sound; empty when there is no such subfolder."""
    found: list[tuple[str, Path]] = []
    for genre_folder in sorted(root.iterdir()):
        if genre_folder.is_dir() and not genre_folder.name.startswith(".") and genre_folder.name not in _SUBFOLDERS:
            entries = sorted(genre_folder.iterdir())
            if any(_is_audio(entry) for entry in entries):
                found.extend((genre_folder.name, entry) for entry in entries)
    return found


def _flat(root: Path) -> list[tuple[str, Path]]:
    """(genre, file) of every entry of a flat folder; empty when no name fits."""
    entries = sorted(root.iterdir())
    if not any(_is_audio(entry) and _FLAT_NAME.fullmatch(entry.name) for entry in entries):
        return []
    return [
        (match["genre"] if (match := _FLAT_NAME.fullmatch(entry.name)) else "", entry)
        for entry in entries
        if not entry.is_dir()
    ]


def _examine(
    root: Path, found: Iterable[tuple[str, Path]], on_progress: OnProgress | None
) -> tuple[tuple[Clip, ...], tuple[SkippedFile, ...]]:
    listed = list(found)
    names = _unique_names([(genre, path) for genre, path in listed])
    resolved_root = root.resolve()

    def examine(item: tuple[str, Path]) -> Clip | SkippedFile:
        genre, path = item
        shown = str(path.relative_to(root))
        if reason := _unfit(genre, path, resolved_root):
            return SkippedFile(shown, reason)
        try:
            info = probe_audio(path)
            status = path.stat()
        except AudioError as error:
            return SkippedFile(shown, str(error))
        except OSError as error:
            return SkippedFile(shown, f"cannot be read ({error.strerror})")
        return Clip(names[path], genre, path, info.duration_s, status.st_size, status.st_mtime_ns)

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


def _unfit(genre: str, path: Path, resolved_root: Path) -> str:
    """Why a directory entry cannot be a clip, before its content is looked at; empty when it can."""
    if path.is_dir():
        return "a folder inside a genre's folder; move its clips one level up"
    if not _is_audio(path):
        kind = path.suffix or "a file without extension"
        return f"not a sound file that Genre Lab reads ({kind})"
    if not genre:
        return "its name does not begin with a genre (expected a name like blues.00000.wav)"
    if not path.resolve().is_relative_to(resolved_root):
        return "a link that leads out of the collection's folder"
    return ""


def _unique_names(found: list[tuple[str, Path]]) -> dict[Path, str]:
    """Name of each clip: the stem; with its genre, then its extension, where that is not unique."""
    audio = [(genre, path) for genre, path in found if _is_audio(path)]
    stems = Counter(path.stem for _, path in audio)
    full = Counter(f"{genre}/{path.stem}" for genre, path in audio)
    names = {}
    for genre, path in audio:
        name = path.stem if stems[path.stem] == 1 else f"{genre}/{path.stem}"
        names[path] = name if full[f"{genre}/{path.stem}"] == 1 else f"{genre}/{path.name}"
    return names
