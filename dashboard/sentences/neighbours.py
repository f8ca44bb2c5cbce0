"""Which genres the nearest clips have, in words."""

from collections import Counter
from collections.abc import Sequence

DISTANCE_HELP = (
    "1 minus the cosine of the angle between the two embeddings: 0 for the same direction, 1 for a right angle."
)


def genres_sentence(genres: Sequence[str], *, own: str | None = None) -> str:
    """How many of the nearest clips have which genre.

    Parameters
    ----------
    genres : sequence of str
        Of the nearest clips, at least one.
    own : str, optional
        Genre of the clip itself.

    Examples
    --------
    >>> genres_sentence(["jazz", "blues", "jazz"], own="blues")
    'Of the 3 nearest clips 2 are jazz and 1 is blues; 1 has its own genre, blues.'
    """
    counts = Counter(genres).most_common()
    said = [f"{n:,} {'is' if n == 1 else 'are'} {genre}" for genre, n in counts]
    listed = said[0] if len(said) == 1 else f"{', '.join(said[:-1])} and {said[-1]}"
    text = f"Of the {len(genres):,} nearest clips {listed}" if len(genres) > 1 else f"The nearest clip is {genres[0]}"
    if own is None:
        return f"{text}."
    n_own = genres.count(own) if isinstance(genres, list) else list(genres).count(own)
    has = (
        "none has"
        if n_own == 0
        else "all have"
        if n_own == len(genres)
        else f"{n_own:,} ha{'s' if n_own == 1 else 've'}"
    )
    return f"{text}; {has} its own genre, {own}."
