"""Saying something of clips: tags, a note, the right genre, excluded or not; all at once, or what one person changed.

Several people annotate one collection. What one of them changed on a clip is put beside what others changed meanwhile:
tags are added and taken away one by one, and a note or a genre that somebody else has changed since is not overwritten.
"""

import time
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from core.collections.annotations import (
    MAX_DIFFERENT_TAGS,
    MAX_REASON,
    SEPARATOR,
    Annotation,
    Correction,
    Exclusion,
    change_annotations,
    require_known,
    require_some_left,
)
from core.collections.genre_mapping import genre_problem
from core.errors import CollectionError
from core.names import readable_name, text_key

_LONGEST = 80


@dataclass(frozen=True, kw_only=True)
class Words:
    """What is said of a clip; None leaves that as it is.

    Attributes
    ----------
    tags : tuple of str or None
    note : str or None
    genre : str or None
        The right one; empty, or the clip's own, where its label is right.
    excluded : str or None
        Why it is left out; empty where it takes part.
    """

    tags: tuple[str, ...] | None = None
    note: str | None = None
    genre: str | None = None
    excluded: str | None = None


def typed_tags(texts: Iterable[str], known: Iterable[str] = ()) -> tuple[str, ...]:
    """Tags that somebody typed: parted at semicolons, in composed letters, without blanks too many, each once.

    Parameters
    ----------
    texts : iterable of str
    known : iterable of str
        Tags of the collection: one of those that differs in capitals only is meant.

    >>> typed_tags(["live;  Needs   review", "LIVE"], known=["Live"])
    ('Live', 'Needs review')
    """
    spelled = {text_key(tag): tag for tag in known}
    found: dict[str, str] = {}
    for text in texts:
        for part in text.split(SEPARATOR):
            if tag := " ".join(unicodedata.normalize("NFC", part).split()):
                found.setdefault(text_key(tag), spelled.get(text_key(tag), tag))
    return tuple(found.values())


def typed_note(text: str) -> str:
    """A note as it was typed, in composed letters, with plain line ends and without blank ends."""
    return unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ").strip()


def words_problem(words: Words, genres: set[str]) -> str:
    """Why nobody can say that of a clip; empty where it can be said.

    Parameters
    ----------
    words : Words
    genres : set of str
        Those of the collection.
    """
    try:
        Annotation(tags=words.tags or (), note=words.note or "")
        if words.genre:
            _check_genre(words.genre, genres)
    except CollectionError as error:
        return str(error).rstrip(".")
    return ""


def annotate_clips(collection_id: str, words: Mapping[str, Words], *, labels: Mapping[str, str]) -> int:
    """Say of each clip what is given, in place of what was said before.

    Parameters
    ----------
    collection_id : str
    words : mapping of clip name to Words
    labels : mapping of clip name to str
        Genre of all clips of the collection, the excluded ones among them.

    Returns
    -------
    int
        Clips of which something else is said now.

    Raises
    ------
    CollectionError
        A clip is not in the collection, something is not as in `Annotation`, no clip would be left, or the list is
        damaged; nothing is changed.
    """
    require_known(words, set(labels))
    changed: set[str] = set()

    def annotate(kept: dict[str, Annotation]) -> None:
        for name, said in words.items():
            now = kept.get(name, Annotation())
            with_words = _said(now, said, label=labels[name], genres=set(labels.values()))
            if with_words != now:
                changed.add(name)
                kept[name] = with_words
        _require_few_tags(kept)
        if any(said.excluded for said in words.values()):
            require_some_left(kept, set(labels))

    change_annotations(collection_id, annotate)
    return len(changed)


def revise_clip(collection_id: str, name: str, *, seen: Annotation, words: Words, labels: Mapping[str, str]) -> None:
    """Say of a clip what somebody changed who had seen what was said before.

    Parameters
    ----------
    collection_id : str
    name : str
        Of the clip.
    seen : Annotation
        What they had seen: what of ``words`` is the same was not changed.
    words : Words
    labels : mapping of clip name to str
        As in `annotate_clips`.

    Raises
    ------
    CollectionError
        As `annotate_clips`; or somebody else has changed the same since.
    """
    require_known([name], set(labels))
    changes_note = words.note is not None and words.note != seen.note
    genre = None if words.genre is None else _genre(words.genre, labels[name])
    if genre == right_genre(seen):
        genre = None

    def revise(kept: dict[str, Annotation]) -> None:
        now = kept.get(name, Annotation())
        if changes_note and now.note not in (seen.note, words.note):
            raise _changed_since("the note", now.note)
        if genre is not None and right_genre(now) not in (right_genre(seen), genre):
            raise _changed_since("the right genre", right_genre(now) or "the label is right")
        own = replace(
            words,
            tags=None if words.tags is None else _merged(now.tags, seen.tags, words.tags),
            note=words.note if changes_note else None,
            genre=genre,
        )
        kept[name] = _said(now, own, label=labels[name], genres=set(labels.values()))
        _require_few_tags(kept)
        if words.excluded:
            require_some_left(kept, set(labels))

    change_annotations(collection_id, revise)


def right_genre(entry: Annotation) -> str:
    """The genre that is said to be right; empty where nothing is said of it."""
    return "" if entry.correction is None else entry.correction.genre


def _merged(now: tuple[str, ...], seen: tuple[str, ...], wanted: tuple[str, ...]) -> tuple[str, ...]:
    """Tags as they are now, without those that were taken away and with those that were added."""
    return tuple(dict.fromkeys([tag for tag in now if tag not in set(seen) - set(wanted)] + _new(seen, wanted)))


def _new(seen: tuple[str, ...], wanted: tuple[str, ...]) -> list[str]:
    return [tag for tag in wanted if tag not in seen]


def _said(now: Annotation, words: Words, *, label: str, genres: set[str]) -> Annotation:
    """An annotation with words in place of its own; what is the same keeps its time."""
    at = time.time()
    told = now
    if words.tags is not None and words.tags != now.tags:
        told = replace(told, tags=words.tags, noted_at=at)
    if words.note is not None and words.note != now.note:
        told = replace(told, note=words.note, noted_at=at)
    if words.genre is not None and (genre := _genre(words.genre, label)) != right_genre(now):
        _check_genre(genre, genres)
        told = replace(told, correction=Correction(genre, label, at) if genre else None)
    if words.excluded is not None and words.excluded != ("" if now.exclusion is None else now.exclusion.reason):
        told = replace(told, exclusion=Exclusion(words.excluded[:MAX_REASON], at) if words.excluded else None)
    return told


def _genre(wanted: str, label: str) -> str:
    """The right genre; empty where that is the label."""
    return "" if wanted == label else wanted


def _check_genre(genre: str, genres: set[str]) -> None:
    # What a source itself calls a genre stays, however long that is.
    if genre not in genres and (problem := genre_problem(genre)):
        raise CollectionError(f"“{readable_name(genre)[:_LONGEST]}” cannot be the right genre: {problem}.")


def _require_few_tags(kept: Mapping[str, Annotation]) -> None:
    n_tags = len({tag for entry in kept.values() for tag in entry.tags})
    if n_tags > MAX_DIFFERENT_TAGS:
        raise CollectionError(
            f"A collection has at most {MAX_DIFFERENT_TAGS} different tags; with these it would have {n_tags:,}. Use "
            "one of those there are, or take some away first."
        )


def _changed_since(what: str, now: str) -> CollectionError:
    shown = readable_name(now.split("\n")[0])[:_LONGEST]
    return CollectionError(
        f"Somebody else has changed {what} since you began; it is now “{shown}”. Nothing was saved: look at it, and "
        "save again."
    )
