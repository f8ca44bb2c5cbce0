"""What a reading says of each file, and what it comes to: genres with counts, artists, what is left out and why."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from core.clips.clip import ClipFacts, SkippedFile
from core.importing.genres import unified
from core.importing.readings.spec import GenreFrom
from core.names import readable_name

MAX_VALUE = 200
"""Characters of a genre, an artist ..., as elsewhere."""
MOST_LISTED = 1_000
"""Files of one reason that are named one by one."""
_NOTHING = ClipFacts()


@dataclass(frozen=True)
class Told:
    """What is said of one file.

    Attributes
    ----------
    labels : tuple of str
        Its genres as they are written there, in that order; empty where there is none.
    facts : ClipFacts
    reason : str
        Why it has no genre, in words; empty where it has one.
    """

    labels: tuple[str, ...] = ()
    facts: ClipFacts = _NOTHING
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What one way of reading the genre gives for the files of a folder.

    Attributes
    ----------
    genre_from : GenreFrom
        With everything that was guessed, so that reading it again gives the same.
    title : str
        For people: ``"Tags in the files"``.
    told : mapping of str to Told
        By path from the folder.
    n_all : int
        Sound files in the folder; more than ``told`` where only some were looked at.
    notes : tuple of SkippedFile
        What besides files is not used: rows of a table that match none ...
    problem : str
        What has to be chosen before it can be used, such as a column; empty where nothing.
    source : str
        In a sentence of the details, what it was read from.
    """

    genre_from: GenreFrom
    title: str
    told: Mapping[str, Told]
    n_all: int
    notes: tuple[SkippedFile, ...] = ()
    problem: str = ""
    by_subset: Mapping[str, int] = field(default_factory=dict)

    @cached_property
    def genre_of(self) -> dict[str, str]:
        """Genre of each file that has one, spellings brought together: for now its first label."""
        labelled = {path: told.labels[0] for path, told in self.told.items() if told.labels}
        return dict(zip(labelled, unified(list(labelled.values()))[0], strict=True))

    @cached_property
    def genres(self) -> dict[str, int]:
        """Files by genre, the most frequent first."""
        return dict(sorted(Counter(self.genre_of.values()).items(), key=lambda item: (-item[1], item[0])))

    @cached_property
    def artists(self) -> dict[str, int]:
        """Files with a genre by artist, the most frequent first."""
        named = Counter(self.told[path].facts.artist for path in self.genre_of)
        del named[""]
        return dict(sorted(named.items(), key=lambda item: (-item[1], item[0])))

    @cached_property
    def partition(self) -> dict[str, int]:
        """Files with a genre by part of a published split."""
        named = Counter(self.told[path].facts.partition for path in self.genre_of)
        del named[""]
        return {part: named[part] for part in ("train", "valid", "test", "excluded") if named[part]}

    @cached_property
    def left_out(self) -> dict[str, list[str]]:
        """Files without a genre, by reason, the most frequent first."""
        found: dict[str, list[str]] = defaultdict(list)
        for path, told in self.told.items():
            if not told.labels:
                found[told.reason].append(path)
        return dict(sorted(found.items(), key=lambda item: -len(item[1])))

    @property
    def n_told(self) -> int:
        """Files looked at."""
        return len(self.told)

    @property
    def n_labelled(self) -> int:
        """Files of those that have a genre."""
        return len(self.genre_of)

    @property
    def n_several(self) -> int:
        """Files with more than one genre."""
        return sum(len(told.labels) > 1 for told in self.told.values())

    @property
    def is_sampled(self) -> bool:
        """Whether only some of the files were looked at."""
        return self.n_told < self.n_all

    @property
    def share(self) -> float:
        """Part of the files looked at that has a genre, 0 to 1."""
        return self.n_labelled / max(1, self.n_told)

    def says_the_same(self, other: "Reading") -> bool:
        """Whether it gives each file the genre that another reading gives it."""
        return not self.is_sampled and self.genre_of == other.genre_of


def clean(text: object) -> str:
    """A value from a tag or a cell as it may be kept: printable, without blanks around it, not endless."""
    return readable_name(" ".join(str(text).split()))[:MAX_VALUE].strip()


def facts_of(*, artist: str = "", title: str = "", album: str = "", year: str = "", partition: str = "") -> ClipFacts:
    """Facts of a clip; album and year are columns, by which clips can be divided."""
    columns = tuple((name, value) for name, value in (("album", album), ("year", year)) if value)
    return ClipFacts(artist=artist, title=title, partition=partition, columns=columns)


def filled(own: ClipFacts, further: ClipFacts) -> ClipFacts:
    """Facts, completed by others where they are empty."""
    if own == _NOTHING or further == _NOTHING:
        return further if own == _NOTHING else own
    columns = dict(further.columns) | dict(own.columns)
    return ClipFacts(
        artist=own.artist or further.artist,
        title=own.title or further.title,
        group=own.group or further.group,
        partition=own.partition or further.partition,
        parent=own.parent or further.parent,
        columns=tuple(columns.items()),
    )


def listed(reasons: Mapping[str, Iterable[str]]) -> list[SkippedFile]:
    """Files that were left out, each with its reason; of very many with one reason, how many further ones there are."""
    entries = []
    for reason, paths in reasons.items():
        every = list(paths)
        entries += [SkippedFile(readable_name(path), reason) for path in every[:MOST_LISTED]]
        if len(every) > MOST_LISTED:
            entries.append(SkippedFile(f"{len(every) - MOST_LISTED:,} further files", reason))
    return entries
