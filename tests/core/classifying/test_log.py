"""Results are kept line by line, whatever ends the process."""

import json
from pathlib import Path

from core.classifying.log import FILE, ResultLog, latest_results, read_results
from tests.core.classifying.made_up import made_results


def test_what_was_added_is_read_again(tmp_path: Path) -> None:
    results = made_results(30)
    with ResultLog(tmp_path) as log:
        for result in results:
            log.add(result)
    read = list(read_results(tmp_path))
    assert [result.song for result in read] == [result.song for result in results]
    assert [result.genre for result in read] == [result.genre for result in results]
    assert [result.tags for result in read] == [result.tags for result in results]


def test_a_torn_line_is_taken_away_and_its_song_is_not_known(tmp_path: Path) -> None:
    first, second, third = made_results(3)
    with ResultLog(tmp_path) as log:
        log.add(first)
        log.add(second)
    whole = (tmp_path / FILE).read_bytes()
    for cut in (1, 40, len(whole.splitlines(keepends=True)[1]) - 1):
        (tmp_path / FILE).write_bytes(whole[:-cut])
        assert [result.song for result in read_results(tmp_path)] == [first.song]
        with ResultLog(tmp_path) as log:
            log.add(third)
        assert [result.song for result in read_results(tmp_path)] == [first.song, third.song]


def test_a_file_of_one_torn_line_begins_anew(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b'{"song": "' + b"x" * 200_000)
    (result,) = made_results(1)
    with ResultLog(tmp_path) as log:
        log.add(result)
    assert [each.song for each in read_results(tmp_path)] == [result.song]
    assert len((tmp_path / FILE).read_bytes().splitlines()) == 1


def test_the_later_result_of_a_song_counts_and_a_newer_field_is_left_out(tmp_path: Path) -> None:
    one, other = made_results(2)
    again = one.to_dict() | {"duration_s": 1.0, "of_tomorrow": 3}
    lines = [json.dumps(each) for each in (one.to_dict(), other.to_dict(), again)]
    (tmp_path / FILE).write_text("\n".join(lines) + "\n")
    assert [(each.song, each.duration_s) for each in latest_results(tmp_path)] == [
        (one.song, 1.0),
        (other.song, other.duration_s),
    ]
    assert latest_results(tmp_path / "none") == []
