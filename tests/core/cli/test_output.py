"""Standard output that cannot take all that is printed: the command has done its work, and says nothing of a bug."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from core.settings import REPOSITORY
from tests.conftest import make_tiny_folder

TITLE = "Große Töne 🎵"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make_tiny_folder(tmp_path / "tiny")


def run(*arguments: object, encoding: str = "utf-8", stdout: int | None = subprocess.PIPE) -> tuple[int, bytes, str]:
    done = subprocess.run(
        [sys.executable, "-m", "core", *(str(argument) for argument in arguments)],
        cwd=REPOSITORY,
        env=os.environ | {"PYTHONIOENCODING": encoding},
        stdout=stdout,
        stderr=subprocess.PIPE,
        check=False,
    )
    return done.returncode, done.stdout or b"", done.stderr.decode(errors="replace")


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "utf-8"])
def test_an_encoding_that_lacks_letters_ends_no_command(folder: Path, encoding: str) -> None:
    code, out, err = run("collections", "--import", folder, "--title", TITLE, encoding=encoding)
    assert (code, err) == (0, "")
    shown = TITLE.encode(encoding, errors="backslashreplace")
    assert shown in out
    code, out, err = run("collections", "--json", encoding=encoding)
    assert (code, err) == (0, "")
    text = out.decode("utf-8")  # which JSON always is
    assert TITLE in [collection["title"] for collection in json.loads(text)]
    assert text.isascii() == (encoding != "utf-8")


@pytest.mark.parametrize("arguments", [("collections",), ("collections", "--json"), ("--help",)])
def test_a_reader_that_leaves_early_is_no_error(arguments: tuple[str, ...]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        code, _, err = run(*arguments, stdout=writing)
    finally:
        os.close(writing)
    assert (code, err) == (0, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_disk_under_the_output_is_one_line() -> None:
    with open("/dev/full", "wb") as full:
        code, _, err = run("collections", "--json", stdout=full.fileno())
    assert code == 1
    assert err == "error: The output cannot be written (No space left on device).\n"
