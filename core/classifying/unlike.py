"""How unlike the music that the leading run learnt from a song is."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.embeddings.ears import EARS
from core.embeddings.unlike import Unlikeness
from core.errors import GenreLabError
from core.features.musicnn import MusicnnFeatures
from core.prediction.judge import Judge
from core.prediction.song import HeardSong
from core.prediction.unlike import run_unlikeness


@dataclass(frozen=True)
class Place:
    """Where a song stands among the training clips; as `core.embeddings.unlike.Unlikeness` has it.

    Attributes
    ----------
    percentile : float
        0 to 100.
    beyond : bool
    """

    percentile: float
    beyond: bool


def known_unlikeness(judges: Sequence[Judge], *, listen: bool) -> Unlikeness | None:
    """What tells how unlike a run's training clips a song is; None where it is not known, or would cost too much.

    Parameters
    ----------
    judges : sequence of Judge
        The first leads: its training clips count.
    listen : bool
        Also where no judge listens with the ears, so that they have to for this alone: about 2 s of a processor for 4
        minutes.
    """
    if EARS.why_not_here or not (listen or any(map(_hears, judges))):
        return None
    return run_unlikeness(judges[0].run.id)


def _hears(judge: Judge) -> bool:
    """Whether a run listens with the ears itself: what they hear then costs nothing further."""
    return any(isinstance(each, MusicnnFeatures) and each.training == EARS.training for each in judge.front_ends)


def place_song(learnt: Unlikeness, heard: HeardSong) -> Place | None:
    """Where a song stands, by what a run with the ears has heard of it or by a hearing now; None where they cannot.

    By the median over pieces as long as a training clip.
    """
    try:
        score = learnt.song_score(heard.hearing(EARS.training).embeddings)
    except GenreLabError:
        return None
    return Place(learnt.percentile_of(score), learnt.is_beyond(score))
