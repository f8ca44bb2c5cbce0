"""The guided tour in words: the study's figures as published, and a lesson's length."""

from core.evaluation.metrics import wilson_interval
from core.evaluation.ordering import Confusion
from dashboard.sentences.guide import BY_ID, LESSON_MIN, STEPS, number_of, starts_at
from dashboard.sentences.guide_here import (
    accuracy_text,
    feature_line,
    mistake_line,
    no_second_curve,
    pair_line,
    run_line,
)
from dashboard.sentences.wording import format_interval
from tests.dashboard.made_up import epochs, finished


def test_seven_steps_fill_a_lesson() -> None:
    assert [step.id for step in STEPS] == ["look", "listen", "numbers", "ffnn", "cnn", "mistakes", "leak"]
    assert LESSON_MIN == 45
    assert [starts_at(step) for step in STEPS] == [0, 5, 12, 19, 26, 33, 40]
    assert number_of(BY_ID["leak"]) == 7
    assert all(step.question.endswith("?") for step in STEPS)
    assert len({getattr(step, part) for step in STEPS for part in ("text", "notice", "question", "answers")}) == 28


def test_the_study_is_told_with_its_published_figures() -> None:
    assert "128 rows and 660 columns, 84,480 values" in BY_ID["look"].text
    ffnn, cnn = BY_ID["ffnn"].text, BY_ID["cnn"].text
    assert "10,838,986 weights" in ffnn
    assert "After 40 epochs it got 69 % of the clips right" in ffnn
    assert f"45.0 % of its test clips (90 of 200, 95 % interval {format_interval(wilson_interval(90, 200))})" in ffnn
    assert "2,463,114 weights, fewer than a quarter of the FFNN's, and after 15 epochs" in cnn
    assert 2_463_114 * 4 < 10_838_986
    assert f"68.0 % of its test clips (136 of 200, 95 % interval {format_interval(wilson_interval(136, 200))})" in cnn
    numbers = BY_ID["numbers"].text
    assert f"a random forest got 61 % (95 % interval {format_interval(wilson_interval(152, 250))})" in numbers
    assert f"a support vector machine got 60 % (95 % interval {format_interval(wilson_interval(150, 250))})" in numbers
    told = "worst at blues, with 7 of 20 test clips right: it took 4 for rock, 3 for classical and 3 for jazz"
    assert told in BY_ID["mistakes"].text


def test_a_run_is_told_with_all_that_belongs_to_a_figure() -> None:
    run = finished("CNN [x]", 30, n_parameters=1234)
    line = run_line(run)
    low_high = format_interval(wilson_interval(30, 40))
    assert f"75.0 % of 40 test clips (95 % interval {low_high}, chance 50.0 %)" in line
    assert "1,234 weights" in line
    assert "Split: by clip" in line
    assert "CNN \\[x\\]" in line
    few = finished("CNN", 2, 3)
    assert "3 test clips say almost nothing" in run_line(few)
    assert few.result is not None
    assert "3 test excerpts" in accuracy_text(few.result, unit="excerpt")


def test_a_missing_curve_is_said() -> None:
    assert no_second_curve(finished("CNN", 30)) == ""
    assert no_second_curve(finished("CNN", 30, history=epochs(2))) == ""
    assert "as well" in no_second_curve(finished("CNN", 30, history=epochs(2, validated=False)))


def test_the_biggest_confusion_is_told_or_that_there_is_none() -> None:
    run = finished("CNN", 40)
    assert mistake_line(run, None) == "It made no mistake on 40 test clips: there is none to hear."
    worst = Confusion(actual="blues", predicted="<b>rock", n=3, n_actual=20)
    assert mistake_line(run, worst) == "Its biggest confusion: 3 of 20 test clips of blues taken for \\<b\\>rock."


def test_clips_and_numbers_are_named() -> None:
    told = Confusion(actual="jazz", predicted="classical", n=6, n_actual=20)
    assert pair_line(("a.1", "jazz"), ("b.1", "classical"), told) == (
        "Opens **a.1** (jazz) above **b.1** (classical). The study's CNN took 6 of 20 test clips of jazz for classical."
    )
    assert pair_line(("a.1", "x"), ("b.1", "y"), None) == "Opens **a.1** (x) above **b.1** (y)."
    line = feature_line("spectral_centroid", 0.613, n_clips=24, n_genres=3, n_features=16)
    assert "Of 16 numbers, **Spectral centroid** tells the 3 genres apart best by itself: 61 %" in line
    assert "over 24 clips; not an accuracy" in line
