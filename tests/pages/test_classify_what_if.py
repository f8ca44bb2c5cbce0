"""Classify: what the models would say if the song were changed."""

import io
from typing import Any

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from core.explanation.changes import CHANGES
from core.explanation.what_if import ChangeableSong, what_if
from core.explanation.words import what_if_lines
from dashboard import sounds
from dashboard.charts.explanation.what_if import curves_table
from dashboard.sentences.wording import escape_markdown
from dashboard.tables.export import csv_text
from tests.pages.apps import charts, checked, players, run_page, texts
from tests.pages.conftest import RunsHome
from tests.pages.test_classify import SONG, upload
from tests.pages.test_classify_why import press


def asked(runs: str, change: str) -> AppTest:
    app = upload(run_page("classify", runs=runs), "hum.wav", SONG)
    control = next(each for each in app.get("button_group") if each.label == "Change of the song")
    checked(control.set_value(change).run())
    return press(app, "Try nine values")


def refuse(*_: object, **__: object) -> None:
    raise AssertionError("computed unasked")


def last_player(app: AppTest) -> dict[str, Any]:
    return next(player for player in players(app) if player["name"].startswith("hum.wav, ") and player["track"])


def test_curves_are_what_core_finds_and_are_kept(runs_home: RunsHome, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("dashboard.classify.what_if.what_if", refuse)
        app = upload(run_page("classify", runs=f"{runs_home.cnn},{runs_home.ffnn}"), "hum.wav", SONG)
    n_before = len(charts(app))
    assert CHANGES["pitch"].meaning in texts(app)
    app = press(app, "Try nine values")
    found = what_if(ChangeableSong(SONG), CHANGES["pitch"], {runs_home.cnn: None, runs_home.ffnn: None})
    written = texts(app)
    for curve in found.values():
        for line in what_if_lines(curve):
            assert escape_markdown(line) in written
    assert len(charts(app)) == n_before + 2
    monkeypatch.setattr("dashboard.classify.what_if.what_if", refuse)
    checked(app.run())
    assert len(charts(app)) == n_before + 2


def test_the_changed_sound_is_heard_with_its_verdict(runs_home: RunsHome) -> None:
    app = asked(runs_home.cnn, "tempo")
    assert last_player(app)["duration"] == pytest.approx(6.0)
    slider = next(each for each in app.select_slider if each.label == "Hear it at")
    checked(slider.set_value(2.0).run())
    player = last_player(app)
    assert player["duration"] == pytest.approx(3.0)
    assert player["track"]["subtitle"] == "2 times as fast"
    served = sounds._served[player["track"]["address"].rpartition("/")[2]]
    content = served.content()
    assert content is not None
    assert content[1] == "audio/flac"
    curve = what_if(ChangeableSong(SONG), CHANGES["tempo"], {runs_home.cnn: None})[runs_home.cnn]
    verdict = dict(curve.judged)[2.0]
    assert f"{verdict.genre}, {100 * max(verdict.probabilities):.1f} % (as it is: " in texts(app)


def test_curves_are_exported_in_full(runs_home: RunsHome) -> None:
    curves = what_if(ChangeableSong(SONG), CHANGES["loudness"], {runs_home.cnn: None})
    table = pd.read_csv(io.StringIO(csv_text(curves_table({"=Quick": curves[runs_home.cnn]}))))
    assert list(table) == ["model", "change", "value", "unit", "genre", "probability"]
    assert len(table) == 9 * 3
    assert set(table["model"]) == {"'=Quick"}
    judged = dict(curves[runs_home.cnn].judged)
    assert table["probability"].tolist() == pytest.approx(
        [probability for value in CHANGES["loudness"].values for probability in judged[value].probabilities]
    )
