"""The verdict on Compare: its words, its figures, and the clips of its cells."""

import io
from pathlib import Path

import pandas as pd
import pytest
from streamlit.dataframe_util import convert_arrow_bytes_to_pandas_df
from streamlit.testing.v1 import AppTest

from core.runs.results import load_predictions
from core.runs.shipped import shipped_runs
from core.runs.store import get_run, list_runs
from core.runs.verdict import judge_runs
from core.settings import REPOSITORY
from dashboard.sentences.verdict import CELLS
from dashboard.sentences.wording import escape_markdown
from dashboard.tables.export import csv_text
from dashboard.tables.verdict import cells_export, pairs_export, said_frame
from tests.pages.apps import chart_rows, checked, players, query, run_page, texts
from tests.pages.conftest import RunsHome


def table(app: AppTest, column: str) -> pd.DataFrame:
    """The table on the page that has this column."""
    return next(each.value for each in app.dataframe if column in each.value.columns)


def press(app: AppTest, key: str) -> AppTest:
    return checked(app.button(key=key).click().run())


@pytest.fixture
def real_models(home: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Ids of the models that come with Genre Lab, by their names."""
    monkeypatch.setenv("GENRE_LAB_PRETRAINED", str(REPOSITORY / "models" / "pretrained"))
    return {run.config.name: run.id for run in shipped_runs()}


def test_cells_open_to_their_clips_and_one_goes_through_them(runs_home: RunsHome) -> None:
    verdict = judge_runs([get_run(runs_home.cnn), get_run(runs_home.ffnn)])
    pair = verdict.pairs[0]
    app = run_page("compare")
    assert "Choose a cell to see and hear its clips." in texts(app)
    assert not players(app)
    for cell in CELLS:
        button = app.button(key=f"compare:cell:{cell}")
        assert f"{len(pair.clips[cell])} (" in button.label
        assert button.disabled == (not pair.clips[cell])
    largest = max(CELLS, key=lambda cell: len(pair.clips[cell]))
    app = press(app, f"compare:cell:{largest}")
    assert query(app) == {"cell": largest}
    listed = table(app, "Genre")
    assert sorted(listed["Clip"]) == sorted(pair.clips[largest])
    said = load_predictions(runs_home.cnn).table.set_index("clip")
    assert [words.split(" (")[0] for words in listed["Quick CNN says"]] == said.loc[
        listed["Clip"], "predicted"
    ].tolist()
    heard = [player["track"]["title"] for player in players(app)]
    assert heard == [listed["Clip"][0]]
    assert players(app)[0]["track"]["ask"]  # a click on a cell plays
    assert [track["name"] for track in players(app)[0]["track"]["queue"]] == listed["Clip"].tolist()
    assert app.button(key="compare:step:Previous").disabled
    app = press(app, "compare:step:Next")
    assert [player["track"]["title"] for player in players(app)] == [listed["Clip"][1]]
    assert players(app)[0]["track"]["ask"]
    assert table(app, "Says")["Run"].tolist() == ["Quick CNN", "Quick FFNN"]
    app = press(app, f"compare:cell:{largest}")
    assert query(app) == {}
    assert not players(app)


def test_of_three_runs_the_two_on_the_same_clips_are_judged(runs_home: RunsHome) -> None:
    ids = (runs_home.cnn, runs_home.ffnn, runs_home.other_seed)
    app = run_page("compare", runs=",".join(ids))
    in_page = [run for run in list_runs() if run.id in ids]
    whole = judge_runs(sorted(in_page, key=lambda run: run.model_kind))
    assert whole.pairs == ()
    assert app.warning[0].value == escape_markdown(whole.sentence)
    assert app.info[0].value == escape_markdown(judge_runs([get_run(runs_home.cnn), get_run(runs_home.ffnn)]).sentence)
    assert "Of these, 2 were tested on the same clips" in texts(app)
    assert "Without the Pareto front" in texts(app)


def test_shipped_models_are_judged_by_artist_unless_another_is_chosen(real_models: dict[str, str]) -> None:
    ids = [real_models["Compact CNN"], real_models["Numeric FFNN"]]
    app = run_page("compare", runs=",".join(ids))
    runs = [get_run(run_id) for run_id in ids]
    assert app.info[0].value == escape_markdown(judge_runs(runs).sentence)
    assert "whole artists" in texts(app)
    assert "By artist" in table(app, "Kappa")
    figures = table(app, "Figure").set_index("Figure")["Value"]
    assert "95 % interval by artist" in figures
    drawn = chart_rows(app, dataset=1)
    assert drawn["low"].tolist() != drawn["group_low"].tolist()
    switch = next(each for each in app.button_group if str(each.key).startswith("compare:by"))
    app = checked(switch.set_value("clip").run())
    assert app.info[0].value == escape_markdown(judge_runs(runs, by="clip").sentence)
    assert "95 % interval by artist" not in set(table(app, "Figure")["Figure"])


def test_a_link_to_a_pair_that_is_not_compared_names_the_pair_that_is_shown(real_models: dict[str, str]) -> None:
    app = run_page("compare", runs=",".join(real_models.values()), pair="zz")
    said = next(each.value for each in app.warning if "“zz”" in each.value)
    assert "Showing Compact CNN against Numeric FFNN instead" in said or " against Trained ears instead" in said


def test_clips_that_are_not_here_are_named_with_what_each_said(real_models: dict[str, str]) -> None:
    ids = [real_models[name] for name in ("Compact CNN", "Numeric FFNN", "Trained ears")]
    app = run_page("compare", runs=",".join(ids), cell="neither")
    runs = sorted((get_run(run_id) for run_id in ids), key=lambda run: run.model_kind)
    verdict = judge_runs(runs)
    assert app.info[0].value == escape_markdown(verdict.sentence)
    assert len(table(app, "After Holm")) == 3
    pair = min(verdict.pairs, key=lambda pair: (pair.p_adjusted, -abs(pair.difference)))
    assert sorted(table(app, "Genre")["Clip"]) == sorted(pair.clips["neither"])
    assert len(table(app, "Says")) == 3
    assert "The music is not part of Genre Lab" in texts(app)
    other = next(name for name in app.selectbox(key="linked:pair").options if "Trained ears" in name)
    app = checked(app.selectbox(key="linked:pair").select(other).run())
    assert query(app)["cell"] == "neither"
    assert len(list(app.get("download_button"))) >= 2


def costs_drawn(app: AppTest) -> list[float]:
    """Costs of the dots in the chart of accuracy against cost."""
    found = [
        convert_arrow_bytes_to_pandas_df(each.data.data)
        for element in app.get("vega_lite_chart")
        for each in element.proto.datasets
    ]
    return max((sorted(rows["cost"]) for rows in found if "cost" in rows), key=len)


def test_cost_is_time_or_parameters(runs_home: RunsHome) -> None:
    runs = [get_run(runs_home.cnn), get_run(runs_home.ffnn)]
    app = run_page("compare")
    assert costs_drawn(app) == pytest.approx(sorted(run.training_s for run in runs if run.training_s))
    assert f"On the {runs[0].result.n} test clips that all share." in texts(app)
    app = checked(app.button_group(key="compare:cost").set_value("Parameters").run())
    assert costs_drawn(app) == sorted(run.n_parameters for run in runs)


def test_pairs_and_cells_are_exported(runs_home: RunsHome) -> None:
    verdict = judge_runs([get_run(runs_home.cnn), get_run(runs_home.ffnn)])
    said = said_frame(verdict, [load_predictions(runs_home.cnn), load_predictions(runs_home.ffnn)])
    cells = pd.read_csv(io.StringIO(csv_text(cells_export(verdict, verdict.pairs[0], said))))
    assert len(cells) == verdict.n_shared
    only = cells[cells["cell"] == "only Quick CNN is right"]
    assert (only["first_says"] == only["genre"]).all()
    assert (only["second_says"] != only["genre"]).all()
    pairs = pairs_export(verdict)
    assert pairs.loc[0, "difference"] == pytest.approx(pairs.loc[0, "accuracy_first"] - pairs.loc[0, "accuracy_second"])
