"""Groups shared out: every bin has every genre wherever that can be, against trying all divisions."""

from itertools import product

import numpy as np
import pytest

from core.clips.clip import ClipFacts
from core.clips.collection import Collection
from core.errors import SplitError
from core.splits.balance import cover, lacks_a_genre, share_out
from core.splits.config import SplitConfig
from core.splits.make import make_split
from tests.core.splits.clips import as_collection, clip

Groups = list[list[str]]


def random_groups(rng: np.random.Generator, *, n_groups: int, n_genres: int) -> Groups:
    """Groups of one to five clips, many of them of several genres."""
    genres = [f"g{number}" for number in range(n_genres)]
    return [rng.choice(genres, rng.integers(1, 6)).tolist() for _ in range(n_groups)]


def is_possible(groups: Groups, n_bins: int) -> bool:
    """By trying every division."""
    return any(not lacks_a_genre(groups, bins, n_bins) for bins in product(range(n_bins), repeat=len(groups)))


def test_a_division_is_found_wherever_there_is_one() -> None:
    rng = np.random.default_rng(11)
    n_possible = n_hard = 0
    for case in range(1_000):
        n_bins = int(rng.integers(2, 4))
        groups = random_groups(
            rng, n_groups=int(rng.integers(n_bins, 10 if n_bins == 2 else 8)), n_genres=int(rng.integers(2, 5))
        )
        shares = rng.dirichlet([5.0] * n_bins).tolist()
        bins = share_out(groups, shares, seed=case)
        assert len(bins) == len(groups)
        assert set(bins) <= set(range(n_bins))
        possible = is_possible(groups, n_bins)
        assert lacks_a_genre(groups, bins, n_bins) is not possible, groups
        n_possible += possible
        n_hard += possible and n_bins * 2 >= len(groups)
    assert 100 < n_possible < 950
    assert n_hard > 20


def test_what_covers_is_part_of_a_division_and_nothing_where_there_is_none() -> None:
    groups = [["a", "b"], ["b", "c"], ["a", "c"], ["a"], ["b"]]
    needed = cover(groups, 2, seed=0)
    assert not lacks_a_genre([groups[number] for number in needed], list(needed.values()), 2)
    # Three genres in a ring of three groups: one of two bins always lacks one.
    assert cover([["a", "b"], ["b", "c"], ["a", "c"]], 2, seed=0) == {}


def test_the_same_seed_gives_the_same_bins() -> None:
    groups = random_groups(np.random.default_rng(3), n_groups=9, n_genres=4)
    assert share_out(groups, [0.5, 0.25, 0.25], seed=5) == share_out(groups, [0.5, 0.25, 0.25], seed=5)


def test_a_hard_division_of_many_groups_is_balanced_too() -> None:
    """Forty groups of a common genre, and a rare one that only groups of two genres hold."""
    groups: Groups = [["a"] * 5 for _ in range(40)] + [["a", "b"] for _ in range(5)]
    bins = share_out(groups, [0.2] * 5, seed=1)
    assert not lacks_a_genre(groups, bins, 5)
    sizes = [sum(len(group) for group, place in zip(groups, bins, strict=True) if place == each) for each in range(5)]
    assert max(sizes) - min(sizes) <= 5


def collection_of(groups: Groups) -> Collection:
    """A group is an artist."""
    clips, facts = [], {}
    for number, group in enumerate(groups):
        for place, genre in enumerate(group):
            name = f"{number}.{place}"
            clips.append(clip(name, genre))
            facts[name] = ClipFacts(artist=f"artist {number}")
    return as_collection(clips, facts)


@pytest.mark.parametrize("n_folds", [2, 3, 4])
def test_every_fold_of_a_possible_division_can_be_trained_on(n_folds: int) -> None:
    """With two folds each half is divided once more, into what is trained on and what is validated with."""
    rng = np.random.default_rng(n_folds)
    n_bins = max(4, n_folds) if n_folds == 2 else n_folds
    n_tried = 0
    for case in range(200):
        groups = random_groups(rng, n_groups=n_bins + int(rng.integers(1, 3)), n_genres=3)
        if len({genre for group in groups for genre in group}) < 2 or not cover(groups, n_bins, seed=0):
            continue
        n_tried += 1
        for fold in range(1, n_folds + 1):
            config = SplitConfig(protocol="artist", n_folds=n_folds, fold=fold, seed=case)
            split = make_split(collection_of(groups), config, seed=0)
            assert all(min(counts.values()) >= 1 for counts in split.counts.values())
    assert n_tried >= 10


def test_an_impossible_division_says_that_no_seed_helps() -> None:
    groups: Groups = [["a", "b"], ["b", "c"], ["a", "c"], ["a", "b"], ["b", "c"], ["a", "c"]]
    # Every genre is in four groups, yet six groups of two genres cannot give four folds all three.
    refused = []
    for fold in range(1, 5):
        try:
            make_split(collection_of(groups), SplitConfig(protocol="artist", n_folds=4, fold=fold, seed=1), seed=0)
        except SplitError as error:
            refused.append(str(error))
    assert refused
    assert all("whatever the seed. Choose fewer folds or another protocol" in said for said in refused)
