"""How unlike the music that the leading run learnt from a song is."""

from dataclasses import dataclass

import numpy as np

from core.embeddings.ears import EARS, patch_embeddings, penultimate
from core.embeddings.unlike import Unlikeness
from core.errors import GenreLabError
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


def hears_anyway(judge: Judge) -> bool:
    """Whether the run itself listens with the ears: what they hear then costs nothing further."""
    return EARS in judge.front_ends


def known_unlikeness(judge: Judge, *, listen: bool) -> Unlikeness | None:
    """What tells how unlike a run's training clips a song is; None where it is not known, or would cost too much.

    Parameters
    ----------
    judge : Judge
    listen : bool
        Also where the ears have to listen for it alone: about 4 s of a processor for 4 minutes.
    """
    if EARS.why_not_here or not (listen or hears_anyway(judge)):
        return None
    return run_unlikeness(judge.run.id)


def place_song(learnt: Unlikeness, heard: HeardSong, judge: Judge) -> Place | None:
    """Where a song stands that the run has judged; None where the ears cannot hear it.

    By the median over pieces as long as a training clip: the windows that the run judged, where it hears with the ears.
    """
    try:
        if hears_anyway(judge) and (windows := heard.windows_of(EARS)):
            score = float(np.median(learnt.scores(penultimate(np.stack(windows)[:, :, 0]))))
        else:
            score = learnt.song_score(patch_embeddings(heard.samples_at(EARS.sr_hz)))
    except GenreLabError:
        return None
    return Place(learnt.percentile_of(score), learnt.is_beyond(score))
