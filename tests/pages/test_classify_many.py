"""Many songs on Classify: uploads and folders, their table, filters, player and files."""

import io
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile
from streamlit.testing.v1 import AppTest

from core.classifying.job import ClassifySpec
from core.classifying.log import ResultLog
from core.classifying.playlists import bare_name
from core.errors import AudioError
from core.files import write_json
from core.jobs.folder import job_folder
from core.prediction.song import classify_song
from dashboard.access import READ_ONLY
from dashboard.classify.many_results import playlist_zip
from dashboard.sounds import SongShelf
from dashboard.tables.songs import ORDERS, UNLIKE_FIRST, in_order
from tests.conftest import tone
from tests.core.classifying.made_up import made_results
from tests.pages.apps import checked, players, query, run_page, texts
from tests.pages.conftest import RunsHome
from tests.waiting import until


def wav(samples: np.ndarray) -> bytes:
    stream = io.BytesIO()
    soundfile.write(stream, samples, 22_050, format="WAV")
    return stream.getvalue()


HUM, WHISTLE = wav(tone(120.0, duration_s=3.0)), wav(tone(3000.0, duration_s=3.0))


def uploaded(app: AppTest, *files: tuple[str, bytes]) -> AppTest:
    (uploader,) = app.file_uploader
    uploader.set_value([(name, content, "audio/wav") for name, content in files]).run()
    return checked(app)


def press(app: AppTest, label: str) -> AppTest:
    next(button for button in app.button if button.label == label).click().run()
    return checked(app)


def judged(app: AppTest) -> AppTest:
    """After the work of the session has ended."""
    work = app.session_state["classify:many:work"]
    until(lambda: work.progress.ended, explain=lambda: work.progress)
    return checked(app.run())


def test_uploads_are_judged_as_each_alone_and_a_failure_costs_nothing_else(runs_home: RunsHome) -> None:
    app = run_page("classify", songs="many", runs=f"{runs_home.cnn},{runs_home.ffnn}")
    app = uploaded(app, ("hum.wav", HUM), ("x.mp3", b"no sound"), ("high.wav", WHISTLE))
    app = judged(press(app, "Judge 3 songs"))
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
    # Nothing of it is on the disk, and all of it is still there after a look at another page.
    assert not list((runs_home.folder / "models").glob("jobs/classify-*"))
    app.switch_page("../pages/compare.py").run()
    app.switch_page("../pages/classify.py").run()
    assert checked(app).dataframe[0].value["Song"].tolist() == ["hum.wav", "x.mp3", "high.wav"]
    app = press(app, "Remove all")
    assert "classify:many:work" not in app.session_state
    assert not app.file_uploader[0].value


def test_too_much_is_refused_before_any_work(runs_home: RunsHome, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dashboard.classify.many_uploads.MAX_SONGS", 1)
    app = uploaded(run_page("classify", songs="many"), ("a.wav", HUM), ("b.wav", WHISTLE))
    assert "These are 2 songs" in app.error[0].value
    assert not [button for button in app.button if button.label.startswith("Judge 2")]


def stored_job(home: RunsHome, folder: Path, results: list, **changes: object) -> ClassifySpec:
    """A finished job of the page, as if it had judged these."""
    given: dict[str, object] = {"paths": (str(folder),), "run_ids": (home.cnn, home.ffnn), "for_page": True}
    spec = ClassifySpec(job_id="classify-20260101-000000-" + "0" * 32, **(given | changes))  # type: ignore[arg-type]
    path = job_folder(spec.job_id)
    path.mkdir(parents=True, exist_ok=True)
    write_json(path / "spec.json", spec.to_dict())
    write_json(path / "progress.json", {"state": "done", "result": {"skipped": [], "others": "2 other files."}})
    with ResultLog(path) as log:
        for result in results:
            log.add(result)
    return spec


@pytest.fixture
def own_home(runs_home: RunsHome, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> RunsHome:
    """The home with runs, and a folder of jobs of the test's own."""
    monkeypatch.setattr("core.settings.Settings.jobs_dir", property(lambda _: tmp_path / "jobs"))
    return runs_home


def test_a_thousand_songs_are_filtered_and_heard(own_home: RunsHome, tmp_path: Path) -> None:
    results = made_results(1000, run_ids=(own_home.cnn, own_home.ffnn))
    spec = stored_job(own_home, Path("/music"), results)
    app = run_page("classify", songs="many", job=spec.job_id)
    table = app.dataframe[0].value
    assert len(table) == 1000
    assert table["Song"][0] == "00/song 0000.mp3"
    assert "900 songs judged; 100 could not be read." in texts(app)
    assert query(app)["job"] == spec.job_id
    app.multiselect(key=f"genres:{spec.job_id}").set_value(["jazz"]).run()
    expected = [result for result in results if result.genre == "jazz"]
    assert checked(app).dataframe[0].value["Verdict"].tolist() == ["jazz"] * len(expected)
    app.slider(key=f"probability:{spec.job_id}").set_value((80, 100)).run()
    sure = [result for result in expected if result.leading is not None and result.leading.ranked[0][1] >= 0.8]
    assert len(checked(app).dataframe[0].value) == len(sure) < len(expected)
    app.slider(key=f"probability:{spec.job_id}").set_value((0, 100)).run()
    app.multiselect(key=f"genres:{spec.job_id}").set_value([]).run()
    app.button_group(key=f"kinds:{spec.job_id}").set_value(["Failed"]).run()
    assert checked(app).dataframe[0].value["Notes"].tolist() == ["The file cannot be read as sound."] * 100
    app.text_input(key=f"find:{spec.job_id}").set_value("no such song").run()
    assert "No song fits these filters." in texts(checked(app))


def _chosen_song(place: int, contents: list[bytes]) -> None:
    """What the page draws once the row of a song has been clicked."""
    from dashboard.classify.many_player import Heard, play_song, request_for
    from dashboard.listening.asking import ask_for
    from tests.core.classifying.made_up import made_results

    results = made_results(12)

    def sound(number: int) -> Heard:
        return Heard(f"song {number}", f"id {number}", lambda: contents[number])

    ask_for(request_for(sound(place), key="t"))
    play_song(results, place, sound, key="t")


def test_a_chosen_row_plays_and_is_followed_by_the_songs_in_view() -> None:
    contents = [HUM] * 9 + [b"no sound", WHISTLE, HUM]
    app = checked(AppTest.from_function(_chosen_song, args=(10, contents)).run())
    (player,) = players(app)
    track = player["track"]
    assert (track["title"], track["ask"]) == ("song 10", "1:songs:t:id 10")
    assert player["duration"] == 190.0
    # The tenth could not be judged: it is passed over.
    assert [other["title"] for other in track["queue"]] == [f"song {n}" for n in (*range(9), 10, 11)]
    assert [other["id"] for other in track["queue"]].count(track["id"]) == 1
    assert not any("ask" in other for other in track["queue"])
    app = checked(AppTest.from_function(_chosen_song, args=(9, contents)).run())
    assert not players(app)
    assert "cannot be read as sound" in texts(app)


def test_a_song_is_opened_when_it_is_fetched_and_one_is_held(tmp_path: Path) -> None:
    opened: list[str] = []
    shelf = SongShelf("session")

    def source(name: str, content: bytes | Path) -> str:
        def opening() -> bytes | Path:
            opened.append(name)
            return content

        return shelf.address(name, opening)

    addresses = [source("hum", HUM), source("high", WHISTLE), source("hum", HUM), source("gone", tmp_path / "x.wav")]
    assert [address.rpartition("/")[2] for address in addresses] == ["0", "1", "0", "2"]
    assert not opened
    for number in (0, 0, 1, 0):
        assert shelf.playable(number) == ((HUM, WHISTLE)[number], "audio/wav")
    assert opened == ["hum", "high", "hum"]
    assert shelf.playable(3) is None
    with pytest.raises(AudioError, match="no longer exists"):
        shelf.playable(2)
    # A file that browsers play is not read.
    (tmp_path / "x.wav").write_bytes(HUM)
    assert shelf.playable(2) == (tmp_path / "x.wav", "audio/wav")


def test_songs_in_order() -> None:
    results = made_results(40)
    places = list(range(40))
    assert in_order(results, places, "As given") == places
    assert set(ORDERS) >= {"By verdict", UNLIKE_FIRST}
    by_probability = [results[place].leading for place in in_order(results, places, "Least probable first")]
    values = [leading.ranked[0][1] for leading in by_probability if leading is not None]
    assert values == sorted(values)
    assert by_probability[-4:] == [None] * 4
    assert (
        in_order(results, places, "Most probable first")[:36]
        == in_order(results, places, "Least probable first")[35::-1]
    )
    genres = [results[place].genre for place in in_order(results, places, "By verdict")]
    assert genres == sorted(genres[:36]) + [""] * 4
    known = [replace(results[0], unlike=value, beyond=value == 99.0) for value in (3.0, 99.0, 50.0)]
    assert in_order([*known, results[1]], range(4), UNLIKE_FIRST) == [1, 2, 0, 3]


def test_a_job_of_the_command_line_or_a_strangers_guess_is_not_shown(own_home: RunsHome) -> None:
    spec = stored_job(own_home, Path("/music"), made_results(3), for_page=False)
    for job_id in (spec.job_id, "classify-none", "../x"):
        app = run_page("classify", songs="many", job=job_id)
        assert not app.dataframe
        assert "are not here" in app.warning[0].value
        assert "job" not in query(app)


def test_a_folder_is_judged_by_a_job_that_a_reload_finds_again(
    own_home: RunsHome, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    music = own_home.folder / "data" / "tiny" / "bass"
    app = run_page("classify", songs="many", runs=own_home.ffnn)
    app.text_input(key="classify:many:folder").set_value("/etc")
    app = press(app, "Judge the songs")
    assert "is not a folder under" in app.error[0].value
    # What the child process would do is done in tests of the job; here it is only begun.
    begun: list[ClassifySpec] = []
    monkeypatch.setattr("dashboard.classify.many_folder.start_classifying", begun.append)
    app.text_input(key="classify:many:folder").set_value(str(music))
    app = press(app, "Judge the songs")
    (spec,) = begun
    assert (spec.paths, spec.run_ids, spec.for_page) == ((str(music),), (own_home.ffnn,), True)
    assert len(spec.job_id.rpartition("-")[2]) == 32


def test_who_may_only_look_judges_uploads_and_no_folder(own_home: RunsHome, monkeypatch: pytest.MonkeyPatch) -> None:
    spec = stored_job(own_home, Path("/music"), made_results(3))
    monkeypatch.setenv(READ_ONLY, "1")
    app = run_page("classify", songs="many", job=spec.job_id)
    assert [uploader.label for uploader in app.file_uploader] == ["Your songs"]
    assert not app.dataframe
    assert not [field for field in app.text_input if field.key == "classify:many:folder"]


def test_playlists_come_as_one_file() -> None:
    results = made_results(200)
    with zipfile.ZipFile(io.BytesIO(playlist_zip(results, bare_name))) as archive:
        lists = {name: archive.read(name).decode() for name in archive.namelist()}
    assert set(lists) == {"blues.m3u8", "hip hop.m3u8", "jazz.m3u8", "rock.m3u8"}
    assert sum(text.count("#EXTINF") for text in lists.values()) == 180
