"""Names of genres as they come, brought to one spelling each; and how many there may be.

``Rock`` and ``rock``, ``é`` as one letter or as two, one blank or several: that is one genre, called as most of its
clips call it. A column of whole numbers that a program wrote as ``6.0`` reads ``6``.
"""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Sequence

from core.clips.clip import SkippedFile
from core.errors import CollectionError
from core.names import readable_name

MAX_GENRES = 1_000
_MOST_LISTED = 3
_WHOLE = re.compile(r"(?P<number>[+-]?\d+)(?:\.0*)?")


def genre_name(text: str) -> str:
    """A genre as it is shown: printable, its letters composed (NFC), without blanks around it."""
    return readable_name(unicodedata.normalize("NFC", text)).strip()


def unified(genres: Sequence[str]) -> tuple[list[str], list[SkippedFile]]:
    """One spelling for each genre, and what was brought together so.

    Parameters
    ----------
    genres : sequence of str
        Of each clip; empty where it has none.

    Returns
    -------
    genres : list of str
        In the same order.
    notes : list of SkippedFile
        For each genre of several spellings, named ``genre Rock``, which these are.

    Examples
    --------
    >>> unified(["Rock", "rock", "Rock", "jazz"])[0]
    ['Rock', 'Rock', 'Rock', 'jazz']
    """
    spellings: dict[str, Counter[str]] = defaultdict(Counter)
    named = [genre_name(genre) for genre in genres]
    for name in named:
        spellings[_key(name)][name] += 1
    chosen = {key: min(counted, key=lambda name: (-counted[name], name)) for key, counted in spellings.items()}
    notes = []
    for key, counted in sorted(spellings.items()):
        if len(counted) > 1:
            listed = ", ".join(f"“{name}” ({n:,} clip{'' if n == 1 else 's'})" for name, n in counted.most_common())
            reason = (
                f"spelled in {len(counted)} ways that differ in capitals or blanks alone, so it is one genre: {listed}"
            )
            notes.append(SkippedFile(f"genre {chosen[key]}", reason))
    return [chosen[_key(name)] for name in named], notes


def _key(name: str) -> str:
    return unicodedata.normalize("NFC", " ".join(name.split()).casefold())


def whole_numbers(labels: Sequence[str]) -> list[str]:
    """The same labels, ``6.0`` as ``6`` where all of them are whole numbers.

    >>> whole_numbers(["6.0", "7.0"]), whole_numbers(["6.0", "7.5"])
    (['6', '7'], ['6.0', '7.5'])
    """
    matches = [_WHOLE.fullmatch(label.strip()) for label in labels if label.strip()]
    if not matches or not all(matches):
        return list(labels)
    return [match["number"] if (match := _WHOLE.fullmatch(label.strip())) else label for label in labels]


def require_few_genres(genres: Sequence[str], shown: str) -> None:
    """`CollectionError` where there are more genres than can be told apart.

    Parameters
    ----------
    genres : sequence of str
        Each once.
    shown : str
        What they come from, in the message.
    """
    if len(genres) > MAX_GENRES:
        listed = ", ".join(readable_name(genre)[:40] for genre in genres[:_MOST_LISTED])
        raise CollectionError(
            f"{shown} has {len(genres):,} genres ({listed} …); at most {MAX_GENRES:,} can be used. Check that these "
            "are genres, not songs or artists, and keep fewer of them."
        )
