"""Split files: read safely, kept by content."""

from pathlib import Path

import pytest

from core.errors import SplitError
from core.splits.config import SplitConfig
from core.splits.make import make_split
from core.splits.own_file import keep_split_file, load_parts, parse_parts
from tests.core.splits.clips import as_collection, clip

CLIPS = [clip(f"{genre}.{number}", genre) for genre in ("jazz", "rock") for number in range(6)]
COLLECTION = as_collection(CLIPS)


def content(*, validation: bool = True) -> bytes:
    words = ["train", "train", "train", "valid" if validation else "train", "test", "excluded"]
    rows = [f"{each.name}.wav,{words[int(each.name[-1])]},note" for each in CLIPS]
    return "\n".join(["Clip,PART,remark", *rows, "gone.1,test,", ""]).encode("utf-8-sig")


def test_a_file_decides_the_parts() -> None:
    kept = keep_split_file("test", COLLECTION.by_name, content(), name="my <b>.csv")
    assert kept.n_by_part == {"train": 6, "validation": 2, "test": 2}
    assert kept.unknown == ("gone.1",)
    config = SplitConfig(protocol="file", file=kept.id, file_name=kept.name)
    split = make_split(COLLECTION, config, seed=1)
    assert split.names["test"] == ["jazz.4", "rock.4"]
    assert [each.name for each in split.left_out] == ["jazz.5", "rock.5"]
    assert split.protocol == f"own file my <b>.csv ({kept.id[:6]}): 6 train, 2 validation, 2 test; 2 left out"


@pytest.mark.parametrize("separator", [b";", b"\t"])
def test_other_separators_are_read_too(separator: bytes) -> None:
    assert keep_split_file("test", COLLECTION.by_name, content().replace(b",", separator), name="my.csv").n_by_part == {
        "train": 6,
        "validation": 2,
        "test": 2,
    }


def test_without_validation_clips_some_are_drawn() -> None:
    kept = keep_split_file("test", COLLECTION.by_name, content(validation=False), name="x.csv")
    config = SplitConfig(protocol="file", file=kept.id, file_name="x.csv", validation_fraction=0.25)
    split = make_split(COLLECTION, config, seed=1)
    assert split.names["test"] == ["jazz.4", "rock.4"]
    assert len(split.validation) + len(split.train) == 8
    assert 2 <= len(split.validation) <= 4
    assert "validation drawn by clip, seed 1" in split.protocol


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (b"", "an empty line"),
        (b"name,part\na,train\n", "columns clip and part"),
        (b"clip,part\na,train\na,test\n", "Line 3 .* names a again"),
        (b"clip,part\na,learn\n", "Line 2 .* 'learn'"),
        (b"clip,part\na\n", "Line 2 .* 1 fields"),
        (b"clip,part\n,train\n", "names no clip"),
        (b"clip,part\na,excluded\n", "assigns no clip"),
        (b'clip,part\n"a,train\n', "not CSV"),
        (b"\xff\xfe", "not UTF-8"),
        (b"x" * 20_000_001, "larger than 20 MB"),
    ],
)
def test_what_cannot_be_read_is_named_by_its_line(given: bytes, message: str) -> None:
    with pytest.raises(SplitError, match=message):
        parse_parts(given)


def test_a_file_for_another_collection_and_a_lost_one_are_refused(home: Path) -> None:
    with pytest.raises(SplitError, match="None of the 1 clips"):
        keep_split_file("test", COLLECTION.by_name, b"clip,part\nelsewhere,train\n", name="x")
    with pytest.raises(SplitError, match="marked test"):
        keep_split_file("test", COLLECTION.by_name, b"clip,part\njazz.0,train\n", name="x")
    assert not (home / "data" / "collections" / "test").exists()
    with pytest.raises(SplitError, match="Upload it again"):
        load_parts("test", "a" * 64, COLLECTION.by_name)
    kept = keep_split_file("test", COLLECTION.by_name, content(), name="x")
    path = home / "data" / "collections" / "test" / "splits" / f"{kept.id}.csv"
    path.write_bytes(path.read_bytes().replace(b"train", b"test"))
    with pytest.raises(SplitError, match="has been changed"):
        load_parts("test", kept.id, COLLECTION.by_name)
