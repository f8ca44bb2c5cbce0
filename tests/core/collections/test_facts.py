"""Facts on clips: GTZAN's, built in, and those of a ``clips.csv``."""

import json
import shutil
from collections import Counter
from dataclasses import replace

import pytest

from core.clips.clip import Clip, ClipFacts
from core.clips.folders import manifest_path
from core.collections.clip_facts import gtzan_facts, is_gtzan, known_facts, read_clips_csv
from core.collections.registry import list_collections, load_collection
from core.errors import CollectionError
from core.importing.register import import_folder, rescan_collection


def clip(name, duration_s=30.0):
    return Clip(name, name.split(".")[0], None, duration_s, 1, 1)


def registry_manifest(collection_id):
    return json.loads(manifest_path(collection_id).read_bytes())


def skipped(collection):
    return {entry.name: entry.reason for entry in collection.skipped}


def test_the_facts_of_gtzan_are_those_published():
    facts = {name: known for name, (_, known) in gtzan_facts().items()}
    assert len(facts) == 1000
    assert Counter(known.partition for known in facts.values()) == {
        "train": 443, "valid": 197, "test": 290, "excluded": 70,
    }  # fmt: skip
    groups = Counter(known.group for known in facts.values() if known.group)
    assert len(groups) == 14
    assert set(groups.values()) == {2}
    assert facts["blues.00003"].credit == "John Lee Hooker: I'm Bad Like Jesse James"


def test_they_are_attached_to_gtzan_and_to_nothing_that_is_only_named_so():
    ours = [clip("blues.00000"), clip("jazz.00054")]
    assert known_facts(ours, {})["blues.00000"].artist == "John Lee Hooker"
    assert known_facts(ours, {}, built_in=False) == {}
    assert known_facts([*ours, clip("polka.00000")], {}) == {}
    assert known_facts([clip("blues.00000", 180.0)], {}) == {}
    assert not is_gtzan([])
    # There are 1,000 names, and a name has one genre: their shape says nothing.
    assert is_gtzan(ours)
    assert not is_gtzan([*ours, clip("blues.00100")])
    assert not is_gtzan([*ours, clip("g.00001")])
    assert not is_gtzan([replace(ours[0], genre="jazz")])
    own = {"blues.00000": ClipFacts(artist="Somebody")}
    assert known_facts(ours, own)["blues.00000"].artist == "Somebody"
    assert "jazz.00054" in known_facts(ours, own)


def test_real_clips_get_their_facts(shared):
    collection = import_folder(shared / "data" / "gtzan_mini")
    assert set(collection.facts) == {one.name for one in collection.clips}
    name = collection.clips[0].name
    assert collection.facts[name] == gtzan_facts()[name][1]


def test_a_clips_csv_is_read_kept_and_read_again(tiny_folder):
    (tiny_folder / "clips.csv").write_text(
        "\ufeffclip,Artist,title,group,partition\n"
        'bass.00000,"A, B",Low,g1,Train\n'
        "\n"
        "bass.00001.flac,C,,g1,\n"
        "treble.00000,,,,excluded\n",
        encoding="utf-8",
    )
    collection = import_folder(tiny_folder)
    assert collection.skipped == ()
    assert collection.facts == {
        "bass.00000": ClipFacts("A, B", "Low", "g1", "train"),
        "bass.00001": ClipFacts("C", "", "g1", ""),
        "treble.00000": ClipFacts(partition="excluded"),
    }
    assert load_collection(collection.id).facts == collection.facts
    (tiny_folder / "clips.csv").write_text("clip,artist\nbass.00002,D\n")
    assert rescan_collection(collection.id).facts == {"bass.00002": ClipFacts("D")}
    (tiny_folder / "clips.csv").unlink()
    assert rescan_collection(collection.id).facts == {}


def test_it_may_lie_above_the_genres_and_a_rescan_finds_it_again(home, tiny_template):
    folder = home / "data" / "set"
    shutil.copytree(tiny_template, folder / "genres")
    (folder / "clips.csv").write_text("clip,artist\nbass.00002,D\n")
    collection = import_folder(folder)
    assert (collection.root, collection.folder) == (folder / "genres", folder)
    assert collection.facts == {"bass.00002": ClipFacts("D")}
    assert rescan_collection(collection.id).facts == collection.facts


def test_what_cannot_be_used_is_reported_line_by_line(tiny_folder):
    (tiny_folder / "clips.csv").write_text(
        "clip,artist,label,partition\n"  # 1
        "bass.00000,A,x,train\n"
        "bass.00000,B,x,train\n"  # 3: again
        "polka.1,C,x,train\n"  # 4: unknown
        "bass.00001,D\n"  # 5: too short
        ",E,x,train\n"  # 6: no clip
        "bass.00002,F,x,holdout\n"  # 7: no such part
        '"hiss.00000","two\nlines",x,\n'
        "nobody,G,x,\n"  # 10
    )
    collection = import_folder(tiny_folder)
    assert set(collection.facts) == {"bass.00000", "hiss.00000"}
    assert collection.facts["hiss.00000"].artist == "two␊lines"
    reasons = skipped(collection)
    assert set(reasons) == {f"clips.csv, line {line}" for line in (3, 4, 5, 6, 7, 10)}
    assert "earlier line" in reasons["clips.csv, line 3"]
    assert "no clip polka.1" in reasons["clips.csv, line 4"]
    assert "2 fields" in reasons["clips.csv, line 5"]
    assert "train, valid, test, excluded" in reasons["clips.csv, line 7"]
    assert len(collection.clips) == 24


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"\xff\xfe\x00", "not UTF-8"),
        (b"", "expected the columns clip"),
        (b"name,artist\na,b\n", "got name, artist"),
        (b"clip,clip\na,b\n", "each once"),
        (b'clip,artist\n"bass.00000,A\n', "not CSV"),
    ],
)
def test_a_file_that_is_no_table_is_reported_and_hides_no_clip(tiny_folder, content, reason):
    (tiny_folder / "clips.csv").write_bytes(content)
    collection = import_folder(tiny_folder)
    assert len(collection.clips) == 24
    assert any(reason in why for why in skipped(collection).values())


def test_a_link_is_not_followed_and_thousands_of_bad_lines_are_summed_up(tiny_folder, tmp_path):
    (tmp_path / "secret.csv").write_text("clip,artist\nbass.00000,A\n")
    (tiny_folder / "clips.csv").symlink_to(tmp_path / "secret.csv")
    facts, reported = read_clips_csv(tiny_folder / "clips.csv", [])
    assert facts == {}
    assert "a link" in reported[0].reason
    (tiny_folder / "clips.csv").unlink()
    (tiny_folder / "clips.csv").write_text("clip\n" + "".join(f"x{number}\n" for number in range(5000)))
    _, reported = read_clips_csv(tiny_folder / "clips.csv", [])
    assert len(reported) == 1001
    assert reported[-1].reason == "4,000 further lines could not be used"


def test_a_flat_folder_keeps_its_clips_csv_too(home, tiny_template):
    folder = home / "data" / "flat"
    folder.mkdir(parents=True)
    for path in tiny_template.rglob("*.flac"):
        shutil.copy(path, folder)
    (folder / "clips.csv").write_text("clip,artist\nbass.00002,D\n")
    collection = import_folder(folder)
    assert collection.facts == {"bass.00002": ClipFacts("D")}
    assert collection.skipped == ()


def test_a_manifest_from_before_there_were_facts_is_read(tiny_collection):
    path = manifest_path(tiny_collection.id)
    values = json.loads(path.read_text())
    del values["facts"], values["folder"]
    path.write_text(json.dumps(values))
    assert load_collection(tiny_collection.id) == tiny_collection


def test_kaggles_folder_is_imported_whole_and_its_tables_become_collections(home, tiny_template):
    data = home / "data" / "kaggle" / "Data"
    shutil.copytree(tiny_template, data / "genres_original")
    (data / "images_original" / "blues").mkdir(parents=True)
    (data / "images_original" / "blues" / "blues00000.png").write_bytes(b"png")
    rows = "".join(f"{genre}.0000{number}.wav,661794,{number}.5,{genre}\n" for genre in "ab" for number in range(3))
    (data / "features_30_sec.csv").write_text(f"filename,length,tempo,label\n{rows}")
    (data / "features_3_sec.csv").write_text("filename,length,tempo,label\n")
    collection = import_folder(home / "data" / "kaggle")
    assert collection.root == data / "genres_original"
    assert len(collection.clips) == 24
    reasons = skipped(collection)
    assert set(reasons) == {"features_3_sec.csv", "images_original/"}
    assert "got no row" in reasons["features_3_sec.csv"]
    (table,) = [summary for summary in list_collections() if summary.kind == "features"]
    assert (table.title, table.n_clips, table.holds) == ("kaggle: features_30_sec", 6, "1 feature")
    assert skipped(rescan_collection(collection.id)) == reasons
    assert len([summary for summary in list_collections() if summary.ready]) == 2


def test_further_columns_are_kept_to_divide_clips_by(tiny_folder):
    before = import_folder(tiny_folder)
    (tiny_folder / "clips.csv").write_text(
        "clip,Album,artist,genre,Recorded In\nbass.00000,First,A,bass,\nbass.00001,,A,bass,Leeds\nhiss.00000,x\ty,,,\n"
    )
    collection = import_folder(tiny_folder)
    assert collection.facts["bass.00000"] == ClipFacts("A", columns=(("album", "First"),))
    assert collection.facts["bass.00001"].column("recorded in") == "Leeds"
    assert collection.facts["bass.00001"].column("album") == ""
    assert collection.facts["hiss.00000"].column("album").isprintable()
    assert skipped(collection) == {"clips.csv": "the column genre is not used here: it does not group clips"}
    assert collection.fingerprint == before.fingerprint
    manifest = registry_manifest(collection.id)
    assert manifest["facts"]["bass.00001"]["columns"] == {"recorded in": "Leeds"}


def test_columns_are_bounded_in_number_and_size(tiny_folder):
    names = [f"c{number}" for number in range(25)] + ["x" * 41, ""]
    values = ["v" * 500, *("w" for _ in names[1:])]
    (tiny_folder / "clips.csv").write_text(f"clip,{','.join(names)}\nbass.00000,{','.join(values)}\n")
    collection = import_folder(tiny_folder)
    kept = collection.facts["bass.00000"].columns
    assert [name for name, _ in kept] == names[:20]
    assert kept[0][1] == "v" * 200
    reasons = [entry.reason for entry in collection.skipped]
    assert len(reasons) == 7
    assert sum("at most 20 additional columns" in reason for reason in reasons) == 5
    assert sum("expected a name of 1 to 40 characters" in reason for reason in reasons) == 2


def test_gtzans_own_facts_stand_beside_a_column_that_is_brought():
    clips = [Clip("blues.00000", "blues", None, 30.0, 1, 1)]
    facts = known_facts(clips, {"blues.00000": ClipFacts(columns=(("album", "x"),))})
    assert (facts["blues.00000"].artist, facts["blues.00000"].column("album")) == ("John Lee Hooker", "x")


def test_a_manifest_with_columns_that_are_no_words_is_damaged(tiny_folder):
    (tiny_folder / "clips.csv").write_text("clip,album\nbass.00000,First\n")
    collection = import_folder(tiny_folder)
    path = manifest_path(collection.id)
    path.write_text(path.read_text().replace('"First"', "3"))
    with pytest.raises(CollectionError, match="damaged"):
        load_collection(collection.id)


@pytest.mark.parametrize("separator", [";", "\t"])
def test_other_separators_are_read_too(tiny_folder, separator):
    rows = [["clip", "artist", "title"], ["bass.00000", "A, B", "Low"]]
    (tiny_folder / "clips.csv").write_text("\n".join(separator.join(row) for row in rows))
    collection = import_folder(tiny_folder)
    assert collection.facts == {"bass.00000": ClipFacts(artist="A, B", title="Low")}
    assert collection.skipped == ()
