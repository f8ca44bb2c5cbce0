"""Protocols on GTZAN's real facts, and on groups made up by hypothesis."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.clips.clip import ClipFacts
from core.clips.collection import Collection
from core.errors import ConfigError, SplitError
from core.splits.base import PARTS, Split
from core.splits.by_group import GroupColumn, group_columns
from core.splits.config import SplitConfig, split_config_from_dict
from core.splits.groups import column_level, groups_of, known_levels, straddling
from core.splits.make import make_split
from core.splits.summary import permitted, protocols_for, summarise
from tests.core.splits.clips import as_collection, clip, gtzan


@pytest.fixture(scope="module")
def real() -> Collection:
    return gtzan()


def side_of(split: Split) -> dict[str, str]:
    return {each.name: part for part in PARTS for each in getattr(split, part)}


def thirds() -> Collection:
    """Each of 40 clips in three parts; two of the clips repeat one another."""
    clips, facts = [], {}
    for number in range(40):
        parent = f"{'jazz' if number % 2 else 'rock'}.{number:05d}"
        for third in range(3):
            one = clip(f"{parent}.{third}", parent.split(".")[0])
            clips.append(one)
            facts[one.name] = ClipFacts(
                artist=f"Artist {number // 4}", group="twins" if number in (0, 2) else "", parent=parent
            )
    return as_collection(clips, facts)


def test_the_fault_filtered_split_is_the_published_one(real: Collection) -> None:
    split = make_split(real, SplitConfig(protocol="fault-filtered"), seed=1)
    assert split.sizes == {"train": 443, "validation": 197, "test": 290}
    assert len(split.left_out) == 70
    assert split.protocol == "fault-filtered (fixed partition): 443 train, 197 validation, 290 test; 70 left out"
    assert make_split(real, SplitConfig(protocol="fault-filtered"), seed=2).names == split.names
    assert straddling(split, real.facts, "artist").n == 0


def test_repeats_and_artists_are_kept_together_where_they_should_be(real: Collection) -> None:
    by_clip = make_split(real, SplitConfig(), seed=42)
    loose = straddling(by_clip, real.facts, "repeat")
    assert loose.n_groups == 14
    pairs = [group for group in groups_of(real.clips, real.facts, "repeat") if len(group) > 1]
    assert sorted(map(len, pairs)) == [2] * 14
    sides = side_of(by_clip)
    apart = [pair for pair in pairs if (sides[pair[0].name] == "test") != (sides[pair[1].name] == "test")]
    assert loose.names == tuple(pair[0].name for pair in apart)
    assert straddling(by_clip, real.facts, "artist").n > 50
    for protocol in ("repeat", "artist"):
        split = make_split(real, SplitConfig(protocol=protocol), seed=42)
        assert straddling(split, real.facts, "repeat").n == 0
        assert sum(split.sizes.values()) == 1000
    assert straddling(split, real.facts, "artist") == replace(
        straddling(split, real.facts, "artist"), n_groups=113, names=(), n_test_clips=0
    )
    assert "81 of unknown artist, each alone" in split.protocol


def test_groups_are_shared_out_evenly(real: Collection) -> None:
    for protocol, most_off in (("repeat", 1), ("artist", 4)):
        for seed in (0, 1):
            split = make_split(real, SplitConfig(protocol=protocol), seed=seed)
            for counts in split.counts.values():
                assert abs(counts["test"] - 20) <= most_off
                assert abs(counts["validation"] - 16) <= most_off
    again = make_split(real, SplitConfig(protocol="artist"), seed=1)
    assert again == split
    assert make_split(real, SplitConfig(protocol="artist", seed=1), seed=9) == split


def with_albums() -> Collection:
    """Sixty clips on twelve albums, five of them without; two clips of different albums repeat one another."""
    clips = [clip(f"{'ab'[number % 2]}.{number:03d}", "ab"[number % 2]) for number in range(60)]
    facts = {}
    for number, one in enumerate(clips):
        album = "" if number < 5 else f"{'ALBUM' if number < 30 else 'Album'}  {number % 12}"
        columns = (("album", album), ("source", "tape")) if album else (("source", "tape"),)
        facts[one.name] = ClipFacts(group="twins" if number in (10, 11) else "", columns=columns)
    return as_collection(clips, facts)


def test_any_column_keeps_its_groups_together() -> None:
    collection = with_albums()
    by_album = SplitConfig(protocol="group", group_column="album")
    level = column_level("album")
    assert group_columns(collection.clips, collection.facts) == (GroupColumn(name="album", n_groups=12, n_without=5),)
    for config in (by_album, replace(by_album, n_folds=3, fold=2)):
        split = make_split(collection, config, seed=2)
        assert sum(split.sizes.values()) == 60
        albums = {
            part: {" ".join(collection.facts[name].column("album").casefold().split()) for name in names} - {""}
            for part, names in split.names.items()
        }
        assert sum(map(len, albums.values())) == 12 == len(set.union(*albums.values()))
        assert straddling(split, collection.facts, level).n == 0
        assert straddling(split, collection.facts, "repeat").n == 0
    split = make_split(collection, by_album, seed=2)
    assert split.protocol.startswith("by album (5 without album, each alone), stratified by genre, seed 2: ")
    assert by_album.title == "By album"
    loose = straddling(make_split(collection, SplitConfig(), seed=2), collection.facts, level)
    assert loose.n_groups == 12
    assert loose.n > 6
    assert all(name.casefold().startswith("album") for name in loose.names)
    summary = summarise(collection, by_album, seed=2, clips=collection.clips)
    assert [leak.here.level for leak in summary.leaks] == ["repeat", column_level("source"), level]
    assert summary.level == level
    assert list(permitted(collection, collection.clips, seed=2).splits) == [
        "segment-random",
        "clip",
        "repeat",
        "group:album",
    ]


def test_a_column_that_cannot_divide_is_refused_with_advice() -> None:
    collection = with_albums()
    with pytest.raises(SplitError, match=r"no column 'label'.*has the columns source, album"):
        make_split(collection, SplitConfig(protocol="group", group_column="label"), seed=0)
    with pytest.raises(SplitError, match="Too few groups to split by source: a has 1, b has 1"):
        make_split(collection, SplitConfig(protocol="group", group_column="source"), seed=0)
    facts = {one.name: ClipFacts(columns=(("take", one.name),)) for one in collection.clips}
    with pytest.raises(SplitError, match="the same take"):
        make_split(as_collection(collection.clips, facts), SplitConfig(protocol="group", group_column="take"), seed=0)
    with pytest.raises(ConfigError, match="Group column: expected a name"):
        SplitConfig(protocol="group")
    with pytest.raises(ConfigError, match="takes no group column"):
        SplitConfig(group_column="album")


@pytest.mark.parametrize("protocol", ["clip", "repeat", "artist"])
def test_folds_test_each_clip_once(real: Collection, protocol: str) -> None:
    tested: list[str] = []
    for fold in range(1, 6):
        split = make_split(real, SplitConfig(protocol=protocol, n_folds=5, fold=fold), seed=42)
        assert f"fold {fold} of 5" in split.protocol
        assert not {*split.names["test"]} & {*split.names["train"], *split.names["validation"]}
        assert set(split.counts) == set(real.genres)
        assert min(counts[part] for counts in split.counts.values() for part in PARTS) >= 10
        if protocol != "clip":
            assert straddling(split, real.facts, "artist" if protocol == "artist" else "repeat").n == 0
        tested += split.names["test"]
    assert sorted(tested) == sorted(real.by_name)


def test_thirds_of_a_clip_stay_together_but_at_random() -> None:
    collection = thirds()
    assert known_levels(collection.clips, collection.facts) == ("recording", "repeat", "artist")
    configs = [
        SplitConfig(),
        SplitConfig(protocol="repeat"),
        SplitConfig(protocol="artist"),
        SplitConfig(n_folds=4, fold=2),
        SplitConfig(protocol="artist", n_folds=3, fold=3),
    ]
    for config in configs:
        split = make_split(collection, config, seed=5)
        assert straddling(split, collection.facts, "recording").n == 0
        assert sum(split.sizes.values()) == 120
        assert any("test clips are of" in warning for warning in split.warnings)
    by_clip = make_split(collection, SplitConfig(), seed=5)
    whole = as_collection([clip(name, name.split(".")[0]) for name in {each.name[:-2] for each in collection.clips}])
    expected = make_split(whole, SplitConfig(), seed=5)
    assert {name[:-2] for name in by_clip.names["test"]} == set(expected.names["test"])
    leaky = make_split(collection, SplitConfig(protocol="segment-random"), seed=5)
    assert straddling(leaky, collection.facts, "recording").n > 10
    assert "wrong" in leaky.protocol
    assert "Wrong on purpose" in leaky.warnings[0]


@settings(max_examples=25)
@given(data=st.data(), n_artists=st.integers(6, 20), seed=st.integers(0, 2**32 - 1))
def test_no_group_is_ever_parted_and_nothing_lost(data: st.DataObject, n_artists: int, seed: int) -> None:
    artists = data.draw(st.lists(st.integers(0, n_artists - 1), min_size=60, max_size=90))
    clips = [clip(f"{number:03d}", "ab"[number % 2]) for number in range(len(artists))]
    facts = {each.name: ClipFacts(artist=f"a{artist}") for each, artist in zip(clips, artists, strict=True)}
    collection = as_collection(clips, facts)
    try:
        split = make_split(collection, SplitConfig(protocol="artist"), seed=seed)
    except SplitError:
        return  # too few groups of a genre: the message is tested elsewhere
    assert sorted(side_of(split)) == [each.name for each in clips]
    parts = {part: {facts[name].artist for name in names} for part, names in split.names.items()}
    assert not parts["train"] & parts["test"]
    assert not parts["train"] & parts["validation"]
    assert not parts["validation"] & parts["test"]
    assert make_split(as_collection(clips[::-1], facts), SplitConfig(protocol="artist"), seed=seed) == split


def test_too_few_groups_are_named_with_advice() -> None:
    clips = [clip(f"{genre}.{number}", genre) for genre in ("jazz", "rock") for number in range(12)]
    facts = {each.name: ClipFacts(artist="Solo" if each.genre == "jazz" else each.name[:6]) for each in clips}
    facts["rock.1"] = ClipFacts(artist="rock.0")
    with pytest.raises(SplitError, match=r"jazz has 1\. Each genre needs at least 3"):
        make_split(as_collection(clips, facts), SplitConfig(protocol="artist"), seed=0)
    with pytest.raises(SplitError, match="split by clip"):
        make_split(as_collection(clips), SplitConfig(protocol="artist"), seed=0)
    with pytest.raises(SplitError, match="Too few clips for 13 folds: jazz has 12, rock has 12"):
        make_split(as_collection(clips), SplitConfig(n_folds=13), seed=0)
    with pytest.raises(SplitError, match="No fixed partition"):
        make_split(as_collection(clips), SplitConfig(protocol="fault-filtered"), seed=0)
    with pytest.raises(SplitError, match="segments of recordings"):
        make_split(as_collection(clips), SplitConfig(protocol="segment-random"), seed=0)


def test_genre_subsets_work_with_every_protocol(real: Collection) -> None:
    subset = real.subset(("metal", "rock"))
    for protocol, config in permitted(subset, subset.clips, seed=3).splits.items():
        split = make_split(subset, config, seed=3)
        assert set(split.counts) == {"metal", "rock"}, protocol
    expected = ["segment-random", "clip", "repeat", "artist", "fault-filtered"]
    assert list(permitted(subset, subset.clips, seed=3).splits) == expected
    blues = real.subset(("blues", "classical"))
    assert protocols_for(blues.clips, real.facts)["repeat"] == "no repeats are known"


def test_an_artist_is_one_in_whatever_genre_and_spelling() -> None:
    facts = {"a": ClipFacts(artist="Queen"), "b": ClipFacts(artist=" QUEEN "), "c": ClipFacts()}
    clips = [clip("a", "rock"), clip("b", "metal"), clip("c", "rock")]
    assert [[each.name for each in group] for group in groups_of(clips, facts, "artist")] == [["a", "b"], ["c"]]


def test_the_summary_says_what_would_leak_by_clip(real: Collection) -> None:
    summary = summarise(real, SplitConfig(protocol="artist"), seed=42, clips=real.clips)
    by_level = {leak.here.level: leak for leak in summary.leaks}
    assert list(by_level) == ["repeat", "artist"]
    by_clip = make_split(real, SplitConfig(), seed=42)
    assert by_level["artist"].by_clip == straddling(by_clip, real.facts, "artist")
    assert by_level["artist"].here.n == 0
    assert all(leak.by_clip is None for leak in summarise(real, SplitConfig(), seed=42, clips=real.clips).leaks)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"protocol": "nonsense"}, "expected one of"),
        ({"test_fraction": 0.6}, "Test share"),
        ({"test_fraction": 0.5, "validation_fraction": 0.4}, "fifth"),
        ({"n_folds": 1}, "Number of folds"),
        ({"n_folds": 2, "validation_fraction": 0.35}, "fifth"),
        ({"n_folds": 5, "fold": 6}, "expected 1 to 5, got 6"),
        ({"protocol": "fault-filtered", "n_folds": 5}, "has no folds"),
        ({"protocol": "file"}, "SHA-256"),
        ({"protocol": "file", "file": "../../x"}, "SHA-256"),
        ({"file": "a" * 64}, "takes no file"),
        ({"seed": -1}, "Seed of the split"),
        ({"nonsense": 1}, "has 'nonsense', .* a newer one wrote it"),
    ],
)
def test_impossible_configurations_are_refused(values: dict[str, object], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        split_config_from_dict(values)


def test_a_configuration_reads_back_and_knows_which_splits_test_the_same_clips() -> None:
    config = SplitConfig(protocol="artist", n_folds=5, fold=2, seed=7)
    assert split_config_from_dict(config.to_dict()) == config
    assert config.title == "By artist, fold 2 of 5"
    assert config.ground(1) == config.ground(2) != replace(config, fold=3).ground(1)
    assert SplitConfig().ground(1) != SplitConfig().ground(2)
    assert SplitConfig().ground(7) == SplitConfig(seed=7).ground(1)
    filtered = SplitConfig(protocol="fault-filtered")
    assert filtered.ground(1) == filtered.ground(2)


def test_a_protocol_that_is_refused_says_why() -> None:
    """The ten first clips of each genre: artists and a partition are known, but the clips are too few."""
    real = gtzan()
    first = [each for each in real.clips if int(each.name.split(".")[1]) < 10]
    found = permitted(replace(real, clips=tuple(first)), first, seed=42)
    assert list(found.splits) == ["segment-random", "clip"]
    assert found.refused["artist"].startswith("Too few groups to split by artist: ")
    assert found.refused["fault-filtered"].startswith("In the partition, no clip of ")
    assert found.unknown == ("repeat",)


def test_what_would_have_to_be_known_is_told_apart() -> None:
    plain = as_collection([clip(f"a.{n}", "ab"[n % 2]) for n in range(40)])
    found = permitted(plain, plain.clips, seed=1)
    assert found.unknown == ("repeat", "artist", "fault-filtered")
    assert found.refused["artist"] == "No two clips are known to be by one artist."
