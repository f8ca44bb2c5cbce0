"""Whether clips of one name are one clip: in one collection they are, and in every copy of GTZAN."""

from core.collections.clip_facts import GTZAN_GENRES, is_gtzan
from core.errors import RunError
from core.evaluation.predictions import Predictions
from core.runs.named_clips import named_clips
from core.runs.record import Run


def may_share_clips(a: Run, b: Run) -> bool:
    """Whether two runs may have test clips and at least two genres in common, by what their records say."""
    if len(set(a.config.genres) & set(b.config.genres)) < 2:
        return False
    if a.config.collection_id == b.config.collection_id:
        return True
    return all(not run.synthetic and set(run.config.genres) <= set(GTZAN_GENRES) for run in (a, b))


def names_same_clips(a: Run, b: Run, tested_a: Predictions, tested_b: Predictions) -> bool:
    """Whether test clips of one name are the same clip for both runs.

    Parameters
    ----------
    a, b : Run
    tested_a, tested_b : Predictions
        Theirs.
    """
    if a.config.collection_id == b.config.collection_id:
        return True
    return all(
        not run.synthetic and is_gtzan(named_clips(run, tested).clips) for run, tested in ((a, tested_a), (b, tested_b))
    )


def require_same_clips(a: Run, b: Run, tested_a: Predictions, tested_b: Predictions) -> None:
    """`RunError` unless `names_same_clips`."""
    if not names_same_clips(a, b, tested_a, tested_b):
        raise RunError(
            f"{a.collection_title} and {b.collection_title} are different collections, so that clips of one name may "
            "be different ones. Choose two runs of one collection."
        )
