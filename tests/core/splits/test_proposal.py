"""By artist is proposed where artists are known and every genre has enough of them."""

import unicodedata
from dataclasses import replace

import pytest

from core.clips.clip import Clip, ClipFacts
from core.clips.collection import Collection
from core.splits.config import SplitConfig
from core.splits.groups import groups_of, straddling
from core.splits.make import make_split
from core.splits.proposal import ArtistsKnown, propose_by_artist
from tests.core.splits.clips import as_collection, clip, gtzan


def by_artists(n_artists: int, *, n_unknown: int = 0, n_clips: int = 20) -> Collection:
    """Two genres of clips whose artists take turns; the first clips of each genre of unknown artist."""
    clips: list[Clip] = []
    facts: dict[str, ClipFacts] = {}
    for genre in ("jazz", "rock"):
        for number in range(n_clips):
            clips.append(clip(f"{genre}.{number:02}", genre))
            if number >= n_unknown:
                facts[clips[-1].name] = ClipFacts(artist=f"{genre} {number % n_artists}")
    return as_collection(clips, facts)


def test_it_is_proposed_where_it_is_possible() -> None:
    collection = by_artists(4, n_unknown=2)
    assert propose_by_artist(collection, collection.clips) == ArtistsKnown(n_known=36, n_clips=40, n_fewest=4)


@pytest.mark.parametrize(
    "collection",
    [
        by_artists(4, n_unknown=3),  # 34 of 40 are known
        by_artists(2),
        by_artists(20),  # each clip by another artist: nothing to keep together
        by_artists(4).subset(["jazz"]),
        replace(by_artists(4), clips=()),
    ],
)
def test_it_is_not_where_it_is_not(collection: Collection) -> None:
    assert propose_by_artist(collection, collection.clips) is None


def test_artists_of_all_genres_cannot_be_divided() -> None:
    collection = by_artists(3)
    facts = {name: ClipFacts(artist=known.artist[-1]) for name, known in collection.facts.items()}
    facts |= {f"{genre}.00": ClipFacts(artist="both") for genre in ("jazz", "rock")}
    assert propose_by_artist(replace(collection, facts=facts), collection.clips) is not None
    few = {name: ClipFacts(artist="all" if name[-1] != "1" else f"one {name[:4]}") for name in collection.facts}
    assert propose_by_artist(replace(collection, facts=few), collection.clips) is None


def test_what_by_clip_flatters_is_counted_from_the_split_itself() -> None:
    collection = gtzan()
    assert propose_by_artist(collection, collection.clips) == ArtistsKnown(n_known=919, n_clips=1000, n_fewest=9)
    split = make_split(collection, SplitConfig(), seed=42)
    artists = {name: known.artist.casefold() for name, known in collection.facts.items()}
    learnt = {artists[each.name] for each in (*split.train, *split.validation)} - {""}
    n_test = sum(artists[each.name] in learnt for each in split.test)
    assert straddling(split, collection.facts, "artist").n_test_clips == n_test == 166


def test_spellings_of_an_artist_are_one() -> None:
    written = ("The Röyks", "röyks", unicodedata.normalize("NFD", "ROYKS, The".replace("O", "Ö")), "Royks")
    clips = [clip(f"clip {n}", "rock") for n in range(len(written))]
    facts = {each.name: ClipFacts(artist=artist) for each, artist in zip(clips, written, strict=True)}
    assert [len(group) for group in groups_of(clips, facts, "artist")] == [3, 1]
