"""The verdict on a class of listeners beside runs, on the command line."""

import json
from pathlib import Path

import pytest

from core.cli.main import main
from core.evaluation.human.listeners import merge_answers
from core.evaluation.human.quiz import QuizAnswers, begin, choose_quiz
from core.evaluation.predictions import Predictions
from core.runs.class_answers import class_contender
from core.runs.record import Run
from core.runs.results import load_predictions
from core.runs.store import list_runs
from core.runs.verdict import judge_runs


@pytest.fixture
def models(home: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Run]:
    """The models that come with Genre Lab, by their names."""
    monkeypatch.delenv("GENRE_LAB_PRETRAINED")
    return {run.config.name: run for run in list_runs()}


def answered(predictions: Predictions, *, seed: int = 0, wrong_every: int = 3) -> list[QuizAnswers]:
    """Two listeners on 20 test clips of a run, each wrong on every third."""
    table = predictions.table
    truth = dict(zip(table["clip"], table["actual"], strict=True))
    quiz = choose_quiz(truth, predictions.genres, n=20, seed=seed)
    found = []
    for number in range(2):
        answers = begin(quiz)
        for place, clip in enumerate(quiz.clips):
            answers = answers.answered(truth[clip] if (place + number) % wrong_every else "rock", n_plays=1)
        found.append(answers)
    return found


def written(folder: Path, answers: list[QuizAnswers], name: str = "") -> list[str]:
    paths = [folder / f"{name}{number}.json" for number in range(len(answers))]
    for path, each in zip(paths, answers, strict=True):
        path.write_text(each.to_json(), encoding="utf-8")
    return [str(path) for path in paths]


def test_a_class_is_a_contender_on_the_clips_that_it_heard(
    home: Path, models: dict[str, Run], capsys: pytest.CaptureFixture[str]
) -> None:
    run = models["Compact CNN"]
    predictions = load_predictions(run.id)
    answers = answered(predictions)
    paths = written(home, answers)
    assert main(["verdict", run.id[:6], "--answers", *paths, "--clips", "--json"]) == 0
    values = json.loads(capsys.readouterr().out)
    table = predictions.table
    truth = dict(zip(table["clip"], table["actual"], strict=True))
    merged = merge_answers(dict(zip(paths, answers, strict=True)), truth, predictions.genres)
    expected = judge_runs([run], others=[class_contender(dict(zip(paths, answers, strict=True)), [run])])
    assert values["n_shared"] == 20
    assert values["sentence"] == expected.sentence
    assert [each["run_id"] for each in values["standings"]] == [run.id, None]
    right = int((merged.predictions.table["actual"] == merged.predictions.table["predicted"]).sum())
    assert values["standings"][1]["name"] == "Majority of 2 listeners"
    assert (values["standings"][1]["result"]["n_correct"], values["standings"][1]["result"]["n"]) == (right, 20)
    assert main(["verdict", run.id[:6], "--answers", *paths]) == 0
    said = capsys.readouterr().out
    assert said.startswith("20 test clips say ")
    assert "Compact CNN against Majority of 2 listeners" in said


def test_two_classes_are_told_apart_and_what_does_not_fit_is_refused(
    home: Path, models: dict[str, Run], capsys: pytest.CaptureFixture[str]
) -> None:
    run, other = models["Compact CNN"], models["Numeric FFNN"]
    first = written(home, answered(load_predictions(run.id)), "a")
    second = written(home, answered(load_predictions(run.id), wrong_every=2), "b")
    command = ["verdict", run.id[:6], other.id[:6], "--answers", *first, "--answers", *second, "--json"]
    assert main(command) == 0
    values = json.loads(capsys.readouterr().out)
    assert [each["name"] for each in values["standings"]][2:] == [
        "Majority of 2 listeners, class 1", "Majority of 2 listeners, class 2",
    ]  # fmt: skip
    assert len(values["pairs"]) == 6
    for wrong, said in (
        ([run.id[:6], "--answers", str(home / "nothing.json")], "cannot be read"),
        ([run.id[:6], "--answers", first[0], first[0]], "is named twice"),
        (["study", "--answers", *first], "Name that run too"),
        ([run.id[:6]], "Expected 2 to 12 runs"),
    ):
        assert main(["verdict", *wrong]) == 2
        assert said in capsys.readouterr().err
    clips = load_predictions(run.id).table.assign(clip=lambda table: "x" + table["clip"])
    strange = written(home, answered(Predictions(clips, load_predictions(run.id).genres)), "c")
    assert main(["verdict", run.id[:6], "--answers", *strange]) == 2
    assert "which is no test clip of the run" in capsys.readouterr().err
