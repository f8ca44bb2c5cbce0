"""What a collection is: clips with one genre each, and what was left out and why."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from core.errors import CollectionError, FeatureError
from core.features.base import FrontEnd


@dataclass(frozen=True)
class Clip:
    """One audio file, or the features of one, with one genre.

    Attributes
    ----------
    name : str
        Unique in its collection, without folder or extension: ``blues.00000``.
    genre : str
    path : Path or None
        The file, or None where a collection has no audio.
    duration_s : float
    size_bytes, modified_ns : int
        Of the file: together with the name they tell whether stored features are still of this clip. Without a file:
        bytes of the features, and a number made from their content.
    """

    name: str
    genre: str
    path: Path | None
    duration_s: float
    size_bytes: int
    modified_ns: int

    @property
    def key(self) -> str:
        """Identity under which features of this very file are stored."""
        return f"{self.name}|{self.size_bytes}|{self.modified_ns}"

    @property
    def whole_name(self) -> str:
        """Name under which a collection knows the clip and its facts: its own, but for an `Excerpt`."""
        return self.name


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
        values = asdict(self)
        del values["columns"]
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
    return ClipFacts(**{**values, "columns": tuple(columns.items())})


def columns_of(facts: Iterable[ClipFacts]) -> tuple[str, ...]:
    """Columns in which at least one clip has a value, in the order in which they come."""
    return tuple(dict.fromkeys(column for known in facts for column, _ in known.columns))


def _described(front_end: FrontEnd) -> str:
    bands, frames = front_end.shape
    return f"“{front_end.title}” ({bands} values)" if frames == 1 else f"“{front_end.title}” ({bands} × {frames})"


@dataclass(frozen=True)
class SkippedFile:
    """A file that could not become a clip, and why, in words for the user."""

    name: str
    reason: str


@dataclass(frozen=True)
class Collection:
    """A genre-labelled set of clips.

    Attributes
    ----------
    id : str
        Stable, safe in a URL and as a folder name.
    title : str
    kind : str
        ``"demo"``, ``"folder"``, or ``"features"`` for one without audio.
    source, licence : str
        Where it comes from and what may be done with it.
    synthetic : bool
        True for music made by a program; pages must say so wherever a figure of it is shown.
    root : Path
        Folder of the audio; the file that was imported where there is none.
    clips : tuple of Clip
        Sorted by genre, then name.
    skipped : tuple of SkippedFile
    facts : mapping of clip name to ClipFacts
        What is known of clips besides their sound; clips of which nothing is known are not in it.
    folder : Path or None
        The folder that was imported, where it is another one than ``root``, which it then holds.
    front_ends : tuple of FrontEnd
        Those whose features came with a collection without audio, which can have no others; empty where features are
        computed from audio.
    """

    id: str
    title: str
    kind: str
    source: str
    licence: str
    synthetic: bool
    root: Path
    clips: tuple[Clip, ...]
    skipped: tuple[SkippedFile, ...] = ()
    facts: Mapping[str, ClipFacts] = field(default_factory=dict, hash=False)
    folder: Path | None = None
    front_ends: tuple[FrontEnd, ...] = ()

    @property
    def has_audio(self) -> bool:
        """Whether features are computed from audio; otherwise ``front_ends`` names those that there are."""
        return not self.front_ends

    def require_front_ends(self, front_ends: Iterable[FrontEnd]) -> None:
        """`FeatureError` unless features by these front ends are here or can be computed."""
        if self.has_audio:
            unfit = [front_end for front_end in front_ends if not front_end.from_audio]
            reason = "computes features from audio"
        else:
            unfit = [front_end for front_end in front_ends if front_end not in self.front_ends]
            reason = f"has only {' and '.join(_described(front_end) for front_end in self.front_ends)}"
        if unfit:
            raise FeatureError(
                f"{self.title} {reason}; {_described(unfit[0])} cannot be made of it. "
                + ("Choose another front end." if self.has_audio else "Choose that, or a collection with audio.")
            )

    @cached_property
    def genres(self) -> tuple[str, ...]:
        """Genres in alphabetical order."""
        return tuple(sorted({clip.genre for clip in self.clips}))

    @cached_property
    def by_name(self) -> dict[str, Clip]:
        """Clips by their name."""
        return {clip.name: clip for clip in self.clips}

    @cached_property
    def counts(self) -> dict[str, int]:
        """Number of clips by genre, genres in alphabetical order."""
        counts = dict.fromkeys(self.genres, 0)
        for clip in self.clips:
            counts[clip.genre] += 1
        return counts

    @cached_property
    def fingerprint(self) -> str:
        """Hash of the clips' names, genres and sizes: the same files give the same fingerprint on any machine."""
        digest = hashlib.sha256()
        for clip in self.clips:
            # Features of the same shape are equally large: there it is their content that tells.
            content = clip.modified_ns if clip.path is None else clip.size_bytes
            digest.update(f"{clip.name}\0{clip.genre}\0{content}\n".encode())
        return digest.hexdigest()[:16]

    @cached_property
    def content_key(self) -> str:
        """Hash of the clips' keys and genres: what is computed from features of the clips may be kept under it."""
        digest = hashlib.blake2b(digest_size=16)
        for clip in self.clips:
            digest.update(f"{clip.key}\0{clip.genre}\n".encode("utf-8", "surrogatepass"))
        return digest.hexdigest()

    def clip(self, name: str) -> Clip:
        """The clip of that name; `CollectionError` when there is none."""
        try:
            return self.by_name[name]
        except KeyError:
            raise CollectionError(
                f"{self.title} has no clip named {name!r}; it may have been removed since. Rescan it on Collections."
            ) from None

    def subset(self, genres: Iterable[str]) -> "Collection":
        """The same collection with only these genres; `CollectionError` names the genres it lacks."""
        wanted = set(genres)
        if unknown := sorted(wanted - set(self.genres)):
            raise CollectionError(
                f"{self.title} has no genre {', '.join(unknown)}; it has {', '.join(self.genres) or 'none'}."
            )
        return replace(self, clips=tuple(clip for clip in self.clips if clip.genre in wanted))
