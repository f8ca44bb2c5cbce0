"""Why protocols cannot be had, and what would make them possible: each with a collection where that can be counted."""

from collections.abc import Sequence

import pytest

from core.clips.clip import Clip, ClipFacts
from core.clips.collection import Collection
from core.splits import findings, together
from core.splits.config import SplitConfig
from core.splits.make import make_split
from core.splits.obstacles import Obstacle, find_obstacles
from core.splits.summary import permitted
from tests.core.splits.clips import as_collection, clip, gtzan


def obstacles(collection: Collection) -> dict[str, Obstacle]:
    found = permitted(collection, collection.clips, seed=42)
    told = find_obstacles(collection, collection.clips, found, seed=42)
    assert [each.key for each in told] == list(found.refused)
    return {each.key: each for each in told}


def clips_of(*genres: str, n: int = 12) -> list[Clip]:
    return [clip(f"{genre}.{number:05d}", genre) for genre in genres for number in range(n)]


def by_artists(clips: Sequence[Clip], n_artists: dict[str, int]) -> dict[str, ClipFacts]:
    """So many artists a genre, in turn."""
    return {
        each.name: ClipFacts(artist=f"{each.genre} {int(each.name[-5:]) % n_artists[each.genre]}") for each in clips
    }


def first_of_gtzan(*genres: str) -> Collection:
    """The eight first clips of genres, as the public GTZAN mini has them."""
    real = gtzan()
    return as_collection(
        [each for each in real.clips if each.genre in genres and int(each.name.split(".")[1]) < 8], real.facts
    )


def test_no_artist_is_known() -> None:
    found = obstacles(as_collection(clips_of("folk", "jazz")))
    assert list(found) == ["repeat", "group", "artist", "fault-filtered"]
    assert found["artist"].reason == "No artist of these 24 clips is known."
    assert "clips.csv" in found["artist"].remedy
    assert found["repeat"].reason.endswith("The quality check has not looked for repeats yet.")
    assert "Collections, Quality" in found["repeat"].remedy
    assert found["fault-filtered"].reason == "Of these 24 clips no published partition is known."
    assert not any(each.without for each in found.values())


def test_some_artists_are_known_and_none_has_two_clips() -> None:
    clips = clips_of("folk", "jazz")
    found = obstacles(
        as_collection(clips, {clips[0].name: ClipFacts(artist="Ann"), clips[13].name: ClipFacts(artist="Bo")})
    )
    assert found["artist"].reason.startswith(
        "The artists of 2 of these 24 clips are known, and no two clips are by one"
    )
    assert "Name the artists of the other 22" in found["artist"].remedy


def test_every_clip_by_another_artist_needs_nothing() -> None:
    clips = clips_of("folk", "jazz")
    found = obstacles(as_collection(clips, {each.name: ClipFacts(artist=each.name) for each in clips}))
    assert found["artist"].reason == (
        "Each of these 24 clips is by another artist: divided by clip keeps artists apart already."
    )
    assert found["artist"].remedy == ""


def test_one_genre_by_one_artist_is_left_out_or_gets_more() -> None:
    clips = clips_of("classical", "jazz", "metal")
    collection = as_collection(clips, by_artists(clips, {"classical": 1, "jazz": 4, "metal": 6}))
    found = obstacles(collection)["artist"]
    assert found.reason == (
        "All 12 clips of classical are by one artist (classical 0). Each genre needs at least 3 artists that can be "
        "kept apart: one each for training, validation and test."
    )
    assert found.remedy == "Leave out classical, or bring clips by 2 more artists of classical."
    assert found.without == ("classical",)
    rest = [each for each in clips if each.genre != "classical"]
    assert set(make_split(collection, SplitConfig(protocol="artist"), seed=42, clips=rest).counts) == {"jazz", "metal"}


def test_of_two_genres_none_can_be_left_out() -> None:
    clips = clips_of("classical", "jazz")
    found = obstacles(as_collection(clips, by_artists(clips, {"classical": 2, "jazz": 4})))["artist"]
    assert found.reason.startswith("The 12 clips of classical are by 2 artists (classical 0, classical 1). ")
    assert found.remedy == (
        "Bring clips by 1 more artist of classical. Leaving out classical would leave a single genre."
    )
    assert found.without == ()


def test_where_all_is_well_nothing_is_in_the_way_of_artists() -> None:
    clips = clips_of("classical", "jazz")
    assert "artist" not in obstacles(as_collection(clips, by_artists(clips, {"classical": 4, "jazz": 4})))


def test_unknown_artists_and_joined_ones_are_told() -> None:
    clips = clips_of("classical", "jazz", "metal", n=4)
    facts = by_artists(clips, {"classical": 1, "jazz": 4, "metal": 4})
    facts["classical.00003"] = ClipFacts()
    facts |= {f"jazz.0000{n}": ClipFacts(artist=f"jazz {n}", group="g" if n < 3 else "") for n in range(4)}
    found = obstacles(as_collection(clips, facts | {"metal.00001": ClipFacts(artist="metal 0")}))["artist"]
    assert "The 4 clips of classical are by one artist (classical 0) and 1 of unknown artist; " in found.reason
    assert (
        "jazz are by 4 artists (jazz 0, jazz 1, jazz 2 …), which recordings or repeats join to 2 groups" in found.reason
    )


def test_artists_of_several_genres_are_in_the_way() -> None:
    clips = clips_of("folk", "jazz", "rock", "soul", n=6)
    facts = by_artists(clips, {"folk": 3, "jazz": 3, "rock": 6, "soul": 6})
    # Each artist of folk plays one sort of jazz as well, all but one of them with each other.
    facts |= {f"jazz.0000{n}": ClipFacts(artist=f"folk {n % 3}") for n in range(6)}
    assert "artist" not in obstacles(as_collection(clips, facts))
    facts |= {"folk.00000": ClipFacts(artist="jazz only"), "folk.00003": ClipFacts(artist="jazz only")}
    facts |= {f"jazz.0000{n}": ClipFacts(artist=f"folk {1 + n % 2}") for n in range(6)}
    found = obstacles(as_collection(clips, facts))["artist"]
    assert found.without == ("jazz",)


def test_the_first_clips_of_gtzan_are_by_few_artists() -> None:
    """In truth: classical is by Bach alone, jazz by Bernstein and Carter."""
    found = obstacles(first_of_gtzan("classical", "jazz", "metal"))
    assert found["artist"].reason.startswith(
        "All 8 clips of classical are by one artist (JS Bach); the 8 clips of jazz are by 2 artists (James Carter, "
        "Leonard Bernstein). "
    )
    assert found["artist"].remedy == (
        "Bring clips by 2 more artists of classical, and by 1 more artist of jazz. Leaving out classical and jazz "
        "would leave a single genre."
    )
    assert found["fault-filtered"].reason.startswith(
        "In the published partition, none of these clips is in its test part and no clip of classical is used for "
        "training ("
    )
    assert "none that is among them" in found["repeat"].reason or "No two of these 24" in found["repeat"].reason


def test_a_partition_that_lacks_a_genre_is_left_out_of() -> None:
    clips = clips_of("classical", "jazz", "metal", n=6)
    words = ["train", "train", "train", "valid", "test", "excluded"]
    facts = {
        each.name: ClipFacts(partition="valid" if each.genre == "classical" else words[int(each.name[-1])])
        for each in clips
    }
    found = obstacles(as_collection(clips, facts))["fault-filtered"]
    assert found.reason == (
        "In the published partition, no clip of classical is used for training (6 for training, 8 for validation, 2 "
        "for the test, 2 in no part)."
    )
    assert found.remedy == "Leave out classical, or bring clips of classical that it trains on."
    assert found.without == ("classical",)


def test_too_few_clips_of_a_genre_are_left_out() -> None:
    clips = [*clips_of("jazz", "metal", n=20), *clips_of("polka", n=2)]
    found = obstacles(as_collection(clips))["clip"]
    assert found.reason.startswith("Too few clips to split: polka has 2.")
    assert found.without == ("polka",)
    assert found.remedy == "Without polka it is possible."


def test_repeats_that_only_the_quality_check_heard_count(monkeypatch: pytest.MonkeyPatch) -> None:
    clips = clips_of("folk", "jazz")
    pairs = (("folk.00000", "folk.00001"), ("jazz.00004", "jazz.00009"))
    for module in (findings, together):
        monkeypatch.setattr(module, "found_pairs", lambda collection_id: pairs)
    collection = as_collection(clips)
    found = permitted(collection, clips, seed=42)
    assert found.splits["repeat"] == SplitConfig(protocol="repeat", join_findings=True)
    assert found.splits["clip"] == SplitConfig()
    split = make_split(collection, found.splits["repeat"], seed=42)
    assert split.n_groups == 22


def test_all_of_the_first_clips_of_gtzan_need_more_artists_of_half_of_the_genres() -> None:
    found = obstacles(first_of_gtzan(*gtzan().genres))["artist"]
    assert found.without == ("blues", "classical", "jazz", "reggae", "rock")
    assert found.remedy == (
        "Leave out blues, classical, jazz, reggae and rock, or bring clips by 2 more artists of each of blues, "
        "classical, reggae and rock, and by 1 more artist of jazz."
    )


def test_of_many_genres_the_first_are_named() -> None:
    genres = [f"genre {number:02d}" for number in range(40)]
    clips = clips_of(*genres, "folk", "jazz", n=6)
    found = obstacles(as_collection(clips, by_artists(clips, dict.fromkeys(genres, 1) | {"folk": 3, "jazz": 3})))
    artist = found["artist"]
    assert len(artist.without) == 40
    assert "genre 05 are by one artist (genre 05 0); 34 further genres have too few as well. Each" in artist.reason
    assert artist.remedy == (
        "Leave out genre 00, genre 01, genre 02, genre 03, genre 04, genre 05 and 34 more, or bring clips by 2 more "
        "artists of each of genre 00, genre 01, genre 02, genre 03, genre 04, genre 05 and 34 more."
    )
