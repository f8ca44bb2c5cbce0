"""Which clips are of one recording, by what they are called and by artist and title: parts, altered copies, copies.

A name ends in what tells it from others of the same recording: a number (``blues.00000.0``, ``blues00000_0``), a word
for a part (``song_part2``), a stretch of time (``song_3-6``), what was done to the sound (``song_noise``,
``song_pitch_2``), a mark of a copy (``song (1)``, ``song - Copy``). What is left when that is taken off, again and
again, is the recording; only clips of one genre are compared.

Such a name alone proves little: ``blues.00000`` to ``blues.00099`` are a hundred recordings, ``song_01``, ``song_02``
the tracks of an album. So each ending has to be borne out by the other names (`_Kind`): *certain* is what can hardly be
anything else, and is always kept together; *likely* is what a person is asked about; all else is no relation.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import gcd

from core.clips.clip import Clip, ClipFacts
from core.clips.endings import NUMBER, Names, Node, base_name, part_match
from core.names import artist_key, text_key

PART, ALTERED, COPY, STATED, SAME_SONG = "part", "altered", "copy", "stated", "same song"
PASSAGES = "passages"
KINDS = (PART, ALTERED, COPY, STATED, SAME_SONG, PASSAGES)
"""How clips belong together by their names: parts, altered copies, copies of a file; as the collection states, whatever
their names; by one artist and title; as passages of one file."""

_ENDING = re.compile(r"(?=[_.\-])")
_GTZAN_CLIP = re.compile(r"[a-z]+\.\d{5}")
"""Whose parts have a further number: GTZAN's own names, whatever the genre."""
_ENDS_IN_NUMBER = re.compile(r"(?P<word>.*?)[ _.\-]*(?P<number>\d+)")
_GENERIC = re.compile(
    "audio|clips?|download|example|excerpt|file|music|new|output|rec|record|recording|sample|snippet|songs?|sound|test|"
    "tmp|tracks?|train|untitled|wav"
)
"""Words that name no recording."""
_HOLDERS = re.compile(
    r"(?:.*[ _.\-])?(?:album|book|box|cd|day|disc|disk|dvd|ep|lp|night|season|series|session|set|side|tape|vol|"
    r"volume|year|week)",
    re.IGNORECASE,
)
"""Words in front of a number that count what holds several recordings."""
_YEAR = re.compile(r"(?:19|20)\d\d")
_MONTH = re.compile(r".*(?:19|20)\d\d[ _.\-]?(?:0?[1-9]|1[0-2])")
_MANY_STEMS = 3
"""So many recordings of a genre whose parts are numbered: then the first number counts recordings, not batches."""
_MANY_DIGITS = 3
"""A number of so many digits counts recordings, however few there are."""
_LONGEST_ENDING = 3
_DIGITS_ONLY = re.compile(r"[\d_.\-]+")
_MOST_COPIES = 4
"""More ``name (1)``, ``name (2)`` ... than this may be different files that were given one name."""
_SAME_LENGTH_S = 0.3


@dataclass(frozen=True, kw_only=True)
class Relation:
    """Clips that belong together in one way.

    Attributes
    ----------
    kind : str
        Of `KINDS`.
    certain : bool
        Whether it can hardly be otherwise.
    clips : tuple of str
        Names of the clips, sorted.
    n_recordings : int
        Of how many recordings they are.
    """

    kind: str
    certain: bool
    clips: tuple[str, ...]
    n_recordings: int


@dataclass(frozen=True, kw_only=True)
class Related:
    """What belongs together among some clips.

    Attributes
    ----------
    certain, likely : dict of str to str
        Recording of each clip that shares one with another clip, by clip name: by what is certain alone; by what is
        likely as well.
    relations : tuple of Relation
        What that rests on, the certain first.
    """

    certain: dict[str, str] = field(default_factory=dict)
    likely: dict[str, str] = field(default_factory=dict)
    relations: tuple[Relation, ...] = ()

    def among(self, names: Container[str]) -> "Related":
        """The same of some of the clips alone."""
        found = []
        for relation in self.relations:
            recordings = self.certain if relation.certain else self.likely
            clips = tuple(name for name in relation.clips if name in names)
            if len(clips) > 1:
                n_recordings = len({recordings[name] for name in clips})
                found.append(replace(relation, clips=clips, n_recordings=n_recordings))
        return Related(
            certain={name: recording for name, recording in self.certain.items() if name in names},
            likely={name: recording for name, recording in self.likely.items() if name in names},
            relations=tuple(found),
        )


def related_clips(clips: Iterable[Clip], facts: Mapping[str, ClipFacts] | None = None) -> Related:
    """Which clips are of one recording.

    Parameters
    ----------
    clips : iterable of Clip
        Passages of one file are of one recording, and what is found of the names of files holds for their passages.
    facts : mapping of clip name to ClipFacts, optional
        Those that say which clip another is a part of are joined with what is found; one artist and title in several
        clips of one genre is likely one song.

    Examples
    --------
    >>> from pathlib import Path
    >>> from core.clips.clip import Clip
    >>> names = [f"blues.0000{number}.{part}" for number in range(2) for part in range(3)]
    >>> related = related_clips([Clip(name, "blues", None, 3.0, 1, 1) for name in names])
    >>> related.certain["blues.00001.2"]
    'blues.00001'
    """
    listed = list(clips)
    if any(clip.passage is not None for clip in listed):
        return _of_passages(listed, facts or {})
    return _of_names(listed, facts or {})


def _of_passages(clips: Sequence[Clip], facts: Mapping[str, ClipFacts]) -> Related:
    """What belongs together where clips are passages of files: what is found of the files, of all their passages."""
    by_song: dict[str, list[Clip]] = defaultdict(list)
    for clip in clips:
        by_song[clip.song].append(clip)
    songs: dict[str, ClipFacts] = {}
    for song, cut in by_song.items():
        known = facts.get(cut[0].name, ClipFacts())
        # A song that has its own name as its recording's is a part of no other.
        songs[song] = replace(known, parent="" if known.parent == song else known.parent)
    found = _of_names([cut[0].uncut for cut in by_song.values()], songs)

    def spread(recordings: Mapping[str, str]) -> dict[str, str]:
        return {
            clip.name: recordings.get(song, song)
            for song, cut in sorted(by_song.items())
            for clip in cut
            if song in recordings or len(cut) > 1
        }

    relations = [
        replace(relation, clips=tuple(sorted(clip.name for song in relation.clips for clip in by_song[song])))
        for relation in found.relations
    ]
    several = [cut for cut in by_song.values() if len(cut) > 1]
    if several:
        names = tuple(sorted(clip.name for cut in several for clip in cut))
        relations.insert(0, Relation(kind=PASSAGES, certain=True, clips=names, n_recordings=len(several)))
    return Related(certain=spread(found.certain), likely=spread(found.likely), relations=tuple(relations))


def _of_names(listed: Sequence[Clip], known: Mapping[str, ClipFacts]) -> Related:
    """What belongs together by what files are called and what the collection states of them."""
    names = Names(listed)
    links = [link for kind in _KINDS for link in kind(names)]
    links += _as_stated(listed, known)
    songs = _same_songs(listed, known)
    certain = _recordings(names, [link for link in links if link.certain])
    likely = _recordings(names, [*links, *songs]) if songs or any(not link.certain for link in links) else certain
    return Related(certain=certain, likely=likely, relations=_relations(names, [*links, *songs], certain, likely))


_STATED_IN = ""
"""In place of the genre: the name is of a recording that the collection itself states."""


@dataclass(frozen=True)
class _Link:
    node: Node
    stem: Node
    kind: str
    certain: bool


def _names_nothing(stem: Node) -> bool:
    """Whether what is left names no recording: the genre itself, a word for any file, or a letter."""
    genre, text = stem
    word = re.sub(r"[\W_]+", "", text.rpartition("/")[2]).casefold()
    return len(word) < 2 or word == re.sub(r"[\W_]+", "", genre).casefold() or _GENERIC.fullmatch(word) is not None


def _copies(names: Names) -> Iterable[_Link]:
    """One file in two formats; ``name - Copy``, and ``name (1)`` beside ``name``."""
    n_numbered: dict[str, int] = defaultdict(int)
    for (genre, _), found in names.copies.items():
        n_numbered[genre] += len(found) > 1
    for stem, found in names.copies.items():
        numbers = [node for node, by_word in found.items() if not by_word]
        has_original = stem in names.clips
        for node, by_word in found.items():
            if by_word and (has_original or (len(found) > 1 and not _names_nothing(stem))):
                yield _Link(node, stem, COPY, certain=True)
            elif by_word or _names_nothing(stem):
                continue  # files that were renamed together: blues (1), blues (2) ...
            elif has_original:
                yield _Link(node, stem, COPY, certain=len(numbers) <= _MOST_COPIES)
            elif len(numbers) > 1 and n_numbered[stem[0]] > 1:
                yield _Link(node, stem, COPY, certain=False)
    for node, clips in names.clips.items():
        if len(clips) > 1:
            yield _Link(node, node, COPY, certain=True)


def _altered(names: Names) -> Iterable[_Link]:
    """Altered copies beside the original, or several of one original, or of parts of one recording."""
    for stem, found in names.altered.items():
        has_original = stem in names.clips or stem in names.parts
        if has_original or (len(found) > 1 and not _names_nothing(stem)) or _is_part_of_more(names, stem):
            for node in found:
                yield _Link(node, stem, ALTERED, certain=True)


def _endings(names: Names) -> Iterable[_Link]:
    """An ending of any words that several names have which also occur without it: it was put there by a program."""
    found: dict[str, list[_Link]] = defaultdict(list)
    for genre, text in names.clips:
        pieces = _ENDING.split(text)
        for n_last in range(1, min(_LONGEST_ENDING, len(pieces) - 1) + 1):
            stem, ending = "".join(pieces[:-n_last]), "".join(pieces[-n_last:])
            if (genre, stem) in names.clips and not _DIGITS_ONLY.fullmatch(ending):
                found[ending].append(_Link((genre, text), (genre, stem), ALTERED, certain=True))
                break
    for links in found.values():
        if len(links) >= _MANY_STEMS:
            yield from links


def _is_part_of_more(names: Names, stem: Node) -> bool:
    """Whether a name that no clip has is a part of a recording of which there are others."""
    match = NUMBER.fullmatch(stem[1]) or part_match(stem[1])
    return match is not None and len(names.parts.get((stem[0], match["stem"]), ())) > 1


def _parts(names: Names) -> Iterable[_Link]:
    """Numbered parts: by GTZAN's names, by a word for a part, or behind the number of a recording."""
    runs = {stem: found for stem, found in names.parts.items() if _is_run(found.values())}
    numbered = {stem for stem in runs if _ENDS_IN_NUMBER.fullmatch(stem[1]) and stem[1] != stem[0]}
    n_numbered = Counter(genre for genre, _ in numbered)
    n_runs = Counter(genre for genre, _ in runs)
    counts_recordings = max(n_numbered.values(), default=0) >= _MANY_STEMS
    for stem, found in names.parts.items():
        worded = names.worded.get(stem, {})
        has_original = stem in names.clips
        if _GTZAN_CLIP.fullmatch(stem[1].rpartition("/")[2]):
            certain = True  # a part alone as well: it must not be taken for a clip of its own
        elif worded and (has_original or (len(worded) > 1 and not _names_nothing(stem))):
            found, certain = dict.fromkeys(worded, 0.0), True
        elif stem in numbered:
            if _is_date(stem[1]):
                continue
            is_counted = counts_recordings or _n_digits(stem[1]) >= _MANY_DIGITS
            certain = is_counted and not _holds_recordings(stem[1]) and _equally_long(names, found)
        elif not _names_nothing(stem) and (has_original or (stem in runs and n_runs[stem[0]] > 1)):
            certain = False
        else:
            continue
        for node in found:
            yield _Link(node, stem, PART, certain=certain)


def _n_digits(text: str) -> int:
    match = _ENDS_IN_NUMBER.fullmatch(text)
    return len(match["number"]) if match is not None else 0


def _ranges(names: Names) -> Iterable[_Link]:
    """Stretches of time, one of which begins where another ends."""
    for stem, found in names.ranges.items():
        spans = set(found.values())
        ends = {end for start, end in spans if end > start}
        follow = all(end > start for start, end in spans) and ends & {start for start, _ in spans}
        if len(spans) > 1 and follow and not _names_nothing(stem):
            for node in found:
                yield _Link(node, stem, PART, certain=True)


def _letters(names: Names) -> Iterable[_Link]:
    """``track12a`` and ``track12b``, which may be two sides as well."""
    for stem, found in names.lettered.items():
        if len(found) > 1 and _is_run(found.values()):
            for node in found:
                yield _Link(node, stem, PART, certain=_GTZAN_CLIP.fullmatch(stem[1]) is not None)


_KINDS = (_copies, _altered, _endings, _parts, _ranges, _letters)


def _is_run(numbers: Iterable[float]) -> bool:
    """Whether numbers count something from its beginning, also in steps; some may be missing."""
    whole = {int(number) for number in numbers}
    step = max(1, gcd(*whole))
    listed = sorted(number // step for number in whole)
    return len(listed) > 1 and listed[0] <= 2 and listed[-1] <= 2 * len(listed) + 1


def _holds_recordings(text: str) -> bool:
    """Whether the number at the end counts albums or the like."""
    match = _ENDS_IN_NUMBER.fullmatch(text.rpartition("/")[2])
    return match is not None and _HOLDERS.fullmatch(match["word"]) is not None


def _is_date(text: str) -> bool:
    """Whether the number at the end is a year or a month, so that what follows is no part."""
    match = _ENDS_IN_NUMBER.fullmatch(text)
    return match is not None and (_YEAR.fullmatch(match["number"]) is not None or _MONTH.fullmatch(text) is not None)


def _equally_long(names: Names, found: Iterable[Node]) -> bool:
    """Whether parts last equally long, but for one; true where it is not known how long."""
    lengths_s = sorted(names.length_s[node] for node in found)
    return lengths_s[-1] - lengths_s[min(1, len(lengths_s) - 2)] <= _SAME_LENGTH_S


def _as_stated(clips: Sequence[Clip], facts: Mapping[str, ClipFacts]) -> list[_Link]:
    """What the collection itself says of the clip that another is a part of."""
    return [
        _Link((clip.genre, base_name(clip.name)), (_STATED_IN, known.parent), STATED, certain=True)
        for clip in clips
        if (known := facts.get(clip.name)) is not None and known.parent
    ]


def _same_songs(clips: Sequence[Clip], facts: Mapping[str, ClipFacts]) -> list[_Link]:
    """Clips of one genre with one artist and title."""
    by_song: dict[Node, list[Node]] = defaultdict(list)
    for clip in clips:
        if (known := facts.get(clip.name)) is not None and known.artist and known.title:
            song = f"{artist_key(known.artist)}\0{text_key(known.title)}"
            by_song[clip.genre, song].append((clip.genre, base_name(clip.name)))
    return [
        _Link(node, nodes[0], SAME_SONG, certain=False)
        for nodes in by_song.values()
        if len(nodes) > 1
        for node in nodes
    ]


class _Joined:
    """Names joined by links."""

    def __init__(self, links: Iterable[_Link]) -> None:
        self._leader: dict[Node, Node] = {}
        for link in links:
            ends = sorted((self.find(link.node), self.find(link.stem)), key=self._rank)
            self._leader[ends[1]] = ends[0]

    @staticmethod
    def _rank(node: Node) -> tuple[bool, int, Node]:
        """What is stated comes first, then the shortest name, which is the recording's."""
        return node[0] != _STATED_IN, len(node[1]), node

    def find(self, node: Node) -> Node:
        """The name that stands for all that are joined with this one."""
        leader = self._leader
        while (above := leader.setdefault(node, node)) != node:
            leader[node] = leader[above]
            node = leader[node]
        return node


def _recordings(names: Names, links: Sequence[_Link]) -> dict[str, str]:
    joined = _Joined(links)
    groups: dict[Node, list[str]] = defaultdict(list)
    for node in dict.fromkeys(link.node for link in links) | dict.fromkeys(link.stem for link in links):
        groups[joined.find(node)] += names.clips.get(node, [])
    genres: dict[str, set[str]] = defaultdict(set)
    for genre, text in groups:
        genres[text].add(genre)
    found = {}
    for (genre, text), clips in groups.items():
        alone = len(clips) < 2 and not (clips and _GTZAN_CLIP.fullmatch(text) and clips[0] != text)
        if not alone:
            shown = f"{genre}/{text}" if len(genres[text]) > 1 and genre != _STATED_IN else text
            found.update(dict.fromkeys(clips, shown))
    return dict(sorted(found.items()))


def _relations(
    names: Names, links: Sequence[_Link], certain: Mapping[str, str], likely: Mapping[str, str]
) -> tuple[Relation, ...]:
    found = []
    seen: set[Node] = set()
    for is_certain, recordings in ((True, certain), (False, likely)):
        for kind in KINDS:
            chosen = [link for link in links if link.kind == kind and link.certain is is_certain]
            nodes = {node for link in chosen for node in (link.node, link.stem)}
            clips = _clips(names, nodes, recordings)
            if kind == STATED:
                # What the names say themselves is told as such, though it has become a fact of the collection.
                untold = {recordings[name] for name in _clips(names, nodes - seen, recordings)}
                clips = tuple(name for name in clips if recordings[name] in untold)
            seen |= nodes
            if len(clips) > 1:
                n_recordings = len({recordings[name] for name in clips})
                found.append(Relation(kind=kind, certain=is_certain, clips=clips, n_recordings=n_recordings))
    return tuple(found)


def _clips(names: Names, nodes: Iterable[Node], recordings: Mapping[str, str]) -> tuple[str, ...]:
    """Clips of these names that share a recording with another."""
    return tuple(sorted({name for node in nodes for name in names.clips.get(node, []) if name in recordings}))
