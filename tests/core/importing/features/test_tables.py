"""Tables as people have them: other separators, commas in numbers, other names of columns, codes of the genre."""

import io

import numpy as np
import pytest

from core.collections.registry import list_collections
from core.errors import CollectionError
from core.extraction.store import FeatureStore
from core.importing.features.register import import_features


def bring(text: str, name: str = "t.csv"):
    return import_features(io.BytesIO(text.encode()), name)


def stored(collection) -> np.ndarray:
    (front_end,) = collection.front_ends
    return FeatureStore(collection.id, front_end).load(collection.clips)[:, :, 0]


def skipped(collection) -> dict[str, str]:
    return {entry.name: entry.reason for entry in collection.skipped}


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("name", ["t.csv", "t.tsv", "T.TSV"])
def test_any_usual_separator_is_read(home, separator, name):
    rows = [["filename", "low", "high", "label"], ["one.wav", "1", "2.5", "x"], ["two.wav", "3", "4", "y"]]
    collection = bring("\n".join(separator.join(row) for row in rows), name)
    assert [(clip.name, clip.genre) for clip in collection.clips] == [("one", "x"), ("two", "y")]
    np.testing.assert_array_equal(stored(collection), np.float32([[1, 2.5], [3, 4]]))


def test_a_comma_in_numbers_is_the_decimal_point(home):
    rows = ["a;0,5;1.234,5;3;-1,5e2;x", "b;1;2,25;4,0;7;x", "c;2;3;5;8;y"]
    collection = bring("\n".join(["clip;mostly whole;thousands;mixed;exponent;class", *rows]))
    np.testing.assert_array_equal(
        stored(collection), np.float32([[0.5, 1234.5, 3, -150], [1, 2.25, 4, 7], [2, 3, 5, 8]])
    )
    assert collection.skipped == ()
    quoted = bring('clip,low,genre\na,"0,5",x\nb,"1,5",y\n', "quoted.csv")
    np.testing.assert_array_equal(stored(quoted), np.float32([[0.5], [1.5]]))


def test_the_length_may_have_a_comma_too(home):
    collection = bring("clip;low;duration_s;genre\na;1;2,5;x\nb;2;3;y")
    assert [clip.duration_s for clip in collection.clips] == [2.5, 3.0]


@pytest.mark.parametrize("column", ["genre", "label", "class", "Class", "category", "genre_top", "style", "target"])
def test_the_genre_has_many_names(home, column):
    assert bring(f"track_id,low,{column}\n1,1,x\n2,2,y\n").genres == ("x", "y")


def test_numbers_that_stand_for_genre_clip_or_row_are_no_features(home):
    header = "Unnamed: 0,index,filename,track_id,low,genre,label,genre_id,class_code"
    collection = bring(f"{header}\n0,0,a,17,1,x,0,0,5\n1,1,b,18,2,y,1,1,6\n")
    assert collection.front_ends[0].names == ("low",)
    reasons = skipped(collection)
    assert set(reasons) == {"column index", "column track_id", "column label", "column genre_id", "column class_code"}
    assert "could be read from it" in reasons["column label"]
    # A column of that name that does not count is a feature as any other.
    assert bring("clip,nr,genre\na,1,x\nb,1,y\n", "nr.csv").front_ends[0].names == ("nr",)


def test_whole_numbers_that_were_written_as_decimals_are_read_as_they_are_meant(home):
    assert bring("clip,low,label\na,1,6.0\nb,2,7.0\nc,3,10\n").genres == ("10", "6", "7")
    assert bring("clip,low,label\na,1,6.0\nb,2,7.5\n", "u.csv").genres == ("6.0", "7.5")


def test_one_genre_in_several_spellings_is_one(home):
    collection = bring("clip,low,label\na,1,Rock\nb,2,rock \nc,3,Rock\nd,4,Cafe\u0301\ne,5,Caf\u00e9\n")
    assert collection.counts == {"Caf\u00e9": 2, "Rock": 3}
    assert skipped(collection) == {
        "genre Rock": "spelled in 2 ways that differ in capitals or blanks alone, so it is one genre: “Rock” (2 "
        "clips), “rock” (1 clip)"
    }


def test_too_many_genres_are_refused(home):
    rows = "\n".join(f"{n},{n},g{n:05d}" for n in range(1_500))
    with pytest.raises(CollectionError, match=r"t\.csv has 1,500 genres \(g00000, g00001, g00002 …\); at most 1,000"):
        bring(f"clip,low,label\n{rows}\n")


@pytest.mark.parametrize("n_columns", [5_000, 1_000_000])
def test_too_many_columns_are_refused_from_the_first_line(home, n_columns, monkeypatch):
    text = ",".join(["filename", "label", *(f"f{n}" for n in range(n_columns))])
    monkeypatch.setattr("pandas.read_csv", lambda *_, **__: pytest.fail("the table was read"))
    with pytest.raises(CollectionError, match=r"expected at most 4,096 features, got .* columns"):
        bring(f"{text}\na,x{',1' * n_columns}\n")
    assert [summary.id for summary in list_collections()] == ["demo"]


def test_arrays_may_have_bytes_and_numbers(home):
    stream = io.BytesIO()
    level = np.arange(8, dtype=np.float32).reshape(4, 2)
    names = np.array(["Ü1".encode(), b"b", b"c", b"d"])
    np.savez(stream, level=level, clip=names, genre=np.array([6.0, 6.0, 7.0, 7.0]))
    collection = import_features(stream, "set.npz")
    assert [(clip.name, clip.genre) for clip in collection.clips] == [("b", "6"), ("Ü1", "6"), ("c", "7"), ("d", "7")]
    for genre, genres in ((np.array([0, 0, 1, 1]), ("0", "1")), (np.array([b"a", b"a", b"b", b"b"]), ("a", "b"))):
        stream = io.BytesIO()
        np.savez(stream, level=level, clip=names, genre=genre)
        assert import_features(stream, "set.npz").genres == genres


def test_objects_are_refused_with_what_to_do_and_never_opened(home, tmp_path):
    class Trap:
        def __reduce__(self):
            return (open, (str(tmp_path / "opened"), "w"))

    stream = io.BytesIO()
    np.savez(stream, level=np.ones((1, 2)), clip=np.array([Trap()], dtype=object), genre=np.array(["x"]))
    with pytest.raises(CollectionError, match=r"never opened.*np\.savez\(file, clip=np\.array\(values, dtype='str'\)"):
        import_features(stream, "set.npz")
    assert not (tmp_path / "opened").exists()
