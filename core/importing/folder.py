"""Folders of sound files as collections: one folder a genre, or the genre in front of each file's name.

Layouts recognised, tried in this order in the folder given and in the subfolders that GTZAN's copies use
(``genres``, ``genres_original``, ``Data/genres_original``, ``wavfiles``):

``<genre>/<clip>.<ext>``        the usual one, GTZAN's and Kaggle's
``<genre>.<number>.<ext>``      flat, all files in one folder

A genre is a folder that holds sound files itself. What else lies beside it (folders whose sound lies deeper, empty
ones, links, loose files) is reported, and never a genre.

Names on disk may hold anything but ``/`` and a zero byte. Clips, genres and skipped files are named by what can be
printed of them (`core.names.readable_name`); the path keeps the true name.
"""

import os
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path, PurePosixPath

from core.audio import probe_audio
from core.clips.clip import Clip, SkippedFile
from core.errors import AudioError, CollectionError
from core.importing.genres import require_few_genres, unified
from core.importing.seen import is_sound_name, reason_without_sound, seen_below, sounds_below
from core.names import readable_name

_SUBFOLDERS = ("", "genres", "genres_original", "Data/genres_original", "Data", "wavfiles")
_FLAT_NAME = re.compile(r"(?P<genre>[^.]+)\.(?P<number>\d+)\.[^.]+")
_NUMBERED = re.compile(r"\d{3,}")
_NO_GENRES = ("__MACOSX", "images_original")
"""Folders that public archives have beside the genres."""
_MOST_CLOSED = 3
MAX_FILES = 500_000

OnProgress = Callable[[int, int], None]


def scan_folder(
    folder: Path, *, known: Mapping[Path, Clip] | None = None, on_progress: OnProgress | None = None
) -> tuple[Path, tuple[Clip, ...], tuple[SkippedFile, ...]]:
    """Find the clips of a folder.

    Parameters
    ----------
    folder : Path
    known : mapping of Path to Clip, optional
        Clips of an earlier scan: a file that has their size and time of change is not opened again.
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
        The folder is missing, cannot be read, has a name that is no text, or no layout fits; or it has more genres or
        files than can be taken.
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
            found, beside, unusable = _by_folder(root)
            if found:
                _require_genres([*dict.fromkeys(genre for genre, _ in found)], root)
                unusable += beside
            if found := found or _flat(root):
                if len(found) > MAX_FILES:
                    raise CollectionError(
                        f"{shown} has {len(found):,} files in its genres' folders; at most {MAX_FILES:,} can be "
                        "imported. Divide it into several collections."
                    )
                clips, skipped = _examine(root, found, known or {}, on_progress)
                return root, clips, tuple(sorted((*unusable, *skipped), key=lambda entry: entry.name))
        _, _, unusable = _by_folder(folder)
        seen = seen_below(folder)
    except OSError as error:
        raise CollectionError(f"{shown} cannot be read ({error.strerror}). Check its permissions.") from error
    closed = [f"{entry.name}: {entry.reason}" for entry in unusable if "sound file" not in entry.reason]
    also = f" Not looked at: {'; '.join(closed[:_MOST_CLOSED])}." if closed else ""
    raise CollectionError(f"No clips found in {shown}. {seen}{also}")


def genres_of_layout(folder: Path) -> dict[str, str]:
    """Genre of each sound file by its path from a folder in one of the layouts; no file is opened.

    Raises
    ------
    CollectionError
        No layout fits, or its folders name no genres.
    """
    for subfolder in _SUBFOLDERS:
        root = folder / subfolder
        if not _is_folder(root):
            continue
        try:
            found = _by_folder(root)[0]
            if found:
                _require_genres([*dict.fromkeys(genre for genre, _ in found)], root)
            found = found or _flat(root)
        except OSError as error:
            raise CollectionError(f"{readable_name(str(root))} cannot be read ({error.strerror}).") from error
        if found:
            return {str(PurePosixPath(path.relative_to(folder))): genre for genre, path in found if _is_audio(path)}
    raise CollectionError(f"No clips found in {readable_name(str(folder))}.")


def _require_genres(genres: list[str], root: Path) -> None:
    """Folders that are numbered only, as FMA's are, name no genres."""
    require_few_genres(genres, readable_name(str(root)))
    if all(_NUMBERED.fullmatch(genre) for genre in genres) and any(genre.startswith("0") for genre in genres):
        listed = ", ".join(genres[:3]) + (" …" if len(genres) > 3 else "")
        raise CollectionError(
            f"The folders in {readable_name(str(root))} are numbered ({listed}), so they name no genres. FMA, which is "
            "laid out like this, keeps its genres in a table: put tracks.csv of fma_metadata.zip beside the numbered "
            "folders, or the folder fma_metadata beside or in the folder that you import, then import again. Another "
            "table is read with --genre-from table; or give the folders names that are not numbers only, if they are "
            "your genres."
        )


def _is_audio(path: Path) -> bool:
    return is_sound_name(path.name)


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


def _by_folder(root: Path) -> tuple[list[tuple[str, Path]], list[SkippedFile], list[SkippedFile]]:
    """(genre, file) of every entry in subfolders that hold sound, none when there is no such subfolder.

    Besides, what lies beside these and becomes no genre: loose sound files and folders without sound; and folders whose
    sound cannot be had.
    """
    found: list[tuple[str, Path]] = []
    beside: list[SkippedFile] = []
    unusable: list[SkippedFile] = []
    for place in sorted(root.iterdir()):
        shown = readable_name(place.name)
        if place.name.startswith(".") or place.name in _NO_GENRES:
            continue
        if place.name in _SUBFOLDERS:
            if words := sounds_below(place).words:
                reason = f"not taken ({words}), since other folders beside it hold sound; import it by itself"
                beside.append(SkippedFile(f"{shown}/", reason))
            continue
        if not _is_folder(place):
            if _is_audio(place):
                reason = "lies beside the genres' folders; move it into the folder of its genre"
                beside.append(SkippedFile(shown, reason))
            continue
        if place.is_symlink():
            reason = "a link to a folder, which Genre Lab does not follow; put the folder itself here"
            unusable.append(SkippedFile(f"{shown}/", reason))
            continue
        try:
            entries = sorted(place.iterdir())
        except OSError as error:
            reason = f"this folder cannot be read ({error.strerror}); check its permissions"
            unusable.append(SkippedFile(shown, reason))
            continue
        if any(_is_audio(entry) for entry in entries):
            found.extend((place.name, entry) for entry in entries)
        else:
            below = sounds_below(place)
            entry = SkippedFile(f"{shown}/", reason_without_sound(below))
            (unusable if below.sounds else beside).append(entry)
    return found, beside, unusable


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
    root: Path, found: Iterable[tuple[str, Path]], known: Mapping[Path, Clip], on_progress: OnProgress | None
) -> tuple[tuple[Clip, ...], tuple[SkippedFile, ...]]:
    paths = [(genre, path) for genre, path in found]
    of_sound = [genre for genre, path in paths if _is_audio(path)]
    spelled, notes = unified(of_sound)
    spelling = dict(zip(of_sound, spelled, strict=True))
    listed = [(spelling.get(genre, genre), path) for genre, path in paths]
    names = _unique_names(listed)
    resolved_root = os.path.realpath(root)

    def examine(item: tuple[str, Path]) -> Clip | SkippedFile:
        genre, path = item
        shown = readable_name(str(path.relative_to(root)))
        if reason := _unfit(genre, path, resolved_root):
            return SkippedFile(shown, reason)
        try:
            if (earlier := known.get(path)) is not None:
                now = path.stat()
                if (now.st_size, now.st_mtime_ns) == (earlier.size_bytes, earlier.modified_ns):
                    return replace(earlier, name=names[path], genre=genre)
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
    return tuple(clips), (*skipped, *notes)


def _unfit(genre: str, path: Path, resolved_root: str) -> str:
    """Why a directory entry cannot be a clip, before its content is looked at; empty when it can."""
    if _is_folder(path):
        below = "" if path.is_symlink() else sounds_below(path).words
        return f"a folder inside a genre's folder{f' with {below}' if below else ''}; move its clips one level up"
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
    audio = [(genre, path) for genre, path in found if _is_audio(path)]
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
