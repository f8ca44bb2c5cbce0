"""Files of features: a table of numbers (CSV), or arrays of spectrograms or numbers (npz), one row a clip.

*Table* (`core.importing.features.tables`): UTF-8, a line a clip, with commas, semicolons or tabs between the columns
and points or commas in the numbers; a column that names the clip (the first of `CLIP_COLUMNS` that there is) and one
with its genre (of `GENRE_COLUMNS`); every other column of numbers is a feature. ``length`` is none, nor are
``duration_s``, what is known of clips (``artist``, ``title``, ``group``, ``partition``, ``parent``), numbers that stand
for the genre or the clip, or count the rows. Columns of words (album, session ...) are kept to divide clips by.

*Arrays* (`core.importing.features.arrays`): ``level`` of shape (clips, bands, frames), or (clips, features);
``clip``, their names; ``genre``, or names that begin with it as GTZAN's do (``blues.00000``). Each optional:
``front_end`` (JSON, as `Features.to_dict` gives it) that made them, ``n_valid`` (frames that are no padding),
``duration_s``, the facts named above, ``column_1``, ``column_2`` ... (columns to divide clips by, named in the list
``columns`` of ``about``), ``about`` (JSON: title, source, licence, synthetic). Without ``front_end`` each
spectrogram is standardised.

Nothing is unpickled, and no array is read before its size is known to be what its file says. Rows that cannot be used
are left out with their reason; no value is made up.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.audio import AUDIO_EXTENSIONS
from core.clips.clip import ClipFacts, SkippedFile
from core.collections.clip_facts import PARTITIONS, gtzan_parent
from core.errors import CollectionError, FeatureError
from core.features.base import Features
from core.importing.genres import require_few_genres, unified, whole_numbers
from core.names import readable_name, reason_of

TABLE_EXTENSIONS = (".csv", ".tsv")
FEATURE_EXTENSIONS = (*TABLE_EXTENSIONS, ".npz")
CLIP_COLUMNS = ("filename", "file", "clip", "name", "file_name", "filepath", "file_path", "path", "track_id", "id")
GENRE_COLUMNS = ("genre", "label", "class", "category", "style", "genre_top", "class_name", "class_label", "target")
FACT_COLUMNS = ("artist", "title", "group", "partition", "parent")
MAX_CLIPS = 500_000
MAX_NAME = 200
_MAX_REPORTED = 1_000

Block = tuple[list[int], NDArray[Any]]
"""Places of clips in their file, and their features."""


@dataclass(frozen=True)
class FeatureFile:
    """What a file of features says, before its features are read.

    Attributes
    ----------
    front_end : Features
        That made the features.
    names, genres : tuple of str
        Of the clips, in the order of the file.
    n_valid : tuple of int
        Frames of each that are no padding.
    duration_s : tuple of float
        Of each clip; 0 where it is not known.
    facts : dict of clip name to ClipFacts
    about : dict
        ``title``, ``source``, ``licence``, ``synthetic`` where the file says so.
    note : str
        What a person should know of the set, for its source; may be empty.
    skipped : list of SkippedFile
        Rows and columns that cannot be used; grows while blocks are read.
    """

    front_end: Features
    names: tuple[str, ...]
    genres: tuple[str, ...]
    n_valid: tuple[int, ...]
    duration_s: tuple[float, ...]
    facts: dict[str, ClipFacts]
    read: Callable[["FeatureFile"], Iterator[Block]]
    about: dict[str, Any] = field(default_factory=dict)
    note: str = ""
    skipped: list[SkippedFile] = field(default_factory=list)

    def blocks(self) -> Iterator[Block]:
        """Features of usable clips, some at a time, shape (clips, bands or features, frames), as stored."""
        usable = self._usable()
        for places, values in self.read(self):
            kept = [row for row, place in enumerate(places) if usable[place]]
            if kept:
                yield [places[row] for row in kept], values[kept]

    def skip(self, name: str, reason: str) -> None:
        """Report what cannot be used, up to a number that a page can show."""
        if len(self.skipped) < _MAX_REPORTED:
            self.skipped.append(SkippedFile(readable_name(name)[:MAX_NAME], reason))
        elif len(self.skipped) == _MAX_REPORTED:
            self.skipped.append(SkippedFile("further rows", "could not be used either; only the first ones are listed"))

    def _usable(self) -> list[bool]:
        usable, seen = [], set()
        for place, (name, genre) in enumerate(zip(self.names, self.genres, strict=True)):
            reason = "no name" if not name else "no genre" if not genre else ""
            if name in seen:
                reason = f"{name} is already in an earlier row"
            seen.add(name)
            if reason:
                self.skip(f"row {place + 1}", reason)
            usable.append(not reason)
        return usable


def is_feature_file(name: str) -> bool:
    """Whether a file may hold features, by its extension."""
    return name.lower().endswith(FEATURE_EXTENSIONS)


def made(make: Callable[[], Features], shown: str) -> Features:
    """A front end; `CollectionError` where the file describes an impossible one."""
    try:
        return make()
    except (FeatureError, TypeError, ValueError) as error:
        raise CollectionError(f"{shown}: {reason_of(error)}") from error


def texts(given: Sequence[Any]) -> tuple[str, ...]:
    """Words as they may be shown and kept."""
    return tuple(readable_name(str(text).strip())[:MAX_NAME] for text in given)


def genres_of(given: Sequence[Any], shown: str) -> tuple[tuple[str, ...], list[SkippedFile]]:
    """Genres in one spelling each, and which spellings were brought together.

    Raises
    ------
    CollectionError
        There are more than can be told apart.
    """
    genres, notes = unified(whole_numbers([text[:MAX_NAME] for text in map(str, given)]))
    require_few_genres(sorted(set(genres) - {""}), shown)
    return tuple(genres), notes


def clip_names(given: Sequence[Any]) -> tuple[str, ...]:
    """Names without the extension of a sound file, and without folders where they are unique without them."""
    names = [_without_extension(text) for text in texts(given)]
    short = [name.rpartition("/")[2] for name in names]
    return tuple(short if len(set(short)) == len(set(names)) else names)


def _without_extension(name: str) -> str:
    stem, dot, extension = name.rpartition(".")
    return stem if stem and f"{dot}{extension}".lower() in AUDIO_EXTENSIONS else name


def clip_facts(
    names: Sequence[str], columns: dict[str, list[Any]], own_columns: Mapping[str, Sequence[Any]] | None = None
) -> dict[str, ClipFacts]:
    """What a file says of its clips; the clip that a part of one of GTZAN's clips belongs to is known by its name.

    Parameters
    ----------
    names : sequence of str
    columns : dict of str to list
        Those of `FACT_COLUMNS`.
    own_columns : mapping of str to sequence, optional
        Those to divide clips by.
    """
    groups = {column: texts(values) for column, values in (own_columns or {}).items()}
    columns_read = {column: texts(values) for column, values in columns.items()}
    facts = {}
    for place, name in enumerate(names):
        own = {column: values[place] for column, values in columns_read.items()}
        own["parent"] = own.get("parent") or gtzan_parent(name)
        if own.get("partition", "").lower() not in PARTITIONS:
            own["partition"] = ""
        own["partition"] = own["partition"].lower()
        grouped = tuple((column, values[place]) for column, values in groups.items() if values[place])
        if any(own.values()) or grouped:
            facts[name] = ClipFacts(**own, columns=grouped)
    return facts


def usable_durations(seconds: NDArray[np.float64]) -> tuple[float, ...]:
    """Seconds of each clip, 0 where what is given (shape (clips,)) is not a length."""
    usable = np.isfinite(seconds) & (seconds > 0) & (seconds < 1e7)
    return tuple(np.where(usable, seconds, 0.0).tolist())
