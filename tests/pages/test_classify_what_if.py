"""Classify: what the models would say if the song were changed."""

import io
from collections.abc import Sequence
from typing import Any

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from core.explanation.changeable import ChangeableSong
from core.explanation.changes import CHANGES, Change
from core.explanation.what_if import CurvePoint, WhatIf, judge_at, panel_of, what_if
from core.explanation.words import what_if_lines
from core.prediction.song import SongVerdict, Window
from dashboard import sounds
from dashboard.charts.explanation.what_if import curves_table
from dashboard.sentences.wording import escape_markdown
from dashboard.tables.export import csv_text
from tests.pages.apps import chart_rows, charts, checked, players, run_page, texts
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


def datasets(app: AppTest, title: str) -> list[pd.DataFrame]:
    """Of the chart with this axis: of its lines and of its rules."""
    place = next(place for place, spec in enumerate(charts(app)) if title in spec)
    n = len(app.get("vega_lite_chart")[place].proto.datasets)
    return [chart_rows(app, place, dataset=number) for number in range(n)]


def curve_rows(app: AppTest, title: str) -> pd.DataFrame:
    return next(rows for rows in datasets(app, title) if "genre" in rows)


def rule_texts(app: AppTest, title: str) -> list[str]:
    return [text for rows in datasets(app, title) if "genre" not in rows for text in rows["text"]]


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


def test_any_value_of_the_range_can_be_heard_and_is_judged(
    runs_home: RunsHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = asked(runs_home.cnn, "noise")
    assert curve_rows(app, "Noise (dB SNR)")["value"].nunique() == 9
    slider = next(each for each in app.select_slider if each.label == "Hear it at")
    assert len(slider.options) == 61
    checked(slider.set_value(27.0).run())
    assert last_player(app)["track"]["subtitle"] == "27 dB SNR"
    (point,) = judge_at(ChangeableSong(SONG), CHANGES["noise"], [27.0], panel_of({runs_home.cnn: None}))[runs_home.cnn]
    assert point.verdict is not None
    assert f"{point.verdict.genre}, {100 * max(point.verdict.probabilities):.1f} % (as it is: " in texts(app)
    rows = curve_rows(app, "Noise (dB SNR)")
    assert rows["value"].nunique() == 10
    of_genre = rows[(rows["value"] == 27) & (rows["genre"] == point.verdict.genre)]
    assert of_genre["probability"].tolist() == pytest.approx([max(point.verdict.probabilities)])
    assert len(rule_texts(app, "Noise (dB SNR)")) == 2
    assert "heard below: 27 dB SNR" in rule_texts(app, "Noise (dB SNR)")
    # It is kept: going back to it judges nothing.
    monkeypatch.setattr("dashboard.classify.what_if.judge_at", refuse)
    checked(slider.set_value(60.0).run())
    checked(slider.set_value(27.0).run())


def test_flips_are_found_exactly_when_asked(runs_home: RunsHome, monkeypatch: pytest.MonkeyPatch) -> None:
    genres = ("bass", "hiss", "treble")

    def points(values: Sequence[float]) -> tuple[CurvePoint, ...]:
        """Of a run that says bass up to 2.73 semitones."""
        shares = [(0.8, 0.1, 0.1) if value < 2.73 else (0.1, 0.8, 0.1) for value in values]
        return tuple(
            CurvePoint(value, SongVerdict(genres, share, (Window(0.0, 6.0, share),), 6.0))
            for value, share in zip(values, shares, strict=True)
        )

    def curve(_: object, change: Change, models: dict[str, Any], **__: object) -> dict[str, WhatIf]:
        return {run_id: WhatIf(change, run_id, points(change.values), (0.0, 6.0)) for run_id in models}

    monkeypatch.setattr("dashboard.classify.what_if.what_if", curve)
    monkeypatch.setattr(
        "core.explanation.narrowing.judge_at", lambda _, __, values, ___: {runs_home.cnn: points(values)}
    )
    app = asked(runs_home.cnn, "pitch")
    assert "Between +2 semitones and +4 semitones it turns from bass to hiss." in texts(app)
    app = press(app, "Find the nearest flips exactly")
    assert "Between +2.7 semitones and +2.8 semitones it turns from bass to hiss." in texts(app)
    assert "Find the nearest flips exactly" not in [button.label for button in app.button]
    assert curve_rows(app, "Pitch (semitones)")["value"].nunique() > 9


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
