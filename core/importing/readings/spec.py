"""Which reading is meant, in plain values: what a command line asks for, and what is kept with a collection."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from core.clips.folders import collection_folder
from core.errors import CollectionError
from core.files import damage_as, read_json, require_known_fields, require_version, write_json

LAYOUT, FOLDER, TAGS, TABLE, FMA, PARTS, AUDIOFOLDER = (
    "layout", "folder", "tags", "table", "fma", "parts", "audiofolder",
)  # fmt: skip
KINDS = (LAYOUT, FOLDER, TAGS, TABLE, FMA, PARTS, AUDIOFOLDER)
SUBSETS = ("small", "medium", "large", "full")
"""Of FMA, each holding the ones before it."""
MAX_LEVEL = 12
_VERSION = 1
_FOLDER = re.compile(r"folder:(?P<level>\d{1,3})")
_EXPECTED = "Expected folder:1, folder:2 ..., tags, table, fma, parts, audiofolder or layout"


@dataclass(frozen=True, kw_only=True)
class Columns:
    """Which columns of a table say what, by name; empty where they are to be guessed, ``-`` where there is none."""

    file: str = ""
    genre: str = ""
    artist: str = ""
    title: str = ""
    album: str = ""
    year: str = ""
    split: str = ""


@dataclass(frozen=True, kw_only=True)
class GenreFrom:
    """Where the genre stands.

    Attributes
    ----------
    kind : str
        Of `KINDS`. ``layout``: one folder a genre, or the genre in front of each name (`core.importing.folder`).
    level : int
        Of ``folder``: 1 for the folders in the folder that is imported, 2 for those in them.
    table : str
        Path of the table, from the folder that is imported where it lies in it; empty for the one that fits best.
    columns : Columns
    subset : str
        Of `SUBSETS`: which part of FMA is taken; empty for all that is there.
    """

    kind: str
    level: int = 0
    table: str = ""
    columns: Columns = field(default_factory=Columns)
    subset: str = ""

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise CollectionError(f"{_EXPECTED}, got {self.kind!r}.")
        if self.kind == FOLDER and not 1 <= self.level <= MAX_LEVEL:
            raise CollectionError(f"Level of the genre's folder: expected 1 to {MAX_LEVEL}, got {self.level}.")
        if self.subset and (self.kind != FMA or self.subset not in SUBSETS):
            raise CollectionError(f"Subset of FMA: expected one of {', '.join(SUBSETS)}, got {self.subset!r}.")

    @property
    def text(self) -> str:
        """As it is typed: ``"folder:2"``, ``"tags"``."""
        return f"{FOLDER}:{self.level}" if self.kind == FOLDER else self.kind

    @property
    def place(self) -> str:
        """As it is typed, with the table where there is one: ``"table labels.csv"``."""
        return f"{self.text} {self.table}".strip()

    @property
    def in_words(self) -> str:
        """What the genre is read from, at the end of a sentence: ``"the tags of the files"``."""
        table = self.table.rpartition("/")[2]
        return {
            LAYOUT: "folders named after genres",
            FOLDER: f"the folders at level {self.level}",
            TAGS: "the tags of the files",
            TABLE: f"the table {table}, column {self.columns.genre}",
            FMA: f"FMA's {table or 'tracks.csv'}" + (f", subset {self.subset}" if self.subset else ""),
            PARTS: "the folders in the train and test folders",
            AUDIOFOLDER: f"metadata.csv, column {self.columns.genre}",
        }[self.kind]

    def to_dict(self) -> dict[str, Any]:
        """Plain values; `genre_from_dict` reads them back."""
        return asdict(self)


def parse_genre_from(text: str, **further: Any) -> GenreFrom:
    """The reading that was typed, such as ``folder:1`` or ``tags``; `CollectionError` where there is none such."""
    typed = text.strip().lower()
    if match := _FOLDER.fullmatch(typed):
        return GenreFrom(kind=FOLDER, level=int(match["level"]), **further)
    if typed not in KINDS or typed == FOLDER:
        raise CollectionError(f"{_EXPECTED}, got {text.strip()!r}.")
    return GenreFrom(kind=typed, **further)


def genre_from_dict(values: Mapping[str, Any]) -> GenreFrom:
    """The reading of such values; `NewerVersionError` where a newer Genre Lab has added to them."""
    require_known_fields(GenreFrom, values, "How the genre is read")
    columns = values.get("columns", {})
    require_known_fields(Columns, columns, "The columns of a table")
    known = {each.name: values[each.name] for each in fields(GenreFrom) if each.name in values}
    return GenreFrom(**{**known, "columns": Columns(**columns)})


def _path(collection_id: str) -> Path:
    return collection_folder(collection_id) / "reading.json"


def kept_genre_from(collection_id: str) -> GenreFrom | None:
    """How a collection's genres are read; None for those that are sorted into folders of genres, and unknown ones."""
    path = _path(collection_id)
    with damage_as(CollectionError, f"The file {path}", "Import the folder again and choose where the genre stands."):
        try:
            values = read_json(path)
        except FileNotFoundError:
            return None
        require_version(values, _VERSION, path)
        return genre_from_dict(values["genre_from"])


def keep_genre_from(collection_id: str, genre_from: GenreFrom) -> None:
    """Keep with a collection how its genres are read, so that it is scanned again in the same way."""
    path = _path(collection_id)
    if genre_from.kind == LAYOUT:
        path.unlink(missing_ok=True)
    else:
        write_json(path, {"version": _VERSION, "genre_from": genre_from.to_dict()})
