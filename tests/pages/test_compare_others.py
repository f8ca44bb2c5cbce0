"""Compare: the study's published matrix and a class of listeners beside runs."""

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from core.clips.collection import Collection
from core.evaluation.human.listeners import merge_answers
from core.evaluation.human.quiz import QuizAnswers, begin, choose_quiz
from core.evaluation.paired.significance import independent_interval
from core.evaluation.published import STUDY
from core.evaluation.verdict.words import points, points_interval
from core.models.architectures import FfnnConfig
from core.queue.launch import train_here
from core.runs.record import Run
from core.runs.results import load_predictions
from core.runs.shipped import shipped_runs
from core.runs.store import get_run
from core.runs.verdict import judge_runs
from core.settings import REPOSITORY
from core.splits.config import SplitConfig
from dashboard.sentences.verdict import CELLS
from dashboard.shared.classes import HeardClass
from tests.pages.apps import chart_rows, charts, checked, players, query, rendered, run_page, texts
from tests.pages.conftest import RunsHome, quick_config


@pytest.fixture
def shipped_cnn(home: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The CNN of ten genres that comes with Genre Lab."""
    monkeypatch.setenv("GENRE_LAB_PRETRAINED", str(REPOSITORY / "models" / "pretrained"))
    return next(run for run in shipped_runs() if run.config.name == "Compact CNN")


def table(app: AppTest, column: str) -> pd.DataFrame:
    return next(each.value for each in app.dataframe if column in each.value.columns)


def test_the_published_matrix_counts_where_clips_are_not_needed(shipped_cnn: Run) -> None:
    app = run_page("compare", runs=shipped_cnn.id, beside="study")
    said = rendered(texts(app))
    assert "Of The study's CNN (published) only the matrix is known, not what was said of each clip" in said
    assert "right for 136 of 200 test clips" in said
    shown = table(app, "Who").set_index("Who")
    assert shown.loc[STUDY.title, "Accuracy"] == "68.0 %"
    assert shown.loc[STUDY.title, ["95 % interval", "Clips", "Chance", "Genres"]].tolist() == [
        "61 to 74 %", 200, "10.0 %", 10,
    ]  # fmt: skip
    assert shown.loc[STUDY.title, "Kappa"] == "0.64"
    assert " of 3.32" in shown.loc[STUDY.title, "Bits"]
    result = shipped_cnn.result
    assert result is not None
    apart = table(app, "What follows").iloc[0]
    assert apart["Points"] == points(result.accuracy - 0.68)
    assert apart["95 % interval"] == points_interval(independent_interval(result.n_correct, result.n, 136, 200))
    drawn = pd.concat([chart_rows(app, place) for place in range(len(charts(app)))])
    blues = drawn[(drawn["run"] == STUDY.title) & (drawn["genre"] == "blues")].iloc[0]
    assert (blues["n_correct"], blues["n"], blues["recall"]) == (7, 20, 0.35)


def test_it_is_chosen_and_put_aside_and_stands_in_the_address(runs_home: RunsHome) -> None:
    app = run_page("compare", runs=runs_home.cnn)
    assert "Who" not in str([list(each.value.columns) for each in app.dataframe])
    checked(app.multiselect(key="compare:beside").set_value(["study"]).run())
    assert query(app)["beside"] == "study"
    assert "Quick CNN knows other genres: those accuracies are no measure of each other, bits are." in texts(app)
    assert "What follows" not in str([list(each.value.columns) for each in app.dataframe])
    checked(app.multiselect(key="compare:beside").set_value([]).run())
    assert "beside" not in query(app)
    app = run_page("compare", runs=runs_home.cnn, beside="nonsense,study")
    assert "published results that do not exist here" in texts(app)
    assert app.multiselect(key="compare:beside").value == ["study"]


def listeners(run: Run, genres: tuple[str, ...]) -> list[QuizAnswers]:
    """Two listeners on ten test clips: one always right, one always saying the first genre."""
    predictions = load_predictions(run.id).table
    truth = dict(zip(predictions["clip"], predictions["actual"], strict=True))
    quiz = choose_quiz(truth, genres, n=10, seed=1)
    found = []
    for number in range(2):
        answers = replace(begin(quiz), listener=f"listener {number}")
        for clip in quiz.clips:
            answers = answers.answered(truth[clip] if number == 0 else genres[0], n_plays=1)
        found.append(answers)
    return found


def test_a_class_is_held_against_runs_clip_by_clip(own_extracted: Collection) -> None:
    half = SplitConfig(test_fraction=0.5)
    run = train_here(
        quick_config(own_extracted, model=FfnnConfig(units=(4,)), epochs=1, split=half, name="Half"),
    )
    answers = listeners(run, own_extracted.genres)
    app = run_page("human", run=run.id)
    files = [(f"{each.listener}.json", each.to_json().encode(), "text/json") for each in answers]
    checked(app.file_uploader(key="human:class").set_value(files).run())
    link = next(each for each in app.get("page_link") if "against runs on Compare" in each.proto.label)
    assert run.id in link.proto.query_string
    checked(app.switch_page("../pages/compare.py").run())
    predictions = load_predictions(run.id).table
    truth = dict(zip(predictions["clip"], predictions["actual"], strict=True))
    merged = merge_answers({each.listener: each for each in answers}, truth, own_extracted.genres)
    verdict = judge_runs([run], others=[merged.contender])
    assert verdict.n_shared == 10
    assert rendered(verdict.sentence) in rendered(texts(app))
    shown = table(app, "Who").set_index("Who")
    right = int((merged.predictions.table["actual"] == merged.predictions.table["predicted"]).sum())
    assert shown.loc["Majority of 2 listeners", "Accuracy"] == f"{10 * right:.1f} %"
    assert shown.loc["Majority of 2 listeners", "Note"].startswith("few clips")
    assert "Majority of 2 listeners: 10 test clips say" in texts(app)
    pair = table(app, "Both right").iloc[0]
    assert int(pair["Both right"]) + int(pair["Only second"]) == right
    assert "beside" not in query(app)
    # Its cells open to their clips, with the player, as those of two runs do.
    cell = max(CELLS, key=lambda each: len(verdict.pairs[0].clips[each]))
    button = app.button(key=f"compare:beside:cell:{cell}")
    assert f": {len(verdict.pairs[0].clips[cell])} (" in button.label
    checked(button.click().run())
    assert "cell" not in query(app)
    listed = table(app, "Majority of 2 listeners says")
    assert sorted(listed["Clip"]) == sorted(verdict.pairs[0].clips[cell])
    votes = merged.predictions.table.set_index("clip").loc[listed["Clip"][0]]
    shares = f"{votes['predicted']} ({100 * votes[votes['predicted']]:.0f} %)"
    assert listed["Majority of 2 listeners says"][0] == shares
    (player,) = players(app)
    assert player["track"]["title"] == listed["Clip"][0]
    assert player["track"]["ask"]  # a click on a cell plays the first of its clips
    said = table(app, "Says")
    assert said["Who"].tolist() == ["Half", "Majority of 2 listeners"]
    assert "Of a class, probabilities are the shares of its votes." in texts(app)
    checked(app.button(key="compare:beside:step:Next").click().run())
    assert [player["track"]["title"] for player in players(app)] == [listed["Clip"][1]]
    checked(app.button(key=f"compare:beside:cell:{cell}").click().run())
    assert not players(app)
    # Another visitor sees nothing of it.
    assert "Majority" not in str(run_page("compare", runs=run.id).multiselect(key="compare:beside").options)


def test_a_class_on_other_music_is_refused_with_the_reason(runs_home: RunsHome) -> None:
    run = get_run(runs_home.cnn)
    predictions = load_predictions(run.id).table
    truth = dict(zip(predictions["clip"], predictions["actual"], strict=True))
    genres = run.config.genres
    quiz = replace(
        choose_quiz(truth | {f"x{n}": genres[0] for n in range(20)}, genres, n=10, seed=1), clips=tuple(truth)
    )
    answers = begin(quiz).answered(genres[0], n_plays=1)
    merged = merge_answers({"x": answers}, truth, genres)
    app = run_page("compare", runs=run.id)
    app.session_state["classes"] = {
        "class-1": HeardClass(
            id="class-1", title="One listener", answers=merged, collection_id="other", collection_title="Other <b>"
        )
    }
    app.session_state["choice:beside"] = ["class-1"]
    checked(app.run())
    assert "One listener heard clips of Other <b>; none of the chosen runs is of that collection." in rendered(
        next(each.value for each in app.warning if "One listener" in each.value)
    )
