"""How unlike the music that a model learnt from a song is, in words."""

from core.embeddings.unlike import Unlikeness

UNLIKE, UNUSUAL = 99.0, 95.0
"""Shares of the training clips, in percent, from which a song is called unlike them, or unusual."""


def is_doubtful(learnt: Unlikeness, score: float) -> bool:
    """Whether the sentence is a warning."""
    return learnt.is_beyond(score) or learnt.percentile_of(score) >= UNUSUAL


def unlike_sentence(learnt: Unlikeness, score: float) -> str:
    """What a score means, and what follows from it.

    Parameters
    ----------
    learnt : Unlikeness
    score : float
        Of the song.
    """
    share = learnt.percentile_of(score)
    if learnt.is_beyond(score):
        return (
            f"Less like the music this model learnt from than all of it ({learnt.learnt_from}): speech, noise or "
            "a kind of music that it has never met. Its verdict means little."
        )
    said = f"Less like the music this model learnt from than {share:.0f} % of it ({learnt.learnt_from})"
    if share >= UNLIKE:
        return f"{said}: speech, noise or a kind of music that it has hardly met. Its verdict means little."
    if share >= UNUSUAL:
        return f"{said}: unusual for this model. Take its verdict with caution."
    return f"{said}: nothing unusual, as far as the trained ears hear."


def usual_text(learnt: Unlikeness, score: float) -> str:
    """How unlike it is where that is nothing unusual: ``"stranger than 41 % of 442 training clips"``."""
    return f"stranger than {learnt.percentile_of(score):.0f} % of {learnt.learnt_from}"
