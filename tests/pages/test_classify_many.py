"""Many songs on Classify: uploads and folders, their table, filters, player and files."""

import csv
import io
import zipfile
from pathlib import Path

import numpy as np
import pytest
import soundfile
from streamlit.testing.v1 import AppTest

from core.classifying.job import ClassifySpec, start_classifying
from core.classifying.log import ResultLog, latest_results
from core.jobs.folder import job_folder
from core.jobs.watch import read_progress
from core.prediction.song import classify_song
from dashboard.access import READ_ONLY
from tests.conftest import tone
from tests.core.classifying.made_up import made_results
from tests.pages.apps import checked, labels, query, run_page, texts
from tests.pages.conftest import RunsHome
from tests.waiting import until


def wav(samples: np.ndarray) -> bytes:
    stream = io.BytesIO()
    soundfile.write(stream, samples, 22_050, format="WAV")
    return stream.getvalue()


HUM, WHISTLE = wav(tone(120.0, duration_s=3.0)), wav(tone(3000.0, duration_s=3.0))


def uploaded(app: AppTest, files: list[tuple[str, bytes, str]]) -> AppTest:
    (uploader,) = app.file_uploader
    uploader.set_value(files).run()
    return checked(app)


def judged(app: AppTest) -> AppTest:
    """After the work of the session has ended."""
    work = app.session_state["classify:many:work"]
    until(lambda: work.progress.ended, explain=lambda: work.progress)
    return checked(app.run())


def test_uploads_are_judged_as_each_alone_and_a_failure_costs_nothing_else(runs_home: RunsHome) -> None:
    app = run_page("classify", songs="many", runs=f"{runs_home.cnn},{runs_home.ffnn}")
    app = uploaded(app, [("hum.wav", HUM, "audio/wav"), ("x.mp3", b"no sound", "audio/mpeg"), ("high.wav", WHISTLE, "a")])
    next(button for button in app.button if button.label == "Judge 3 songs").click().run()
    app = judged(checked(app))
    table = app.dataframe[0].value
    assert table["Song"].tolist() == ["hum.wav", "x.mp3", "high.wav"]
    for name, content in (("hum.wav", HUM), ("high.wav", WHISTLE)):
        row = table[table["Song"] == name].iloc[0]
        alone = {run_id: classify_song(content, run_id) for run_id in (runs_home.cnn, runs_home.ffnn)}
        assert row["Verdict"] == alone[runs_home.cnn].genre
        assert row["Probability"] == pytest.approx(100 * max(alone[runs_home.cnn].probabilities), abs=1e-3)
        n_same = sum(verdict.genre == row["Verdict"] for verdict in alone.values())
        assert row["Agree"] == f"{n_same} of 2"
    assert "cannot be read as sound" in table["Notes"][1]
    assert "2 songs judged; 1 could not be read." in texts(app)
    # Further songs are added, and those that are known not judged again.
    before = dict(app.session_state["classify:many:work"].results)
    assert len(before) == 3
    # Nothing of it is on the disk.
    assert not list((runs_home.folder / "models" / "jobs").glob("classify-*"))
    next(button for button in app.button if button.label == "Remove all").click().run()
    assert "classify:many:work" not in checked(app).session_state
    assert not app.file_uploader[0].value
