"""Classify: why a model says what it says, drawn and heard."""

import json

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core.explanation.explain import explain_song
from core.explanation.words import heard_lines, saliency_lines
from core.prediction.song import HeardSong, classify_song
from dashboard import sounds
from dashboard.sentences.wording import escape_markdown, format_percent
from tests.pages.apps import charts, checked, players, run_page, texts
from tests.pages.conftest import RunsHome
from tests.pages.test_classify import SONG, upload


def press(app: AppTest, label: str) -> AppTest:
    next(button for button in app.button if button.label == label).click().run()
    return checked(app)


def box(app: AppTest, label: str):
    return next(each for each in app.selectbox if each.label == label)


def test_nothing_is_explained_before_it_is_asked_for(runs_home: RunsHome, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("explained unasked")

    monkeypatch.setattr("dashboard.classify.why.explain_song", refuse)
    app = upload(run_page("classify"), "hum.wav", SONG)
    verdict = classify_song(SONG, runs_home.cnn)
    assert box(app, "Why").value == verdict.genre
    assert box(app, "and not").value == ""
    assert "Which parts of the spectrogram speak for the genre" in texts(app)


def test_the_explanation_is_what_core_finds_and_is_heard(runs_home: RunsHome) -> None:
    app = press(upload(run_page("classify", runs=runs_home.cnn), "hum.wav", SONG), "Explain")
    found = explain_song(HeardSong(SONG), runs_home.cnn)
    assert found.saliency is not None
    assert found.heard is not None
    written = texts(app)
    assert f"Why {found.question.genre}?" in [each.value for each in app.subheader]
    for line in [*saliency_lines(found.saliency), *heard_lines(found.heard)]:
        assert escape_markdown(line) in written
    label = f"Probability of {found.heard.genre}"
    shown = [metric.value for metric in app.metric if metric.label == label]
    assert shown == [
        format_percent(found.heard.probability(each))
        for each in (found.heard.before, found.heard.kept, found.heard.removed)
    ]
    drawn = [player for player in players(app) if player["picture"]][1:]  # the first is the song's own
    assert [player["picture"]["alt"] for player in drawn] == [
        f"Spectrogram with what speaks for {found.question.genre}"
    ]
    heard = [player for player in players(app) if player["track"] and player["track"]["list"] == "classify:why"]
    served = [sounds._served[player["track"]["address"].rpartition("/")[2]].content() for player in heard]
    kinds = [content[1] for content in served if content is not None]
    assert kinds == ["audio/wav", "audio/flac", "audio/flac"]
    assert [player["duration"] for player in heard] == pytest.approx([6.0] * 3, abs=0.01)


def test_another_share_is_heard_without_another_click_and_nothing_is_found_twice(
    runs_home: RunsHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = press(upload(run_page("classify", runs=runs_home.cnn), "hum.wav", SONG), "Explain")
    assert "With only the most salient 20 % of the cells" in texts(app)

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("found again")

    monkeypatch.setattr("core.explanation.explain.saliency_of", refuse)
    slider = next(each for each in app.slider if each.label == "Cells that are heard")
    checked(slider.set_value(50).run())
    assert "With only the most salient 50 % of the cells" in texts(app)
    monkeypatch.setattr("core.explanation.explain.hear_cells", refuse)
    slider = next(each for each in app.slider if each.label == "Cells that are heard")
    checked(slider.set_value(20).run())
    assert "With only the most salient 20 % of the cells" in texts(app)


def test_two_genres_are_contrasted_by_another_method(runs_home: RunsHome) -> None:
    app = press(upload(run_page("classify", runs=runs_home.cnn), "hum.wav", SONG), "Explain")
    first = box(app, "Why").value
    other = next(each for each in box(app, "and not").options if each not in ("any other", first))
    checked(box(app, "and not").set_value(other).run())
    checked(box(app, "Method").set_value("hires-cam").run())
    assert f"Why {first} and not {other}?" in [each.value for each in app.subheader]
    found = explain_song(HeardSong(SONG), runs_home.cnn, genre=first, against=other, method="hires-cam")
    assert found.saliency is not None
    assert escape_markdown(saliency_lines(found.saliency)[0]) in texts(app)


def test_a_network_without_convolutions_has_occlusion_only(runs_home: RunsHome) -> None:
    app = upload(run_page("classify", runs=runs_home.ffnn), "hum.wav", SONG)
    assert box(app, "Method").options == ["Occlusion", "Occlusion by time", "Occlusion by band"]
    assert "Occlusion" in texts(press(app, "Explain"))
    checked(box(app, "Method").set_value("occlusion-band").run())
    assert "Occlusion by band" in texts(app)


def test_without_the_song_nothing_of_it_is_kept(runs_home: RunsHome) -> None:
    app = press(upload(run_page("classify", runs=runs_home.cnn), "hum.wav", SONG), "Explain")
    assert "classify:reasons" in app.session_state
    press(app, "Remove")
    assert "classify:reasons" not in app.session_state


def test_numeric_features_have_contributions(own_extracted) -> None:
    from core.features.numeric import NumericFeatures
    from core.models.architectures import LogisticConfig
    from core.queue.launch import train_here
    from tests.pages.conftest import quick_config

    run = train_here(quick_config(own_extracted, model=LogisticConfig(), front_end=NumericFeatures(), name="Numbers"))
    app = upload(run_page("classify", runs=run.id), "hum.wav", SONG)
    n_before = len(charts(app))
    assert "each group of numeric features" in texts(app)
    app = press(app, "Explain")
    found = explain_song(HeardSong(SONG), run.id).contributions
    assert found is not None
    assert f"Probability of {found.question.genre}: {100 * found.value:.1f} %" in texts(app)
    bars = [spec for spec in charts(app)[n_before - len(charts(app)) :] if "dded to " in spec]
    titles = [json.loads(spec)["layer"][0]["encoding"]["x"]["axis"]["title"] for spec in bars]
    assert titles == [
        f"Percentage points added to {found.question.genre}",
        f"Added to the logit of {found.question.genre}",
    ]
    assert np.sum([one.value for one in found.groups]) == pytest.approx(found.value - found.base)
    assert found.question.genre in [each.value for each in app.header]


def test_the_report_holds_what_was_asked_for(runs_home: RunsHome) -> None:
    from core.runs.store import get_run
    from dashboard.classify.report import report_of

    app = press(upload(run_page("classify", runs=runs_home.cnn), "hum.wav", SONG), "Explain")
    assert [button.label for button in app.get("download_button") if "report" in button.label] == [
        "Download the report"
    ]
    verdict = classify_song(SONG, runs_home.cnn)
    page = report_of(
        app.session_state["classify:song"],
        app.session_state["classify:reasons"],
        {runs_home.cnn: get_run(runs_home.cnn)},
        {runs_home.cnn: verdict},
    )
    assert f"Why {verdict.genre}?" in page
    assert "What if the song were changed" not in page
    for probability in verdict.probabilities:
        assert format_percent(probability) in page
