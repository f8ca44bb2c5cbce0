"""The verdict on runs: trained ones, and those that come with Genre Lab."""

import json
from dataclasses import replace

import pandas as pd
import pytest

from core.cli.main import main
from core.errors import RunError
from core.evaluation.compare import compare_predictions
from core.evaluation.published import STUDY
from core.experiments import study
from core.runs.comparing import compare_runs
from core.runs.results import load_predictions
from core.runs.store import get_run, list_runs
from core.runs.verdict import contender_of, grouping_of, judge_runs, known_groupings
from tests.core.conftest import TrainedHome


@pytest.fixture
def shipped(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Ids of the runs that come with Genre Lab, by name."""
    monkeypatch.delenv("GENRE_LAB_PRETRAINED")
    return {run.config.name: run.id for run in list_runs()}


def test_trained_runs_are_judged_as_compare_does(trained: TrainedHome) -> None:
    cnn, ffnn = get_run(trained.cnn), get_run(trained.ffnn)
    verdict = judge_runs([cnn, ffnn])
    pair, paired = verdict.pairs[0], compare_runs(cnn, ffnn)
    assert (pair.paired.n_both, pair.paired.n_only_a, pair.paired.n_only_b) == (
        paired.n_both, paired.n_only_a, paired.n_only_b,
    )  # fmt: skip
    assert pair.paired.p_value == pytest.approx(paired.p_value)
    assert verdict.standings[0].result.n_correct == cnn.result.n_correct
    assert verdict.standings[0].cost.training_s == cnn.training_s
    assert verdict.sentence.startswith(f"{cnn.result.n} test clips say")


def test_runs_that_come_with_genre_lab_are_judged_by_artist(shipped: dict[str, str]) -> None:
    cnn, ffnn = (get_run(shipped[name]) for name in ("Compact CNN", "Numeric FFNN"))
    verdict = judge_runs([cnn, ffnn])
    assert verdict.n_shared == 290
    assert verdict.is_all
    pair = verdict.pairs[0]
    paired = compare_predictions(load_predictions(cnn.id), load_predictions(ffnn.id))
    assert pair.paired.p_value == pytest.approx(paired.p_value)
    by_group = verdict.standings[0].by_group
    assert by_group is not None
    assert (by_group.word, by_group.n_groups, by_group.largest) == ("artist", 124, 19)
    alone = judge_runs([cnn, ffnn], by="clip")
    assert alone.standings[0].by_group is None
    assert alone.pairs[0].interval == pair.interval
    assert judge_runs([cnn, ffnn], by="recording").standings[0].by_group is None


def test_other_names_of_the_same_music_are_compared_on_the_clips_in_common(shipped: dict[str, str]) -> None:
    verdict = judge_runs([get_run(run_id) for run_id in shipped.values()])
    assert verdict.n_shared == 128
    assert not verdict.is_all
    assert verdict.cochran is not None
    assert any("without the ears" in note for note in verdict.notes)
    assert any(note.startswith("Compared on the 128 clips that all were tested on") for note in verdict.notes)


def test_other_collections_are_refused_with_the_reason(trained: TrainedHome, shipped: dict[str, str]) -> None:
    verdict = judge_runs([get_run(trained.cnn), get_run(shipped["Compact CNN"])])
    assert verdict.pairs == ()
    assert "their collections differ" in verdict.reason
    assert "may be different ones" in verdict.sentence
    assert any("trained on different genres" in note for note in verdict.notes)


def test_excerpts_of_one_clip_are_one_recording(shipped: dict[str, str]) -> None:
    run = get_run(shipped["Compact CNN"])
    predictions = load_predictions(run.id)
    split = replace(run.config.split, protocol="segment-random", n_excerpts=2)
    cut = replace(run, config=replace(run.config, split=split))
    names = [f"{name} @ {place} of 2" for place in (1, 2) for name in predictions.table["clip"]]
    table = pd.concat([predictions.table] * 2).assign(clip=names)
    grouping = grouping_of(cut, replace(predictions, table=table), by="recording")
    assert grouping is not None
    assert grouping.word == "recording"
    assert len(set(grouping.of.values())) == 290
    assert grouping_of(run, predictions, by="recording") is None


def test_the_study_s_matrix_is_the_published_one() -> None:
    ten = next(each for each in study.STUDY if each.id == "cnn-10")
    assert (STUDY.result.n_correct, STUDY.result.n) == (ten.n_correct, ten.n) == (136, 200)
    assert sorted(STUDY.genres) == sorted(ten.genres)
    assert STUDY.matrix.sum(axis=1).tolist() == [20] * 10
    assert STUDY.matrix.loc["blues", "blues"] / 20 == 0.35


def test_a_run_twice_or_an_unknown_grouping_is_refused(shipped: dict[str, str]) -> None:
    run = get_run(shipped["Compact CNN"])
    with pytest.raises(RunError, match="named twice"):
        judge_runs([run, run])
    with pytest.raises(RunError, match="to be drawn whole"):
        judge_runs([run], by="label")
    with pytest.raises(RunError, match="it has no results"):
        judge_runs([run, replace(run, id="other", result=None, status="failed")])
    assert contender_of(run, name="Mine").name == "Mine"


def test_the_command_says_and_prints_it(shipped: dict[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    ids = [shipped[name][:8] for name in ("Compact CNN", "Numeric FFNN")]
    assert main(["verdict", *ids, "--json"]) == 0
    values = json.loads(capsys.readouterr().out)
    assert values["n_shared"] == 290
    assert values["standings"][0]["run_id"] == shipped["Compact CNN"]
    assert main(["verdict", *ids, "--clips"]) == 0
    said = capsys.readouterr().out
    assert values["sentence"] in said
    assert values["pairs"][0]["clips"]["only_first"][0] in said
    assert main(["verdict", ids[0], "study"]) == 0
    assert "only the matrix is known" in capsys.readouterr().out
    assert main(["verdict", ids[0]]) == 2
    assert "Expected 2 to 12 runs to compare, got 1" in capsys.readouterr().err


def test_what_may_be_drawn_whole_is_what_clips_share(trained: TrainedHome, shipped: dict[str, str]) -> None:
    assert known_groupings([get_run(trained.cnn)]) == ("clip",)
    assert known_groupings([get_run(shipped["Compact CNN"])]) == ("artist", "clip")
