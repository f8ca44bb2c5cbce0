"""Many judged songs as a table for people, and what of it is in view."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

import pandas as pd

from core.classifying.result import SongResult
from core.classifying.table import table_row
from core.names import readable_name
from dashboard.sentences.unlike import UNUSUAL

TAG_DIFFERS, DISAGREE, UNLIKE, UNRELIABLE, FAILED = (
    "Tag differs",
    "Models disagree",
    "Unlike the training music",
    "Unreliable",
    "Failed",
)
UNLIKE_FIRST = "Most unlike first"
ORDERS = ("As given", "By verdict", "Most probable first", "Least probable first", UNLIKE_FIRST)
KINDS = (TAG_DIFFERS, DISAGREE, UNLIKE, UNRELIABLE, FAILED)


@dataclass(frozen=True)
class SongFilter:
    """What is to be in view; empty ones let all pass.

    Attributes
    ----------
    text : str
        Words that the file's name, its artist, title or tag must hold.
    genres : tuple of str
        Verdicts.
    least, most : float
        Of the verdict's probability, 0 to 1; a song without verdict passes only where all do.
    kinds : tuple of str
        Of `KINDS`: a song of any of them passes.
    """

    text: str = ""
    genres: tuple[str, ...] = ()
    least: float = 0.0
    most: float = 1.0
    kinds: tuple[str, ...] = ()


def kinds_of(result: SongResult) -> set[str]:
    """What of `KINDS` a song is."""
    n_judging = sum(not verdict.error for verdict in result.verdicts)
    marks = {
        TAG_DIFFERS: result.tag_answer == "differs",
        UNLIKE: result.unlike is not None and (result.beyond or result.unlike >= UNUSUAL),
        UNRELIABLE: bool(result.genre) and not result.reliable,
        DISAGREE: bool(result.genre) and result.n_agreeing < n_judging,
        FAILED: bool(result.error),
    }
    return {kind for kind, holds in marks.items() if holds}


def filter_songs(results: Sequence[SongResult], wanted: SongFilter) -> list[int]:
    """Places of the results that are to be in view, in their order."""
    words = wanted.text.casefold().split()
    is_any = (wanted.least, wanted.most) == (0.0, 1.0)
    places = []
    for place, result in enumerate(results):
        said = " ".join((result.song, result.tags.artist, result.tags.title, result.tags.genre)).casefold()
        probability = None if result.leading is None else result.leading.ranked[0][1]
        if (
            all(word in said for word in words)
            and (not wanted.genres or result.genre in wanted.genres)
            and (is_any or (probability is not None and wanted.least <= probability <= wanted.most))
            and (not wanted.kinds or kinds_of(result) & set(wanted.kinds))
        ):
            places.append(place)
    return places


def in_order(results: Sequence[SongResult], places: Sequence[int], order: str) -> list[int]:
    """Places of results in one of `ORDERS`, those that have no such value last; equal ones stay in their order."""

    def value(place: int) -> tuple[bool, Any]:
        result = results[place]
        if order == "By verdict":
            return not result.genre, result.genre
        if order == UNLIKE_FIRST:
            return result.unlike is None, (not result.beyond, -(result.unlike or 0.0))
        sign = -1 if order == "Most probable first" else 1
        return result.leading is None, 0.0 if result.leading is None else sign * result.leading.ranked[0][1]

    return list(places) if order == "As given" else sorted(places, key=value)


def songs_frame(results: Sequence[SongResult], n_runs: int, *, root: str = "") -> pd.DataFrame:
    """A row a song: probabilities in per cent, lengths in minutes.

    Parameters
    ----------
    results : sequence of SongResult
    n_runs : int
        That were asked: with one there is nothing to agree on.
    root : str
        Folder that all paths begin with, which is left out.
    """
    rows: list[dict[str, Any]] = []
    for result in results:
        ranked = [] if result.leading is None else result.leading.ranked
        first, second = (*ranked[:2], None, None)[:2]
        rows.append(
            {
                "Song": shown_name(result.song, root),
                "Verdict": first and first[0],
                "Probability": first and 100 * first[1],
                "Second": second and second[0],
                "Its probability": second and 100 * second[1],
                "Agree": None if not ranked else f"{result.n_agreeing} of {n_runs}",
                "Unlike": result.unlike,
                "Genre tag": result.tags.genre or None,
                "Tag fits": result.tag_answer,
                "Length": None if result.duration_s is None else result.duration_s / 60,
                "Notes": result.error or result.warnings or None,
            }
        )
    frame = pd.DataFrame(rows, columns=_COLUMNS)
    knows_unlike = any(result.unlike is not None for result in results)
    absent = [*(["Agree"] if n_runs == 1 else []), *([] if knows_unlike else ["Unlike"])]
    absent += ["Genre tag", "Tag fits"] if _no_tags(results) else []
    return frame.drop(columns=absent)


_COLUMNS = [
    "Song",
    "Verdict",
    "Probability",
    "Second",
    "Its probability",
    "Agree",
    "Unlike",
    "Genre tag",
    "Tag fits",
    "Length",
    "Notes",
]


def _no_tags(results: Sequence[SongResult]) -> bool:
    return not any(result.tags.genre for result in results)


def shown_name(song: str, root: str) -> str:
    """A song's name for people: its path below a folder."""
    path = PurePath(song)
    below = path.relative_to(root) if root and path.is_relative_to(root) else path
    return readable_name(str(below))


def export_frame(results: Sequence[SongResult], run_ids: Sequence[str]) -> pd.DataFrame:
    """The same table as the command line writes."""
    return pd.DataFrame([table_row(result, run_ids) for result in results])
