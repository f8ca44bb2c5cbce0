"""Figures and sentences of explanations show what was computed, and names from outside as they are."""

import pytest

from core.explanation.changes import CHANGES
from core.explanation.contributions import Contribution, Contributions
from core.explanation.question import Question
from core.explanation.what_if import CurvePoint, WhatIf
from core.prediction.song import SongVerdict, Window
from dashboard.charts.explanation.contributions import contribution_bars, contribution_table, single_bars, single_table
from dashboard.charts.explanation.what_if import curve_table, what_if_chart
from dashboard.sentences.explanation import what_if_sentences


def verdict(*shares: float) -> SongVerdict:
    genres = ("jazz", "r*ck", "ska")
    return SongVerdict(genres, shares, (Window(0.0, 1.0, shares),), 1.0)


def curve(change: str, shares: list[tuple[float, float, float]]) -> WhatIf:
    values = CHANGES[change].values
    points = [CurvePoint(value, verdict(*each)) for value, each in zip(values, shares, strict=True)]
    return WhatIf(CHANGES[change], "run", tuple(points), (0.0, 1.0))


def test_single_features_have_bars_too_and_tags_their_names() -> None:
    groups = (Contribution("of the ears' maps", ("tag_x",), 0.31, 0.0),)
    linear = (Contribution("tag_heavy_metal", ("tag_heavy_metal",), -1.5, -2.0),)
    given = Contributions(Question(("jazz", "ska"), "jazz", "ska"), groups, 0.1, 0.4, "logits", "the mean", (), linear)
    table = single_table(given)
    assert table.to_dict("records") == [
        {"feature": "heavy metal", "contribution": -1.5, "direction": "speaks against it", "deviation": -2.0}
    ]
    assert contribution_table(given)["contribution"].tolist() == [0.31]  # logits stay what they are
    spec = single_bars(given).to_dict()
    assert spec["layer"][0]["encoding"]["x"]["axis"]["title"] == "Added to the logit of jazz over ska"


def test_bars_are_the_contributions_largest_first() -> None:
    groups = (Contribution("timbre", ("a", "b"), 0.31, 0.0), Contribution("tempo", ("c",), -0.02, 1.0))
    given = Contributions(Question(("jazz", "ska"), "jazz"), groups, 0.1, 0.39, "probability", "the mean", ())
    table = contribution_table(given)
    assert table["contribution"].tolist() == pytest.approx([31, -2])
    assert table["direction"].tolist() == ["speaks for it", "speaks against it"]
    spec = contribution_bars(given).to_dict()
    assert spec["layer"][0]["encoding"]["y"]["sort"] == ["Timbre", "Tempo"]
    assert spec["layer"][0]["encoding"]["x"]["axis"]["title"] == "Percentage points added to jazz"


def test_a_curve_has_the_genres_that_matter_and_marks_the_song_as_it_is() -> None:
    given = curve("tempo", [(0.3, 0.65, 0.05)] * 4 + [(0.8, 0.15, 0.05)] * 5)
    assert len(curve_table(given)) == 27
    spec = what_if_chart(given).to_dict()
    lines = spec["layer"][1]
    assert lines["encoding"]["color"]["scale"]["domain"] == ["jazz", "r*ck"]
    assert lines["encoding"]["x"]["scale"]["type"] == "log"
    assert lines["encoding"]["x"]["axis"]["title"] == "Tempo (times as fast)"
    assert spec["layer"][0]["mark"]["type"] == "rule"


def test_names_of_genres_are_no_markdown() -> None:
    given = curve("loudness", [(0.2, 0.7, 0.1)] * 4 + [(0.8, 0.1, 0.1)] * 5)
    sentences = " ".join(what_if_sentences(given))
    assert r"r\*ck" in sentences
    assert "r*ck" not in sentences
