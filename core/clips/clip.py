"""What a clip is: one sound with one genre, and what is known of it besides its sound."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from core.clips.passages import Passage
from core.files import known_fields


@dataclass(frozen=True)
class Clip:
    """One audio file, or a passage of one, or the features of one, with one genre.

    Attributes
    ----------
    name : str
        Unique in its collection, without folder or extension: ``blues.00000``; of a passage with the time at which it
        begins: ``Blue in Green 2:16``.
    genre : str
    path : Path or None
        The file, or None where a collection has no audio.
    duration_s : float
        Of the clip: of a passage, not of its file.
    size_bytes, modified_ns : int
        Of the file: together with the name they tell whether stored features are still of this clip. Without a file:
        bytes of the features, and a number made from their content.
    passage : Passage or None
        Which stretch of the file it is; None for all of it.
    """

    name: str
    genre: str
    path: Path | None
    duration_s: float
    size_bytes: int
    modified_ns: int
    passage: Passage | None = field(default=None, kw_only=True)

    @property
    def key(self) -> str:
        """Identity under which features of this very file, or passage of it, are stored."""
        file_key = f"{self.name}|{self.size_bytes}|{self.modified_ns}"
        return file_key if self.passage is None else f"{file_key}|{self.passage.start_s:g}+{self.duration_s:g}"

    @property
    def song(self) -> str:
        """Name of the clip that the whole file is, or would be: passages of one file share it."""
        return self.name if self.passage is None else self.passage.song

    @property
    def uncut(self) -> "Clip":
        """The clip that the whole file would be: itself, but for a passage."""
        if self.passage is None:
            return self
        return replace(self, name=self.passage.song, duration_s=self.passage.file_s, passage=None)

    @property
    def whole(self) -> "Clip":
        """The clip that the collection knows, with its facts: itself, but for a `core.clips.excerpts.Excerpt`."""
        return self

    @property
    def n_parts(self) -> int:
        """Into how many parts the whole clip was cut, of which this is one: 1 for a whole clip."""
        return 1

    @property
    def place_s(self) -> tuple[float, float] | None:
        """Seconds of the whole clip at which a part of it begins and ends; None for the whole clip."""
        return None

    def span(self, n_frames: int) -> tuple[int, int]:
        """Which of the whole clip's ``n_frames`` are this one's: its first, and the first after it."""
        return 0, n_frames


@dataclass(frozen=True)
class ClipFacts:
    """What is known of a clip besides its sound; each empty where it is not known.

    Attributes
    ----------
    artist, title : str
    group : str
        Clips with the same name here repeat one another.
    partition : str
        ``"train"``, ``"valid"`` or ``"test"`` of a published split, or ``"excluded"`` from it.
    parent : str
        Name of the clip that this one is a part of, as the thirds of a clip are. Parts of one clip must never stand on
        both sides of a split.
    columns : tuple of (str, str)
        Further columns that the collection brought, such as an album or a recording session, with the value of this
        clip; those without one are not in it. Clips with the same value in a column may be kept together.
    """

    artist: str = ""
    title: str = ""
    group: str = ""
    partition: str = ""
    parent: str = ""
    columns: tuple[tuple[str, str], ...] = ()

    def column(self, name: str) -> str:
        """Value in one of the collection's own columns; empty where there is none."""
        return next((value for column, value in self.columns if column == name), "")

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON, without ``columns`` where there are none; `clip_facts_from_dict` reads them back."""
        # Not by `asdict`, which copies deeply: there may be a hundred thousand.
        values = {each.name: getattr(self, each.name) for each in fields(self) if each.name != "columns"}
        return values | {"columns": dict(self.columns)} if self.columns else values

    @property
    def credit(self) -> str:
        """Artist and title on one line, empty where neither is known: ``"John Lee Hooker: I'm Bad"``."""
        return ": ".join(part for part in (self.artist, self.title) if part)


def clip_facts_from_dict(values: Mapping[str, Any]) -> ClipFacts:
    """Facts from plain values; `TypeError` or `ValueError` where they are none."""
    columns = dict(values.get("columns", {}))
    if not all(isinstance(text, str) for pair in columns.items() for text in pair):
        raise ValueError("columns of a clip's facts are words")
    return ClipFacts(**{**known_fields(ClipFacts, values), "columns": tuple(columns.items())})


def columns_of(facts: Iterable[ClipFacts]) -> tuple[str, ...]:
    """Columns in which at least one clip has a value, in the order in which they come."""
    return tuple(dict.fromkeys(column for known in facts for column, _ in known.columns))


@dataclass(frozen=True)
class SkippedFile:
    """A file that could not become a clip, and why, in words for the user."""

    name: str
    reason: str
