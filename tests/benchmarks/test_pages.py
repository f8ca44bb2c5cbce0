"""The benchmark of the pages measures pages, not a script that draws nothing."""

from pathlib import Path

import pytest

from benchmarks import pages
from benchmarks.made_home import make_home


def test_the_pages_that_are_timed_are_drawn(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GENRE_LAB_PRETRAINED", "")
    collection, ids = make_home(home, n_clips=60, n_genres=4, n_runs=2)
    compare = pages._open("compare")
    assert compare.title[0].value == "Compare"
    assert set(compare.dataframe[0].value.index) == set(ids)
    pages._type_further(compare)
    confusion = pages._open("confusion")
    assert confusion.button_group(key="confusion:order").value == "name"
    pages._change_order(confusion)
    assert confusion.button_group(key="confusion:order").value == "similarity"
    pages._change_order(confusion)
    assert confusion.button_group(key="confusion:order").value == "name"
    timed = pages._opened("Train", "train", {"collection": collection.id})
    assert timed.warm_s > 0


def test_a_page_that_draws_nothing_is_no_figure(tmp_path: Path) -> None:
    from streamlit.testing.v1 import AppTest

    script = tmp_path / "empty.py"
    script.write_text("pass\n")
    with pytest.raises(SystemExit, match="Nothing was drawn"):
        pages._checked(AppTest.from_file(str(script)).run())
