"""Many judged songs in words."""

from collections import Counter
from collections.abc import Sequence

from core.classifying.result import SongResult
from dashboard.sentences.wording import format_percent, format_plural

_MOST_GENRES = 12


def count_sentence(results: Sequence[SongResult]) -> str:
    """How many songs were judged, and how many could not be."""
    n_failed = sum(bool(result.error) for result in results)
    text = f"{format_plural(len(results) - n_failed, 'song')} judged"
    return f"{text}; {n_failed:,} could not be read." if n_failed else f"{text}."


def genres_sentence(results: Sequence[SongResult]) -> str:
    """How many songs were judged to be of each genre, the most first; empty for none."""
    counts = Counter(result.genre for result in results if result.genre).most_common()
    listed = ", ".join(f"{genre} {n:,}" for genre, n in counts[:_MOST_GENRES])
    further = len(counts) - _MOST_GENRES
    return listed + (f" and {format_plural(further, 'further genre')}" if further > 0 else "")


def tags_sentence(results: Sequence[SongResult]) -> str:
    """How many songs are judged to be what their own tag says; empty where none is tagged."""
    tagged = [result.tag_agrees for result in results if result.tag_agrees is not None]
    if not tagged:
        return ""
    n_same = sum(tagged)
    share = format_percent(n_same / len(tagged), digits=0)
    return (
        f"{format_plural(len(tagged), 'song has', 'songs have')} a genre tag; {n_same:,} ({share}) "
        f"{'is' if n_same == 1 else 'are'} judged to be of that genre."
    )


def agreement_of_many(results: Sequence[SongResult], n_runs: int) -> str:
    """On how many songs all models agree; empty for one model."""
    judged = [result for result in results if result.genre]
    if n_runs < 2 or not judged:
        return ""
    n_agreed = sum(result.n_agreeing == n_runs for result in judged)
    return f"All {n_runs} models agree on {n_agreed:,} of {format_plural(len(judged), 'song')}."
