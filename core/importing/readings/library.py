"""What lies in a folder of music, however deep: its sound files and their names as clips, tables, and what else."""

import os
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from core.clips.clip import SkippedFile
from core.errors import CollectionError
from core.importing.seen import is_sound_name
from core.names import readable_name

MAX_FILES = 500_000
_NO_MUSIC = ("__MACOSX", "images_original", "@eaDir", "$RECYCLE.BIN", "System Volume Information")
_TABLES = (".csv", ".tsv", ".tab", ".txt")
_TABLE_DEPTH = 2


@dataclass(frozen=True)
class Library:
    """Files of a folder by their paths from it, with ``/`` between the parts, in alphabetical order.

    Attributes
    ----------
    root : Path
    sounds : tuple of str
        That may become clips.
    tables : tuple of str
        Files near the root that may be tables.
    unusable : tuple of SkippedFile
        What cannot be had, and why.
    others : dict of str to (int, str)
        How many files of each other extension there are, and one of them.
    """

    root: Path
    sounds: tuple[str, ...]
    tables: tuple[str, ...]
    unusable: tuple[SkippedFile, ...]
    others: dict[str, tuple[int, str]]

    @cached_property
    def names(self) -> dict[str, str]:
        """Name of each sound as a clip: its stem, or its path where others have the same; the genre is not in it."""
        return clip_names(self.sounds)

    def path(self, relative: str) -> Path:
        """Where a file of it lies."""
        return self.root / relative

    @property
    def no_sound(self) -> tuple[SkippedFile, ...]:
        """What lies beside the sound, by extension: a cover for each album would hide what matters."""
        return tuple(
            SkippedFile(
                f"{n:,} {extension} file{'' if n == 1 else 's'}",
                f"not sound that Genre Lab can read, such as {readable_name(first)}",
            )
            for extension, (n, first) in sorted(self.others.items())
        )


def read_library(root: Path) -> Library:
    """Walk a folder; no file is opened, no link to a folder followed.

    Raises
    ------
    CollectionError
        It is no folder, cannot be read, or holds too many files.
    """
    shown = readable_name(str(root))
    if not os.path.isdir(root):
        raise CollectionError(f"{shown} is not a folder. Give the folder that holds the music.")
    sounds: list[str] = []
    tables: list[str] = []
    unusable: list[SkippedFile] = []
    others: dict[str, tuple[int, str]] = {}
    resolved = os.path.realpath(root)
    waiting = [""]
    while waiting:
        place = waiting.pop()
        try:
            with os.scandir(os.path.join(root, place)) as found:
                entries = sorted(found, key=lambda entry: entry.name)
        except OSError as error:
            if not place:
                raise CollectionError(f"{shown} cannot be read ({error.strerror}). Check its permissions.") from error
            reason = f"this folder cannot be read ({error.strerror}); check its permissions"
            unusable.append(SkippedFile(f"{readable_name(place)}/", reason))
            continue
        for entry in entries:
            relative = f"{place}/{entry.name}" if place else entry.name
            if entry.name.startswith(".") or entry.name in _NO_MUSIC:
                continue
            if entry.is_dir(follow_symlinks=False):
                waiting.append(relative)
                continue
            is_link, is_sound = entry.is_symlink(), is_sound_name(entry.name)
            if is_link and (reason := _why_no_link(entry.path, resolved)):
                unusable.append(SkippedFile(readable_name(relative), reason))
            elif not entry.is_file():
                # Opening a pipe or a device could wait for ever.
                unusable.append(SkippedFile(readable_name(relative), "neither a file nor a folder"))
            elif not _is_text(relative):
                if is_sound:
                    unusable.append(
                        SkippedFile(readable_name(relative), "its name is not valid UTF-8; rename it, or its folder")
                    )
            elif is_sound:
                sounds.append(relative)
                if len(sounds) > MAX_FILES:
                    raise CollectionError(
                        f"{shown} has more than {MAX_FILES:,} sound files. Divide it into several collections."
                    )
            else:
                extension = os.path.splitext(entry.name)[1].lower()
                if extension in _TABLES and relative.count("/") <= _TABLE_DEPTH:
                    tables.append(relative)
                else:
                    n, first = others.get(extension or "unnamed", (0, relative))
                    others[extension or "unnamed"] = (n + 1, min(first, relative))
    return Library(
        root,
        tuple(sorted(sounds)),
        tuple(sorted(tables, key=lambda name: (name.count("/"), name))),
        tuple(unusable),
        others,
    )


def _why_no_link(path: str, resolved_root: str) -> str:
    if os.path.isdir(path):
        return "a link to a folder, which Genre Lab does not follow; put the folder itself here"
    inside = Path(os.path.realpath(path)).is_relative_to(resolved_root)
    return "" if inside and os.path.isfile(path) else "a link to nothing, or to a place outside the collection's folder"


def _is_text(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def clip_names(sounds: Sequence[str]) -> dict[str, str]:
    """Name of each sound: the stem; its path, then with its extension, then with a number, where that is not unique.

    >>> clip_names(["a/01.mp3", "b/01.mp3", "b/02.mp3"])
    {'a/01.mp3': 'a/01', 'b/01.mp3': 'b/01', 'b/02.mp3': '02'}
    """
    readable = {sound: readable_name(sound) for sound in sounds}
    bare = {sound: os.path.splitext(path)[0] for sound, path in readable.items()}
    stem = {sound: path.rpartition("/")[2] for sound, path in bare.items()}
    stems, paths, files = (Counter(names.values()) for names in (stem, bare, readable))
    taken: Counter[str] = Counter()
    used: dict[str, list[str]] = defaultdict(list)
    for sound in sounds:
        name = stem[sound]
        if stems[name] > 1:
            name = bare[sound] if paths[bare[sound]] == 1 else readable[sound]
        if files[readable[sound]] > 1:
            # Two names that differ only in what cannot be printed.
            taken[name] += 1
            name = f"{name} ({taken[name]})"
        used[name].append(sound)
    return {
        sound: name if len(sharing) == 1 else readable[sound] for name, sharing in used.items() for sound in sharing
    }
