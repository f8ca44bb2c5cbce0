"""``runs``: the list of runs and what is said of them, on the command line."""

import json
from typing import Any

import pytest

from core.cli.main import main
from core.clips.collection import Collection
from core.runs.store import get_run
from core.runs.writer import RunWriter, create_run
from tests.core.conftest import small_config

pytestmark = pytest.mark.usefixtures("empty_store")


@pytest.fixture
def ids(tiny_collection: Collection) -> tuple[str, str]:
    """An older and a newer run, both ended."""
    made = [create_run(small_config(tiny_collection, name=name), tiny_collection) for name in ("Older", "Newer")]
    for run_id in made:
        RunWriter(run_id).fail("Why not.")
    return made[0], made[1]


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main(["runs", *arguments])
    said = capsys.readouterr()
    return code, said.out, said.err


def listed(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[dict[str, Any]]:
    code, out, err = run(capsys, *arguments, "--json")
    assert code == 0, err
    return json.loads(out)["runs"]


def test_runs_are_named_tagged_noted_and_put_away(
    capsys: pytest.CaptureFixture[str], ids: tuple[str, str], tiny_collection: Collection
) -> None:
    older, newer = ids
    assert {each["name"] for each in listed(capsys)} == {"Older", "Newer"}
    assert listed(capsys, "--rename", older, "The first")[0]["name"] == "The first"
    assert listed(capsys, "--tag", older, "baseline, dull", "x")[0]["tags"] == ["baseline", "dull", "x"]
    assert listed(capsys, "--untag", older, "DULL")[0]["tags"] == ["baseline", "x"]
    assert listed(capsys, "--note", older, "a\nb")[0]["note"] == "a\nb"
    assert [each["run_id"] for each in listed(capsys, "--find", "first BASELINE")] == [older]
    assert [each["run_id"] for each in listed(capsys, "--with-tag", "X")] == [older]
    assert listed(capsys, "--with-tag", "y") == []
    assert [each["archived"] for each in listed(capsys, "--archive", older, newer)] == [True, True]
    assert listed(capsys) == []
    code, out, _ = run(capsys)
    assert (code, out.strip()) == (0, "No run fits.\n2 archived; --archived lists them too")
    assert len(listed(capsys, "--archived")) == 2
    assert listed(capsys, "--restore", older)[0]["archived"] is False
    _, out, _ = run(capsys)
    assert "The first" in out
    assert "Newer" not in out
    assert get_run(older).config.name == "The first"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--rename", "polka", "x"], "There is no run 'polka'"),
        (["--rename", "{older}", "newer"], "Another run is called “newer” already"),
        (["--rename", "{older}", " "], "A run needs a name"),
        (["--tag", "{older}"], "--tag takes a run and one tag or more"),
        (["--tag", "{older}", "x" * 41], "A tag has at most 40 characters"),
        (["--note", "{older}", "x" * 2001], "The note is too long"),
        (["--tag", "{older}", "x", "--note", "{older}", "y"], "not allowed with argument"),
    ],
)
def test_what_cannot_be_is_said_in_one_line(
    capsys: pytest.CaptureFixture[str], ids: tuple[str, str], arguments: list[str], message: str
) -> None:
    filled = [each.format(older=ids[0]) for each in arguments]
    try:
        code, _, err = run(capsys, *filled)
    except SystemExit as ended:
        code, err = ended.code, capsys.readouterr().err
    assert code == 2
    assert message in err
    assert err.count("\n") == 1


def test_names_cannot_write_on_the_terminal(capsys: pytest.CaptureFixture[str], ids: tuple[str, str]) -> None:
    run(capsys, "--note", ids[0], "\x1b[31mred\nx")
    _, out, _ = run(capsys, "--rename", ids[0], "a\x1b[2Jb")
    assert "\x1b" not in out
    assert "a\u241b[2Jb" in out


def test_seeds_stand_together_where_that_is_asked_for(capsys: pytest.CaptureFixture[str], ids: tuple[str, str]) -> None:
    code, out, _ = run(capsys, "--together", "--json")
    rows = json.loads(out)["rows"]
    assert code == 0
    assert [(row["kind"], len(row["runs"]), row["test_accuracy"]) for row in rows] == [("single", 1, None)] * 2
