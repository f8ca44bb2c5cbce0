"""The table and the playlists of many songs."""

import csv
import io
from dataclasses import replace
from pathlib import Path

import pytest

from core.classifying.job import ClassifySpec
from core.classifying.outputs import require_free, write_outputs
from core.classifying.playlists import bare_name, make_playlists, playlist_names, relative_to
from core.classifying.result import RunVerdict, SongResult
from core.classifying.table import csv_lines
from core.classifying.tags import FileTags
from core.errors import ConfigError
from tests.core.classifying.made_up import made_results

RUN, OTHER = "a" * 32, "b" * 32


def result(song: str, genre: str = "rock", **changes: object) -> SongResult:
    verdict = RunVerdict(RUN, {genre: 0.75, "other": 0.25})
    return SongResult(song=song, verdicts=(verdict,), duration_s=61.4, **changes)  # type: ignore[arg-type]


def rows(results: list[SongResult], run_ids: tuple[str, ...]) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO("".join(csv_lines(results, run_ids)), newline="")))


def test_a_row_says_all_of_a_song() -> None:
    tags = FileTags(genre="Rock", artist="=HYPERLINK(1)", title="+1")
    both = (RunVerdict(RUN, {"rock": 0.75, "jazz": 0.25}, "Short."), RunVerdict(OTHER, {"jazz": 0.5, "pop": 0.5}))
    judged = SongResult(song="/m/a, b.mp3", verdicts=both, duration_s=61.4, tags=tags, unlike=12.5)
    failed = SongResult(song="@x.mp3", error="The file is empty.")
    first, second = rows([judged, failed], (RUN, OTHER))
    assert first == {
        "file": "/m/a, b.mp3",
        "verdict": "rock",
        "probability": "0.75",
        "second": "jazz",
        "second_probability": "0.25",
        "models_agreeing": "1",
        "models": "2",
        "verdict_aaaaaa": "rock",
        "probability_aaaaaa": "0.75",
        "verdict_bbbbbb": "jazz",
        "probability_bbbbbb": "0.5",
        "unlike": "12.5",
        "genre_tag": "Rock",
        "tag_and_verdict": "agrees",
        "artist": "'=HYPERLINK(1)",
        "title": "'+1",
        "duration_s": "61.4",
        "reliable": "yes",
        "warning": "Short.",
        "error": "",
    }
    assert (second["file"], second["error"], second["verdict"], second["tag_and_verdict"]) == (
        "'@x.mp3",
        "The file is empty.",
        "",
        "",
    )


def test_a_run_that_cannot_judge_leaves_the_word_to_the_next() -> None:
    verdicts = (RunVerdict(RUN, {}, error="No."), RunVerdict(OTHER, {"jazz": 1.0}))
    (row,) = rows([SongResult(song="x", verdicts=verdicts, duration_s=1.0)], (RUN, OTHER))
    assert (row["verdict"], row["models_agreeing"], row["verdict_aaaaaa"], row["warning"]) == ("jazz", "1", "", "No.")


def test_what_several_runs_say_of_a_song_is_said_once() -> None:
    said = ("It is cut short.", "It is cut short. It is too short for the model.", "It is cut short.")
    verdicts = tuple(
        RunVerdict(run_id * 32, {"jazz": 1.0}, warning) for run_id, warning in zip("abc", said, strict=True)
    )
    assert SongResult(song="x", verdicts=verdicts).warnings == said[1]


def test_a_thousand_songs_are_a_thousand_rows() -> None:
    results = made_results(1000)
    read = rows(results, (RUN, OTHER))
    assert len(read) == 1000
    assert sum(row["error"] != "" for row in read) == 100
    assert [row["verdict"] for row in read] == [each.genre for each in results]


def test_one_playlist_a_genre_with_paths_from_its_own_folder(tmp_path: Path) -> None:
    songs = [
        result("/music/b.mp3", tags=FileTags(artist="A", title="B\u0007")),
        result("/music/a.mp3"),
        result("/lists/#1.mp3", genre="hip/hop"),
        result("/music/two\nlines.mp3"),
        SongResult(song="/music/failed.mp3", error="No."),
    ]
    made = make_playlists(songs, address=relative_to(Path("/lists")))
    assert made.texts == {
        "hip-hop.m3u8": "#EXTM3U\n#PLAYLIST:hip/hop\n#EXTINF:61,#1\n./#1.mp3\n",
        "rock.m3u8": "#EXTM3U\n#PLAYLIST:rock\n#EXTINF:61,a\n../music/a.mp3\n#EXTINF:61,A - B\u2407\n../music/b.mp3\n",
    }
    assert [entry.name for entry in made.left_out] == ["/music/two\u240alines.mp3"]
    assert "b.mp3\n" in make_playlists(songs, address=bare_name).texts["rock.m3u8"]


def test_names_of_playlists_are_safe_and_apart() -> None:
    names = playlist_names(["a/b", "A:B", "..", "CON", "\u00e9" * 200, "-rf", "../../etc/passwd", "x\n"])
    assert len({name.casefold() for name in names.values()}) == len(names)
    for name in names.values():
        assert name.endswith(".m3u8")
        assert Path(name).name == name
        assert len(name.encode()) <= 160
        assert not name.startswith(("-", "."))
    assert names["CON"] == "_CON.m3u8"
    assert (names["a/b"], names["A:B"]) == ("a-b.m3u8", "A-B (2).m3u8")


def test_files_that_are_there_are_not_replaced_unasked(tmp_path: Path) -> None:
    spec = ClassifySpec(job_id="x", run_ids=(RUN,), csv=str(tmp_path / "t.csv"), m3u=str(tmp_path / "lists"))
    require_free(spec, ["rock"])
    songs = [result(str(tmp_path / "a.mp3"))]
    write_outputs(spec, songs)
    assert sorted(path.name for path in (tmp_path / "lists").iterdir()) == ["rock.m3u8"]
    with pytest.raises(ConfigError, match=r"t\.csv is there already"):
        require_free(spec, ["rock"])
    with pytest.raises(ConfigError, match=r"rock\.m3u8 is there already"):
        require_free(replace(spec, csv=""), ["rock"])
    require_free(replace(spec, csv=""), ["jazz"])
    require_free(replace(spec, overwrite=True), ["rock"])
    write_outputs(spec, songs)  # says the same
    with pytest.raises(ConfigError, match="says something else"):
        write_outputs(spec, [*songs, result("/b.mp3")])
    write_outputs(replace(spec, overwrite=True), [*songs, result("/b.mp3")])
    assert (tmp_path / "t.csv").read_text().count("rock") == 2


def test_places_that_cannot_be_written_are_refused_beforehand(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for given, said in (
        ({"csv": str(tmp_path)}, "is a folder"),
        ({"csv": str(tmp_path / "no" / "t.csv")}, "there is no folder"),
        ({"m3u": str(tmp_path / "file")}, "is a file"),
    ):
        with pytest.raises(ConfigError, match=said):
            require_free(ClassifySpec(job_id="x", **given), ["rock"])  # type: ignore[arg-type]
