"""The job: failures, going on after a stop and after kill -9, and what is never judged twice."""

import os
import shutil
import signal
from collections import Counter
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest
import soundfile

from core.classifying import judging, working
from core.classifying.job import ClassifySpec, conduct, load_spec, spec_from_dict, start_classifying
from core.classifying.log import FILE, latest_results, read_results
from core.classifying.result import SongResult
from core.errors import ConfigError, JobError, NewerVersionError, RunError
from core.jobs.folder import delete_job, job_folder, new_job_id, read_log, request_stop
from core.jobs.process_pool import TaskLostError
from core.jobs.reporter import ProgressReporter
from core.jobs.watch import read_progress
from core.jobs.work import Workers
from core.prediction.song import classify_song
from tests.conftest import tone
from tests.core.classifying.conftest import LightHome
from tests.waiting import until


@pytest.fixture
def music(tmp_path: Path) -> Path:
    """Three songs, and two files that are none."""
    root = tmp_path / "music"
    (root / "deep").mkdir(parents=True)
    soundfile.write(root / "low.flac", tone(110, duration_s=4.0), 22_050)
    soundfile.write(root / "deep" / "high.flac", tone(3000, duration_s=4.0), 22_050)
    soundfile.write(root / "deep" / "silence.wav", tone(0, duration_s=3.0), 22_050)
    (root / "letter.mp3").write_bytes(b"no sound")
    (root / "empty.wav").write_bytes(b"")
    return root


def new_spec(music: Path, *run_ids: str, **changes: object) -> ClassifySpec:
    spec = ClassifySpec(job_id=new_job_id("classify"), paths=(str(music),), run_ids=run_ids, **changes)  # type: ignore[arg-type]
    job_folder(spec.job_id).mkdir(parents=True)
    return spec


def work(spec: ClassifySpec, *, most: int = 10**9) -> tuple[int, bool]:
    """Songs judged now, and whether it was stopped; after ``most`` songs it is asked to stop."""
    folder = job_folder(spec.job_id)
    before = len(list(read_results(folder)))

    def enough() -> bool:
        return len(list(read_results(folder))) - before >= most

    tally = conduct(spec, ProgressReporter(folder), stop_requested=enough, panel=working.appoint_panel(spec.run_ids))
    return tally.n_now, tally.stopped


def by_name(spec: ClassifySpec) -> dict[str, SongResult]:
    return {Path(result.song).name: result for result in latest_results(job_folder(spec.job_id))}


def test_every_song_is_judged_as_alone_and_each_failure_has_its_line(light: LightHome, music: Path) -> None:
    spec = new_spec(music, light.all_genres, light.two_genres)
    assert work(spec) == (5, False)
    results = by_name(spec)
    for path in (music / "low.flac", music / "deep" / "high.flac"):
        result = results[path.name]
        for said, run_id in zip(result.verdicts, spec.run_ids, strict=True):
            alone = classify_song(path, run_id)
            assert said.probabilities == pytest.approx(
                dict(zip(alone.genres, alone.probabilities, strict=True)), abs=1e-6
            )
            assert said.warning == alone.warning
        assert result.genre == classify_song(path, light.all_genres).genre
        assert result.duration_s == pytest.approx(4.0)
        assert result.size == path.stat().st_size
    errors = {name: result.error for name, result in results.items() if result.error}
    assert set(errors) == {"silence.wav", "letter.mp3", "empty.wav"}
    assert "silent" in errors["silence.wav"]
    assert "cannot be read as sound" in errors["letter.mp3"]


def test_what_was_stopped_goes_on_and_only_what_changed_is_judged_again(light: LightHome, music: Path) -> None:
    spec = new_spec(music, light.all_genres)
    n_first, stopped = work(spec, most=2)
    assert (n_first, stopped) == (2, True)
    assert work(spec) == (3, False)
    assert work(spec) == (0, False)
    soundfile.write(music / "low.flac", tone(3500, duration_s=5.0), 22_050)
    shutil.copy(music / "deep" / "high.flac", music / "new.flac")
    assert work(spec) == (2, False)
    judged = Counter(Path(result.song).name for result in read_results(job_folder(spec.job_id)))
    assert judged == {name: 2 if name == "low.flac" else 1 for name in (*by_name(spec),)}
    assert by_name(spec)["low.flac"].duration_s == pytest.approx(5.0)


def test_after_kill_9_it_goes_on_without_judging_anything_twice(light: LightHome, music: Path) -> None:
    for number in range(30):
        shutil.copy(music / "low.flac", music / f"{number:02d}.flac")
    spec = new_spec(music, light.all_genres)
    folder = job_folder(spec.job_id)
    progress = start_classifying(spec)
    until(
        lambda: len(list(read_results(folder))) >= 3 or read_progress(spec.job_id).ended,  # type: ignore[union-attr]
        explain=lambda: (read_progress(spec.job_id), read_log(spec.job_id)),
    )
    os.kill(progress.pid, signal.SIGKILL)
    until(lambda: read_progress(spec.job_id).ended)  # type: ignore[union-attr]
    kept = [result.song for result in read_results(folder)]
    assert 3 <= len(kept) < 35
    assert read_progress(spec.job_id).state == "interrupted"  # type: ignore[union-attr]
    # Cut off within a line, as it may be.
    with (folder / FILE).open("ab") as stream:
        stream.write(b'{"song": "/half')
    assert load_spec(spec.job_id) == spec
    assert work(spec) == (35 - len(kept), False)
    judged = [result.song for result in read_results(folder)]
    assert judged[: len(kept)] == kept
    assert Counter(judged) == dict.fromkeys(judged, 1)
    assert len(judged) == 35
    delete_job(spec.job_id)


def test_a_job_in_a_process_of_its_own_can_be_stopped_and_started_again(light: LightHome, music: Path) -> None:
    spec = new_spec(music, light.all_genres)
    start_classifying(spec)
    request_stop(spec.job_id)
    until(lambda: read_progress(spec.job_id).ended, explain=lambda: read_log(spec.job_id))  # type: ignore[union-attr]
    assert read_progress(spec.job_id).state == "stopped"  # type: ignore[union-attr]
    start_classifying(spec)
    until(lambda: read_progress(spec.job_id).ended, explain=lambda: read_log(spec.job_id))  # type: ignore[union-attr]
    ended = read_progress(spec.job_id)
    assert ended is not None
    assert ended.state == "done", read_log(spec.job_id)
    assert ended.result is not None
    assert (ended.result["n_songs"], ended.result["n_failed"]) == (5, 3)


class _Here:
    """An executor that works at once, in this process."""

    def submit(self, fn: Any, *given: Any) -> "Future[SongResult]":
        future: Future[SongResult] = Future()
        try:
            future.set_result(fn(*given))
        except Exception as error:
            future.set_exception(error)
        return future


def test_a_song_at_which_a_library_fails_costs_that_song_only(
    light: LightHome, music: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    judge = judging.judge_song

    def judge_or_fail(panel: judging.Panel, song: judging.Song) -> SongResult:
        if song.name.endswith("letter.mp3"):
            raise ValueError("operands could not be broadcast")
        return judge(panel, song)

    monkeypatch.setattr(working, "judge_song", judge_or_fail)
    songs = [judging.Song(str(music / name)) for name in ("letter.mp3", "low.flac", "deep/high.flac")]
    panel = working.appoint_panel([light.all_genres])
    workers = Workers(_Here(), n_places=1)  # type: ignore[arg-type]
    results = dict(working.judge_songs(songs, panel, workers, stop_requested=lambda: False))
    assert [results[song].error for song in songs] == [
        "Its decoder or model failed (ValueError: operands could not be broadcast); convert the file, or leave it out.",
        "",
        "",
    ]


def test_two_processes_do_not_work_on_one_job(light: LightHome, music: Path) -> None:
    spec = new_spec(music, light.all_genres)

    def enough() -> bool:
        with pytest.raises(JobError, match="another process"):
            conduct(spec, ProgressReporter(), stop_requested=lambda: False)
        return True

    assert conduct(spec, ProgressReporter(), stop_requested=enough).stopped


def test_what_nobody_can_judge_by_is_said_at_once(light: LightHome, music: Path, tmp_path: Path) -> None:
    for run_ids in ((), (light.all_genres, light.all_genres), ("f" * 32,)):
        with pytest.raises(RunError):
            work(new_spec(music, *run_ids))
    (tmp_path / "empty").mkdir()
    with pytest.raises(ConfigError, match="No sound file was found"):
        work(new_spec(tmp_path / "empty", light.all_genres))


def test_a_record_of_another_kind_or_a_newer_version_is_refused(light: LightHome, music: Path) -> None:
    spec = new_spec(music, light.all_genres)
    path = job_folder(spec.job_id) / "spec.json"
    assert spec_from_dict(spec.to_dict(), path) == spec
    with pytest.raises(NewerVersionError):
        spec_from_dict(spec.to_dict() | {"version": 2}, path)
    with pytest.raises(NewerVersionError, match="of_tomorrow"):
        spec_from_dict(spec.to_dict() | {"of_tomorrow": 1}, path)
    path.write_text('{"kind": "demo"}')
    with pytest.raises(JobError, match="another kind"):
        load_spec(spec.job_id)
    path.write_text("{")
    with pytest.raises(JobError, match="damaged"):
        load_spec(spec.job_id)
    with pytest.raises(JobError, match="There is no job"):
        load_spec("classify-none")


class _Lost:
    """An executor whose processes die of one song, always, and of another once."""

    def __init__(self, always: str, once: str) -> None:
        self._always, self._once = always, [once]

    def submit(self, fn: Any, panel: Any, song: judging.Song) -> "Future[SongResult]":
        future: Future[SongResult] = Future()
        if song.name == self._always or song.name in self._once:
            self._once = [name for name in self._once if name != song.name]
            future.set_exception(TaskLostError("its process was ended by signal 11"))
        else:
            future.set_result(fn(panel, song))
        return future


def test_a_song_that_kills_its_process_costs_that_song_only(light: LightHome, music: Path) -> None:
    fatal, once, sound = (str(music / name) for name in ("letter.mp3", "low.flac", "deep/high.flac"))
    workers = Workers(_Lost(fatal, once), n_places=1)  # type: ignore[arg-type]
    songs = [judging.Song(name) for name in (fatal, once, sound)]
    panel = working.appoint_panel([light.all_genres])
    results = dict(working.judge_songs(songs, panel, workers, stop_requested=lambda: False))
    errors = {Path(song.name).name: result.error for song, result in results.items()}
    assert (errors["low.flac"], errors["high.flac"]) == ("", "")
    assert "signal 11" in errors["letter.mp3"]
    assert results[songs[0]].size == Path(fatal).stat().st_size
