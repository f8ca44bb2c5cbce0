"""What the trained ears make of a collection: pairs that sound all but the same, and labels that no neighbour has.

Distances are those of `core.embeddings.neighbours`, and the thresholds were set on real clips: the 80 whole clips of
GTZAN and the 479 cuts of 3 s that Genre Lab was built with.

*Alike.* A copy that was made 2 % faster is 0.001 to 0.022 away from its original (of 16, three quarters are below
0.007), one that is 5 % faster 0.002 to 0.041, another cut of the same 30 s 0.001 to 0.044: changes of which the audio
fingerprint knows nothing. No two different clips came nearer than 0.018 (3,160 pairs of the 80, two parts of one
cantata) and 0.027 (114,481 pairs of the 479). So `MAX_DISTANCE` raises no false alarm there. Where clips are all but
alike throughout, as tones are, nothing can be told: a pair has to stand out from how near other clips are.

*Doubtful.* A label is doubted where none of the ten nearest clips has it, and eight or more of the ten nearest by other
artists have one other genre in common. Of the 80 none is doubted, of the 479 cuts 13 (2.7 %). With one label in twenty
changed at random, 48 % of the cuts that are doubted had been changed, 44 % of the changed ones are doubted, and for
86 % of these the genre named is the right one. Of 80 clips hardly any is found: a genre needs many.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

import numpy as np

from core.embeddings.neighbours import NeighbourIndex
from core.quality.mislabels import MIN_CLIPS

MAX_DISTANCE = 0.012
MIN_ALL = 20
"""Clips that tell how near others usually are."""
N_NEAREST = 10
MIN_AGREEING = 8
_OF_USUAL = 0.2
_MOST_ALIKE = 5
"""Pairs of a clip that are reported."""

OnClips = Callable[[int], bool]


@dataclass(frozen=True)
class Alike:
    """Two clips that sound all but the same to the ears; places in the order of the index, the first before the second.

    ``distance`` is 1 minus the cosine.
    """

    first: int
    second: int
    distance: float


@dataclass(frozen=True)
class Doubt:
    """A clip whose label none of its neighbours has.

    Attributes
    ----------
    place : int
        Of the clip in the index.
    suggested : str
        The genre that most neighbours by other artists have.
    n_agreeing : int
        How many of `N_NEAREST` have it.
    """

    place: int
    suggested: str
    n_agreeing: int


def alike_pairs(
    index: NeighbourIndex, *, known: Collection[frozenset[str]] = (), on_clips: OnClips | None = None
) -> list[Alike]:
    """Pairs of clips that sound all but the same, the nearest first.

    Parameters
    ----------
    index : NeighbourIndex
    known : collection of frozenset of str
        Pairs, by name, that are known to be repeats already.
    on_clips : callable, optional
        Called with the number of clips done; it returns True to stop, and nothing is complete then.

    Returns
    -------
    list of Alike
        Empty where there are fewer than `MIN_ALL` clips.
    """
    if len(index) < MIN_ALL:
        return []
    places, distances = index.nearest_of_all(_MOST_ALIKE, on_clips=on_clips)
    usual = float(np.median(distances[:, 0]))
    limit = min(MAX_DISTANCE, _OF_USUAL * usual)
    found: dict[tuple[int, int], float] = {}
    for one, rank in np.argwhere(distances <= limit):
        other = places[one, rank]
        pair = (int(min(one, other)), int(max(one, other)))
        if frozenset(index.names[place] for place in pair) not in known:
            found[pair] = float(distances[one, rank])
    return sorted((Alike(*pair, distance) for pair, distance in found.items()), key=lambda each: each.distance)


def doubtful_labels(
    index: NeighbourIndex,
    labels: Sequence[str],
    *,
    copies: Sequence[int],
    artists: Sequence[int],
    on_clips: OnClips | None = None,
) -> list[Doubt]:
    """Clips whose label none of the nearest has, where these agree on another; the most agreed first.

    Parameters
    ----------
    index : NeighbourIndex
    labels : sequence of str
        Genre of each clip; those of genres with fewer than `MIN_CLIPS` are not judged.
    copies, artists : sequence of int
        Clips with the same number are copies of each other, or by one artist (copies included).
    on_clips : callable, optional
        As of `alike_pairs`, of twice as many clips.

    Returns
    -------
    list of Doubt
        Empty where there are too few clips for so many neighbours.
    """
    if len(index) <= N_NEAREST:
        return []
    n_done = 0

    def further(n: int) -> bool:
        return on_clips is not None and on_clips(n_done + n)

    nearest, distances = index.nearest_of_all(N_NEAREST, groups=copies, on_clips=further)
    n_done = len(index)
    by_others, others_distances = index.nearest_of_all(N_NEAREST, groups=artists, on_clips=further)
    names, numbers, counts = np.unique(np.asarray(labels), return_inverse=True, return_counts=True)
    judged = (counts[numbers] >= MIN_CLIPS) & np.isfinite(distances[:, -1]) & np.isfinite(others_distances[:, -1])
    alone = ~(numbers[nearest] == numbers[:, np.newaxis]).any(axis=1)
    doubts = []
    for place in np.flatnonzero(judged & alone):
        votes = np.bincount(numbers[by_others[place]], minlength=len(names))
        first = int(votes.argmax())
        if votes[numbers[place]] == 0 and votes[first] >= MIN_AGREEING:
            doubts.append(Doubt(int(place), str(names[first]), int(votes[first])))
    return sorted(doubts, key=lambda doubt: (-doubt.n_agreeing, doubt.place))
