import pytest

from dashboard.sentences.wording import (
    format_count,
    format_duration,
    format_genres,
    format_interval,
    format_megabytes,
    format_percent,
    format_plural,
    format_remaining,
)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.84, "0.8 s"), (42.4, "42 s"), (59.7, "1 min 00 s"), (185, "3 min 05 s"), (3720, "1 h 02 min")],
)
def test_durations(seconds: float, text: str) -> None:
    assert format_duration(seconds) == text


def test_time_left_is_said_in_whole_seconds() -> None:
    assert format_remaining(8.6) == "about 9 s left"
    assert format_remaining(9.7) == "about 10 s left"
    assert format_remaining(95) == "about 1 min 35 s left"


def test_figures() -> None:
    assert format_percent(0.12345) == "12.3 %"
    assert format_percent(1, digits=0) == "100 %"
    assert format_interval((0.386, 0.815)) == "39 to 82 %"
    assert format_count(2463114) == "2,463,114"
    assert format_megabytes(9_852_456) == "9.9 MB"
    assert format_megabytes(287e6) == "287 MB"
    assert format_megabytes(999.6e6) == "1.0 GB"
    assert format_megabytes(1.226e9) == "1.2 GB"
    assert format_plural(1, "clip") == "1 clip"
    assert format_plural(1200, "clip") == "1,200 clips"
    assert format_genres(("a", "b")) == "a, b"
    assert format_genres(tuple("abcdef")) == "6 genres"
