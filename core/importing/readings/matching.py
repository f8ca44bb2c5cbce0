"""Which file a cell of a table means: a path, a file's name, the name without its extension, or a number."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from core.audio import AUDIO_EXTENSIONS
from core.importing.readings.library import Library

_NUMBER = re.compile(r"(\d{1,18})(?:\.0*)?")


@dataclass(frozen=True)
class Match:
    """The file that a cell means, or those between which it does not decide; both empty where there is none."""

    file: str = ""
    candidates: tuple[str, ...] = ()


def _key(text: str) -> str:
    return unicodedata.normalize("NFC", text).casefold()


class FileMatcher:
    """Finds the files of a library that the cells of a table mean.

    Parameters
    ----------
    library : Library
    beside : str
        Folder of the table, from the library's root with a ``/`` at its end; empty for the root itself, or where the
        table lies elsewhere. Paths in it count from there too.
    """

    def __init__(self, library: Library, *, beside: str = "") -> None:
        self._beside = beside
        self._exact: dict[str, list[str]] = defaultdict(list)
        self._by_name: dict[str, list[str]] = defaultdict(list)
        self._by_stem: dict[str, list[str]] = defaultdict(list)
        self._by_number: dict[int, list[str]] = defaultdict(list)
        for sound in library.sounds:
            key = _key(sound)
            name = key.rpartition("/")[2]
            stem = name.rpartition(".")[0]
            self._exact[key].append(sound)
            self._by_name[name].append(sound)
            self._by_stem[stem].append(sound)
            if _NUMBER.fullmatch(stem) and stem.isascii():
                self._by_number[int(stem)].append(sound)

    def find(self, cell: str) -> Match:
        """The file that a cell means."""
        text = _key(re.sub(r"/{2,}", "/", cell.strip().replace("\\", "/")).removeprefix("./"))
        if not text or text.endswith("/"):
            return Match()
        for exact in (self._beside.casefold() + text, text):
            if len(found := self._exact.get(exact, [])) == 1:
                return Match(found[0])
        folders, _, name = text.rpartition("/")
        stem, dot, extension = name.rpartition(".")
        if found := self._within(self._by_name.get(name, []), folders):
            return _decided(found)
        # Named with another extension, or without one; a dot may belong to the name, as in blues.00000.
        for bare in (name, *([stem] if f"{dot}{extension}" in AUDIO_EXTENSIONS else [])):
            if found := self._within(self._by_stem.get(bare, []), folders):
                return _decided(found)
        number = _NUMBER.fullmatch(stem if f"{dot}{extension}" in AUDIO_EXTENSIONS else name)
        if number and name.isascii() and (found := self._by_number.get(int(number[1]), [])):
            return _decided(found)
        return Match()

    def _within(self, found: Sequence[str], folders: str) -> list[str]:
        """Those that lie in the folders named, as far as both say: a table may name more folders, or fewer."""
        if not folders or not found:
            return list(found)
        wanted = [part for part in folders.split("/") if part not in ("", ".", "..")]

        def agrees(sound: str) -> bool:
            here = _key(sound).split("/")[:-1]
            n = min(len(here), len(wanted))
            return n == 0 or here[-n:] == wanted[-n:]

        return [sound for sound in found if agrees(sound)]


def _decided(found: Sequence[str]) -> Match:
    return Match(found[0]) if len(found) == 1 else Match("", tuple(found))


def share_matched(matcher: FileMatcher, cells: Sequence[str], *, most: int = 400) -> float:
    """Part of the cells that aren't empty, evenly chosen, that mean a file, 0 to 1."""
    given = [cell for cell in cells if cell]
    step = max(1, len(given) // most)
    looked = given[::step]
    return sum(bool((match := matcher.find(cell)).file or match.candidates) for cell in looked) / max(1, len(looked))
