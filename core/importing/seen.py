"""What lies in a folder that holds no clips where they are looked for, in words.

Folders are only walked so far, and links are not followed: this says what to do, it does not count a disk.
"""

import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from core.audio import AUDIO_EXTENSIONS
from core.names import readable_name

_MAX_ENTRIES = 20_000
_MAX_DEPTH = 6
_MOST_LISTED = 3
_MOST_EXTENSIONS = 7


@dataclass(frozen=True)
class Below:
    """What was found below a folder.

    Attributes
    ----------
    sounds : dict of tuple of str to int
        Sound files by the folder that holds them, as names from the folder that was looked at; empty for itself.
    others : dict of str to int
        Other files by extension.
    is_all : bool
        Whether everything was looked at.
    """

    sounds: dict[tuple[str, ...], int]
    others: dict[str, int]
    is_all: bool

    @property
    def words(self) -> str:
        """How many sound files there are, ``"12 sound files"``; empty for none."""
        n = sum(self.sounds.values())
        return f"{n:,}{'' if self.is_all else ' or more'} sound file{'' if n == 1 else 's'}" if n else ""


def is_sound_name(name: str) -> bool:
    """Whether a file of this name is taken for a sound file."""
    return os.path.splitext(name)[1].lower() in AUDIO_EXTENSIONS and not name.startswith(".")


def no_sound_in(folder: Path) -> str:
    """That a folder holds no sound file, and what was expected, in words."""
    return (
        f"There is no sound file in {readable_name(str(folder))}, nor in the folders in it. Expected files such as "
        f"{', '.join(AUDIO_EXTENSIONS[:_MOST_EXTENSIONS])}; check the path."
    )


def sounds_below(folder: Path) -> Below:
    """What lies in a folder and the folders in it; folders that cannot be read count as empty."""
    sounds: Counter[tuple[str, ...]] = Counter()
    others: Counter[str] = Counter()
    level: list[tuple[str, ...]] = [()]
    n_seen = 0
    for _ in range(_MAX_DEPTH):
        deeper = []
        for parts in level:
            try:
                with os.scandir(folder.joinpath(*parts)) as entries:
                    for entry in entries:
                        n_seen += 1
                        if n_seen > _MAX_ENTRIES:
                            return Below(dict(sounds), dict(others), is_all=False)
                        if entry.name.startswith("."):
                            continue
                        if entry.is_dir(follow_symlinks=False):
                            deeper.append((*parts, entry.name))
                        elif is_sound_name(entry.name):
                            sounds[parts] += 1
                        else:
                            others[os.path.splitext(entry.name)[1].lower() or "no extension"] += 1
            except OSError:
                continue
        level = sorted(deeper)
    return Below(dict(sounds), dict(others), is_all=not level)


def reason_without_sound(below: Below) -> str:
    """Why a folder without sound files of its own is no genre, and what to do."""
    if below.sounds:
        where = _listed([(readable_name("/".join(parts)), n) for parts, n in sorted(below.sounds.items())])
        return (
            f"no sound file lies in it, but {below.words} in folders in it ({where}); move them up into it to make it "
            "a genre"
        )
    if not below.others:
        return "an empty folder, so it is no genre"
    return f"a folder without sound files, so it is no genre ({_others(below)})"


def seen_below(folder: Path) -> str:
    """What a folder holds in place of clips where they are expected, and what to do: some sentences."""
    below = sounds_below(folder)
    expected = (
        f"Expected subfolders named after genres with sound files in them ({', '.join(AUDIO_EXTENSIONS)}), or files "
        "named like blues.00000.wav."
    )
    if not below.sounds:
        has = f"It holds no sound file ({_others(below)})." if below.others else "It holds no file."
        return f"{has} {expected}"
    if set(below.sounds) == {()}:
        return (
            f"Its {below.words} lie in the folder itself, and their names do not begin with a genre. {expected} Make a "
            "folder for each genre and move them there."
        )
    counted = sorted(below.sounds.items())
    where = _listed([(readable_name("/".join(parts)) or "the folder itself", n) for parts, n in counted])
    firsts = {parts[0] for parts in below.sounds if parts}
    text = f"Its {below.words} lie deeper than that: {where}. {expected}"
    if len(firsts) == 1 and () not in below.sounds:
        return f"{text} Import the folder in which the genres lie, such as {readable_name(firsts.pop())}."
    return f"{text} Move the files up, so that each lies in the folder of its genre, then import again."


def _listed(counted: Sequence[tuple[str, int]]) -> str:
    listed = ", ".join(f"{n:,} in {name}" for name, n in counted[:_MOST_LISTED])
    further = len(counted) - _MOST_LISTED
    return listed + (f" and more in {further:,} further folder{'' if further == 1 else 's'}" if further > 0 else "")


def _others(below: Below) -> str:
    counted = sorted(below.others.items(), key=lambda item: (-item[1], item[0]))
    if not counted:
        return "only empty folders"
    listed = ", ".join(f"{n:,} {readable_name(extension)}" for extension, n in counted[:_MOST_LISTED])
    return listed + (" …" if len(counted) > _MOST_LISTED else "")
