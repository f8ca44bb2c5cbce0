"""From a folder and the reading chosen for it to clips, with what their source says of them, and what was left out."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from core.clips.clip import Clip, ClipFacts, SkippedFile
from core.errors import CollectionError
from core.importing.genres import require_few_genres, unified
from core.importing.readings.headers import Header, OnProgress, read_headers
from core.importing.readings.library import read_library
from core.importing.readings.read import read_genres
from core.importing.readings.spec import TABLE, TAGS, GenreFrom
from core.importing.readings.tags import Tags
from core.importing.readings.told import Reading, Told, filled, listed
from core.importing.seen import no_sound_in
from core.names import readable_name

_MOST_REASONS = 3
"""That are told where there is no clip."""


@dataclass(frozen=True)
class ReadClips:
    """What a reading makes of a folder.

    Attributes
    ----------
    clips : tuple of Clip
        Sorted by genre and name.
    labels : dict of clip name to tuple of str
        Genres as they are written.
    facts : dict of clip name to ClipFacts
    skipped : tuple of SkippedFile
    headers : dict of str to Header
        What was read of the files, for the next look.
    genre_from : GenreFrom
        With what was guessed.
    why_none : str
        Where there are no clips, by which reading and for which reasons, after "no clip was found".
    """

    clips: tuple[Clip, ...]
    labels: dict[str, tuple[str, ...]]
    facts: dict[str, ClipFacts]
    skipped: tuple[SkippedFile, ...]
    headers: dict[str, Header]
    genre_from: GenreFrom
    why_none: str = ""


def scan_by(
    folder: Path,
    genre_from: GenreFrom,
    *,
    known: Mapping[str, Header],
    on_progress: OnProgress | None = None,
) -> ReadClips:
    """Find the clips of a folder by a reading; only headers of files that are new or changed are read.

    Parameters
    ----------
    folder : Path
    genre_from : GenreFrom
        Of any kind but ``layout``.
    known : mapping of str to Header
        Of an earlier look.
    on_progress : callable, optional
        Called with (files looked at, files in all); may raise to stop.

    Raises
    ------
    CollectionError
        The folder or the table cannot be read, there is no sound file, or there are more genres than can be told apart.
    """
    library = read_library(folder)
    if not library.sounds:
        raise CollectionError(no_sound_in(folder))
    by_file = genre_from.kind == TAGS
    # Where the tags do not say the genre, who does is known before a file is opened.
    beforehand = None if by_file else read_genres(library, genre_from, {})
    if beforehand is not None and beforehand.problem:
        raise CollectionError(f"{beforehand.problem}. On the command line: --file-column C, --genre-column C.")

    def is_wanted(path: str, tags: Tags) -> bool:
        return bool(tags.genres) if beforehand is None else bool(beforehand.told[path].labels)

    opened = library.sounds if beforehand is None else [path for path in library.sounds if beforehand.told[path].labels]
    headers = read_headers(folder, opened, known=known, is_wanted=is_wanted, on_progress=on_progress)
    tags = {path: header.tags for path, header in headers.items()}
    if beforehand is None:
        reading = read_genres(library, genre_from, tags)
        told: Mapping[str, Told] = reading.told
    else:
        reading = beforehand
        told = {
            path: Told(said.labels, filled(said.facts, tags[path].facts), said.reason) if path in tags else said
            for path, said in reading.told.items()
        }
    left_out: dict[str, list[str]] = defaultdict(list)
    usable = []
    for path in library.sounds:
        header = headers.get(path)
        said = told.get(path, Told())
        if said.labels and header is not None and header.duration_s is not None:
            usable.append(path)
        elif header is not None and header.problem and (said.labels or header.size_bytes == 0):
            left_out[header.problem].append(path)
        else:
            left_out[said.reason].append(path)
    genres, spellings = unified([told[path].labels[0] for path in usable])
    require_few_genres(sorted(set(genres)), readable_name(str(folder)))
    names = library.names
    clips = []
    for path, genre in zip(usable, genres, strict=True):
        header = headers[path]
        assert header.duration_s is not None
        place = library.path(path)
        clips.append(Clip(names[path], genre, place, header.duration_s, header.size_bytes, header.modified_ns))
    clips.sort(key=lambda clip: (clip.genre, clip.name))
    tables = {reading.genre_from.table} if reading.genre_from.kind == TABLE else set()
    beside = [
        *library.unusable,
        *library.no_sound,
        *(
            SkippedFile(readable_name(table), "a table or text, not used by the reading chosen")
            for table in library.tables
            if table not in tables
            and table.rpartition("/")[2].lower() not in ("clips.csv", "metadata.csv", "tracks.csv")
        ),
    ]
    return ReadClips(
        clips=tuple(clips),
        labels={names[path]: told[path].labels for path in usable},
        facts={names[path]: told[path].facts for path in usable if told[path].facts != ClipFacts()},
        # What was meant to be a clip comes first.
        skipped=(*_by_name([*listed(left_out), *reading.notes]), *_by_name(beside), *spellings),
        headers=headers,
        genre_from=reading.genre_from,
        why_none="" if clips else _why_none(len(library.sounds), left_out, reading),
    )


def _by_name(entries: list[SkippedFile]) -> list[SkippedFile]:
    return sorted(entries, key=lambda entry: entry.name)


def _why_none(n_files: int, left_out: Mapping[str, list[str]], reading: Reading) -> str:
    most = sorted(left_out.items(), key=lambda item: -len(item[1]))[:_MOST_REASONS]
    reasons = [
        f"{reason} ({len(paths):,} of {n_files:,} sound files, such as {readable_name(paths[0])})"
        for reason, paths in most
    ]
    reasons += [f"{note.name}: {note.reason}" for note in reading.notes[:1]]
    return f"by {reading.genre_from.in_words}: {'; '.join(reasons)}"
