"""Whether clips of one name are one clip: in one collection they are, and in every copy of GTZAN."""

from collections.abc import Mapping

from core.collections.clip_facts import GTZAN_GENRES, is_gtzan
from core.errors import RunError
from core.evaluation.predictions import Predictions
from core.runs.named_clips import clips_by_name
from core.runs.record import Run


def may_share_clips(a: Run, b: Run) -> bool:
    """Whether two runs may have test clips and at least two genres in common, by what their records say."""
    if len(set(a.config.genres) & set(b.config.genres)) < 2:
        return False
    if a.config.collection_id == b.config.collection_id:
        return True
    return all(not run.synthetic and set(run.config.genres) <= set(GTZAN_GENRES) for run in (a, b))


def share_clips(a: Run, b: Run, genre_of_a: Mapping[str, str], genre_of_b: Mapping[str, str]) -> bool:
    """Whether two runs can be held against each other clip by clip, as `core.evaluation.confusion.two` does it.

    Parameters
    ----------
    a, b : Run
    genre_of_a, genre_of_b : mapping of str to str
        The genre of each of their test clips, from `core.runs.results.load_tested`.

    Returns
    -------
    bool
        They have at least two genres and a test clip of one of these in common, clips of one name are one clip, and
        both say the same genre of all of these.
    """
    genres = set(a.config.genres) & set(b.config.genres)
    if len(genres) < 2:
        return False
    said = [(genre, genre_of_b[clip]) for clip, genre in genre_of_a.items() if genre in genres and clip in genre_of_b]
    said = [(one, other) for one, other in said if other in genres]
    return bool(said) and all(one == other for one, other in said) and _are_same(a, b, genre_of_a, genre_of_b)


def names_same_clips(a: Run, b: Run, tested_a: Predictions, tested_b: Predictions) -> bool:
    """Whether test clips of one name are the same clip for both runs.

    Parameters
    ----------
    a, b : Run
    tested_a, tested_b : Predictions
        Theirs.
    """
    return a.config.collection_id == b.config.collection_id or _are_same(
        a, b, _genres_of(tested_a), _genres_of(tested_b)
    )


def require_same_clips(a: Run, b: Run, tested_a: Predictions, tested_b: Predictions) -> None:
    """`RunError` unless `names_same_clips`."""
    if not names_same_clips(a, b, tested_a, tested_b):
        raise RunError(
            f"{a.collection_title} and {b.collection_title} are different collections, so that clips of one name may "
            "be different ones. Choose two runs of one collection."
        )


def _genres_of(tested: Predictions) -> Mapping[str, str]:
    # As lists: a column of names is slow to go through one by one.
    return dict(zip(tested.table["clip"].tolist(), tested.table["actual"].tolist(), strict=True))


def _are_same(a: Run, b: Run, genre_of_a: Mapping[str, str], genre_of_b: Mapping[str, str]) -> bool:
    if a.config.collection_id == b.config.collection_id:
        return True
    return all(
        not run.synthetic and is_gtzan(clips_by_name(run, genre_of))
        for run, genre_of in ((a, genre_of_a), (b, genre_of_b))
    )
