from dataclasses import replace

import pytest

from core.jobs.progress import Progress
from core.jobs.waiting import Entry, Place
from dashboard.sentences.progress import badge_text, progress_text, training_note, where_it_is
from tests.dashboard.made_up import epochs, finished


@pytest.mark.parametrize(
    ("progress", "text"),
    [
        (Progress(phase="Starting"), "Starting"),
        (
            Progress(phase="Extracting", done=3, total=80, remaining_s=65),
            "Extracting · 3 of 80 · about 1 min 05 s left",
        ),
        (Progress(phase="Synthesising", done=3, total=200, detail="3 of 200 clips"), "Synthesising · 3 of 200 clips"),
    ],
)
def test_progress_is_said_in_one_line(progress: Progress, text: str) -> None:
    assert progress_text(progress) == text


def test_where_a_run_is_before_its_first_epoch() -> None:
    run = replace(finished("CNN", 20), status="running", result=None)
    extracting = Progress(state="running", phase="Extracting features of tiny", done=6, total=24, remaining_s=3.2)
    assert where_it_is(run, extracting) == (0.25, "Extracting features of tiny · 6 of 24 clips · about 3 s left")
    starting = Progress(state="running", phase="Importing TensorFlow", detail="This takes some seconds")
    assert where_it_is(run, starting) == (0.0, "Importing TensorFlow · This takes some seconds")
    first = Progress(state="running", phase="Training", total=20, detail="Epoch 1 of 10")
    assert where_it_is(run, first)[1].endswith("· first batch, which takes longest")
    assert where_it_is(run, None)[1] == f"Epoch 0 of {run.config.epochs} · training on another machine"


def test_where_a_run_is_while_it_trains() -> None:
    run = replace(finished("CNN", 20), status="running", result=None, history=epochs(5))
    run = replace(run, config=replace(run.config, epochs=20))
    training = Progress(state="running", phase="Training", done=5, total=20, remaining_s=42.0)
    assert where_it_is(run, training) == (0.25, "Training · epoch 6 of 20 · about 42 s left")
    assert where_it_is(run, None) == (0.25, "Epoch 5 of 20 · training on another machine")


def test_the_badge_counts_what_trains_and_waits() -> None:
    entry = Entry(id="e", job_id="j", spec={})
    assert badge_text([]) == ""
    assert badge_text(
        [Place(entry=entry, state="running"), Place(entry=entry, state="waiting"), Place(entry=entry, state="waiting")]
    ) == ("Training: 1 running, 2 waiting")


def test_the_next_step_follows_what_was_trained() -> None:
    cnn, ffnn = finished("CNN", 20), finished("FFNN", 20)
    running, waiting = replace(cnn, status="running"), replace(cnn, status="queued")
    assert training_note([running, waiting], [], has_both=False) == "1 run in training now, 1 waiting."
    assert training_note([cnn], [cnn], has_both=False) == (
        "1 finished run. Train an FFNN on the same genres to compare."
    )
    assert training_note([cnn, ffnn], [cnn, ffnn], has_both=True).startswith("2 finished runs. Change the genres")
    assert training_note([], [], has_both=False) == "Train a CNN and an FFNN on the genres that you choose."
