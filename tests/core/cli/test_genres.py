"""``collections --genres``: what labels become, on the command line."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from core.cli.main import main
from core.clips.collection import Collection
from core.collections.registry import load_collection


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    try:
        code = main([str(argument) for argument in ("collections", *arguments)])
    except SystemExit as exit_:
        code = int(exit_.code or 0)
    printed = capsys.readouterr()
    return code, printed.out, printed.err


def answer(capsys: pytest.CaptureFixture[str], *arguments: object) -> Any:
    code, out, _ = run(capsys, *arguments, "--json")
    assert code == 0
    return json.loads(out)


def test_labels_are_exported_edited_and_applied(
    capsys: pytest.CaptureFixture[str], tiny_collection: Collection, tmp_path: Path
) -> None:
    name, path = tiny_collection.id, tmp_path / "mapping.csv"
    code, text, _ = run(capsys, "--genres", name, "--export-mapping", path)
    assert code == 0
    assert "3 labels, genres as written" in text
    assert f"{path}: 3 labels" in text
    rows = list(csv.DictReader(path.read_text("utf-8-sig").splitlines()))
    assert rows[0] == {"label": "bass", "clips": "8", "artists": "0", "becomes": "bass"}
    path.write_text("label;becomes\nBASS;tones\ntreble;tones\nhiss;leave out\npolka;folk\n")
    told = answer(capsys, "--genres", name, "--mapping", path)
    assert told["counts"] == {"tones": 16} == load_collection(name).counts
    assert told["not_in_collection"] == ["line 5: “polka”"]
    assert told["left_out"][0] == {"name": "hiss.00000", "reason": "labelled “hiss”, which is left out"}
    assert [label["becomes"] for label in told["labels"]] == ["tones", "", "tones"]
    code, text, _ = run(capsys, "--genres", name)
    assert "hiss 8 - - leave out" in " ".join(text.split())
    assert "genres: tones 16" in text
    assert answer(capsys, "--genres", name, "--undo-genres")["as_written"]
    assert answer(capsys, "--genres", name, "--undo-genres")["counts"] == {"tones": 16}
    assert answer(capsys, "--genres", name, "--as-written")["counts"] == tiny_collection.counts


def test_rules_and_proposals_are_options(capsys: pytest.CaptureFixture[str], tiny_collection: Collection) -> None:
    told = answer(capsys, "--genres", "tiny", "--propose", "--several", "leave-out", "--min-clips", 8)
    assert (told["several"], told["min_clips"], told["counts"]) == ("leave out", 8, tiny_collection.counts)
    # What is not asked for stays.
    assert answer(capsys, "--genres", "tiny", "--min-clips", 2)["several"] == "leave out"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--mapping", "x.csv"], "--mapping needs --genres"),
        (["--export-mapping", "x.csv"], "--export-mapping needs --genres"),
        (["--genres", "tiny", "--as-written", "--propose"], "--as-written cannot be used with --propose"),
        (["--genres", "tiny", "--title", "x"], "--title needs --import"),
        (["--genres", "tiny", "--min-clips", "9"], "would leave no clip of tiny"),
        (["--genres", "tiny", "--min-clips", "0"], "from 1 on, got 0"),
        (["--genres", "tiny", "--mapping", "no.csv"], "no.csv cannot be read"),
        (["--genres", "nothing"], "Expected a folder"),
    ],
)
def test_what_cannot_be_done_is_one_line(
    capsys: pytest.CaptureFixture[str], tiny_collection: Collection, arguments: list[str], message: str
) -> None:
    code, out, err = run(capsys, *arguments)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert message in err
    assert load_collection(tiny_collection.id) == tiny_collection
