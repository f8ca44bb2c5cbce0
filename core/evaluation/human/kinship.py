"""Whether genres are taken for each other that are kin: rank correlation of confusions with a table of kinship.

Conventions: kinship is a number of 0 or more for each pair of genres, of which only the order counts; the confusion of
two genres is the mean of the two shares by which one is taken for the other.
"""

import csv
import io
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.errors import RunError
from core.evaluation.confusion.matrices import require_matrix
from core.evaluation.human.literature import GENRES, LINKS, Link
from core.evaluation.ordering import confusion_distance
from core.evaluation.permuting import PairCorrelation, correlate_pairs
from core.files import separator_of
from core.names import text_key

COLUMNS = ("genre_a", "genre_b", "kinship")
_SOURCE_COLUMN = "source"
_MOST_BYTES = 1_000_000
_MOST_GENRES = 200
_LONGEST = 300
_MOST_TOLD = 3


@dataclass(frozen=True, eq=False)
class Kinship:
    """How genres are kin.

    Attributes
    ----------
    genres : tuple of str
    strength : array, shape (genres, genres)
        Symmetric, 0 or more; the diagonal is 0 and not looked at.
    links : tuple of Link
        Pairs above 0, with why and by whom.
    title : str
        Whose table it is, in words that go on a sentence.
    """

    genres: tuple[str, ...]
    strength: NDArray[np.float64]
    links: tuple[Link, ...]
    title: str


def genre_key(genre: str) -> str:
    """What the spellings of a genre have in common: ``Hip-Hop``, ``hip hop`` and ``hiphop`` are one."""
    plain = text_key(genre)
    return re.sub(r"[\W_]+", "", plain) or plain


def literature_kinship() -> Kinship:
    """The kinship of the ten genres of GTZAN as the literature tells it (`core.evaluation.human.literature`)."""
    return _kinship(GENRES, LINKS, "the histories of popular music")


def _kinship(genres: Sequence[str], links: Sequence[Link], title: str) -> Kinship:
    place_of = {genre: place for place, genre in enumerate(genres)}
    strength = np.zeros((len(genres), len(genres)))
    for link in links:
        a, b = place_of[link.first], place_of[link.second]
        strength[a, b] = strength[b, a] = link.strength
    return Kinship(genres=tuple(genres), strength=strength, links=tuple(links), title=title)


def read_kinship(content: bytes, name: str) -> Kinship:
    """A table of one's own: ``genre_a``, ``genre_b``, ``kinship`` and, if one likes, ``source``, a pair a line.

    Pairs of its genres that are not listed count as 0. Commas, semicolons or tabs stand between the columns; UTF-8.

    Parameters
    ----------
    content : bytes
        Of the file.
    name : str
        Of the file, for messages.

    Raises
    ------
    RunError
        It is no such table: each message says what was expected, what came and in which line.
    """
    if len(content) > _MOST_BYTES:
        raise RunError(f"{name} has {len(content):,} bytes; expected a table of kinship of at most {_MOST_BYTES:,}.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise RunError(f"{name} is not text in UTF-8 ({error.reason}). Save it as CSV in UTF-8.") from error
    lines = text.splitlines()
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator_of(lines[0]) if lines else ",")
    try:
        rows = [(reader.line_num, [cell.strip() for cell in row]) for row in reader if any(map(str.strip, row))]
    except csv.Error as error:
        raise RunError(f"{name}, line {reader.line_num}: {error}. Expected a CSV file.") from error
    header = [cell.lower() for cell in rows[0][1]] if rows else []
    if absent := [column for column in COLUMNS if header.count(column) != 1]:
        raise RunError(
            f"{name}: expected a first line with the columns {', '.join(COLUMNS)}, each once, and perhaps "
            f"{_SOURCE_COLUMN}; {', '.join(absent)} is missing or there twice. It has {', '.join(header) or 'no line'}."
        )
    links: dict[frozenset[str], Link] = {}
    written: dict[str, str] = {}
    for line, row in rows[1:]:
        link = _link_of(dict(zip(header, row, strict=False)), f"{name}, line {line}", written)
        pair = frozenset((link.first, link.second))
        if pair in links and links[pair].strength != link.strength:
            raise RunError(
                f"{name}, line {line}: {link.first} and {link.second} had the kinship {links[pair].strength:g} before "
                f"and have {link.strength:g} here. Keep one of the lines."
            )
        links.setdefault(pair, link)
    genres = tuple(dict.fromkeys(genre for link in links.values() for genre in (link.first, link.second)))
    if len(genres) < 3 or len(genres) > _MOST_GENRES:
        raise RunError(f"{name}: expected 3 to {_MOST_GENRES} genres, got {len(genres)}.")
    return _kinship(genres, [link for link in links.values() if link.strength > 0], f"the table {name}")


def _link_of(cells: dict[str, str], where: str, written: dict[str, str]) -> Link:
    first, second = (cells.get(column, "") for column in COLUMNS[:2])
    if not first or not second or max(len(first), len(second)) > _LONGEST:
        raise RunError(f"{where}: expected two genres of 1 to {_LONGEST} characters, got {first!r} and {second!r}.")
    # One genre however it is written; the first way stays.
    first, second = (written.setdefault(genre_key(genre), genre) for genre in (first, second))
    if first == second:
        raise RunError(f"{where}: expected two different genres, got {first!r} twice.")
    given = cells.get(COLUMNS[2], "")
    try:
        strength = float(given.replace(",", "."))
    except ValueError:
        strength = math.nan
    if not math.isfinite(strength) or strength < 0:
        raise RunError(f"{where}: expected a kinship of 0 or more, got {given!r}.")
    source = cells.get(_SOURCE_COLUMN, "")[:_LONGEST]
    return Link(first=first, second=second, strength=strength, why="", sources=(source,) if source else ())


@dataclass(frozen=True, kw_only=True)
class KinshipResult:
    """Whether confusions go with kinship.

    Attributes
    ----------
    correlation : PairCorrelation
        Spearman's rank correlation over the pairs, with the test that exchanges genres.
    genres : tuple of str
        Genres compared on: of the matrix, those with clips that the table has.
    left_out : tuple of str
        Genres of the matrix that are not.
    pairs : DataFrame
        ``first``, ``second``, ``kinship``, ``confusion`` (0 to 1), the most confused first.
    title : str
        Whose table of kinship.
    """

    correlation: PairCorrelation
    genres: tuple[str, ...]
    left_out: tuple[str, ...]
    pairs: pd.DataFrame
    title: str


def kinship_of_mistakes(matrix: pd.DataFrame, kinship: Kinship, *, seed: int = 0) -> KinshipResult:
    """Rank correlation of the confusions of a matrix with a table of kinship.

    Genres are found in the table however they are written (``Hip-Hop`` and ``hip-hop``).

    Parameters
    ----------
    matrix : DataFrame
        Of a run, a class of listeners, a published result.
    kinship : Kinship
    seed : int
        Of the permutation test.

    Raises
    ------
    RunError
        Fewer than three genres with clips are in the table.
    """
    require_matrix(matrix)
    place_of = {genre_key(genre): place for place, genre in enumerate(kinship.genres)}
    genres = [str(genre) for genre in matrix.index]
    used = [genre for genre in genres if genre_key(genre) in place_of and matrix.loc[genre].sum() > 0]
    if len(used) < 3:
        raise RunError(
            f"At least three genres with test clips must be in {kinship.title}; there are {len(used)}"
            f"{' (' + ', '.join(used) + ')' if used else ''} of {', '.join(genres)}. It has "
            f"{', '.join(kinship.genres)}."
        )
    # Shares of all clips of a genre, also of those taken for genres that the table lacks.
    distance = confusion_distance(matrix)
    at = [genres.index(genre) for genre in used]
    confusion = 1.0 - distance[np.ix_(at, at)]
    places = [place_of[genre_key(genre)] for genre in used]
    strength = kinship.strength[np.ix_(places, places)]
    rows, columns = np.triu_indices(len(used), 1)
    pairs = pd.DataFrame(
        {
            "first": [used[row] for row in rows],
            "second": [used[column] for column in columns],
            "kinship": strength[rows, columns],
            "confusion": confusion[rows, columns],
        }
    ).sort_values(["confusion", "kinship"], ascending=False, ignore_index=True, kind="stable")
    return KinshipResult(
        correlation=correlate_pairs(confusion, strength, by_rank=True, seed=seed),
        genres=tuple(used),
        left_out=tuple(genre for genre in genres if genre not in used),
        pairs=pairs,
        title=kinship.title,
    )


def kinship_sentence(result: KinshipResult) -> str:
    """Whether the mistakes are between genres that are kin, in words."""
    found = result.correlation
    if found.value is None or found.p_value is None:
        return (
            f"Whether mistakes go with kinship by {result.title} cannot be said: all pairs of these genres are equally "
            "kin, or are confused equally often."
        )
    orders = f"{'all ' if found.is_exact else ''}{found.n_permutations:,} orders of the genres"
    figures = (
        f"rank correlation {found.value:.2f} over {len(result.pairs)} pairs of {found.n_genres} genres, p = "
        f"{found.p_value:.2g} by {orders}"
    ).replace("-", "\N{MINUS SIGN}")
    if found.p_value >= 0.05:
        verdict = f"That mistakes go with kinship by {result.title} is not shown"
    else:
        verdict = f"Genres that are kin by {result.title} are taken for each other more often than chance would have it"
    unkin = result.pairs[(result.pairs["confusion"] > 0) & (result.pairs["kinship"] == 0)].head(_MOST_TOLD)
    examples = [f"{first} and {second}" for first, second in zip(unkin["first"], unkin["second"], strict=True)]
    against = f" Confused without being kin there: {'; '.join(examples)}." if examples else ""
    return f"{verdict} ({figures}).{against}"
