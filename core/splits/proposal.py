"""Whether by artist is how the clips of a collection should be divided, since their artists are known."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.clips.clip import Clip, ClipFacts
from core.clips.collection import Collection
from core.errors import SplitError
from core.names import artist_key
from core.splits.config import SplitConfig
from core.splits.groups import known_levels
from core.splits.make import make_split

NEARLY_ALL = 0.9
"""Share of the clips of which the artist has to be known; GTZAN's facts name 92 %."""
_FEWEST_ARTISTS = 3
"""Of a genre: one each for training, validation and test."""


@dataclass(frozen=True, kw_only=True)
class ArtistsKnown:
    """That dividing by artist is possible, and proposed.

    Attributes
    ----------
    n_known, n_clips : int
        Clips of which the artist is known, of how many.
    n_fewest : int
        Artists of the genre that has fewest.
    """

    n_known: int
    n_clips: int
    n_fewest: int


def propose_by_artist(collection: Collection, clips: Sequence[Clip]) -> ArtistsKnown | None:
    """Why these clips should be divided by artist; None where they should or can not.

    Parameters
    ----------
    collection : Collection
        Its facts name the artists.
    clips : sequence of Clip
        Of the genres that are to be told apart.

    Returns
    -------
    ArtistsKnown or None
        None where fewer than nine in ten artists are known, no two clips are by one, a genre has fewer than three, or
        artists of several genres leave no division in which each part has each genre.
    """
    by_genre: dict[str, set[str]] = {clip.genre: set() for clip in clips}
    n_known = 0
    for clip in clips:
        if artist := artist_key(collection.facts.get(clip.whole.name, ClipFacts()).artist):
            by_genre[clip.genre].add(artist)
            n_known += 1
    if len(by_genre) < 2 or n_known < NEARLY_ALL * len(clips) or "artist" not in known_levels(clips, collection.facts):
        return None
    n_fewest = min(map(len, by_genre.values()))
    if n_fewest < _FEWEST_ARTISTS:
        return None
    try:
        make_split(collection, SplitConfig(protocol="artist"), seed=0, clips=clips)
    except SplitError:
        return None
    return ArtistsKnown(n_known=n_known, n_clips=len(clips), n_fewest=n_fewest)
