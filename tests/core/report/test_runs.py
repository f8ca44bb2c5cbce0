"""The report of runs: the figures that core computes, names escaped in either form, nothing from elsewhere."""

import base64
import io
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import soundfile

from core.cli.report_command import main
from core.errors import RunError
from core.evaluation.metrics import confusion_matrix, recall_by_genre
from core.report.card import escape, run_card
from core.report.card_parts import card_parts
from core.report.document import (
    Code,
    Document,
    Heading,
    Items,
    Matrix,
    Section,
    Sound,
    Table,
    Text,
    to_html,
    to_markdown,
)
from core.report.mistakes import audible_mistakes
from core.report.runs import MOST_RUNS, report_runs
from core.report.settings import settings_rows
from core.runs.record import Run
from core.runs.results import load_predictions
from core.runs.store import get_run
from core.runs.verdict import judge_runs
from tests.core.conftest import TrainedHome
from tests.core.report.test_report import Reader

HOSTILE = "<script>alert(1)</script> | **x** [a](http://b)"


def two(trained: TrainedHome) -> list[Run]:
    return [get_run(trained.cnn), get_run(trained.ffnn)]


def section(document: Document, title: str) -> Section:
    return next(each for each in document.sections if each.title == title)


def of_kind(given: Section, kind: type[Any]) -> list[Any]:
    return [part for part in given.parts if isinstance(part, kind)]


def test_the_report_says_what_core_computes(trained: TrainedHome) -> None:
    runs = two(trained)
    report = report_runs(runs, made_at=0.0)
    verdict = section(report, "Verdict")
    assert verdict.parts[0] == Text(judge_runs(runs).sentence, "answer")
    table = of_kind(section(report, "Accuracy and cost"), Table)[0]
    for run, row in zip(runs, table.rows, strict=True):
        assert run.result is not None
        assert row[:2] == [run.config.name, f"{100 * run.result.accuracy:.1f} %"]
        assert row[3] == f"{run.result.n_correct} of {run.result.n}"
    matrices = of_kind(section(report, "Confusion matrices"), Matrix)
    for run, matrix in zip(runs, matrices, strict=True):
        assert matrix.counts == confusion_matrix(load_predictions(run.id)).to_numpy().tolist()
    recalls = of_kind(section(report, "Recall by genre"), Table)[0]
    first = recall_by_genre(load_predictions(runs[0].id)).iloc[0]
    assert recalls.rows[0][0] == first["genre"]
    assert recalls.rows[0][1].endswith(f"{first['n_correct']:.0f} of {first['n']:.0f})")
    split = of_kind(section(report, "Split"), Table)[0]
    assert split.rows[0][1] == runs[0].result.protocol  # type: ignore[union-attr]
    differing, same = of_kind(section(report, "Settings"), Table)
    assert ["model.kind", "cnn", "ffnn"] in differing.rows
    assert ["seed", "3"] in same.rows
    assert section(report, "Versions").parts[0].rows[0][0] == "python"  # type: ignore[union-attr]
    assert [each.title for each in report.sections[-2:]] == ["Model card: Small CNN", "Model card: Small FFNN"]


def test_one_run_is_reported_by_itself(trained: TrainedHome) -> None:
    run = get_run(trained.cnn)
    report = report_runs([run], made_at=0.0)
    assert report.sections[0].title == "Result"
    assert run.result is not None
    assert f"{run.result.n_correct} of {run.result.n} test clips" in report.sections[0].parts[0].text  # type: ignore[union-attr]


def test_what_cannot_be_reported_is_refused_in_words(trained: TrainedHome) -> None:
    run = get_run(trained.cnn)
    for runs, message in (
        ([], f"A report is of 1 to {MOST_RUNS} runs; got 0"),
        ([run, run], "is named twice"),
        ([replace(run, id="f" * 32, status="failed", result=None)], "is failed: it has no results"),
    ):
        with pytest.raises(RunError, match=message):
            report_runs(runs, made_at=0.0)


def test_html_is_whole_and_leads_nowhere(trained: TrainedHome) -> None:
    page = to_html(report_runs(two(trained), made_at=0.0))
    reader = Reader(page)
    assert all(address.startswith("data:") for address in reader.addresses)
    assert reader.tags.count("h2") >= 9
    assert {"svg", "table", "h1"} <= set(reader.tags)
    assert not {"script", "link", "iframe", "img"} & set(reader.tags)
    assert "http" not in re.sub(r"data:[^\"]*", "", page)


def test_names_are_shown_as_they_are_in_either_form(trained: TrainedHome) -> None:
    runs = [
        replace(run, config=replace(run.config, name=f"{HOSTILE} {number}"), collection_title=HOSTILE)
        for number, run in enumerate(two(trained))
    ]
    report = report_runs(runs, made_at=0.0)
    reader = Reader(to_html(report))
    assert "script" not in reader.tags
    assert any(HOSTILE in text for text in reader.texts)
    markdown = to_markdown(report)
    assert not re.search(r"(?<!\\)<script|https?://", markdown)
    assert escape(HOSTILE) in markdown
    for line in markdown.splitlines():
        if line.startswith("| ") and "alert" in line:
            assert "| **" not in line


def test_markdown_holds_the_same_tables(trained: TrainedHome) -> None:
    report = report_runs(two(trained), made_at=0.0)
    markdown = to_markdown(report)
    table = of_kind(section(report, "Accuracy and cost"), Table)[0]
    for row in table.rows:
        assert "| " + " | ".join(map(escape, row)) + " |" in markdown
    assert markdown.count("\n## ") == len(report.sections)


def test_mistakes_can_be_heard_where_the_music_may_be_passed_on(trained: TrainedHome) -> None:
    run, table = get_run(trained.cnn), load_predictions(trained.cnn).table
    n_wrong = int((table["actual"] != table["predicted"]).sum())
    recorded = audible_mistakes(run)
    assert (recorded.n, len(recorded.sounds)) == (n_wrong, 0)
    found = audible_mistakes(run, recorded_too=True, most=2)
    assert len(found.sounds) == min(2, n_wrong)
    if n_wrong:
        assert "its licence may not allow passing on" in recorded.why_none
        samples, sr_hz = soundfile.read(io.BytesIO(found.sounds[0].mp3))
        assert len(samples) / sr_hz == pytest.approx(2.5, abs=0.1)
        assert audible_mistakes(replace(run, synthetic=True), most=1).sounds == found.sounds[:1]
        page = to_html(Document("t", "f", [Section("s", found.sounds)]))
        address = re.search(r"data:audio/mpeg;base64,([^\"]*)", page)
        assert address is not None
        assert base64.b64decode(address[1]) == found.sounds[0].mp3


def test_a_card_is_read_as_it_was_written(trained: TrainedHome) -> None:
    card = run_card(get_run(trained.cnn))
    parts = card_parts(card)
    assert [part.text for part in parts if isinstance(part, Heading)] == ["Accuracy", "Probabilities", "Limits"]
    facts = next(part for part in parts if isinstance(part, Table))
    assert ["Run", trained.cnn] in facts.rows
    shown = escape(HOSTILE)
    hostile = card_parts(f"# t\n\n{shown}\n\n| a | b |\n|---|---|\n| {shown} | `c` |\n\n- {shown}\n\n```\nx\n```\n")
    assert hostile == [
        Text(HOSTILE),
        Table(["a", "b"], [[HOSTILE, "c"]], ""),
        Items([HOSTILE]),
        Code("x"),
    ]


def test_every_shipped_card_can_be_read() -> None:
    for place in Path("models/pretrained").glob("*/README.md"):
        parts = card_parts(place.read_text(encoding="utf-8"))
        assert len([part for part in parts if isinstance(part, Table)]) >= 4
        assert not any("|" in part.text for part in parts if isinstance(part, Text))


def test_settings_that_differ_are_told_from_those_in_common(trained: TrainedHome) -> None:
    configs = [run.config for run in two(trained)]
    differing, same = settings_rows(configs)
    names = {row[0] for row in differing}
    assert {"name", "model.kind"} <= names
    assert all(len(set(row[1:])) > 1 for row in differing)
    assert all(len(row) == 2 for row in same)
    assert settings_rows(configs[:1])[0] == []


def test_the_command_writes_either_form(
    trained: TrainedHome, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for ending, start in (("html", "<!DOCTYPE html>"), ("md", "# Small CNN and Small FFNN")):
        place = tmp_path / f"report.{ending}"
        arguments = ["report", trained.cnn, trained.ffnn[:8], "--output", str(place)]
        assert main(arguments) == 0
        assert place.read_text(encoding="utf-8").startswith(start)
        assert f"report: {place}" in capsys.readouterr().out
        assert main(arguments) == 2
        assert "is there already" in capsys.readouterr().err
        assert main([*arguments, "--overwrite", "--json"]) == 0
        assert f'"report": "{place}"' in capsys.readouterr().out
    for output, message in (("r.pdf", "expected the name of an HTML"), ("none/r.html", "there is no folder")):
        assert main(["report", trained.cnn, "--output", str(tmp_path / output)]) == 2
        assert message in capsys.readouterr().err
    assert main(["report", "zzz", "--output", str(tmp_path / "x.html")]) == 2
    assert "There is no run 'zzz'" in capsys.readouterr().err


def test_many_genres_get_their_commonest_confusions(trained: TrainedHome, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.report.runs.MOST_IN_MATRIX", 2)
    parts = section(report_runs([get_run(trained.cnn)], made_at=0.0), "Confusion matrices").parts
    table = load_predictions(trained.cnn).table
    n_wrong = int((table["actual"] != table["predicted"]).sum())
    assert isinstance(parts[0], Table)  # without a word on how matrices are read
    assert sum(int(row[2]) for row in parts[0].rows) == n_wrong


def test_sound_is_said_in_words_in_markdown() -> None:
    text = to_markdown(Document("t", "f", [Section("s", [Sound(b"x", "jazz.1: jazz, taken for *rock*")])]))
    assert "- jazz.1: jazz, taken for \\*rock\\*" in text
