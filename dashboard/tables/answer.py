"""What models say of one song, side by side: a row for each, and one for what they say together."""

from collections.abc import Sequence, Set

import pandas as pd

from core.evaluation.consensus import Said, consensus

MATTERS = 0.05
"""A genre is shown where a model gives it this probability."""
MOST_GENRES = 6
"""Shown, the most probable of those that matter; all where there are no more."""


def genres_that_matter(said: Sequence[Said]) -> list[str]:
    """Genres to show, the most probable by the mean over the models first.

    Those to which a model gives `MATTERS` or more, at most `MOST_GENRES`, and always what each model takes the song
    for; all genres where there are no more than that.
    """
    every = dict.fromkeys(genre for one in said for genre in one.probabilities)
    highest = {genre: max(one.probabilities.get(genre, 0.0) for one in said) for genre in every}
    mean = {genre: sum(one.probabilities.get(genre, 0.0) for one in said) / len(said) for genre in every}
    ranked = sorted(every, key=lambda genre: -mean[genre])
    if len(ranked) <= MOST_GENRES:
        return ranked
    answers = {one.genre for one in said}
    mattering = [genre for genre in ranked if highest[genre] >= MATTERS or genre in answers]
    others = [genre for genre in mattering if genre not in answers]
    kept = answers | set(others[: max(0, MOST_GENRES - len(answers))])
    return [genre for genre in mattering if genre in kept]


def answer_frame(said: Sequence[Said], genres: Sequence[str]) -> pd.DataFrame:
    """Probabilities in per cent: a row for each model and one for their mean, a column for each genre.

    Parameters
    ----------
    said : sequence of Said
    genres : sequence of str
        From `genres_that_matter`; what the others have together stands in a last column.

    Returns
    -------
    DataFrame
        Missing where a model does not know a genre.
    """
    together = consensus(said)
    rows = [*said, *([] if together is None else [together[0]])]
    further = {genre for one in said for genre in one.probabilities} - set(genres)
    table = pd.DataFrame(
        {genre: [_percent(one, genre) for one in rows] for genre in genres}, index=[one.name for one in rows]
    )
    if further:
        noun = "1 other" if len(further) == 1 else f"{len(further)} others"
        while noun in genres:
            noun += " together"
        table[noun] = [_together(one, further) for one in rows]
    return table.rename_axis("Model")


def _percent(said: Said, genre: str) -> float | None:
    value = said.probabilities.get(genre)
    return None if value is None else 100 * value


def _together(said: Said, genres: Set[str]) -> float | None:
    """What genres have together, in per cent; None where the model knows none of them."""
    known = [said.probabilities[genre] for genre in genres if genre in said.probabilities]
    return 100 * sum(known) if known else None
