"""What the labels of a collection become: ``genres.json`` in its folder, which turns labels into genres as it is read.

The manifest keeps what the source says of each clip: its labels, or, of folders and feature files, its one genre. A
mapping says which genre each label becomes, or that it is passed over; what becomes of clips with labels of several
genres; and how many clips a genre needs. It changes neither the manifest nor any clip's key, so that features, facts
and notes stay, and it can be changed or taken back at any time. The genre of a clip is made so:

1. Its labels are cut into the names that they hold (`core.collections.genre_names`); a genre of folders or of a feature
   file is one name as it stands.
2. Each name becomes its genre of the mapping. A name that the mapping does not have, as after a rescan, becomes the
   commonest of its spellings.
3. Names that are passed over do not count. A clip without any other is left out; one of several genres gets that of its
   first name, or is left out, as the mapping says.
4. Genres of fewer clips than the mapping asks for are left out. Clips that were excluded by hand count as clips here,
   so that restoring one makes no other genre come back.

A clip that is left out is named with its reason in `Collection.left_out`.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Literal

from core.clips.clip import Clip, ClipFacts, SkippedFile
from core.clips.collection import Collection
from core.clips.folders import collection_folder
from core.collections.genre_names import genre_key, id3_genres, names_in, synonyms
from core.errors import CollectionError
from core.files import damage_as, read_json, require_version, write_json
from core.names import artist_key, readable_name

Several = Literal["first", "leave out"]
RULES: tuple[Several, ...] = ("first", "leave out")
"""What becomes of a clip whose labels are of several genres."""
MAX_GENRE = 60
"""Characters of a genre's name."""
_VERSION = 1


@dataclass(frozen=True, kw_only=True)
class GenreMapping:
    """Which genre each label becomes.

    Attributes
    ----------
    becomes : tuple of (str, str)
        A label, in any of its spellings, and its genre; empty where the label is passed over. Each label once.
    several : {"first", "leave out"}
        Genre of a clip whose labels are of several genres: that of the first, or none.
    min_clips : int
        Clips that a genre needs, from 1.

    Raises
    ------
    CollectionError
        A genre has no fitting name, a label is there twice, or a rule is not as described.
    """

    becomes: tuple[tuple[str, str], ...] = ()
    several: Several = "first"
    min_clips: int = 1

    def __post_init__(self) -> None:
        if self.several not in RULES:
            raise CollectionError(f"Several genres of a clip: expected {' or '.join(RULES)}, got {self.several!r}.")
        if isinstance(self.min_clips, bool) or not isinstance(self.min_clips, int) or self.min_clips < 1:
            raise CollectionError(
                f"Smallest number of clips of a genre: expected a whole number from 1 on, got {self.min_clips!r}."
            )
        if len(self.by_key) < len(self.becomes):
            counted = Counter(genre_key(label) for label, _ in self.becomes)
            twice = next(label for label, _ in self.becomes if counted[genre_key(label)] > 1)
            raise CollectionError(
                f"The label “{readable_name(twice)}” is there twice, or in two spellings. Name it once."
            )
        for label, genre in self.becomes:
            # What a source itself calls a genre stays, however long that is.
            if genre != label and (problem := genre_problem(genre)):
                raise CollectionError(f"The label “{readable_name(label)}” cannot become that: {problem}.")

    @cached_property
    def by_key(self) -> dict[str, str]:
        """Genre by `genre_key` of the label."""
        return {genre_key(label): genre for label, genre in self.becomes}


def genre_problem(genre: str) -> str:
    """Why a genre cannot be called so; empty where it can, and for an empty name, which is no genre."""
    if len(genre) > MAX_GENRE:
        return f"expected a genre of at most {MAX_GENRE} characters, got {len(genre)}"
    if genre != genre.strip() or readable_name(genre) != genre:
        return "expected a genre of printable characters on one line, without blanks around it"
    return ""


@dataclass(frozen=True, kw_only=True)
class Label:
    """One label of a collection, in all its spellings.

    Attributes
    ----------
    name : str
        Its commonest spelling; of equally common ones, the first of the alphabet.
    spellings : tuple of (str, int)
        As it is written, and in how many clips, the commonest first.
    n_clips : int
        Clips that have it, alone or beside others.
    n_artists : int
        Different artists of these clips, as far as they are known.
    proposal : str or None
        Genre of the stated list of synonyms, empty where it proposes to pass the label over; None where it says
        nothing.
    """

    name: str
    spellings: tuple[tuple[str, int], ...]
    n_clips: int
    n_artists: int
    proposal: str | None

    @property
    def key(self) -> str:
        """`genre_key` of the name."""
        return genre_key(self.name)


def _named(collection: Collection, clip: Clip) -> Iterator[tuple[str, str]]:
    """Names in the labels of a clip and how each is written, as the collection's source has them."""
    labels = collection.labels.get(clip.name)
    if labels is None:
        yield clip.genre, clip.genre
        return
    for label in labels:
        yield from names_in(label)


def find_labels(collection: Collection) -> tuple[Label, ...]:
    """The labels of a collection as written (see `core.collections.registry.load_collection`), the commonest first."""
    names: dict[str, Counter[str]] = defaultdict(Counter)
    spellings: dict[str, Counter[str]] = defaultdict(Counter)
    n_clips: Counter[str] = Counter()
    artists: dict[str, set[str]] = defaultdict(set)
    for clip in collection.clips:
        seen: set[str] = set()
        artist = artist_key(collection.facts.get(clip.name, ClipFacts()).artist)
        for name, written in _named(collection, clip):
            key = genre_key(name)
            names[key][name] += 1
            spellings[key][written] += 1
            seen.add(key)
            if artist:
                artists[key].add(artist)
        n_clips.update(seen)
    # A column of numbers alone numbers the classes of a table; beside words, a number is one of ID3's genres.
    by_number = bool(collection.labels) and not all(key.isdecimal() for key in names)
    found = [
        Label(
            name=_commonest(counted),
            spellings=tuple(sorted(spellings[key].items(), key=lambda each: (-each[1], each[0]))),
            n_clips=n_clips[key],
            n_artists=len(artists[key]),
            proposal=_proposal(key, by_number=by_number),
        )
        for key, counted in names.items()
    ]
    return tuple(sorted(found, key=lambda label: (-label.n_clips, label.key)))


def _commonest(counted: Mapping[str, int]) -> str:
    return min(counted, key=lambda name: (-counted[name], name))


def _proposal(key: str, *, by_number: bool) -> str | None:
    if by_number and key.isascii() and key.isdecimal() and int(key) < len(id3_genres()):
        name = id3_genres()[int(key)]
        return synonyms().get(genre_key(name), name)
    return synonyms().get(key)


def map_genres(collection: Collection, mapping: GenreMapping) -> Collection:
    """A collection as written with the genres of a mapping; the module says by what rules.

    Parameters
    ----------
    collection : Collection
        As written, with its excluded clips.
    mapping : GenreMapping

    Returns
    -------
    Collection
        With ``written`` and ``left_out``; it may have no clip.
    """
    becomes = {label.key: label.name for label in find_labels(collection)} | mapping.by_key
    genres: dict[str, str] = {}
    reasons: dict[str, str] = {}
    for clip in collection.clips:
        names = dict.fromkeys(name for name, _ in _named(collection, clip))
        found = tuple(dict.fromkeys(genre for name in names if (genre := becomes[genre_key(name)])))
        if len(found) == 1 or (found and mapping.several == "first"):
            genres[clip.name] = found[0]
        else:
            reasons[clip.name] = _why_none(tuple(names), found)
    counts = Counter(genres.values())
    for name, genre in genres.items():
        if counts[genre] < mapping.min_clips:
            n_clips = f"{counts[genre]:,} clip{'' if counts[genre] == 1 else 's'}"
            reasons[name] = f"{genre} has {n_clips}, and a genre needs {mapping.min_clips:,}"
    kept = [clip for clip in collection.clips if clip.name not in reasons]
    mapped = [clip if genres[clip.name] == clip.genre else replace(clip, genre=genres[clip.name]) for clip in kept]
    return replace(
        collection,
        clips=tuple(sorted(mapped, key=lambda clip: (clip.genre, clip.name))),
        written={clip.name: clip.genre for clip in kept if genres[clip.name] != clip.genre},
        left_out=tuple(SkippedFile(name, reason) for name, reason in sorted(reasons.items())),
    )


def _why_none(names: tuple[str, ...], found: tuple[str, ...]) -> str:
    listed = ", ".join(f"“{name}”" for name in names)
    if not names:
        return "it has no label"
    if not found:
        return f"labelled {listed}, which {'is' if len(names) == 1 else 'are'} left out"
    return f"labelled {listed}, which are several genres ({', '.join(found)})"


@dataclass(frozen=True, kw_only=True)
class KeptMapping:
    """What the file holds: the mapping in force, and the one before it; None where genres are as written."""

    now: GenreMapping | None = None
    before: GenreMapping | None = None


def mapping_path(collection_id: str) -> Path:
    """The file that holds the mapping of a collection; it need not exist."""
    return collection_folder(collection_id) / "genres.json"


def load_mapping(collection_id: str) -> GenreMapping | None:
    """The mapping in force; None where genres are as written. Raises as `load_kept_mapping`."""
    return load_kept_mapping(collection_id).now


def load_kept_mapping(collection_id: str) -> KeptMapping:
    """The mapping in force and the one before.

    Raises
    ------
    CollectionError
        The file is damaged.
    NewerVersionError
        A newer Genre Lab wrote it.
    """
    path = mapping_path(collection_id)
    try:
        status = path.stat()
    except FileNotFoundError:
        return KeptMapping()
    return _read(path, status.st_mtime_ns, status.st_ino)


@lru_cache(maxsize=16)
def _read(path: Path, modified_ns: int, inode: int) -> KeptMapping:
    """As the file was then: every change makes a new one."""
    what = f"The mapping of genres {path}"
    with damage_as(CollectionError, what, "Delete it to have the genres as they are written."):
        values = read_json(path)
        require_version(values, _VERSION, path)
        return KeptMapping(now=_from_dict(values["now"]), before=_from_dict(values["before"]))


def keep_mapping(collection_id: str, kept: KeptMapping) -> None:
    """Write the file; whoever calls it makes sure that nobody else does (see `core.collections.genre_changes`)."""
    values = {"version": _VERSION, "now": _to_dict(kept.now), "before": _to_dict(kept.before)}
    write_json(mapping_path(collection_id), values)


def _to_dict(mapping: GenreMapping | None) -> dict[str, Any] | None:
    if mapping is None:
        return None
    becomes = [list(pair) for pair in mapping.becomes]
    return {"several": mapping.several, "min_clips": mapping.min_clips, "becomes": becomes}


def _from_dict(values: dict[str, Any] | None) -> GenreMapping | None:
    if values is None:
        return None
    becomes = tuple((str(label), str(genre)) for label, genre in values["becomes"])
    return GenreMapping(becomes=becomes, several=values["several"], min_clips=values["min_clips"])
