"""A result on few clips says so wherever it is shown, and what it is beyond chance."""

import json

import pytest

from core.cli.main import main
from core.evaluation.caution import caution_text, caution_word
from core.evaluation.verdict.judge import judge, stand
from core.report.markup import Markup
from core.report.models import model_part
from core.runs.record import Run
from core.runs.store import get_run
from core.runs.verdict import contender_of
from dashboard.sentences.results import beyond_chance_text
from tests.pages.apps import rendered, run_page, texts
from tests.pages.conftest import RunsHome


@pytest.fixture
def run(runs_home: RunsHome) -> Run:
    """Tested on a handful of clips."""
    run = get_run(runs_home.cnn)
    assert run.result is not None
    assert run.result.n < 30
    return run


def said_of(run: Run) -> str:
    assert run.result is not None
    return caution_text(run.result)


@pytest.mark.parametrize(
    ("page", "query"),
    [("overview", {}), ("train", {"run": "ID"}), ("compare", {"runs": "ID"}), ("compare", {"tab": "Leak meter"}),
     ("confusion", {"run": "ID"})],
)  # fmt: skip
def test_every_page_says_it(run: Run, runs_home: RunsHome, page: str, query: dict[str, str]) -> None:
    # Overview shows the best comparison.
    runs = [run, get_run(runs_home.ffnn)] if page == "overview" else [run]
    app = run_page(page, **{name: value.replace("ID", run.id) for name, value in query.items()})
    assert any(said_of(each) in rendered(texts(app)) for each in runs)


def test_the_leak_meters_table_has_a_word_for_it(run: Run) -> None:
    app = run_page("compare", tab="Leak meter")
    assert run.result is not None
    table = next(each.value for each in app.dataframe if "Inflation" in each.value.columns)
    assert caution_word(run.result) in table["Note"].tolist()


@pytest.mark.parametrize("command", ["evaluate", "classify"])
def test_the_command_line_says_it(
    run: Run, runs_home: RunsHome, command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    song = [str(runs_home.collection.clips[0].path)] if command == "classify" else []
    assert main([command, *song, "--run", run.id]) == 0
    assert said_of(run) in capsys.readouterr().out
    assert main([command, *song, "--run", run.id, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["caution"] == said_of(run)


def test_a_report_says_it(run: Run) -> None:
    part = model_part(run, "CNN", [])
    assert isinstance(part, Markup)
    assert said_of(run) in str(part)


def test_a_single_run_is_said_beyond_chance_as_in_a_verdict(run: Run, runs_home: RunsHome) -> None:
    alone = stand(contender_of(run))
    assert alone == judge([contender_of(run), contender_of(get_run(runs_home.ffnn))]).standings[0]
    assert beyond_chance_text(alone) in texts(run_page("confusion", run=run.id))
    table = next(each.value for each in run_page("compare", runs=run.id).dataframe if "Kappa" in each.value.columns)
    assert table["Kappa"].tolist() == [f"{alone.kappa:.2f}".replace("-", "\N{MINUS SIGN}")]
    assert table["Bits"].tolist() == [f"{alone.information.bits:.2f} of {alone.information.most_bits:.2f}"]
