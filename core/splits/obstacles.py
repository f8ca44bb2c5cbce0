"""Why a protocol cannot be had with some clips, and what would make it possible: counted among them, and tried."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from core.clips.clip import Clip, ClipFacts
from core.clips.collection import Collection
from core.errors import GenreLabError
from core.splits.base import by_name
from core.splits.config import SplitConfig
from core.splits.findings import is_checked
from core.splits.fixed import PARTITION_WORDS
from core.splits.groups import Level, column_level, group_key, groups_of, known_levels, written_on
from core.splits.make import make_split
from core.splits.protocols import PROTOCOLS
from core.splits.summary import Permitted, usual_configs
from core.splits.together import joined_facts

FEWEST_GROUPS = 3
"""Of a genre: one each for training, validation and test."""
_MOST_TRIES = 6
_MOST_NAMED = 3
_MOST_GENRES = 6
_CSV = "a clips.csv beside the genre folders or the table"


@dataclass(frozen=True, kw_only=True)
class Obstacle:
    """What is in the way of one protocol.

    Attributes
    ----------
    key : str
        The protocol, as `SplitConfig.key` says it.
    reason : str
        In sentences, plain text.
    remedy : str
        What would make it possible, in sentences, plain text; empty where nothing is to be done.
    without : tuple of str
        Genres that make it possible once they are left out, which was tried; empty where leaving out does not help.
    """

    key: str
    reason: str
    remedy: str = ""
    without: tuple[str, ...] = ()


def find_obstacles(
    collection: Collection, clips: Sequence[Clip], found: Permitted, *, seed: int
) -> tuple[Obstacle, ...]:
    """What is in the way of each protocol that these clips do not permit.

    Parameters
    ----------
    collection : Collection
    clips : sequence of Clip
        That were to be divided.
    found : Permitted
        Of these clips.
    seed : int
        With which leaving out is tried.
    """
    ordered = by_name(clips)
    configs = {config.key: config for config in usual_configs(collection, ordered)}
    return tuple(
        _obstacle(_Ground(collection, ordered, key, configs.get(key), seed), reason)
        for key, reason in found.refused.items()
    )


@dataclass(frozen=True)
class _Ground:
    """Clips that cannot be divided as was asked; ``config`` is None where there is nothing to ask by."""

    collection: Collection
    clips: tuple[Clip, ...]
    key: str
    config: SplitConfig | None
    seed: int

    @property
    def genres(self) -> list[str]:
        return sorted({clip.genre for clip in self.clips})

    @property
    def facts(self) -> Mapping[str, ClipFacts]:
        return self.collection.facts if self.config is None else joined_facts(self.collection, self.config)

    def first_that_works(self, choices: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
        """The first genres that make it possible once they are left out; empty where none of so many tries does."""
        tried = 0
        for left_out in dict.fromkeys(choices):
            rest = [clip for clip in self.clips if clip.genre not in left_out]
            if not left_out or self.config is None or len({clip.genre for clip in rest}) < 2:
                continue
            if (tried := tried + 1) > _MOST_TRIES:
                break
            try:
                make_split(self.collection, self.config, seed=self.seed, clips=rest)
            except GenreLabError:
                continue
            return left_out
        return ()


def _obstacle(ground: _Ground, reason: str) -> Obstacle:
    rules = PROTOCOLS[ground.key.partition(":")[0]]
    column = "" if ground.config is None else ground.config.group_column
    if rules.takes_column and not column:
        return Obstacle(
            key=ground.key,
            reason="Of these clips no further column is known in which some share a value.",
            remedy=f"Bring one, such as album or label, in {_CSV}.",
        )
    if rules.is_fixed:
        return _of_partition(ground, reason)
    if rules.keeps_groups:
        return _of_groups(ground, column_level(column) if column else rules.id, reason)
    fewest = [genre for genre, _ in sorted(Counter(clip.genre for clip in ground.clips).items(), key=lambda of: of[1])]
    without = ground.first_that_works(tuple(fewest[:number]) for number in range(1, len(fewest) - 1))
    remedy = f"Without {listed(without)} it is possible." if without else ""
    return Obstacle(key=ground.key, reason=reason, remedy=remedy, without=without)


def _of_groups(ground: _Ground, level: Level, reason: str) -> Obstacle:
    facts = ground.facts
    if level not in known_levels(ground.clips, facts):
        n_known = sum(bool(group_key(clip, facts, level)) for clip in ground.clips)
        said, remedy = _nothing_shared(ground, level, n_known)
        return Obstacle(key=ground.key, reason=said, remedy=remedy)
    groups = groups_of(ground.clips, facts, level)
    n_groups = Counter(genre for group in groups for genre in {clip.genre for clip in group})
    short = tuple(genre for genre in ground.genres if n_groups[genre] < FEWEST_GROUPS)
    others = sorted((genre for genre in ground.genres if genre not in short), key=lambda genre: n_groups[genre])
    without = ground.first_that_works([short, *((*short, genre) for genre in others)])
    if not short:
        remedy = f"Without {listed(without)} it is possible." if without else "Bring clips of other groups."
        return Obstacle(key=ground.key, reason=_first_sentence(reason), remedy=remedy, without=without)
    told = "; ".join(_few(genre, n_groups[genre], ground.clips, facts, level) for genre in short[:_MOST_GENRES])
    if len(short) > _MOST_GENRES:
        told += f"; {len(short) - _MOST_GENRES:,} further genres have too few as well"
    word = _word(level)
    return Obstacle(
        key=ground.key,
        reason=f"{told[:1].upper()}{told[1:]}. Each genre needs at least {_counted(FEWEST_GROUPS, word)} that can be "
        "kept apart: one each for training, validation and test.",
        remedy=_leave_or_bring(
            short,
            without,
            _bring({genre: FEWEST_GROUPS - n_groups[genre] for genre in short}, word, level),
            ground,
        ),
        without=without,
    )


def _nothing_shared(ground: _Ground, level: Level, n_known: int) -> tuple[str, str]:
    """Why no two clips belong together on a level, and what to do."""
    n = len(ground.clips)
    if level == "artist":
        column = f"{_CSV} with the columns clip and artist"
        if not n_known:
            return f"No artist of these {n:,} clips is known.", f"Name the artists in {column}, or in the files' tags."
        if n_known < n:
            return (
                f"The artists of {n_known:,} of these {n:,} clips are known, and no two clips are by one of them: "
                "divided by artist is then the same as divided by clip.",
                f"Name the artists of the other {n - n_known:,} in {column}.",
            )
        return f"Each of these {n:,} clips is by another artist: divided by clip keeps artists apart already.", ""
    said = (
        f"{n_known:,} of these {n:,} clips are known to repeat others, but none that is among them."
        if n_known
        else f"No two of these {n:,} clips are known to repeat one another."
    )
    if is_checked(ground.collection.id):
        return f"{said} The quality check has found no repeats either: divided by clip is then the same.", ""
    return (
        f"{said} The quality check has not looked for repeats yet.",
        f"Check the collection on Collections, Quality; or name repeats in {_CSV} with the columns clip and group.",
    )


def _few(genre: str, n_groups: int, clips: Sequence[Clip], facts: Mapping[str, ClipFacts], level: Level) -> str:
    """``"all 8 clips of classical are by one artist (JS Bach)"``."""
    own = [clip for clip in clips if clip.genre == genre]
    written = {group_key(clip, facts, level): written_on(clip, facts, level) for clip in own}
    n_unknown = sum(not group_key(clip, facts, level) for clip in own)
    names = sorted((name for key, name in written.items() if key), key=str.casefold)
    word = _word(level)
    if level == "repeat":
        what = f"of {_counted(n_groups, word)}"
    else:
        shown = ", ".join(names[:_MOST_NAMED]) + (" …" if len(names) > _MOST_NAMED else "")
        what = f"{_preposition(level)} {_counted(len(names), word)} ({shown})" if names else ""
        if n_unknown:
            what += f"{' and ' if what else ''}{n_unknown:,} of unknown {word}"
        if len(names) + n_unknown > n_groups:
            what += f", which recordings or repeats join to {_counted(n_groups, 'group')}"
    if len(own) == 1:
        return f"{genre} has a single clip"
    return f"{'all ' if n_groups == 1 else 'the '}{len(own):,} clips of {genre} are {what}"


def _of_partition(ground: _Ground, reason: str) -> Obstacle:
    facts = ground.facts
    part_of = {clip.name: PARTITION_WORDS.get(facts.get(clip.name, ClipFacts()).partition, "") for clip in ground.clips}
    if not any(part_of.values()):
        return Obstacle(
            key=ground.key,
            reason=f"Of these {len(ground.clips):,} clips no published partition is known.",
            remedy=f"Give one in {_CSV} with the columns clip and partition (train, valid, test or excluded).",
        )
    counts = Counter(part_of.values())
    learnt = {clip.genre for clip in ground.clips if part_of[clip.name] == "train"}
    untrained = tuple(genre for genre in ground.genres if genre not in learnt)
    untested = not counts["test"]
    without = () if untested else ground.first_that_works([untrained])
    told = []
    if untested:
        told.append("none of these clips is in its test part")
    if untrained:
        told.append(f"no clip of {listed(untrained)} is used for training")
    if not told:
        return Obstacle(key=ground.key, reason=_first_sentence(reason))
    sizes = ", ".join(
        f"{counts[part]:,} for {words}"
        for part, words in (("train", "training"), ("validation", "validation"), ("test", "the test"))
    )
    rest = f", {counts['']:,} in no part" if counts[""] else ""
    wanted = [*(["of its test part"] if untested else [])]
    wanted += [f"of {listed(untrained)} that it trains on"] if untrained else []
    return Obstacle(
        key=ground.key,
        reason=f"In the published partition, {listed(told)} ({sizes}{rest}).",
        remedy=_leave_or_bring(untrained, without, f"bring clips {listed(wanted)}", ground),
        without=without,
    )


def _bring(missing: Mapping[str, int], word: str, level: Level) -> str:
    """``"bring clips by 2 more artists of each of blues and rock, and by 1 more artist of jazz"``."""
    by_number: dict[int, list[str]] = {}
    for genre, number in missing.items():
        by_number.setdefault(number, []).append(genre)
    told = []
    for number, genres in sorted(by_number.items(), reverse=True):
        each = "each of " if len(genres) > 1 else ""
        told.append(f"{_preposition(level)} {number} more {_plural(word, number)} of {each}{listed(genres)}")
    return f"bring clips {', and '.join(told)}"


def _leave_or_bring(short: Sequence[str], without: Sequence[str], bring: str, ground: _Ground) -> str:
    if without and set(without) == set(short):
        return f"Leave out {listed(short)}, or {bring}."
    if without:
        return f"Leave out {listed(without)}: then it is possible."
    rest = len(ground.genres) - len(short)
    said = f"{bring[:1].upper()}{bring[1:]}."
    if short and rest < 2:
        left = "no genre" if not rest else "a single genre"
        return f"{said} Leaving out {listed(short)} would leave {left}."
    return f"{said} Leaving out genres does not suffice."


def _first_sentence(text: str) -> str:
    """What is wrong, without the advice that goes on it."""
    return text.partition(". Choose ")[0].rstrip(".") + "."


def _word(level: Level) -> str:
    return {"artist": "artist", "repeat": "recording"}.get(level, f"value of {level.partition(':')[2]}")


def _preposition(level: Level) -> str:
    return "by" if level == "artist" else "of" if level == "repeat" else "with"


def _counted(n: int, word: str) -> str:
    return f"one {word}" if n == 1 else f"{n:,} {_plural(word, n)}"


def _plural(word: str, n: int) -> str:
    if n == 1:
        return word
    head, of, rest = word.partition(" of ")
    return f"{head}s{of}{rest}"


def listed(words: Iterable[str]) -> str:
    """``"blues, jazz and rock"``; of many the first ones: ``"…, metal and 34 more"``."""
    told = list(words)
    if len(told) > _MOST_GENRES + 1:
        told = [*told[:_MOST_GENRES], f"{len(told) - _MOST_GENRES:,} more"]
    return told[0] if len(told) == 1 else f"{', '.join(told[:-1])} and {told[-1]}" if told else ""
