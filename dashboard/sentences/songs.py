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
    answers = Counter(result.tag_answer for result in results)
    n_same, n_unknown = answers["agrees"], answers["unknown genre"]
    n_known = n_same + answers["differs"]
    said = []
    if n_known:
        share = format_percent(n_same / n_known, digits=0)
        said.append(
            f"{format_plural(n_known, 'song has', 'songs have')} a genre tag that the model knows; "
            f"{n_same:,} ({share}) {'is' if n_same == 1 else 'are'} judged to be of that genre."
        )
    if n_unknown:
        tags = format_plural(n_unknown, "song is", "songs are")
        said.append(f"{tags} tagged with a genre that the model was not trained on.")
    return " ".join(said)


def agreement_of_many(results: Sequence[SongResult], n_runs: int) -> str:
    """On how many songs all models agree; empty for one model."""
    judged = [result for result in results if result.genre]
    if n_runs < 2 or not judged:
        return ""
    n_agreed = sum(result.n_agreeing == n_runs for result in judged)
    who = "Both" if n_runs == 2 else f"All {n_runs}"
    return f"{who} models agree on {n_agreed:,} of {format_plural(len(judged), 'song')}."
