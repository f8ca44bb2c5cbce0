"""The report of a song: nothing from elsewhere, names escaped, the same figures as the command prints."""

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
import soundfile

from core.explanation.changeable import ChangeableSong
from core.explanation.changes import CHANGES
from core.explanation.explain import explain_song
from core.explanation.what_if import what_if
from core.prediction.song import HeardSong, classify_song
from core.report.markup import Markup, h, joined, table
from core.report.song import Judged, report_html
from core.runs.store import get_run
from tests.core.cli.test_cli import Cli, cli
from tests.core.conftest import TrainedHome

__all__ = ["cli"]

HOSTILE = "<script>alert(1)</script>.wav"
_VOID = {"meta", "img", "image", "rect", "line", "circle", "path", "br"}


class Reader(HTMLParser):
    """Elements, their texts, and every address; fails where elements are not closed in their order."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.addresses: list[str] = []
        self.texts: list[str] = []
        self.feed(page)
        assert not self.open

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.addresses += [value for name, value in attrs if name in ("href", "src", "xlink:href", "action")]
        assert not any(name.startswith("on") for name, _ in attrs)
        if tag not in _VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.texts.append(data)


@pytest.fixture
def song(tmp_path: Path) -> Path:
    path = tmp_path / "song.wav"
    soundfile.write(path, np.random.default_rng(3).normal(0, 0.1, 66_150).astype(np.float32), 22_050)
    return path


def test_what_is_put_into_markup_is_escaped() -> None:
    element = h("p", "a < b", ["&", h("b", '"')], None, title='"><script>')
    assert element == '<p title="&quot;&gt;&lt;script&gt;">a &lt; b&amp;<b>&quot;</b></p>'
    assert joined("<i>", Markup("<i>")) == "&lt;i&gt;<i>"
    assert h("rect", x=1.0, stroke_width=2, fill=None) == '<rect x="1" stroke-width="2"/>'
    assert "<td>&lt;</td>" in table(("a", "b"), [("c", "<")], caption="d")


def test_the_report_needs_nothing_from_elsewhere_and_runs_nothing(trained: TrainedHome, song: Path) -> None:
    content = song.read_bytes()
    judged = []
    for run_id in (trained.cnn, trained.ffnn):
        run = get_run(run_id)
        run = replace(run, collection_title="<img src=x onerror=alert(2)>")
        curve = what_if(ChangeableSong(content), CHANGES["noise"], {run_id: None}, values=[20.0])[run_id]
        found = explain_song(HeardSong(content), run_id)
        judged.append(Judged(run, classify_song(content, run_id), None, [(found, 0.2)], [curve]))
    page = report_html(HOSTILE, HeardSong(content), judged, made_at=0.0)
    read = Reader(page)
    assert "script" not in read.tags
    assert "img" not in read.tags
    assert all(address.startswith("data:image/png;base64,") for address in read.addresses)
    assert len(read.addresses) >= 2  # the music, and what speaks for the genre
    assert not re.search(r"https?:|//[a-z]|@import|url\(", re.sub(r'"data:[^"]*"', "", page))
    assert HOSTILE in read.texts
    assert "<img src=x onerror=alert(2)>" in "".join(read.texts)
    assert "1970-01-01 00:00 UTC" in "".join(read.texts)
    assert f"Why {judged[0].verdict.genre}?" in read.texts


def test_its_figures_are_those_of_the_command(cli: Cli, trained: TrainedHome, song: Path, tmp_path: Path) -> None:
    place = tmp_path / "report.html"
    runs = ("--run", trained.cnn, "--run", trained.ffnn)
    values = cli("classify", song, *runs, "--explain", "--what-if", "loudness", "--report", place)
    assert values["report"] == str(place)
    page = "".join(Reader(place.read_text()).texts)
    for found, run_id in zip(values["runs"], (trained.cnn, trained.ffnn), strict=True):
        alone = cli("classify", song, "--run", run_id)
        assert found["probabilities"] == alone["probabilities"]
        for probability in found["probabilities"].values():
            assert f"{100 * probability:.1f} %" in page
        result = get_run(run_id).result
        assert result is not None
        low, high = result.interval
        assert (
            f"{result.n_correct} of {result.n} test clips; 95 % interval {100 * low:.0f} to {100 * high:.0f} %" in page
        )
        assert result.protocol in page
        assert found["explanation"]["genre"] in page
    assert "Loudness: " in page


def test_a_file_that_is_there_stays_unless_it_may_go(
    cli: Cli, trained: TrainedHome, song: Path, tmp_path: Path
) -> None:
    place = tmp_path / "report.html"
    place.write_text("mine")
    given = ("classify", song, "--run", trained.cnn)
    assert "is there already" in cli.refuse(*given, "--report", place)
    assert place.read_text() == "mine"
    assert "expected the name of an HTML file" in cli.refuse(*given, "--report", tmp_path / "report.pdf")
    assert "there is no folder" in cli.refuse(*given, "--report", tmp_path / "none" / "a.html")
    assert "belongs to --report" in cli.refuse(*given, "--overwrite")
    answer = cli(*given, "--report", place, "--overwrite")
    assert json.loads(json.dumps(answer))["probabilities"]
    assert place.read_text().startswith("<!DOCTYPE html>")
