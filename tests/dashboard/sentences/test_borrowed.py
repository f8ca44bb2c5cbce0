"""Whether a CNN is worth training when ears can be borrowed: the shipped models, and runs made up."""

from dataclasses import replace

import pytest

from core.evaluation.metrics import wilson_interval
from core.evaluation.predictions import TestResult
from core.runs.borrowed import Borrowed, Judged, beside_ears, best_ears
from core.runs.comparing import best_comparison
from core.runs.record import Run
from core.runs.results import load_predictions
from core.runs.shipped import shipped_runs
from core.settings import REPOSITORY
from dashboard.sentences.borrowed import borrowed_sentence, ears_leak_note, heard_before


@pytest.fixture
def runs(home: object, monkeypatch: pytest.MonkeyPatch) -> tuple[Run, ...]:
    monkeypatch.setenv("GENRE_LAB_PRETRAINED", str(REPOSITORY / "models" / "pretrained"))
    return shipped_runs()


def test_the_shipped_models_are_compared_on_the_recordings_that_all_were_tested_on(runs: tuple[Run, ...]) -> None:
    borrowed = beside_ears(runs)
    assert borrowed is not None
    assert not borrowed.same_clips
    assert [one.run.model_kind for one in borrowed.others] == ["CNN", "FFNN"]
    assert borrowed.ears.run == best_ears(runs)
    assert (borrowed.ears.result.n_correct, borrowed.ears.result.n) == (99, 128)
    shared = set(load_predictions(borrowed.ears.run.id).table["clip"])
    for one in borrowed.others:
        table = load_predictions(one.run.id).table
        table = table[table["clip"].isin(shared)]
        assert one.result.n == len(table) == 128
        assert one.result.n_correct == (table["actual"] == table["predicted"]).sum()
    said = borrowed_sentence(borrowed)
    assert said.startswith("**Not for these clips:** the borrowed ears are 20.3 points ahead of Numeric FFNN")
    assert "On the same 128 recordings that all were tested on" in said
    assert "The ears learnt from 305 and heard 2.5 s of each; the others learnt from 639 and heard 30 s." in said
    assert "Songs of GTZAN may be among them" in heard_before(borrowed.ears.run.config)
    assert "beyond it" in ears_leak_note(borrowed.ears.run.config)
    assert heard_before(borrowed.others[0].run.config) == ears_leak_note(borrowed.others[0].run.config) == ""


def test_nothing_is_said_where_nothing_can_be_compared(runs: tuple[Run, ...]) -> None:
    ears = best_ears(runs)
    assert ears is not None
    assert beside_ears([ears]) is None
    assert beside_ears([run for run in runs if run != ears]) is None
    # One's own clips may be named like those of another collection.
    assert beside_ears([replace(ears, shipped=False), *(run for run in runs if run != ears)]) is None
    pair = best_comparison(runs)
    assert pair is not None
    assert pair.cnn.config.trained_ears is None


@pytest.mark.parametrize(
    ("ears", "cnn", "said"),
    [
        (90, 50, "**Not for these clips:** the borrowed ears are 40.0 points ahead of Compact CNN"),
        (50, 90, "**Yes, for these clips:** Compact CNN is 40.0 points ahead of the borrowed ears"),
        (55, 50, "**Undecided:** the borrowed ears are 5.0 points ahead, but the intervals overlap"),
        (50, 55, "**Undecided:** Compact CNN is 5.0 points ahead, but the intervals overlap"),
        (50, 50, "**Undecided:** the borrowed ears and Compact CNN are right on the same number of clips."),
    ],
)
def test_the_answer_follows_from_the_figures(runs: tuple[Run, ...], ears: int, cnn: int, said: str) -> None:
    found = beside_ears(runs)
    assert found is not None

    def judged(one: Judged, n_correct: int) -> Judged:
        interval = wilson_interval(n_correct, 100)
        return replace(one, result=TestResult(n_correct=n_correct, n=100, interval=interval, chance=0.1, protocol="p"))

    made_up = Borrowed(ears=judged(found.ears, ears), others=(judged(found.others[0], cnn),), same_clips=True)
    assert borrowed_sentence(made_up).startswith(said)
    assert "On the same 100 test clips" in borrowed_sentence(made_up)
