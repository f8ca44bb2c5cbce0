from dataclasses import replace

import pytest

from core.prediction.song import SongVerdict, Window
from dashboard.tables.song import probability_frame, window_table
from tests.dashboard.made_up import finished

RUN = finished("My CNN", 20)
OTHER = replace(finished("My FFNN", 20), config=replace(finished("My FFNN", 20).config, genres=("jazz", "rock")))
VERDICT = SongVerdict(
    ("blues", "jazz"), (0.3, 0.7), (Window(0.0, 30.0, (0.4, 0.6)), Window(15.0, 45.0, (0.2, 0.8))), duration_s=45.0
)


def test_the_song_comes_first_and_then_each_window() -> None:
    table = window_table({"a": RUN}, {"a": VERDICT})
    assert table["part"].tolist() == ["song", "song", "window", "window", "window", "window"]
    assert table["start_s"].tolist() == [0.0, 0.0, 0.0, 0.0, 15.0, 15.0]
    assert table["end_s"].tolist() == [45.0, 45.0, 30.0, 30.0, 45.0, 45.0]
    assert table["weight"].tolist() == [1.0, 1.0, 0.5, 0.5, 0.5, 0.5]
    assert table["probability"].tolist() == [0.3, 0.7, 0.4, 0.6, 0.2, 0.8]
    assert set(table["name"]) == {"My CNN"}


def test_a_genre_that_a_run_does_not_know_has_no_probability() -> None:
    other = SongVerdict(("jazz", "rock"), (0.9, 0.1), VERDICT.windows[:1], duration_s=45.0)
    frame = probability_frame({"a": RUN, "b": OTHER}, {"a": VERDICT, "b": other})
    assert frame.index.tolist() == ["blues", "jazz", "rock"]
    first, second = frame.columns
    assert frame.loc["jazz"].tolist() == pytest.approx([70.0, 90.0])
    assert frame[second].isna().tolist() == [True, False, False]
    assert frame[first].isna().tolist() == [False, False, True]
