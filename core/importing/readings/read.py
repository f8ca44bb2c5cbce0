"""From a `GenreFrom` to what it says of the files of a folder."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from core.errors import CollectionError
from core.importing.folder import genres_of_layout
from core.importing.readings.by_table import by_audiofolder, by_table
from core.importing.readings.by_tags import by_tags
from core.importing.readings.fma import by_fma
from core.importing.readings.folders import by_folder, by_parts
from core.importing.readings.library import Library
from core.importing.readings.spec import AUDIOFOLDER, FMA, FOLDER, LAYOUT, PARTS, TABLE, TAGS, GenreFrom
from core.importing.readings.tags import Tags
from core.importing.readings.told import Reading, Told, clean, filled

_READERS: dict[str, Callable[[Library, GenreFrom], Reading]] = {
    FOLDER: by_folder,
    PARTS: by_parts,
    TABLE: by_table,
    FMA: by_fma,
    AUDIOFOLDER: by_audiofolder,
}


def read_genres(library: Library, genre_from: GenreFrom, tags: Mapping[str, Tags]) -> Reading:
    """What a reading says of each file, completed by artist, title, album and year of the tags that are known.

    Parameters
    ----------
    library : Library
    genre_from : GenreFrom
        Of any kind but ``layout``.
    tags : mapping of str to Tags
        Of the files that were looked at; the reading by tags is of these alone.

    Raises
    ------
    CollectionError
        The table is missing, or cannot be used as asked.
    """
    if genre_from.kind == TAGS:
        return by_tags(library, tags)
    if genre_from.kind == LAYOUT:
        return by_layout(library)
    if genre_from.kind == TABLE and not genre_from.table:
        raise CollectionError("The reading by a table needs the table: --table FILE.")
    reading = _READERS[genre_from.kind](library, genre_from)
    told = {
        path: replace(said, facts=filled(said.facts, tags[path].facts)) if path in tags else said
        for path, said in reading.told.items()
    }
    return replace(reading, told=told)


def by_layout(library: Library) -> Reading:
    """One folder a genre, or the genre in front of each name, as `core.importing.folder` reads it: for comparison.

    Raises
    ------
    CollectionError
        No layout fits.
    """
    found = genres_of_layout(library.root)
    told = {
        path: Told((clean(found[path]),))
        if found.get(path)
        else Told((), reason="it lies in no folder of a genre, or not right in it")
        for path in library.sounds
    }
    return Reading(
        genre_from=GenreFrom(kind=LAYOUT), title="Folders named after genres", told=told, n_all=len(library.sounds)
    )
