"""Lanes: what they show of windows and tags, and what they tell to a screen reader."""

import numpy as np
import pytest

from core.prediction.song import SongVerdict, Window
from core.prediction.tags import SongTags
from dashboard.charts.style.contrast import blend
from dashboard.charts.style.palette import genre_colors
from dashboard.charts.style.theme import DARK, LIGHT
from dashboard.classify.lanes import model_lane, tag_lanes

VERDICT = SongVerdict(
    genres=("jazz", "rock"),
    probabilities=(0.6, 0.4),
    windows=(
        Window(0.0, 10.0, (0.9, 0.1)),
        Window(8.0, 18.0, (0.7, 0.3)),
        Window(20.0, 30.0, (0.2, 0.8)),
    ),
    duration_s=30.0,
)


def test_a_window_has_the_colour_of_its_genre_the_deeper_the_more_probable():
    genres = ("country", "jazz", "rock")
    for theme in (LIGHT, DARK):
        lane = model_lane("A", VERDICT, genres=genres, theme=theme)
        colors = genre_colors(genres)
        expected = [("jazz", 0.9), ("jazz", 0.7), ("rock", 0.8)]
        drawn = [color for _, _, color, _ in lane.parts]
        assert drawn == [blend(colors[genre], theme.surface, 0.15 + 0.85 * share) for genre, share in expected]
    # Where windows overlap each has half of it, and what was not heard stays blank.
    assert [(start, end) for start, end, _, _ in lane.parts] == [(0.0, 9.0), (9.0, 18.0), (20.0, 30.0)]
    assert lane.parts[0][3] == "jazz, 90 %\nthen rock 10 %\nWindow of 0:00 to 0:10"
    assert lane.about == "jazz from 0:00 to 0:18 (70 to 90 %), then rock from 0:20 to 0:30 (80 %)"
    assert lane.whole == "jazz, 60 %"


def test_a_restless_song_is_told_shortly():
    windows = tuple(Window(3.0 * n, 3.0 * n + 3, (0.9, 0.1) if n % 2 else (0.1, 0.9)) for n in range(20))
    lane = model_lane("A", SongVerdict(("a", "b"), (0.5, 0.5), windows, 60.0), genres=("a", "b"), theme=LIGHT)
    assert lane.about.count(" from ") == 8
    assert lane.about.endswith(", and 12 further changes")


@pytest.mark.parametrize("n", [10, 1000])
def test_tags_are_lanes_of_which_a_long_song_has_no_more_parts_than_are_seen(n):
    rng = np.random.default_rng(0)
    probabilities = rng.uniform(0, 0.05, (n, 50)).astype(np.float32)
    probabilities[:, 3] = 0.5
    probabilities[n // 2, 3] = 0.75
    tags = SongTags("msd", tuple((3.0 * place, 3.0 * place + 3) for place in range(n)), probabilities)
    lanes = tag_lanes(tags, theme=LIGHT)
    first = lanes[0]
    assert first.label == tags.tags[3]
    assert first.whole == "50 %" if n > 10 else "52 %"
    assert len(first.parts) == (10 if n == 10 else 200)
    assert (first.parts[0][0], first.parts[-1][1]) == (0.0, 3.0 * n)
    assert "at most 75 %" in first.about
    assert {lane.heading for lane in lanes} == {"What trained ears hear"}
