"""By clip: parts share nothing, lose nothing, and each has every genre."""

from math import ceil
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.model_selection import train_test_split

from core.clips.clip import Clip
from core.errors import SplitError
from core.splits.base import Split
from core.splits.config import SplitConfig
from core.splits.make import make_split
from tests.core.splits.clips import as_collection


def make_clips(counts: dict[str, int]) -> list[Clip]:
    return [
        Clip(f"{genre}.{number:05d}", genre, Path(f"{genre}.{number}.wav"), 30.0, 1, 1)
        for genre, n in counts.items()
        for number in range(n)
    ]


def split_clips(clips: list[Clip], *, seed: int, test_fraction: float, validation_fraction: float) -> Split:
    config = SplitConfig(test_fraction=test_fraction, validation_fraction=validation_fraction)
    return make_split(as_collection(clips), config, seed=seed)


@settings(max_examples=40)
@given(
    counts=st.dictionaries(st.sampled_from("abcdefgh"), st.integers(16, 60), min_size=2, max_size=8),
    seed=st.integers(0, 2**32 - 1),
    test_fraction=st.floats(0.1, 0.4),
    validation_fraction=st.floats(0.1, 0.4),
    data=st.data(),
)
def test_parts_are_disjoint_complete_stratified_and_repeatable(
    counts: dict[str, int], seed: int, test_fraction: float, validation_fraction: float, data: st.DataObject
) -> None:
    clips = make_clips(counts)
    fractions = {"test_fraction": test_fraction, "validation_fraction": validation_fraction}
    split = split_clips(clips, seed=seed, **fractions)
    names = [clip.name for part in (split.train, split.validation, split.test) for clip in part]
    assert sorted(names) == sorted(clip.name for clip in clips)
    for part in (split.train, split.validation, split.test):
        assert {clip.genre for clip in part} == set(counts)
        assert [clip.name for clip in part] == sorted(clip.name for clip in part)
    # Rounded up, but not for what binary fractions add: 0.10000000000000002 * 90 is 9.
    assert -1e-6 <= len(split.test) - test_fraction * len(clips) < 1
    assert -1e-6 <= len(split.validation) - validation_fraction * len(clips) < 1
    for genre, n in counts.items():
        assert abs(sum(clip.genre == genre for clip in split.test) - test_fraction * n) < 2
    assert split_clips(data.draw(st.permutations(clips)), seed=seed, **fractions) == split


def test_the_study_s_own_test_part() -> None:
    clips = make_clips(dict.fromkeys("abcdefghij", 100))
    split = split_clips(clips, seed=42, test_fraction=0.2, validation_fraction=0.16)
    assert split.sizes == {"train": 640, "validation": 160, "test": 200}
    names = [clip.name for clip in clips]
    _, test = train_test_split(names, test_size=0.2, random_state=42, stratify=[clip.genre for clip in clips])
    assert split.names["test"] == sorted(test)


def test_another_seed_gives_another_split() -> None:
    clips = make_clips({"a": 20, "b": 20})
    first, second = (split_clips(clips, seed=seed, test_fraction=0.2, validation_fraction=0.2) for seed in (0, 1))
    assert first.names != second.names


def test_the_protocol_says_how() -> None:
    split = split_clips(make_clips({"a": 20, "b": 20}), seed=7, test_fraction=0.2, validation_fraction=0.16)
    assert split.protocol == "by clip, stratified by genre, seed 7: 25 train, 7 validation, 8 test"


@pytest.mark.parametrize("n_few", [1, 2, 3])
def test_a_genre_with_too_few_clips_is_named_with_the_number_needed(n_few: int) -> None:
    clips = make_clips({"rock": 30, "polka": n_few, "jazz": 30})
    with pytest.raises(SplitError, match=rf"polka has {n_few}.*at least {ceil(1 / 0.1)}") as caught:
        split_clips(clips, seed=0, test_fraction=0.2, validation_fraction=0.1)
    assert "rock has" not in str(caught.value)


def test_repeated_names_and_a_single_genre_are_refused() -> None:
    clips = make_clips({"a": 10, "b": 10})
    with pytest.raises(SplitError, match=r"got a\.00000 more than once"):
        split_clips([*clips, clips[0]], seed=0, test_fraction=0.2, validation_fraction=0.2)
    with pytest.raises(SplitError, match="at least two genres"):
        split_clips(clips[:10], seed=0, test_fraction=0.2, validation_fraction=0.2)
