"""Looks at what is in a folder once: what each reading would give, which one is proposed and why."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from core.errors import CollectionError
from core.importing.readings.by_table import metadata_tables
from core.importing.readings.fma import find_tracks, may_read
from core.importing.readings.folders import PART_OF, deepest, has_parts
from core.importing.readings.genre_words import is_known_genre
from core.importing.readings.headers import Header, OnProgress, read_headers
from core.importing.readings.library import Library, read_library
from core.importing.readings.read import read_genres
from core.importing.readings.spec import AUDIOFOLDER, FMA, FOLDER, LAYOUT, PARTS, TABLE, TAGS, GenreFrom
from core.importing.readings.tables import likely_columns, read_table
from core.importing.readings.tags import Tags
from core.importing.readings.told import Reading
from core.importing.seen import no_sound_in

MOST_LOOKED_AT = 1_000
"""Files whose tags are read for a first look; of more, so many are taken evenly."""
_MOST_TABLES = 6
_MOST_LEVELS = 4
_ENOUGH = 0.5
"""Share of the files that must have a genre for a reading to be proposed for certain."""
_FACTS_FILE = "clips.csv"


@dataclass(frozen=True)
class Look:
    """What was seen in a folder.

    Attributes
    ----------
    library : Library
    readings : tuple of Reading
        Those that give a genre to any file, or would with a column chosen; the proposed one first.
    proposed : Reading or None
        None where no reading gives a genre.
    why : str
        Why this one is proposed, in a sentence; where there is none, what was looked for.
    is_certain : bool
        Whether it may be taken without asking: a published layout, folders named after genres, a table or tags that
        cover most files.
    tags : dict of str to Tags
        Of the files that were looked at.
    """

    library: Library
    readings: tuple[Reading, ...]
    proposed: Reading | None
    why: str
    is_certain: bool
    tags: dict[str, Tags]

    @property
    def others(self) -> tuple[Reading, ...]:
        """Readings that say something else than the proposed one, and tell genres apart at all."""
        proposed = self.proposed
        return tuple(
            each
            for each in self.readings
            if each is not proposed
            and not (proposed is not None and each.says_the_same(proposed))
            and (len(each.genres) > 1 or each.problem or (proposed is not None and len(proposed.genres) < 2))
        )


def look_at(
    folder: Path,
    *,
    whole: bool = False,
    within: Sequence[Path] | None = None,
    also: GenreFrom | None = None,
    on_progress: OnProgress | None = None,
) -> Look:
    """Look at a folder: which readings there are, and what each would give.

    Parameters
    ----------
    folder : Path
    whole : bool
        Whether the tags of all files are read, not of `MOST_LOOKED_AT` alone.
    within : sequence of Path, optional
        Folders in which a table may lie that does not lie in the folder; everywhere when not given.
    also : GenreFrom, optional
        A reading that was asked for, beside those that are found.
    on_progress : callable, optional
        Called with (files looked at, files in all).

    Raises
    ------
    CollectionError
        It is no folder, cannot be read, or holds too many files; or what was asked for cannot be read.
    """
    library = read_library(folder)
    step = 1 if whole else -(-len(library.sounds) // MOST_LOOKED_AT)
    looked = library.sounds[:: max(1, step)]
    headers: Mapping[str, Header] = read_headers(
        folder, looked, known={}, is_wanted=lambda path, tags: False, on_progress=on_progress
    )
    tags = {path: header.tags for path, header in headers.items()}
    found: dict[str, list[Reading]] = {}

    def try_reading(genre_from: GenreFrom) -> None:
        try:
            reading = read_genres(library, genre_from, tags)
        except CollectionError:
            return  # it is not there
        # A table that names files is offered though its column for the genre has to be chosen; notes and lists are not.
        if reading.n_labelled or (reading.problem and reading.genre_from.columns.file):
            found.setdefault(genre_from.kind, []).append(reading)

    if also is not None:
        asked = read_genres(library, also, tags)
        found.setdefault(also.kind, []).append(asked)
    if library.sounds:
        _try_all(library, within, try_reading, skip=also)
    choices = _Choices(library, found, tags)
    proposed, why, is_certain = choices.choose()
    rest = [reading for readings in found.values() for reading in readings if reading is not proposed]
    order = (FMA, AUDIOFOLDER, PARTS, LAYOUT, TABLE, TAGS, FOLDER)
    rest.sort(key=lambda reading: (order.index(reading.genre_from.kind), reading.genre_from.level))
    return Look(library, (*([proposed] if proposed else []), *rest), proposed, why, is_certain, tags)


def _try_all(
    library: Library,
    within: Sequence[Path] | None,
    try_reading: Callable[[GenreFrom], None],
    *,
    skip: GenreFrom | None,
) -> None:
    asked = skip.kind if skip is not None else ""
    tracks = find_tracks(library, within=within)
    if tracks and asked != FMA:
        try_reading(GenreFrom(kind=FMA, table=tracks))
    metadata = metadata_tables(library)
    if metadata and asked != AUDIOFOLDER:
        try_reading(GenreFrom(kind=AUDIOFOLDER))
    if has_parts(library) and asked != PARTS:
        try_reading(GenreFrom(kind=PARTS))
    if asked != LAYOUT:
        try_reading(GenreFrom(kind=LAYOUT))
    beside = tracks.rpartition("/")[0] if tracks else None  # FMA's other tables are of tracks, artists and genres too
    tables = [table for table in library.tables if table not in metadata and table.rpartition("/")[0] != beside]
    for table in _tables(library, tables, within):
        if skip is None or skip.table != table:
            try_reading(GenreFrom(kind=TABLE, table=table))
    if asked != TAGS:
        try_reading(GenreFrom(kind=TAGS))
    for level in range(1, min(deepest(library), _MOST_LEVELS) + 1):
        if skip is None or (skip.kind, skip.level) != (FOLDER, level):
            try_reading(GenreFrom(kind=FOLDER, level=level))


def _tables(library: Library, tables: Sequence[str], within: Sequence[Path] | None) -> list[str]:
    """Those that have several columns, and may be read; facts of single clips are none."""
    found: list[str] = []
    for table in tables:
        if len(found) == _MOST_TABLES or not may_read(library.path(table), library, within):
            continue
        try:
            read = read_table(library.path(table))
        except CollectionError:
            continue
        is_facts = table.rpartition("/")[2].lower() == _FACTS_FILE and not likely_columns(read, "genre")
        if not is_facts and len(read.columns) > 1:
            found.append(table)
    return found


class _Choices:
    """Weighs the readings that were found."""

    def __init__(self, library: Library, found: Mapping[str, list[Reading]], tags: Mapping[str, Tags]) -> None:
        self._found = found
        self._tags = tags
        self._library = library

    def _best(self, kind: str) -> Reading | None:
        usable = [reading for reading in self._found.get(kind, []) if reading.n_labelled and not reading.problem]
        return max(usable, key=lambda reading: (reading.n_labelled, len(reading.genres)), default=None)

    def choose(self) -> tuple[Reading | None, str, bool]:
        """The one proposed, why, and whether it may be taken without asking."""
        n = len(self._library.sounds)
        for kind, why in (
            (FMA, "The folder is FMA as published, whose table gives the genre, the artist and the parts"),
            (AUDIOFOLDER, "There is a metadata.csv as in a Hugging Face audiofolder"),
            (PARTS, "The folders are the parts of a published split, with a folder for each genre in them"),
        ):
            if (reading := self._best(kind)) is not None and reading.share >= _ENOUGH:
                return reading, f"{why} ({_of(reading)}).", True
        layout, table, tagged = self._best(LAYOUT), self._best(TABLE), self._best(TAGS)
        if layout is not None and self._is_named_after_genres(layout):
            return layout, f"Most files lie in folders named after genres ({_of(layout)}).", True
        if table is not None and table.share >= _ENOUGH and len(table.genres) > 1:
            return table, f"The table gives a genre to most of the files ({_of(table)}).", True
        folder = self._folder_of_genres()
        if folder is not None:
            level = folder.genre_from.level
            return folder, f"The folders at level {level} are named after genres ({_of(folder)}).", True
        tagged_enough = tagged is not None and tagged.share >= _ENOUGH and len(tagged.genres) > 1
        if tagged is not None and tagged_enough and (layout is None or not self._is_plausible(layout)):
            why = "Most files have a genre in their tags"
            if layout is not None:
                why += ", and the folders are named after artists, albums or parts, or there is one only"
            return tagged, f"{why} ({_of(tagged)}).", True
        if layout is not None and self._is_plausible(layout):
            return (
                layout,
                f"There is one folder for each genre, or its name in front of each file's ({_of(layout)}).",
                True,
            )
        for reading in (tagged, table):
            if reading is not None:
                return reading, f"Some of the files have a genre there ({_of(reading)}).", False
        folders = [reading for reading in self._found.get(FOLDER, []) if len(reading.genres) > 1]
        if folders:
            best = max(folders, key=lambda reading: (reading.n_labelled, -len(reading.genres)))
            return best, f"The files have no tags and no table, only folders ({_of(best)}).", False
        if layout is not None:
            return layout, f"There is nothing but the folders ({_of(layout)}).", True
        if not n:
            return None, no_sound_in(self._library.root), False
        return None, f"None of the {n:,} sound files has a genre in a folder's name, its tags or a table.", False

    def _folder_of_genres(self) -> Reading | None:
        usable = [
            reading
            for reading in self._found.get(FOLDER, [])
            if len(reading.genres) > 1 and self._is_named_after_genres(reading)
        ]
        return max(usable, key=lambda reading: reading.n_labelled, default=None)

    def _is_named_after_genres(self, reading: Reading) -> bool:
        """Whether most files lie in folders whose names are genres that many know."""
        known = sum(n for genre, n in reading.genres.items() if is_known_genre(genre))
        return len(reading.genres) > 1 and known > _ENOUGH * reading.n_told

    def _is_plausible(self, reading: Reading) -> bool:
        """Whether the folders may be genres: several, no parts of a split, not the artists or albums of the tags."""
        if len(reading.genres) < 2 or all(genre.lower() in PART_OF for genre in reading.genres):
            return False
        looked = [
            (genre.casefold(), self._tags[path]) for path, genre in reading.genre_of.items() if path in self._tags
        ]
        alike = sum(genre in (tags.artist.casefold(), tags.album.casefold()) for genre, tags in looked)
        return alike < _ENOUGH * max(1, len(looked))


def _of(reading: Reading) -> str:
    looked = f"{reading.n_told:,} looked at" if reading.is_sampled else f"{reading.n_told:,}"
    n = len(reading.genres)
    return f"{reading.n_labelled:,} of {looked} files, {n:,} genre{'' if n == 1 else 's'}"


def hint(look: Look) -> str:
    """Which readings there would be, for the end of a message: how each is asked for, and what it gives."""
    usable = [reading for reading in look.readings if reading.n_labelled]
    if not usable:
        return ""
    listed = "; ".join(f"{reading.genre_from.place} ({_of(reading)})" for reading in usable)
    return f"Genres could be read from: {listed}. Choose one on Collections, or with --genre-from."
