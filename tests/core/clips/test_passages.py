"""Passages of files: where they are, what they are called, and which belong together."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.clips.clip import Clip, ClipFacts
from core.clips.passages import WHOLE, Excerpting, Passage, clock, excerpting_from_dict
from core.clips.related import COPY, PASSAGES, related_clips
from core.collections.clip_facts import is_gtzan, known_facts
from core.errors import ConfigError, NewerVersionError
from core.splits.together import together_sentences


def passages(song: str, *starts_s: float, genre: str = "jazz", file_s: float = 303.0) -> list[Clip]:
    return [
        Clip(
            f"{song} {clock(start_s)}",
            genre,
            Path(f"/music/{song}.mp3"),
            30.0,
            1000,
            7,
            passage=Passage(song=song, start_s=start_s, file_s=file_s),
        )
        for start_s in starts_s
    ]


@given(
    where=st.sampled_from(["middle", "start"]),
    n=st.integers(1, 10),
    length_s=st.integers(5, 600),
    file_s=st.floats(1.0, 14_400.0),
)
def test_passages_lie_within_their_file_and_do_not_overlap(where, n, length_s, file_s):
    excerpting = Excerpting(where=where, n=n, length_s=length_s)
    if not excerpting.cuts(file_s):
        assert file_s <= 2 * length_s
        return
    starts = excerpting.starts(file_s)
    assert len(starts) == excerpting.n_of(file_s) == min(n, int(file_s // length_s)) >= 1
    ends = [0, *(start + length_s for start in starts)]
    gaps = [start - end for start, end in zip(starts, ends, strict=False)]
    assert all(gap >= 0 for gap in gaps)
    assert ends[-1] <= file_s
    if where == "start":
        assert set(gaps) == {0}
    else:  # evenly, but for whole seconds
        assert max(gaps) - min(gaps) <= 1
        assert file_s - ends[-1] - max(gaps) < 2


def test_one_passage_from_the_middle_is_the_middle():
    assert Excerpting().starts(303.0) == (136,)
    assert Excerpting(n=10, length_s=30).starts(95.0) == (1, 32, 63)
    assert not Excerpting().cuts(60.0)
    assert Excerpting().cuts(60.1)
    assert not WHOLE.cuts(10_000.0)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"n": 0}, "expected 1 to 10, got 0"),
        ({"n": 2.0}, "expected 1 to 10, got 2.0"),
        ({"length_s": 4}, "expected 5 to 600, got 4"),
        ({"where": "end"}, "expected one of middle, start, loudest, whole, got 'end'"),
    ],
)
def test_impossible_settings_say_what_was_expected(values, said):
    with pytest.raises(ConfigError, match=said):
        Excerpting(**values)


def test_settings_are_kept_and_newer_ones_told():
    excerpting = Excerpting(where="loudest", n=3, length_s=20)
    assert excerpting_from_dict(excerpting.to_dict()) == excerpting
    with pytest.raises(NewerVersionError):
        excerpting_from_dict({"where": "middle", "fade_s": 1})


def test_the_key_of_a_whole_file_is_what_it_was_and_passages_have_their_own():
    whole = Clip("a", "jazz", Path("a.mp3"), 303.0, 1000, 7)
    assert whole.key == "a|1000|7"
    first, second = passages("a", 45, 90)
    assert (first.key, second.key) == ("a 0:45|1000|7|45+30", "a 1:30|1000|7|90+30")
    assert replace(first, duration_s=20.0).key != first.key
    assert first.uncut == replace(whole, path=first.path)
    assert whole.uncut is whole
    assert (first.song, whole.song) == ("a", "a")


def test_passages_of_one_file_are_of_one_recording_whatever_their_names():
    clips = [*passages("Take 5", 0, 30, 60), *passages("Take 6", 136)]
    related = related_clips(clips)
    assert related.certain == {"Take 5 0:00": "Take 5", "Take 5 0:30": "Take 5", "Take 5 1:00": "Take 5"}
    assert [(relation.kind, relation.n_recordings) for relation in related.relations] == [(PASSAGES, 1)]
    assert together_sentences(related) == (
        "3 clips are excerpts of 1 song, cut at import (Take 5 0:00, Take 5 0:30 …); clips of one recording are kept "
        "together.",
    )
    facts = known_facts(clips, {name: ClipFacts("Brubeck") for name in ("Take 5 0:00", "Take 6 2:16")})
    assert facts["Take 5 0:00"] == ClipFacts("Brubeck", parent="Take 5")
    assert facts["Take 5 1:00"] == ClipFacts(parent="Take 5")
    assert facts["Take 6 2:16"] == ClipFacts("Brubeck")
    assert related_clips(clips, facts).certain == related.certain


def test_copies_of_a_file_are_kept_together_passage_by_passage():
    clips = [*passages("Naima", 0, 30), *passages("Naima (1)", 136), *passages("Blue", 10)]
    facts = known_facts(clips, {})
    assert {name: known.parent for name, known in facts.items()} == {
        "Naima 0:00": "Naima",
        "Naima 0:30": "Naima",
        "Naima (1) 2:16": "Naima",
    }
    kinds = [(relation.kind, len(relation.clips)) for relation in related_clips(clips, facts).relations]
    assert kinds == [(PASSAGES, 2), (COPY, 3)]


def test_passages_of_gtzan_are_gtzans_and_know_its_artists():
    clips = passages("blues.00000", 0, 10, genre="blues", file_s=30.0)
    assert is_gtzan(clips)
    assert known_facts(clips, {})["blues.00000 0:10"].artist == "John Lee Hooker"
    assert known_facts(clips[:1], {})["blues.00000 0:00"].artist == "John Lee Hooker"
    assert not is_gtzan(passages("blues.00000", 0, genre="blues", file_s=303.0))


def test_the_clock_says_minutes_and_hours():
    assert [clock(each) for each in (0, 45.4, 59.6, 3599.9, 3736)] == ["0:00", "0:45", "1:00", "1:00:00", "1:02:16"]
