"""Collections without audio: tables and arrays of features, written once into the store, and what is refused."""

import io
import json
import zipfile
from pathlib import Path

import numpy as np
import pytest

from core.clips.clip import ClipFacts
from core.collections.registry import list_collections, load_collection
from core.errors import CollectionError, FeatureError
from core.extraction.extract import extract
from core.extraction.store import FeatureStore
from core.features.base import require_audio_front_ends
from core.features.given import GivenSpectrogram, GivenTable
from core.features.gtzan_spectrogram import GtzanSpectrogram, standardise
from core.features.gtzan_table import TABLE_NAMES, GtzanTableFeatures
from core.features.mel import MelSpectrogram
from core.features.numeric import NumericFeatures
from core.features.table import features_from_dict
from core.importing.features.export import export_features
from core.importing.features.register import add_features, import_feature_path, import_features
from core.importing.paths import resolve_import_path
from core.importing.register import rescan_collection


def table(*rows: str, header: str = "filename,low,high,label") -> io.BytesIO:
    return io.BytesIO("\n".join([header, *rows, ""]).encode())


def arrays(**given: object) -> io.BytesIO:
    stream = io.BytesIO()
    np.savez(stream, **given)
    return stream


def stored(collection) -> np.ndarray:
    (front_end,) = collection.front_ends
    return FeatureStore(collection.id, front_end).load(collection.clips)


LEVEL = np.arange(4 * 3 * 5, dtype=np.uint8).reshape(4, 3, 5) ** 2
NAMES = np.array(["a.00000", "a.00001", "b.00000", "b.00001"])


def test_any_table_with_names_genres_and_numbers_is_a_collection(home):
    rows = ["one.wav,1,2.5,x", "two.wav,3,4,x", "sub/three.wav,5,-1e-3,y"]
    collection = import_features(table(*rows), "my table.csv")
    assert collection.kind == "features"
    assert not collection.has_audio
    assert [(clip.name, clip.genre, clip.path) for clip in collection.clips] == [
        ("one", "x", None),
        ("two", "x", None),
        ("three", "y", None),
    ]
    assert collection.front_ends == (GivenTable(names=("low", "high")),)
    np.testing.assert_array_equal(stored(collection)[:, :, 0], np.float32([[1, 2.5], [3, 4], [5, -1e-3]]))
    summary = next(summary for summary in list_collections() if summary.id == collection.id)
    assert (summary.holds, summary.title, summary.n_clips) == ("2 features", "my table", 3)


def test_the_57_columns_are_known_by_their_names_in_any_order(home):
    names = list(reversed(TABLE_NAMES))
    values = ",".join(str(place) for place in range(57))
    header = ",".join([*names, "filename", "length", "label"])
    collection = import_features(table(f"{values},blues.00000.1.wav,220500,blues", header=header), "features.csv")
    assert collection.front_ends == (GtzanTableFeatures(),)
    np.testing.assert_array_equal(stored(collection)[0, :, 0], np.arange(57)[::-1])
    assert collection.clips[0].duration_s == 10.0


def test_thirds_of_gtzan_clips_know_their_clip_and_its_facts(home):
    rows = [f"blues.00000.{third}.wav,1,{third},blues" for third in range(3)]
    collection = import_features(table(*rows), "thirds.csv")
    facts = collection.facts["blues.00000.2"]
    assert facts.parent == "blues.00000"
    assert facts.artist == "John Lee Hooker"
    assert facts.partition == "valid"
    own = import_features(table("p1,1,2,x,whole", "p2,3,4,y,", header="clip,l,h,genre,parent"), "own.csv")
    assert own.facts == {"p1": ClipFacts(parent="whole")}


def test_rows_that_cannot_be_used_are_left_out_with_their_reason(home):
    rows = ["a,1,2,x", "a,3,4,x", "b,,4,x", "c,1,inf,x", "d,1,word,y", ",1,2,y", "e,1,2,", "f,5,1e300,y", "g,5,6,y"]
    collection = import_features(table(*rows, header="clip,low,high,genre"), "t.csv")
    assert list(collection.by_name) == ["a", "g"]
    reasons = {entry.name: entry.reason for entry in collection.skipped}
    assert reasons == {
        "row 2": "a is already in an earlier row",
        "b": "its low is missing or not a finite number",
        "c": "its high is missing or not a finite number",
        "d": "its high is missing or not a finite number",
        "f": "its high is missing or not a finite number",
        "row 6": "no name",
        "row 7": "no genre",
    }


def test_a_column_of_words_is_no_feature(home):
    collection = import_features(table("a,1,dark,x", "b,2,light,y"), "t.csv")
    assert collection.front_ends[0].names == ("low",)
    assert [entry.name for entry in collection.skipped] == ["column high"]
    assert collection.facts == {
        "a": ClipFacts(columns=(("high", "dark"),)),
        "b": ClipFacts(columns=(("high", "light"),)),
    }


def test_columns_to_divide_by_come_with_a_table_and_an_export(home, tmp_path):
    rows = ["a,1,x,Blue Note,1960,", "b,2,x,,1961,n/a", "c,3,y,Verve,1962,"]
    collection = import_features(table(*rows, header="clip,low,genre,label,year,empty"), "t.csv")
    assert collection.genres == ("x", "y")
    assert collection.front_ends[0].names == ("low", "year")
    assert {name: facts.columns for name, facts in collection.facts.items()} == {
        "a": (("label", "Blue Note"),),
        "b": (("empty", "n/a"),),
        "c": (("label", "Verve"),),
    }
    export_features(collection, collection.front_ends[0], tmp_path / "out.npz")
    again = import_feature_path(tmp_path / "out.npz")
    assert again.facts == collection.facts


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "not a CSV table"),
        (b"\xff\xfe\x00", "not a CSV table"),
        (b"filename,label\na,b\n", "no numeric column"),
        (b"filename,x\na,1\n", "needs a column that names the clip"),
        (b"filename,label,x\n", "got no row"),
        (b"filename,label,x,x\na,b,1,2\n", "two columns with the same name"),
        (b'filename,label,x\n"a,b,1\n', "not a CSV table"),
        (b"filename,label,x\na,,1\n", "None of the 1 clips"),
    ],
)
def test_what_is_no_table_is_refused(home, content, said):
    with pytest.raises(CollectionError, match=said):
        import_features(io.BytesIO(content), "t.csv")
    assert [summary.id for summary in list_collections()] == ["demo"]


def test_spectrograms_of_unknown_making_are_standardised(home):
    collection = import_features(arrays(level=LEVEL, clip=NAMES), "set.npz")
    assert collection.front_ends == (GivenSpectrogram(n_bands=3, n_frames=5),)
    assert collection.counts == {"a": 2, "b": 2}
    np.testing.assert_allclose(stored(collection)[1], standardise(LEVEL[1]), atol=2e-3)


def test_a_set_in_gtzans_shape_with_renderings_is_of_gtzans_front_end(home):
    rng = np.random.default_rng(0)
    level = rng.integers(0, 256, (2, 128, 496), dtype=np.uint8)
    given = arrays(level=level, clip=np.array(["jazz.00001", "blues.00001"]), rendering=np.array(["B", "A"]))
    collection = import_features(given, "gtzan.npz")
    assert collection.front_ends == (GtzanSpectrogram(),)
    assert [clip.name for clip in collection.clips] == ["blues.00001", "jazz.00001"]
    np.testing.assert_allclose(stored(collection)[0], standardise(level[1]), atol=2e-3)
    assert "1 of 2 clips in rendering B" in collection.source
    assert collection.facts["jazz.00001"].partition


def test_the_same_file_again_writes_nothing_and_a_changed_one_only_what_changed(home, tmp_path):
    path = tmp_path / "set.npz"
    path.write_bytes(arrays(level=LEVEL, clip=NAMES).getvalue())
    first = import_feature_path(path)
    rows = FeatureStore(first.id, first.front_ends[0]).folder / "rows.bin"
    size = rows.stat().st_size
    assert import_feature_path(path) == first
    assert rows.stat().st_size == size
    changed = LEVEL.copy()
    changed[2] = changed[2, ::-1]
    path.write_bytes(arrays(level=changed, clip=NAMES).getvalue())
    again = rescan_collection(first.id)
    assert again.id == first.id
    assert again.fingerprint != first.fingerprint
    assert rows.stat().st_size == size * 5 // 4
    np.testing.assert_allclose(stored(again)[2], standardise(changed[2]), atol=2e-3)


def test_an_export_reads_back_as_it_was(tiny_collection, tmp_path):
    extract(tiny_collection, [MelSpectrogram(), NumericFeatures()], n_workers=1)
    for front_end in (MelSpectrogram(), NumericFeatures()):
        path = tmp_path / f"{front_end.kind}.npz"
        assert export_features(tiny_collection, front_end, path) == len(tiny_collection.clips)
        copy = import_feature_path(path)
        assert copy.front_ends == (front_end,)
        assert (copy.title, copy.licence, copy.synthetic) == (
            tiny_collection.title,
            tiny_collection.licence,
            tiny_collection.synthetic,
        )
        assert [(clip.name, clip.genre, clip.duration_s) for clip in copy.clips] == [
            (clip.name, clip.genre, clip.duration_s) for clip in tiny_collection.clips
        ]
        mine, theirs = FeatureStore(copy.id, front_end), FeatureStore(tiny_collection.id, front_end)
        np.testing.assert_array_equal(mine.load(copy.clips), theirs.load(tiny_collection.clips))
        assert mine.load_one(copy.clips[0])[1] == theirs.load_one(tiny_collection.clips[0])[1]


def test_figures_can_be_added_to_spectrograms_by_name(home, tmp_path):
    collection = import_features(arrays(level=LEVEL, clip=NAMES), "set.npz", key="abcdef")
    path = tmp_path / "t.csv"
    path.write_bytes(table("b.00001,7,8,b", "a.00000,1,2,a", "b.00000,5,6,wrong", "c.00000,9,9,c").getvalue())
    both = add_features(collection, path)
    assert both.front_ends == (GivenSpectrogram(n_bands=3, n_frames=5), GivenTable(names=("low", "high")))
    store = FeatureStore(both.id, both.front_ends[1])
    assert [clip.name for clip in store.available(both.clips)] == ["a.00000", "b.00001"]
    np.testing.assert_array_equal(store.load_one(both.clip("b.00001"))[0][:, 0], [7, 8])
    assert set(store.failures(both.clips)) == {"a.00001", "b.00000"}
    assert extract(both, both.front_ends).n_present == 4
    with pytest.raises(CollectionError, match="already"):
        add_features(both, path)
    again = import_features(arrays(level=LEVEL, clip=NAMES), "set.npz", key="abcdef")
    assert again.front_ends == both.front_ends
    path.write_bytes(table("x,1,2,3,y", header="filename,low,mid,high,label").getvalue())
    with pytest.raises(CollectionError, match=r"No clip in t\.csv matches set"):
        add_features(both, path)


def test_a_collection_without_audio_says_what_it_has(home):
    collection = import_features(table("a,1,2,x", "b,3,4,y"), "t.csv")
    with pytest.raises(FeatureError, match=r"t has only “Columns of a table” \(2 values\).*Mel spectrogram"):
        extract(collection, [MelSpectrogram()])
    report = extract(collection, collection.front_ends)
    assert (report.n_extracted, report.n_present) == (0, 2)
    for file in FeatureStore(collection.id, collection.front_ends[0]).folder.iterdir():
        file.unlink()
    with pytest.raises(FeatureError, match=r"features of 2 clips of t are no longer stored.*Import t\.csv again"):
        extract(collection, collection.front_ends)


def test_features_of_a_table_cannot_be_asked_of_audio(tiny_collection):
    with pytest.raises(FeatureError, match="computes features from audio"):
        extract(tiny_collection, [GivenTable(names=("x",))])
    with pytest.raises(FeatureError, match="cannot be computed from audio"):
        require_audio_front_ends([MelSpectrogram(), GivenTable(names=("x",))])
    assert require_audio_front_ends([MelSpectrogram()]) == [MelSpectrogram()]


def test_given_front_ends_are_read_back_from_json():
    for front_end in (GivenTable(names=("a", "b")), GivenSpectrogram(n_bands=3, n_frames=4, frame_s=0.1)):
        back = features_from_dict(json.loads(json.dumps(front_end.to_dict())))
        assert back == front_end
        assert back.identity == front_end.identity
        assert hash(back) == hash(front_end)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"clip": NAMES}, "level is missing"),
        ({"level": LEVEL}, "clip is missing"),
        ({"level": LEVEL, "clip": NAMES[:3]}, r"text of shape \(4,\) in “clip”"),
        ({"level": LEVEL, "clip": np.arange(4)}, "expected text .* in “clip”"),
        ({"level": LEVEL[:, 0, 0], "clip": NAMES}, "expected numbers of shape"),
        ({"level": LEVEL.astype(str), "clip": NAMES}, "expected numbers of shape"),
        ({"level": LEVEL[:0], "clip": NAMES[:0]}, "expected numbers of shape"),
        ({"level": np.asfortranarray(LEVEL), "clip": NAMES}, "stored by columns"),
        ({"level": LEVEL, "clip": NAMES.astype(object)}, "Python objects"),
        ({"level": LEVEL.astype(object), "clip": NAMES}, "Python objects"),
        ({"level": LEVEL, "clip": np.array(list("wxyz"))}, "no array “genre”"),
        ({"level": LEVEL, "clip": NAMES, "front_end": np.array("{")}, "not JSON"),
        ({"level": LEVEL, "clip": NAMES, "front_end": np.array("[]")}, "not a JSON object"),
        ({"level": LEVEL, "clip": NAMES, "front_end": np.array('{"kind": "os.system"}')}, "Front end: expected one of"),
        ({"level": LEVEL, "clip": NAMES, "front_end": np.array('{"kind": "mel", "n_mels": 1e9}')}, "Mel bands|whole"),
        (
            {"level": LEVEL, "clip": NAMES, "front_end": np.array('{"kind": "mel"}')},
            "expected 128 × 660 values per clip from its front end",
        ),
        ({"level": LEVEL, "clip": NAMES, "n_valid": np.array([1, 2, 3, 9])}, "frame counts from 1 to 5"),
        ({"level": np.full((4, 3, 5), np.nan), "clip": NAMES}, "None of the 4 clips"),
        ({"level": np.ones((4, 3, 5)), "clip": NAMES}, "None of the 4 clips"),
    ],
)
def test_what_is_no_set_is_refused(home, given, said):
    with pytest.raises(CollectionError, match=said):
        import_features(arrays(**given), "set.npz")
    assert [summary.id for summary in list_collections()] == ["demo"]
    assert not list(home.glob("data/collections/*"))


def test_an_array_that_lies_about_its_size_is_refused_before_it_is_read(home):
    header = io.BytesIO()
    np.lib.format.write_array_header_1_0(header, {"descr": "|u1", "fortran_order": False, "shape": (10**9, 128, 496)})
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("level.npy", header.getvalue() + bytes(1000))
        clip = io.BytesIO()
        np.lib.format.write_array(clip, NAMES)
        archive.writestr("clip.npy", clip.getvalue())
    with pytest.raises(CollectionError, match="not as large as its header says"):
        import_features(stream, "bomb.npz")


def test_damaged_files_are_refused(home):
    whole = arrays(level=LEVEL, clip=NAMES).getvalue()
    for end in range(0, len(whole), 97):
        with pytest.raises(CollectionError):
            import_features(io.BytesIO(whole[:end]), "cut.npz")
    rng = np.random.default_rng(1)
    for _ in range(60):
        broken = bytearray(whole)
        for place in rng.integers(0, len(whole), 3):
            broken[place] ^= 1 << int(rng.integers(0, 8))
        try:
            import_features(io.BytesIO(bytes(broken)), "broken.npz")
        except CollectionError:
            continue


def test_a_feature_file_may_be_typed_where_folders_may(home):
    path = home / "data" / "t.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(table("a,1,2,x").getvalue())
    assert resolve_import_path("t.csv") == path


def test_the_shared_sets_are_taken_over_whole(home, shared: Path):
    spectrograms = import_feature_path(shared / "data" / "gtzan_spectrograms.npz")
    assert (len(spectrograms.clips), len(spectrograms.genres), spectrograms.skipped) == (999, 10, ())
    assert len(spectrograms.facts) == 999
    thirds = import_feature_path(shared / "data" / "gtzan_features_10_sec.csv")
    assert len(thirds.clips) == 2991
    parents = {thirds.facts[clip.name].parent for clip in thirds.clips}
    assert {parent.count(".") for parent in parents} == {1}
    assert 990 <= len(parents) <= 1000
    assert load_collection(thirds.id).front_ends == (GtzanTableFeatures(),)
