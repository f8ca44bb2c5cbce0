"""Human mistakes on the command line."""

import json
from pathlib import Path

import pytest

from core.cli.main import main
from core.evaluation.human.quiz import begin, choose_quiz
from core.runs.results import load_predictions
from core.runs.store import list_runs


def test_kinship_of_the_study_s_mistakes_and_its_sources(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["human", "--run", "study", "--sources", "--json"]) == 0
    values = json.loads(capsys.readouterr().out)
    assert values["kinship"]["value"] == pytest.approx(0.40, abs=0.01)
    assert len(values["kinship"]["pairs"]) == 45
    assert "Walser 1993" in values["sources"]
    assert main(["human", "--run", "study", "--sources"]) == 0
    said = capsys.readouterr().out
    assert values["kinship"]["sentence"] in said
    assert "3  blues, jazz: form, scale and phrasing" in said
    assert main(["human", "--run", "study", "--answers", "x.json"]) == 2
    assert "nobody can be asked" in capsys.readouterr().err


def test_a_table_of_one_s_own_and_answers_of_a_class(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("GENRE_LAB_PRETRAINED")
    run = next(run for run in list_runs() if run.config.name == "Compact CNN")
    predictions = load_predictions(run.id)
    truth = dict(zip(predictions.table["clip"], predictions.table["actual"], strict=True))
    quiz = choose_quiz(truth, predictions.genres, n=20, seed=0)
    paths = []
    for number in range(2):
        answers = begin(quiz)
        for place, clip in enumerate(quiz.clips):
            answers = answers.answered(truth[clip] if (place + number) % 3 else "rock", n_plays=1)
        paths.append(home / f"{number}.json")
        paths[-1].write_text(answers.to_json(), encoding="utf-8")
    table = home / "k.csv"
    table.write_text("genre_a,genre_b,kinship\nblues,jazz,2\nrock,metal,1\nblues,rock,3\n")
    command = ["human", "--run", run.id[:6], "--kinship", str(table), "--answers", *map(str, paths)]
    assert main([*command, "--json"]) == 0
    values = json.loads(capsys.readouterr().out)
    assert values["kinship"]["genres"] == ["blues", "jazz", "metal", "rock"]
    assert (values["listeners"]["n_listeners"], values["listeners"]["n_answers"]) == (2, 40)
    assert values["listeners"]["class"]["n_pairs"] == 1
    assert main(command) == 0
    assert "2 listeners gave 40 answers on 20 clips" in capsys.readouterr().out
    for wrong, said in ((str(home / "nothing"), "cannot be read"), (str(paths[0]), "expected a first line")):
        assert main(["human", "--run", run.id[:6], "--kinship", wrong]) == 2
        assert said in capsys.readouterr().err
    assert main(["human", "--run", run.id[:6], "--answers", str(table)]) == 2
    assert "is not JSON" in capsys.readouterr().err
