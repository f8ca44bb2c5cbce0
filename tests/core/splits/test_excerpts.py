"""Segments at random on whole clips: excerpts that partition each clip, and what a model may remember of them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.clips.clip import Clip, ClipFacts
from core.clips.collection import Collection
from core.clips.excerpts import Excerpt, cut_clip, excerpt_span, find_clip, whole_name
from core.errors import ConfigError, SplitError
from core.extraction.store import FeatureStore
from core.features.given import GivenSpectrogram
from core.features.mel import MelSpectrogram
from core.features.numeric import NumericFeatures
from core.models.architectures import CnnConfig, FfnnConfig
from core.models.segments import excerpt_width
from core.recipe.config import TrainingConfig, training_config_from_dict
from core.splits.base import PARTS, Split
from core.splits.config import SplitConfig, split_config_from_dict
from core.splits.groups import straddling
from core.splits.make import make_split
from core.splits.summary import permitted, protocols_for, summarise
from core.training.dataset import PartData
from tests.core.splits.clips import as_collection, clip

AT_RANDOM = SplitConfig(protocol="segment-random", n_excerpts=10)


def whole_clips(n: int = 20) -> Collection:
    return as_collection([clip(f"{genre}.{number:05d}", genre) for genre in ("jazz", "rock") for number in range(n)])


@settings(max_examples=200)
@given(n_frames=st.integers(1, 700), n_excerpts=st.integers(1, 60), data=st.data())
def test_excerpts_are_the_clip_without_gap_or_overlap(n_frames: int, n_excerpts: int, data: st.DataObject) -> None:
    n_valid = data.draw(st.integers(1, n_frames))
    spans = [excerpt_span(n_valid, number, n_excerpts) for number in range(1, n_excerpts + 1)]
    assert [frame for start, stop in spans for frame in range(start, stop)] == list(range(n_valid))
    lengths = [stop - start for start, stop in spans]
    assert max(lengths) - min(lengths) <= 1
    assert max(lengths) <= excerpt_width(n_frames, n_excerpts)


def test_an_excerpt_is_named_by_its_place_and_shares_the_features_of_its_clip() -> None:
    whole = clip("a @ b", "jazz")
    excerpts = cut_clip(whole, 10)
    assert [each.name for each in excerpts[:2]] == ["a @ b @ 1 of 10", "a @ b @ 2 of 10"]
    assert (excerpts[1].place_s, excerpts[1].duration_s) == ((3.0, 6.0), 3.0)
    assert {each.key for each in excerpts} == {whole.key}
    assert whole_name("a @ b @ 2 of 10", 10) == "a @ b"
    assert whole_name("a @ b", None) == "a @ b"
    collection = as_collection([whole])
    found = find_clip(collection, "a @ b @ 2 of 10", 10, MelSpectrogram(n_frames=216, hop_length=1024))
    assert isinstance(found, Excerpt)
    # The front end looks at the first 10 s only.
    assert found.place_s is not None
    assert found.place_s[0] == pytest.approx(216 * 1024 / 22_050 / 10)
    assert find_clip(collection, "a @ b", None, MelSpectrogram()) == whole
    assert find_clip(collection, "gone @ 2 of 10", 10, MelSpectrogram()) is None
    assert find_clip(collection, "a @ b @ 11 of 10", 10, MelSpectrogram()) is None


def test_every_excerpt_is_in_one_part_and_every_part_is_stratified() -> None:
    collection = whole_clips()
    split = make_split(collection, AT_RANDOM, seed=7)
    assert split.sizes == {"train": 256, "validation": 64, "test": 80}
    names = [name for part in split.names.values() for name in part]
    assert sorted(names) == sorted(each.name for whole in collection.clips for each in cut_clip(whole, 10))
    for counts in split.counts.values():
        assert counts == {"train": 128, "validation": 32, "test": 40}
    assert make_split(collection, AT_RANDOM, seed=7) == split
    assert make_split(collection, AT_RANDOM, seed=8).names != split.names
    both_sides = straddling(split, collection.facts, "recording")
    tested = {whole_name(name, 10) for name in split.names["test"]}
    learnt = {whole_name(name, 10) for part in ("train", "validation") for name in split.names[part]}
    assert set(both_sides.names) == tested & learnt
    assert both_sides.n_groups == 40


def test_it_says_that_it_is_wrong_and_counts_excerpts() -> None:
    collection = whole_clips()
    split = make_split(collection, AT_RANDOM, seed=7)
    n_clips = len({whole_name(name, 10) for name in split.names["test"]})
    assert split.protocol == (
        "excerpts at random (wrong: excerpts of one clip on both sides), 10 of each clip, stratified by genre, seed 7: "
        f"256 train, 64 validation, 80 test; the test excerpts are of {n_clips} clips"
    )
    assert split.warnings[0].startswith("Wrong on purpose: each of the 40 clips is cut into 10 excerpts")
    assert "from their number is too narrow" in split.warnings[1]
    assert AT_RANDOM.title == "Segments at random (wrong)"
    summary = summarise(collection, AT_RANDOM, seed=7, clips=collection.clips)
    assert (summary.unit, summary.sizes["test"]) == ("excerpt", 80)
    assert [leak.here.level for leak in summary.leaks] == ["recording"]


def test_what_cannot_be_cut_is_said() -> None:
    short = as_collection([*whole_clips().clips, Clip("rock.short", "rock", None, 2.0, 1, 1)])
    with pytest.raises(SplitError, match=r"rock\.short lasts 2\.0 s: 10 excerpts"):
        make_split(short, AT_RANDOM, seed=0)
    facts = {each.name: ClipFacts(parent=each.name[:8]) for each in whole_clips().clips}
    with pytest.raises(SplitError, match="already segments of recordings"):
        make_split(as_collection(whole_clips().clips, facts), AT_RANDOM, seed=0)
    with pytest.raises(ConfigError, match="does not cut clips"):
        SplitConfig(n_excerpts=10)
    with pytest.raises(ConfigError, match="from 2 to 60"):
        SplitConfig(protocol="segment-random", n_excerpts=1)
    made = {"collection_id": "c", "genres": ("a", "b"), "split": AT_RANDOM}
    with pytest.raises(ConfigError, match="numeric features describe whole clips"):
        TrainingConfig(model=FfnnConfig(), front_end=NumericFeatures(), **made)
    with pytest.raises(ConfigError, match="cannot be cut into 10 excerpts"):
        TrainingConfig(model=FfnnConfig(), front_end=MelSpectrogram(n_frames=8), **made)


def test_the_leak_meter_may_cut_whatever_has_spectrograms() -> None:
    collection = whole_clips()
    assert permitted(collection, collection.clips, seed=1).splits == {
        "segment-random": AT_RANDOM,
        "clip": SplitConfig(),
    }
    reasons = protocols_for(collection.clips, {}, has_spectrograms=False)
    assert "numeric features cannot be cut" in reasons["segment-random"]


def test_old_configurations_read_back_and_are_written_as_they_were() -> None:
    old = {"protocol": "segment-random", "test_fraction": 0.2, "validation_fraction": 0.16, "seed": None,
           "n_folds": None, "fold": 1, "join_findings": False, "file": "", "file_name": ""}  # fmt: skip
    config = split_config_from_dict(old)
    assert (config.n_excerpts, config.group_column) == (None, "")
    assert config.to_dict() == old
    assert split_config_from_dict(AT_RANDOM.to_dict()) == AT_RANDOM
    assert AT_RANDOM.ground(1) != SplitConfig(protocol="segment-random", n_excerpts=5).ground(1)
    training = TrainingConfig(collection_id="c", genres=("a", "b"), split=AT_RANDOM)
    assert training_config_from_dict(training.to_dict()) == training
    assert TrainingConfig(collection_id="c", genres=("a", "b")).to_dict()["split"] == old | {"protocol": "clip"}


def test_the_model_sees_an_excerpt_and_no_segment_is_longer() -> None:
    from core.recipe.settings import SegmentConfig

    made = {"collection_id": "c", "genres": ("a", "b"), "model": CnnConfig(filters=(4,), pool=(2, 2))}
    assert TrainingConfig(**made, split=AT_RANDOM).input_shape == (128, 66)
    long = TrainingConfig(**made, split=AT_RANDOM, segments=SegmentConfig(length_s=15.0))
    assert long.input_shape == (128, 66)
    short = TrainingConfig(**made, split=AT_RANDOM, segments=SegmentConfig(length_s=1.0))
    assert short.input_shape == (128, 22)


@pytest.fixture
def recordings(home: object) -> tuple[Collection, FeatureStore]:
    """Forty clips that each sound like themselves throughout, and no genre like itself."""
    collection, rng = whole_clips(), np.random.default_rng(3)
    store = FeatureStore(collection.id, GivenSpectrogram(n_bands=16, n_frames=60))
    with store.writer() as writer:
        for each in collection.clips:
            own = rng.normal(0, 1, (16, 1)) + rng.normal(0, 0.1, (16, 60))
            writer.add(each, own.astype(np.float16), 57)
    return collection, store


def remembered(split: Split, store: FeatureStore) -> float:
    """Accuracy of a model that remembers: the genre of the most similar example learnt."""
    parts = {part: PartData(store, getattr(split, part), ("jazz", "rock")) for part in PARTS}
    means = {part: data.rows(np.arange(len(data)))[:, :, :5].mean(axis=2, dtype=np.float64)
             for part, data in parts.items()}  # fmt: skip
    distances = ((means["test"][:, np.newaxis] - means["train"]) ** 2).sum(axis=2)
    nearest = parts["train"].labels[distances.argmin(axis=1)]
    return float((nearest == parts["test"].labels).mean())


def test_a_model_that_remembers_recordings_is_right_at_random_and_at_chance_by_clip(
    recordings: tuple[Collection, FeatureStore],
) -> None:
    collection, store = recordings
    seeds = range(8)
    at_random = [remembered(make_split(collection, AT_RANDOM, seed=seed), store) for seed in seeds]
    by_clip = [remembered(make_split(collection, SplitConfig(), seed=seed), store) for seed in seeds]
    assert min(at_random) > 0.97
    assert abs(np.mean(by_clip) - 0.5) < 0.2
