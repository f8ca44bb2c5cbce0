"""Which clips are of one recording, by their names: what is certain, what is likely, and what is neither."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.clips.clip import Clip, ClipFacts
from core.clips.related import ALTERED, COPY, PART, SAME_SONG, STATED, Related, related_clips


def related(names: list[str], *, genre: str = "blues", lengths_s: list[float] | None = None) -> Related:
    lengths = lengths_s or [3.0] * len(names)
    return related_clips([Clip(name, genre, None, length, 1, 1) for name, length in zip(names, lengths, strict=True)])


PARTS = {
    "GTZAN's parts": [f"blues.{n:05d}.{part}" for n in range(2) for part in range(3)],
    "underscore": [f"blues{n:05d}_{part}" for n in range(4) for part in range(3)],
    "hyphen": [f"blues-{n:05d}-{part}" for n in range(4) for part in range(1, 4)],
    "numbers of no certain width": [f"take{n}_{part}" for n in range(4) for part in range(3)],
    "numbers only": [f"{n:06d}_{part}" for n in range(2) for part in range(3)],
    "words": [f"{song}_part{part}" for song in ("moon", "sun") for part in range(1, 4)],
    "chunks": [f"{song}-chunk-{part}" for song in ("moon", "sun") for part in range(1, 4)],
    "in brackets": [f"{song} (part {part})" for song in ("moon", "sun") for part in range(1, 4)],
    "excerpts of Genre Lab": [f"{song} @ {part} of 3" for song in ("moon", "sun") for part in range(1, 4)],
    "with the word in front": [f"seg{part}_{song}" for song in ("moon", "sun") for part in range(3)],
    "one of three": [f"{song} ({part} of 3)" for song in ("moon", "sun") for part in range(1, 4)],
    "clips": [f"blues.{n:05d}_clip{part}" for n in range(3) for part in range(3)],
    "letters": [f"blues.{n:05d}{part}" for n in range(3) for part in "abc"],
    "beginnings in seconds": [f"x{n:03d}_{part}" for n in range(3) for part in (0, 30, 60)],
    "stretches of time": [f"{song}_{3 * part}-{3 * part + 3}" for song in ("moon", "sun") for part in range(3)],
    "in folders": [f"blues/{n:03d}_{part}" for n in range(3) for part in range(3)],
}


@pytest.mark.parametrize("names", PARTS.values(), ids=PARTS)
def test_parts_of_a_recording_are_certain(names: list[str]) -> None:
    found = related(names)
    assert set(found.certain) == set(names)
    assert len(set(found.certain.values())) == len(names) // 3
    assert [(each.kind, each.certain, len(each.clips)) for each in found.relations] == [(PART, True, len(names))]
    one, other = found.certain[names[0]], found.certain[names[-1]]
    assert one != other
    assert one in names[0]
    assert other in names[-1]


@pytest.mark.parametrize(
    "suffix",
    [
        "_noise",
        "_shift",
        "_pitch",
        "_pitch_2",
        "_pitch+2",
        "-aug",
        "_aug3",
        ".noisy",
        "_time_stretch_0.9",
        "_stretch1.1",
        "_pitch_shift_up",
        "_noise_0.005",
        "_speed1.1",
        "_reverb",
        "_vocals",
        "_128kbps",
        "_noise_pitch",
        "_Noise",
    ],
)
def test_altered_copies_are_certain(suffix: str) -> None:
    names = [f"blues.{n:05d}{end}" for n in range(5) for end in ("", suffix)]
    found = related(names)
    assert set(found.certain) == set(names)
    assert found.certain[f"blues.00003{suffix}"] == found.certain["blues.00003"] == "blues.00003"
    assert [each.kind for each in found.relations] == [ALTERED]
    assert found.relations[0].n_recordings == 5


@pytest.mark.parametrize(
    "copy", ["{} (1)", "{}-copy", "{} - Copy", "{} - Copy (2)", "{}_copy2", "Copy of {}", "{} copy"]
)
def test_copies_of_a_file_are_certain(copy: str) -> None:
    found = related(["moon", copy.format("moon"), "sun", copy.format("sun"), "star"])
    assert found.certain == dict.fromkeys(["moon", copy.format("moon")], "moon") | dict.fromkeys(
        ["sun", copy.format("sun")], "sun"
    )
    assert [each.kind for each in found.relations] == [COPY]


@pytest.mark.parametrize("ending", ["_ps2", "_bg", "-whatever", "_random_gain_3", ".wet"])
def test_an_ending_that_several_names_have_is_no_title(ending: str) -> None:
    songs = ["moon", "sun", "star"]
    found = related([name for song in songs for name in (song, f"{song}{ending}")])
    assert found.certain == {name: song for song in sorted(songs) for name in (song, f"{song}{ending}")}
    assert [(each.kind, each.n_recordings) for each in found.relations] == [(ALTERED, 3)]
    assert related(["moon", f"moon{ending}", "sun", "star"]).certain == {}


def test_endings_are_taken_off_one_after_another() -> None:
    names = [f"blues{n:05d}_{part}{end}" for n in range(3) for part in range(3) for end in ("", "_noise", "_noise (1)")]
    found = related(names)
    assert {found.certain[name] for name in names if name.startswith("blues00001")} == {"blues00001"}
    assert len(found.certain) == 27


def test_one_file_in_two_formats_is_one_recording() -> None:
    assert related(["rock/x.wav", "rock/x.flac", "y"]).certain == {"rock/x.flac": "rock/x", "rock/x.wav": "rock/x"}


NEITHER = {
    "GTZAN": [f"blues.{n:05d}" for n in range(100)],
    "numbered songs": [f"song{n:02d}" for n in range(30)],
    "numbered songs apart": [f"song_{n:02d}" for n in range(30)],
    "numbered by genre": [f"blues_{n}" for n in range(30)],
    "one numbering": [f"gtzan_blues_{n:02d}" for n in range(30)],
    "renamed together": [f"blues ({n})" for n in range(1, 30)],
    "renamed together with the first": ["blues", *(f"blues ({n})" for n in range(1, 30))],
    "FMA": [f"{n:06d}" for n in range(100)],
    "dates": [f"rec-2019-{month:02d}-{day:02d}" for month in range(1, 4) for day in range(1, 29)],
    "titles": ["Night", "Night Shift", "White Noise", "Pink Noise", "Love", "Love Reversed World"],
    "ESC-50": ["1-100032-A-0", "1-100038-A-0", "1-100210-B-36"],
}


@pytest.mark.parametrize("names", NEITHER.values(), ids=NEITHER)
def test_what_is_numbered_is_no_part_of_one_recording(names: list[str]) -> None:
    assert related(names) == Related()


LIKELY = {
    "tracks of albums": [f"cd{n}_{track:02d}" for n in range(1, 5) for track in range(1, 12)],
    "names with numbers": [f"{song}_{part}" for song in ("moon", "sun", "star") for part in range(4)],
    "two numberings": [f"blues{n}_{part:02d}" for n in (1, 2) for part in range(50)],
    "brackets without the first": [f"{song} ({n})" for song in ("moon", "sun") for n in (1, 2)],
    "sides": [f"{song}{side}" for song in ("take12", "take13") for side in "ab"],
}


@pytest.mark.parametrize("names", LIKELY.values(), ids=LIKELY)
def test_what_may_be_otherwise_is_only_likely(names: list[str]) -> None:
    found = related(names)
    assert found.certain == {}
    assert set(found.likely) == set(names)
    assert not any(each.certain for each in found.relations)


def test_whole_songs_of_different_length_are_no_parts_for_certain() -> None:
    names = [f"live{n:04d}_{track}" for n in range(4) for track in range(5)]
    lengths_s = [180.0 + 7.3 * place for place in range(20)]
    found = related(names, lengths_s=lengths_s)
    assert found.certain == {}
    assert len(found.likely) == 20
    # The last part is shorter than the others.
    assert len(related(names, lengths_s=[3.0, 3.0, 3.0, 3.0, 1.2] * 4).certain) == 20


def test_only_clips_of_one_genre_are_compared() -> None:
    clips = [
        Clip(f"x{n:05d}_{part}", genre, None, 3.0, 1, 1) for n in range(3) for part, genre in enumerate(("a", "b"))
    ]
    assert related_clips(clips) == Related()
    clips = [
        Clip(f"{genre}/x{n:05d}_{part}", genre, None, 3.0, 1, 1)
        for n in range(3)
        for part in (0, 1)
        for genre in ("jazz", "rock")
    ]
    assert len(set(related_clips(clips).certain.values())) == 6


def test_what_a_collection_states_counts_and_keeps_its_name() -> None:
    clips = [Clip(name, "jazz", None, 3.0, 1, 1) for name in ("a", "b", "b_noise", "c")]
    facts = {"a": ClipFacts(parent="Take 9"), "b": ClipFacts(parent="Take 9")}
    found = related_clips(clips, facts)
    assert found.certain == {"a": "Take 9", "b": "Take 9", "b_noise": "Take 9"}
    told = [(each.kind, each.clips) for each in found.relations]
    assert told == [(ALTERED, ("b", "b_noise")), (STATED, ("a", "b"))]


def test_one_artist_and_title_is_likely_one_song() -> None:
    clips = [Clip(name, "jazz", None, 3.0, 1, 1) for name in ("a", "b", "c", "d")]
    facts = {
        "a": ClipFacts(artist="Miles Davis", title="So What"),
        "b": ClipFacts(artist="miles  davis", title="So what"),
        "c": ClipFacts(artist="Miles Davis"),
        "d": ClipFacts(title="So What"),
    }
    found = related_clips(clips, facts)
    assert found.certain == {}
    assert set(found.likely) == {"a", "b"}
    assert [(each.kind, each.n_recordings) for each in found.relations] == [(SAME_SONG, 1)]
    assert found.among({"a", "c", "d"}).relations == ()


@pytest.mark.parametrize(
    "name",
    [
        *("a" + "_noise" * 33, "noise_1" * 28, "noise" * 39, "a_" + "noise" * 38, "a_up" + "timestretch" * 17),
        *("_" * 199, "1" * 199, "a" + "_1" * 95, "a (1" * 49, "copy of " * 24, "a" + "_-._-." * 33, "part 1 " * 28),
    ],
)
def test_no_name_takes_for_ever(name: str) -> None:
    for end in ("", "!", "?_1"):
        related([f"{name}{end}", "b"])


def test_a_name_can_be_all_that_a_program_puts_behind_one() -> None:
    assert related(["noise", "shift_2", "_pitch", "left_right", "mp3", "128kbps"]) == Related()


NAMES = st.lists(
    st.one_of(
        st.text(max_size=12),
        st.from_regex(r"[ab]{1,2}[ _.\-]?[0-9]{0,2}([ _.\-](noise|part|copy|[0-9])){0,3}( \([0-9]\))?", fullmatch=True),
    ),
    max_size=14,
    unique=True,
)


@given(NAMES)
def test_whatever_the_names_each_group_has_several_clips_of_one_genre(names: list[str]) -> None:
    clips = [Clip(name, "gh"[n % 2], None, 1.0, 1, 1) for n, name in enumerate(names)]
    found = related_clips(clips)
    genre_of = {clip.name: clip.genre for clip in clips}
    for recordings in (found.certain, found.likely):
        assert set(recordings) <= set(names)
        for recording, n in Counter(recordings.values()).items():
            assert n > 1 or "." in recording  # a part of one of GTZAN's clips
            assert len({genre_of[name] for name, each in recordings.items() if each == recording}) == 1
    # What is kept together for certain also is where the likely is added.
    for one, recording in found.certain.items():
        assert {found.likely[name] for name, each in found.certain.items() if each == recording} == {found.likely[one]}
