"""Layouts recognised, and what is skipped and why."""

import pytest
import soundfile

from core.errors import CollectionError
from core.importing.folder import scan_folder
from tests.conftest import tone


@pytest.fixture
def here(tmp_path):
    """Without the home beside it."""
    return tmp_path / "here"


def put(path, frequency=440):
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, tone(frequency, duration_s=0.2), 22_050)


@pytest.mark.parametrize(
    ("layout", "root"),
    [
        ("genres/{genre}/{genre}.0000{n}.au", "genres"),
        ("genres_original/{genre}/{genre}.0000{n}.wav", "genres_original"),
        ("Data/genres_original/{genre}/{genre}.0000{n}.wav", "Data/genres_original"),
        ("wavfiles/{genre}.0000{n}.wav", "wavfiles"),
        ("{genre}/{genre}.0000{n}.flac", ""),
        ("{genre}.0000{n}.ogg", ""),
    ],
)
def test_layouts(here, layout, root):
    for genre in ("blues", "jazz"):
        for n in range(2):
            put(here / layout.format(genre=genre, n=n))
    found, clips, skipped = scan_folder(here)
    assert found == here / root
    assert [clip.name for clip in clips] == ["blues.00000", "blues.00001", "jazz.00000", "jazz.00001"]
    assert [clip.genre for clip in clips] == ["blues", "blues", "jazz", "jazz"]
    assert clips[0].duration_s == pytest.approx(0.2, abs=0.03)
    assert skipped == ()


def test_nothing_is_skipped_silently(here):
    put(here / "jazz" / "jazz.00000.wav")
    put(here / "jazz" / "album" / "inner.wav")
    (here / "jazz" / "jazz.00054.wav").write_bytes(b"RIFF\0\0\0\0 this is the corrupt one")
    (here / "jazz" / "cover.jpg").write_bytes(b"...")
    (here / "jazz" / ".DS_Store").write_bytes(b"...")
    (here / "jazz" / "none.mp3").write_bytes(b"")
    _, clips, skipped = scan_folder(here)
    assert [clip.name for clip in clips] == ["jazz.00000"]
    reasons = {entry.name: entry.reason for entry in skipped}
    assert set(reasons) == {
        "jazz/jazz.00054.wav", "jazz/cover.jpg", "jazz/.DS_Store", "jazz/none.mp3", "jazz/album",
    }  # fmt: skip
    assert "cannot be read as sound" in reasons["jazz/jazz.00054.wav"]
    assert "not a sound file" in reasons["jazz/cover.jpg"]
    assert "empty" in reasons["jazz/none.mp3"]
    assert "folder inside" in reasons["jazz/album"]


def test_a_link_out_of_the_folder_is_not_followed(tmp_path):
    put(tmp_path / "secret.wav")
    put(tmp_path / "set" / "jazz" / "a.wav")
    (tmp_path / "set" / "jazz" / "b.wav").symlink_to(tmp_path / "secret.wav")
    (tmp_path / "set" / "jazz" / "loop").symlink_to(tmp_path / "set")
    _, clips, skipped = scan_folder(tmp_path / "set")
    assert [clip.name for clip in clips] == ["a"]
    assert {entry.name for entry in skipped} == {"jazz/b.wav", "jazz/loop"}


def test_same_names_are_told_apart(here):
    for path in ("rock/01.wav", "jazz/01.wav", "jazz/02.wav", "rock/x.wav", "rock/x.flac"):
        put(here / path)
    _, clips, _ = scan_folder(here)
    assert [clip.name for clip in clips] == ["02", "jazz/01", "rock/01", "rock/x.flac", "rock/x.wav"]


def test_a_flat_file_without_genre_is_reported(here):
    put(here / "blues.00000.wav")
    put(here / "song.wav")
    _, clips, skipped = scan_folder(here)
    assert len(clips) == 1
    assert "does not begin with a genre" in skipped[0].reason


def test_no_layout_and_no_folder_are_errors(tmp_path):
    with pytest.raises(CollectionError, match="No clips found"):
        scan_folder(tmp_path)
    with pytest.raises(CollectionError, match="not a folder"):
        scan_folder(tmp_path / "missing")


def test_a_genre_whose_clips_lie_deeper_does_not_vanish(here):
    put(here / "jazz" / "a.wav")
    put(here / "rock" / "ok computer" / "b.wav")
    put(here / "rock" / "kid a" / "c.wav")
    put(here / "rock" / "kid a" / "d.wav")
    put(here / "loose.wav")
    put(here / "jazz" / "album" / "cd 1" / "e.wav")
    (here / "blues").mkdir()
    (here / "notes").mkdir()
    (here / "notes" / "list.txt").touch()
    (here / "README.txt").touch()
    (here / ".git").mkdir()
    _, clips, skipped = scan_folder(here)
    assert [clip.name for clip in clips] == ["a"]
    assert {entry.name: entry.reason for entry in skipped} == {
        "blues/": "an empty folder, so it is no genre",
        "jazz/album": "a folder inside a genre's folder with 1 sound file; move its clips one level up",
        "loose.wav": "lies beside the genres' folders; move it into the folder of its genre",
        "notes/": "a folder without sound files, so it is no genre (1 .txt)",
        "rock/": "no sound file lies in it, but 3 sound files in folders in it (2 in kid a, 1 in ok computer); move "
        "them up into it to make it a genre",
    }


@pytest.mark.parametrize(
    ("files", "said"),
    [
        (["jazz/blue/a.wav", "rock/ok/b.wav"], "Its 2 sound files lie deeper than that: 1 in jazz/blue, 1 in rock/ok"),
        (["jazz/blue/a.wav", "rock/ok/b.wav"], "Move the files up, so that each lies in the folder of its genre"),
        (["mine/jazz/a.wav", "mine/rock/b.wav"], "Import the folder in which the genres lie, such as mine"),
        (["a.wav", "b.wav"], "Its 2 sound files lie in the folder itself, and their names do not begin with a genre"),
        (["a.txt", "b/c.txt", "d.png"], r"It holds no sound file \(2 .txt, 1 .png\)"),
    ],
)
def test_what_was_seen_instead_of_clips_is_said(here, files, said):
    for name in files:
        put(here / name) if name.endswith(".wav") else (here / name).parent.mkdir(parents=True, exist_ok=True)
        (here / name).touch()
    with pytest.raises(CollectionError, match=said):
        scan_folder(here)


def test_folders_that_are_numbered_are_no_genres(here):
    for n in range(5):
        put(here / f"{n:03d}" / f"{n:06d}.wav")
    with pytest.raises(CollectionError, match=r"numbered \(000, 001, 002 …\), so they name no genres. FMA"):
        scan_folder(here)
    put(here / "rock" / "a.wav")
    assert len(scan_folder(here)[1]) == 6
    decades = here.with_name("decades")
    for name in ("1980", "1990"):
        put(decades / name / f"{name}.wav")
    assert [clip.genre for clip in scan_folder(decades)[1]] == ["1980", "1990"]


def test_one_genre_in_several_spellings_is_one(here):
    for name in ("Rock/a", "Rock/b", "rock/c", "Caf\u00e9/d", "Cafe\u0301/e", "jazz/f"):
        put(here / f"{name}.wav")
    _, clips, skipped = scan_folder(here)
    assert [(clip.name, clip.genre) for clip in clips] == [
        ("d", "Caf\u00e9"), ("e", "Caf\u00e9"), ("a", "Rock"), ("b", "Rock"), ("c", "Rock"), ("f", "jazz"),
    ]  # fmt: skip
    assert [(entry.name, entry.reason) for entry in skipped] == [
        (
            "genre Rock",
            "spelled in 2 ways that differ in capitals or blanks alone, so it is one genre: “Rock” (2 clips), “rock” "
            "(1 clip)",
        )
    ]


def test_a_linked_folder_is_no_genre(here):
    put(here / "jazz" / "a.wav")
    put(here.with_name("elsewhere") / "b.wav")
    (here / "rock").symlink_to(here.with_name("elsewhere"))
    (here / "pop").symlink_to(here / "jazz")
    _, clips, skipped = scan_folder(here)
    assert [clip.genre for clip in clips] == ["jazz"]
    assert {entry.name for entry in skipped} == {"rock/", "pop/"}
    assert all("a link to a folder" in entry.reason for entry in skipped)


def test_where_all_genres_are_links_it_is_said(here):
    put(here.with_name("elsewhere") / "b.wav")
    here.mkdir()
    (here / "rock").symlink_to(here.with_name("elsewhere"))
    with pytest.raises(
        CollectionError, match="Not looked at: rock/: a link to a folder, which Genre Lab does not follow"
    ):
        scan_folder(here)


def test_the_spelling_of_most_sound_files_is_taken(here):
    for name in ("Rock/a.wav", "rock/b.wav", "rock/c.wav"):
        put(here / name)
    for n in range(5):
        (here / "Rock" / f"{n}.txt").touch()
    _, clips, skipped = scan_folder(here)
    assert {clip.genre for clip in clips} == {"rock"}
    assert "genre rock" in {entry.name for entry in skipped}


def test_too_many_genres_are_refused_before_a_file_is_opened(here):
    for n in range(1_001):
        (here / f"g{n}").mkdir(parents=True)
        (here / f"g{n}" / "a.wav").touch()
    with pytest.raises(CollectionError, match=r"has 1,001 genres \(g0, g1, g10 …\); at most 1,000 can be used"):
        scan_folder(here, on_progress=lambda done, total: pytest.fail("looked at a file"))


def test_a_folder_of_genres_beside_other_folders_is_not_passed_over(here):
    put(here / "extra" / "a.wav")
    put(here / "genres" / "rock" / "b.wav")
    _, clips, skipped = scan_folder(here)
    assert [clip.name for clip in clips] == ["a"]
    assert [entry.name for entry in skipped] == ["genres/"]
    assert skipped[0].reason.startswith("not taken (1 sound file), since other folders beside it hold sound")
