"""``collections --annotations``: what people said of clips, on the command line."""

from pathlib import Path

import pytest

from core.clips.collection import Collection
from core.collections.annotations import load_annotations
from tests.core.cli.test_genres import answer, run


def test_annotations_are_taken_in_listed_and_written(
    capsys: pytest.CaptureFixture[str], tiny_collection: Collection, tmp_path: Path
) -> None:
    path, out = tmp_path / "said.csv", tmp_path / "out.csv"
    path.write_text(
        "clip,right_genre,tags,note,excluded\nbass.00003,hiss,live; loud,Hum,\nhiss.00001,,live,,faulty\npolka,,x,,\n"
    )
    told = answer(capsys, "--annotations", "tiny", "--from-csv", path, "--csv", out)
    assert told["clips"] == [
        {
            "clip": "bass.00003",
            "label": "bass",
            "right_genre": "hiss",
            "tags": ["live", "loud"],
            "note": "Hum",
            "excluded": None,
        },
        {
            "clip": "hiss.00001",
            "label": "hiss",
            "right_genre": None,
            "tags": ["live"],
            "note": "",
            "excluded": "faulty",
        },
    ]
    assert (told["tags"], told["n_corrected"], told["n_excluded"], told["n_changed"]) == (
        {"live": 2, "loud": 1},
        1,
        1,
        2,
    )
    assert told["not_in_collection"] == ["line 4: “polka”"]
    assert out.read_text("utf-8-sig").count("\n") == 3
    code, text, _ = run(capsys, "--annotations", "tiny")
    assert code == 0
    assert "2 of 24 clips annotated, 1 with a corrected label, 1 excluded" in text
    assert "bass.00003 bass hiss live; loud Hum -" in " ".join(text.split())
    assert answer(capsys, "--annotations", "tiny", "--from-csv", out)["n_changed"] == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--csv", "x.csv"), "--csv needs --annotations."),
        (("--genres", "tiny", "--from-csv", "x.csv"), "--from-csv needs --annotations."),
        (("--annotations", "tiny", "--from-csv", "/nowhere/x.csv"), "x.csv cannot be read (No such file"),
        (("--annotations", "tiny", "--propose"), "--propose needs --genres."),
        (("--annotations", "polka"), "polka"),
    ],
)
def test_what_cannot_be_done_is_said_and_changes_nothing(
    capsys: pytest.CaptureFixture[str], tiny_collection: Collection, arguments: tuple[str, ...], message: str
) -> None:
    code, out, err = run(capsys, *arguments)
    assert (code, out) == (2, "")
    assert message in err
    assert load_annotations(tiny_collection.id) == {}
