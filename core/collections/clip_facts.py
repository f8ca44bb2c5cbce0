"""What is known of a clip besides its sound: artist, title, the group it repeats in, its part in a published split.

GTZAN's facts are built in (`facts/README.md` says who found them). Any folder may bring its own in a ``clips.csv`` at
its root, in UTF-8, with commas, semicolons or tabs between the columns ``clip`` and, each optional, ``artist``,
``title``, ``group``, ``partition``. Up to 20 further columns (album, label, recording session ...) are kept as they
are, to divide clips by. What cannot be used of such a file is reported line by line, never passed over.
"""

import csv
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from core.audio import AUDIO_EXTENSIONS
from core.clips.clip import Clip, ClipFacts, SkippedFile
from core.clips.related import related_clips
from core.files import separator_of
from core.names import readable_name

PARTITIONS = ("train", "valid", "test", "excluded")
"""Parts of a fault-filtered split; ``excluded`` clips are in none."""
FACTS_FILE = "clips.csv"
GTZAN_GENRES = ("blues", "classical", "country", "disco", "hiphop", "jazz", "metal", "pop", "reggae", "rock")
"""The ten genres of GTZAN, which the demo imitates."""
GTZAN_CITATIONS = (
    "B. L. Sturm, *An analysis of the GTZAN music genre dataset*, ACM MIRUM, 2012",
    "B. L. Sturm, *The GTZAN dataset: its contents, its faults, their effects on evaluation, and its future use*, "
    "arXiv:1306.1461, 2013",
    "C. Kereliuk, B. L. Sturm, J. Larsen, *Deep learning and music adversaries*, IEEE Transactions on Multimedia, 2015",
)
_GTZAN_PART = re.compile(r"(?P<parent>(?P<genre>[a-z]+)\.\d{5})\.(?P<number>\d{1,2})")
_GTZAN_DURATION_S = (29.0, 31.5)
_COLUMNS = ("clip", "artist", "title", "group", "partition")
_NO_GROUPS = ("genre", "parent", "filename", "file", "name", "length", "duration_s")
"""Columns that say something else of a clip than what it belongs together by."""
MAX_GROUP_COLUMNS = 20
MAX_COLUMN_NAME = 40
_MAX_BYTES = 20_000_000
_MAX_REPORTED = 1_000
_MAX_VALUE = 200


def is_gtzan(clips: Iterable[Clip], facts: Mapping[str, ClipFacts] | None = None) -> bool:
    """Whether all clips have names of GTZAN's 1,000 and their genres, and nine in ten its length of 30 s.

    The shape of a name says nothing: there is no ``blues.00100``. Where there are only features, parts of its clips (by
    ``facts``) and clips of unknown length count too.
    """
    listed = list(clips)
    known = facts or {}
    all_names = gtzan_facts()
    low, high = _GTZAN_DURATION_S

    def fits(clip: Clip) -> bool:
        if clip.path is None and (clip.duration_s == 0 or _whole_name(clip, known) != clip.name):
            return True
        return low <= clip.uncut.duration_s <= high

    return (
        bool(listed)
        and sum(fits(clip) for clip in listed) >= 0.9 * len(listed)
        and all(all_names.get(_whole_name(clip, known), ("",))[0] == clip.genre for clip in listed)
    )


def _whole_name(clip: Clip, facts: Mapping[str, ClipFacts]) -> str:
    """Name of the clip that this one is, or is a part of."""
    return (facts[clip.name].parent if clip.name in facts else "") or clip.song


def gtzan_parent(name: str) -> str:
    """Clip of GTZAN that a part of one belongs to, ``blues.00000`` for ``blues.00000.2``; empty for other names."""
    match = _GTZAN_PART.fullmatch(name)
    return match["parent"] if match and match["genre"] in GTZAN_GENRES else ""


def part_number(name: str) -> int | None:
    """Which part of its clip a part of one of GTZAN's clips is, from 0; None for other names."""
    match = _GTZAN_PART.fullmatch(name)
    return int(match["number"]) if match else None


@lru_cache(maxsize=1)
def gtzan_facts() -> Mapping[str, tuple[str, ClipFacts]]:
    """Genre and facts of each of GTZAN's 1,000 clips, by name."""
    path = Path(__file__).parent / "facts" / "gtzan_facts.csv"
    with path.open(encoding="utf-8", newline="") as stream:
        return {
            row["clip"]: (
                row["genre"],
                ClipFacts(
                    artist=row["artist"],
                    title=row["title"],
                    group=row["exact_repeat_of_group"],
                    partition=row["fault_filtered_partition"],
                ),
            )
            for row in csv.DictReader(stream)
        }


def known_facts(clips: Iterable[Clip], own: Mapping[str, ClipFacts], *, built_in: bool = True) -> dict[str, ClipFacts]:
    """Facts of these clips: their collection's own, else GTZAN's where the clips are GTZAN's.

    Clips whose names say for certain that they are of one recording (`core.clips.related`) have it as their ``parent``,
    in every kind of collection.

    Parameters
    ----------
    clips : iterable of Clip
    own : mapping of clip name to ClipFacts
        From a ``clips.csv``.
    built_in : bool
        False for synthetic collections, whose clips may be named like GTZAN's.
    """
    listed = list(clips)
    facts = {clip.name: own[clip.name] for clip in listed if clip.name in own}
    for name, recording in related_clips(listed, facts).certain.items():
        facts[name] = replace(facts.get(name, ClipFacts()), parent=recording)
    if built_in and is_gtzan(listed, facts):
        for clip in listed:
            genre, known = gtzan_facts().get(_whole_name(clip, facts), ("", ClipFacts()))
            mine = facts.get(clip.name, ClipFacts())
            if genre == clip.genre and mine == ClipFacts(parent=mine.parent, columns=mine.columns):
                facts[clip.name] = replace(known, parent=mine.parent, columns=mine.columns)
    return facts


def usable_columns(names: Iterable[str]) -> tuple[list[str], dict[str, str]]:
    """Columns that can be kept to divide clips by, and why others cannot, by name.

    Parameters
    ----------
    names : iterable of str
        As they may be shown; those with a meaning of their own (artist ...) are not among them.
    """
    kept: list[str] = []
    refused: dict[str, str] = {}
    for name in names:
        if name in _NO_GROUPS:
            refused[name] = "is not used here: it does not group clips"
        elif not name or len(name) > MAX_COLUMN_NAME:
            refused[name] = f"was left out: expected a name of 1 to {MAX_COLUMN_NAME} characters"
        elif len(kept) == MAX_GROUP_COLUMNS:
            refused[name] = f"was left out: at most {MAX_GROUP_COLUMNS} additional columns are kept"
        else:
            kept.append(name)
    return kept, refused


def read_clips_csv(path: Path, clips: Iterable[Clip]) -> tuple[dict[str, ClipFacts], tuple[SkippedFile, ...]]:
    """Facts from a ``clips.csv``, and what of it could not be used and why.

    Parameters
    ----------
    path : Path
        Nothing is read when it does not exist.
    clips : iterable of Clip
        Of the collection; a row may name one with or without the extension of its file.

    Returns
    -------
    facts : dict of clip name to ClipFacts
    skipped : tuple of SkippedFile
        Named ``clips.csv`` or ``clips.csv, line 7``.
    """
    if path.is_symlink():
        return {}, (SkippedFile(FACTS_FILE, "a link; use the file itself"),)
    if not path.is_file():
        return {}, ()
    try:
        if path.stat().st_size > _MAX_BYTES:
            return {}, (SkippedFile(FACTS_FILE, f"larger than {_MAX_BYTES / 1e6:.0f} MB; expected one line per clip"),)
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        return {}, (SkippedFile(FACTS_FILE, "not UTF-8 text; save it as CSV in UTF-8"),)
    except OSError as error:
        return {}, (SkippedFile(FACTS_FILE, f"cannot be read ({error.strerror})"),)
    return _parse(text, {clip.name for clip in clips})


def _parse(text: str, names: set[str]) -> tuple[dict[str, ClipFacts], tuple[SkippedFile, ...]]:
    facts: dict[str, ClipFacts] = {}
    bad: list[SkippedFile] = []
    lines = text.splitlines(keepends=True)
    reader = csv.reader(lines, delimiter=separator_of(lines[0]) if lines else ",", strict=True)
    line = 1
    try:
        header = [readable_name(column.strip().lower()) for column in next(reader, [])]
        if "clip" not in header or len(set(header)) < len(header):
            found = readable_name(", ".join(header))[:_MAX_VALUE] or "an empty line"
            expected = f"expected the columns {', '.join(_COLUMNS)} in its first line, each once, got {found}"
            return {}, (SkippedFile(FACTS_FILE, expected),)
        own, refused = usable_columns(column for column in header if column not in _COLUMNS)
        for column, reason in list(refused.items())[:_MAX_REPORTED]:
            bad.append(SkippedFile(FACTS_FILE, f"the column {column[:MAX_COLUMN_NAME] or 'without a name'} {reason}"))
        line = reader.line_num + 1
        for fields in reader:
            if fields and (reason := _take_row(header, fields, names, own, facts)):
                bad.append(SkippedFile(f"{FACTS_FILE}, line {line}", reason))
            line = reader.line_num + 1
    except csv.Error as error:
        bad.append(SkippedFile(f"{FACTS_FILE}, line {line}", f"not CSV ({error}); the lines after it were not read"))
    if len(bad) > _MAX_REPORTED:
        further = SkippedFile(FACTS_FILE, f"{len(bad) - _MAX_REPORTED:,} further lines could not be used")
        bad = [*bad[:_MAX_REPORTED], further]
    return facts, tuple(bad)


def _take_row(
    header: list[str], fields: list[str], names: set[str], own: list[str], facts: dict[str, ClipFacts]
) -> str:
    """Take one row over; why not, where it cannot be used, else empty."""
    if len(fields) != len(header):
        return f"{len(fields)} fields where the first line has {len(header)}"
    row = {column: readable_name(value.strip())[:_MAX_VALUE] for column, value in zip(header, fields, strict=True)}
    name = _clip_name(row["clip"], names)
    if not row["clip"]:
        return "no clip named"
    if name is None:
        return f"this collection has no clip {row['clip']}"
    if name in facts:
        return f"{name} is already on an earlier line"
    partition = row.get("partition", "").lower()
    if partition and partition not in PARTITIONS:
        return f"expected a partition of {', '.join(PARTITIONS)} or empty, got {partition}"
    facts[name] = ClipFacts(
        artist=row.get("artist", ""),
        title=row.get("title", ""),
        group=row.get("group", ""),
        partition=partition,
        columns=tuple((column, row[column]) for column in own if row[column]),
    )
    return ""


def _clip_name(given: str, names: set[str]) -> str | None:
    if given in names:
        return given
    stem, dot, extension = given.rpartition(".")
    return stem if f"{dot}{extension}".lower() in AUDIO_EXTENSIONS and stem in names else None


def stated_licence(clips: Iterable[Clip], facts: Mapping[str, ClipFacts] | None = None) -> str:
    """Terms of clips that come without any, as far as they are known."""
    if is_gtzan(clips, facts):
        return "No clear licence; commercial recordings collected for research"
    return "Not stated; please check yourself"
