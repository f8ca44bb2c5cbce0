"""Which readings are found in a folder, which is proposed, what becomes of it, and what a second look opens."""

import os
import shutil
import zipfile

import pytest

from core.clips.clip import ClipFacts
from core.collections.registry import load_collection
from core.errors import CollectionError
from core.importing.imported import import_archive
from core.importing.jobs import run_import
from core.importing.paths import resolve_table_path
from core.importing.readings import headers
from core.importing.readings.propose import look_at
from core.importing.readings.spec import Columns, GenreFrom, keep_genre_from, kept_genre_from, parse_genre_from
from core.importing.register import import_folder, rescan_collection
from core.jobs.reporter import ProgressReporter
from core.splits.config import SplitConfig
from core.splits.make import make_split
from tests.tagged import write_tagged

FMA_HEADER = (
    ",album,album,artist,set,set,track,track\n,date_released,title,name,split,subset,genre_top,title\ntrack_id,,,,,,,\n"
)


@pytest.fixture
def music(home):
    """Four artists with an album of two songs each, an untagged one among them."""
    root = home / "data" / "music"
    for artist, genre in {"Anna": "Rock", "Ben": "rock", "Cy": "Hip-Hop; Jazz", "Di": ""}.items():
        for n in (1, 2):
            tags = {"artist": artist, "album": f"First of {artist}", "date": f"199{n}-05", "title": f"Song {n}"}
            write_tagged(
                root / artist / f"First of {artist}" / f"0{n}.mp3", **tags, **({"genre": genre} if genre else {})
            )
        (root / artist / "cover.jpg").touch()
    return root


def put(root, *sounds):
    for number, sound in enumerate(sounds):
        write_tagged(root / sound, title=f"{number % 4}")


def test_tags_are_proposed_before_folders_of_artists(music):
    look = look_at(music)
    assert [reading.genre_from.text for reading in look.readings] == ["tags", "folder:1", "folder:2"]
    assert look.is_certain
    assert look.why == "Most files have a genre in their tags (6 of 8 files, 2 genres)."
    tags, artists, _ = look.readings
    assert tags.genres == {"Rock": 4, "Hip-Hop": 2}
    assert tags.artists == {"Anna": 2, "Ben": 2, "Cy": 2}
    assert tags.left_out == {"no genre in its tags": ["Di/First of Di/01.mp3", "Di/First of Di/02.mp3"]}
    assert artists.genres == {"Anna": 2, "Ben": 2, "Cy": 2, "Di": 2}


def test_by_tags_a_folder_becomes_a_collection(music):
    collection = import_folder(music)
    assert collection.counts == {"Hip-Hop": 2, "Rock": 4}
    assert collection.root == music
    names = [clip.name for clip in collection.clips]
    assert names[:3] == ["Cy/First of Cy/01", "Cy/First of Cy/02", "Anna/First of Anna/01"]
    assert collection.labels["Cy/First of Cy/01"] == ("Hip-Hop", "Jazz")
    assert collection.labels["Ben/First of Ben/02"] == ("rock",)
    assert collection.facts["Cy/First of Cy/02"] == ClipFacts(
        artist="Cy", title="Song 2", columns=(("album", "First of Cy"), ("year", "1992"))
    )
    reasons = {entry.name: entry.reason for entry in collection.skipped}
    assert reasons["Di/First of Di/01.mp3"] == "no genre in its tags"
    assert reasons["4 .jpg files"] == "not sound that Genre Lab can read, such as Anna/cover.jpg"
    assert "Rock” (2 clips), “rock” (2 clips)" in reasons["genre Rock"]
    assert kept_genre_from(collection.id) == GenreFrom(kind="tags")


def test_another_reading_keeps_the_clips_names(music):
    by_tags = import_folder(music)
    by_folder = rescan_collection(by_tags.id, genre_from=parse_genre_from("folder:1"))
    assert by_folder.id == by_tags.id
    assert by_folder.genres == ("Anna", "Ben", "Cy", "Di")
    assert {clip.name for clip in by_tags.clips} < {clip.name for clip in by_folder.clips}
    assert by_folder.facts["Di/First of Di/01"].artist == "Di"
    assert rescan_collection(by_tags.id).genres == by_folder.genres
    assert import_folder(music).genres == by_folder.genres


def test_a_second_look_opens_only_what_has_changed(music, monkeypatch):
    collection = import_folder(music)
    opened = []
    true_tags, true_length = headers.read_tags, headers.sound_length_s
    monkeypatch.setattr(headers, "read_tags", lambda path: opened.append(path.name) or true_tags(path))
    monkeypatch.setattr(
        headers, "sound_length_s", lambda path: opened.append(f"length {path.name}") or true_length(path)
    )
    assert rescan_collection(collection.id) == collection
    assert opened == []
    write_tagged(music / "Di" / "First of Di" / "02.mp3", genre="Jazz", artist="Di")
    write_tagged(music / "Di" / "new.flac", genre="Jazz")
    (music / "Anna" / "First of Anna" / "01.mp3").unlink()
    fresh = rescan_collection(collection.id)
    assert {genre.lower(): n for genre, n in fresh.counts.items()} == {"hip-hop": 2, "jazz": 2, "rock": 3}
    assert sorted(opened) == ["02.mp3", "length 02.mp3", "length new.flac", "new.flac"]


def test_a_second_look_at_folders_of_genres_opens_only_what_has_changed(tiny_folder, tiny_collection, monkeypatch):
    from core.importing import folder

    opened = []
    true = folder.probe_audio
    monkeypatch.setattr(folder, "probe_audio", lambda path: opened.append(path.name) or true(path))
    assert rescan_collection(tiny_collection.id) == tiny_collection
    assert import_folder(tiny_folder) == tiny_collection
    assert opened == []
    changed = tiny_folder / "bass" / "bass.00000.flac"
    status = changed.stat()
    os.utime(changed, ns=(status.st_atime_ns, status.st_mtime_ns + 1))
    rescan_collection(tiny_collection.id)
    assert opened == [changed.name]


def test_a_job_reads_as_chosen_and_can_be_stopped(music, monkeypatch, tmp_path):
    monkeypatch.setattr("core.importing.jobs.start_extraction", lambda identity, _: None)
    spec = {
        "path": str(music),
        "title": "",
        "uploaded": False,
        "genre_from": GenreFrom(kind="folder", level=2).to_dict(),
    }
    done = run_import(spec, ProgressReporter())
    assert load_collection(done["collection_id"]).genres[0] == "First of Anna"
    again = {"rescan": done["collection_id"], "uploaded": False, "genre_from": GenreFrom(kind="tags").to_dict()}
    assert run_import(again, ProgressReporter()) == done | {"unchanged": False}
    assert run_import(again, ProgressReporter()) == done | {"unchanged": True}
    (tmp_path / "job").mkdir()
    (tmp_path / "job" / "stop").touch()
    assert run_import(spec, ProgressReporter(tmp_path / "job")) is None
    assert kept_genre_from(done["collection_id"]).kind == "tags"


def fma(home, *, table="fma_metadata/tracks.csv"):
    root = home / "data" / "fma"
    put(root, *(f"fma_small/{n // 10:03d}/{n:06d}.mp3" for n in (2, 5, 10, 11, 12)))
    path = root / table
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = [
        '2,2009-01-05 00:00:00,"AWOL\nA Way",AWOL,training,small,Hip-Hop,Food',
        "5,,Second,AWOL,test,small,Hip-Hop,This World",
        "10,2008-02-06,Constant,Kurt Vile,training,medium,Pop,Freeway",
        "11,,Third,Nicky,validation,small,,Spiritual",
        "99,,Fourth,Nobody,training,large,Rock,Gone",
    ]
    path.write_text(FMA_HEADER + "\n".join(rows) + "\n", encoding="utf-8")
    return root


@pytest.mark.parametrize("table", ["fma_metadata/tracks.csv", "tracks.csv", "fma_small/tracks.csv"])
def test_fma_as_published(home, table):
    root = fma(home, table=table)
    look = look_at(root / "fma_small")
    assert (look.proposed.genre_from.kind, look.is_certain) == ("fma", True)
    assert look.proposed.by_subset == {"small": 3, "medium": 1}
    collection = import_folder(root / "fma_small")
    assert collection.counts == {"Hip-Hop": 2, "Pop": 1}
    assert collection.facts["000002"] == ClipFacts(
        artist="AWOL", title="Food", partition="train", columns=(("album", "AWOL A Way"), ("year", "2009"))
    )
    assert collection.facts["000005"].partition == "test"
    reasons = {entry.name: entry.reason for entry in collection.skipped}
    assert reasons["001/000012.mp3"] == "no row of tracks.csv has its number"
    assert reasons["001/000011.mp3"] == "it has no top genre in tracks.csv"
    assert reasons["tracks.csv"] == "1 of its 5 tracks have no file in this folder"
    small = import_folder(root / "fma_small", genre_from=GenreFrom(kind="fma", subset="small"))
    assert small.counts == {"Hip-Hop": 2}


def test_other_texts_and_tables_are_no_readings(home):
    root = fma(home)
    (root / "fma_metadata" / "genres.csv").write_text("genre_id,title\n2,Rock\n5,Pop\n")
    (root / "README.txt").write_text("Music, from FMA\nfor, research\n")
    kinds = [reading.genre_from.text for reading in look_at(root).readings]
    assert kinds == ["fma", "folder:1", "folder:2"]
    skipped = {entry.name for entry in import_folder(root).skipped}
    assert {"README.txt", "fma_metadata/genres.csv", "tracks.csv"} <= skipped


def test_numbered_folders_without_the_table_say_where_it_goes(home):
    root = home / "data" / "fma_small"
    put(root, "000/000002.mp3", "001/000010.mp3")
    with pytest.raises(CollectionError, match=r"numbered \(000, 001\), so they name no genres.*put tracks\.csv"):
        import_folder(root)
    with pytest.raises(CollectionError, match=r"FMA's table of tracks was not found. Put tracks.csv"):
        import_folder(root, genre_from=GenreFrom(kind="fma"))


def test_tables_elsewhere_are_read_only_where_one_may_look(home, tmp_path):
    root = fma(home) / "fma_small"
    assert (
        look_at(root, within=[root]).proposed is None or look_at(root, within=[root]).proposed.genre_from.kind != "fma"
    )
    assert look_at(root, within=[home / "data"]).proposed.genre_from.kind == "fma"
    (tmp_path / "secret.csv").write_text("file,genre\n000002,Rock\n")
    (root / "link.csv").symlink_to(tmp_path / "secret.csv")
    for typed in ("link.csv", str(tmp_path / "secret.csv"), "../../../secret.csv", "", "\0"):
        with pytest.raises(CollectionError, match="is not a file under"):
            resolve_table_path(typed, root)
    (root / "own.csv").write_text("file,genre\n000002,Rock\n")
    assert resolve_table_path("own.csv", root) == "own.csv"


def test_train_and_test_folders_are_the_split(home):
    root = home / "data" / "parts"
    put(
        root,
        *(
            f"{part}/{genre}/{part}{n}.mp3"
            for part in ("train", "test")
            for genre in ("jazz", "rock")
            for n in range(4)
        ),
    )
    put(root, "train/loose.mp3")
    collection = import_folder(root)
    assert kept_genre_from(collection.id).kind == "parts"
    assert collection.counts == {"jazz": 8, "rock": 8}
    assert {entry.name: entry.reason for entry in collection.skipped} == {
        "train/loose.mp3": "it lies in train itself, not in the folder of a genre in it"
    }
    split = make_split(collection, SplitConfig(protocol="fault-filtered"), seed=5)
    assert len(split.test) == 8
    assert all("test" in str(clip.path) for clip in split.test)
    assert {clip.genre for clip in split.validation} == {"jazz", "rock"}
    assert split.protocol.startswith("published partition, validation drawn by clip from its training part: ")
    assert make_split(collection, SplitConfig(protocol="fault-filtered"), seed=6).names == split.names


def test_a_table_and_a_clips_csv_beside_it(music):
    (music / "labels.tsv").write_text(
        "path\tgenre\tset\nDi/First of Di/01.mp3\tFolk\ttrain\nAnna/First of Anna/01\tRock\ttest\n"
    )
    (music / "clips.csv").write_text("clip,artist,group\nDi/First of Di/01,Diana,g\n")
    chosen = GenreFrom(kind="table", table="labels.tsv")
    collection = import_folder(music, genre_from=chosen)
    assert collection.counts == {"Folk": 1, "Rock": 1}
    facts = collection.facts["Di/First of Di/01"]
    assert (facts.artist, facts.group, facts.partition, facts.title) == ("Diana", "g", "train", "Song 1")
    assert kept_genre_from(collection.id).columns == Columns(file="path", genre="genre", split="set")
    shutil.move(music / "labels.tsv", music / "gone.tsv")
    with pytest.raises(CollectionError, match=r"The table labels.tsv cannot be read"):
        rescan_collection(collection.id)


def test_folders_of_genres_stay_as_they_are_and_name_other_readings(home):
    root = home / "data" / "sorted"
    for genre in ("jazz", "rock"):
        for n in range(2):
            write_tagged(root / genre / f"{genre}{n}.mp3", genre=("Pop", "Folk")[n], artist="A")
    look = look_at(root)
    assert look.proposed.genre_from.kind == "layout"
    assert [reading.genre_from.kind for reading in look.others] == ["tags"]
    collection = import_folder(root)
    assert (collection.counts, collection.labels) == ({"jazz": 2, "rock": 2}, {})
    assert kept_genre_from(collection.id) is None


def test_a_folder_around_the_genres_is_no_other_reading(home):
    root = home / "data" / "gtzan_mini"
    put(root, "genres/rock/a.mp3", "genres/jazz/b.mp3")
    look = look_at(root)
    assert (look.proposed.genre_from.kind, look.is_certain, look.others) == ("layout", True, ())
    assert "folder:1" in [reading.genre_from.text for reading in look.readings]


def test_where_nothing_is_certain_the_readings_are_named(home):
    root = home / "data" / "deep"
    put(root, "north/one/a.mp3", "south/two/b.mp3")
    with pytest.raises(
        CollectionError, match=r"Genres could be read from: folder:1 \(2 of 2 files, 2 genres\); folder:2"
    ):
        import_folder(root)
    with pytest.raises(CollectionError, match=r"not in a folder at level 3 \(2 of 2 sound files, such as"):
        import_folder(root, genre_from=parse_genre_from("folder:3"))


def test_an_archive_of_tagged_music(home, music, tmp_path):
    path = tmp_path / "music.zip"
    with zipfile.ZipFile(path, "w") as opened:
        for sound in sorted(music.rglob("*.mp3")):
            opened.write(sound, f"my music/{sound.relative_to(music)}")
    collection = import_archive(path)
    assert collection.counts == {"Hip-Hop": 2, "Rock": 4}
    again = import_archive(path, genre_from=parse_genre_from("folder:1"))
    assert (again.id, again.genres) == (collection.id, ("Anna", "Ben", "Cy", "Di"))
    assert import_archive(path).genres == again.genres


def test_what_can_not_be_read_is_said(music):
    (music / "Anna" / "broken.mp3").write_bytes(b"ID3\x03\0\0\0\0\0\x18TCON\0\0\0\x05\0\0\0Rock" + bytes(9))
    (music / "Anna" / "link.mp3").symlink_to("/etc/passwd")
    os.mkfifo(music / "Anna" / "pipe.mp3")
    reasons = {entry.name: entry.reason for entry in import_folder(music).skipped}
    assert "broken.mp3" in reasons["Anna/broken.mp3"]
    assert "outside the collection's folder" in reasons["Anna/link.mp3"]
    assert reasons["Anna/pipe.mp3"] == "neither a file nor a folder"


def test_what_was_kept_may_be_damaged(music):
    collection = import_folder(music)
    kept = headers._path(collection.id)
    kept.write_text('{"version": 1, "files": {"a": [1]}}')
    assert rescan_collection(collection.id) == collection
    keep_genre_from(collection.id, GenreFrom(kind="folder", level=2))
    reading = kept.with_name("reading.json")
    reading.write_text("{")
    with pytest.raises(CollectionError, match="is damaged"):
        rescan_collection(collection.id)


@pytest.mark.parametrize("text", ["", "folder", "folder:0", "folder:99", "genre", "folder:x"])
def test_readings_that_there_are_not(text):
    with pytest.raises(CollectionError, match="xpected"):
        parse_genre_from(text)
