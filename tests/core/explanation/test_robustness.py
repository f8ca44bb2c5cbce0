"""The robustness of a run: kept with it, added to, told by the command, measured by a job."""

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import soundfile

from core.collections.registry import forget_collection
from core.collections.sound import Sound
from core.errors import AudioError, ConfigError, RunError
from core.explanation.changeable import ChangeableSong
from core.explanation.changes import CHANGES
from core.explanation.robustness import Robustness, measure_robustness, sample_text, short_text, song_of
from core.explanation.robustness_record import count_begun, load_robustness, measure_for_run, robustness_job_id
from core.explanation.what_if import judge_at
from core.importing.register import import_folder
from core.jobs.reporter import ProgressReporter
from core.runs.folders import run_folder
from core.runs.results import load_split
from core.worker import main
from tests.core.cli.test_cli import Cli, cli
from tests.core.explanation.conftest import Banded

__all__ = ["cli"]


@pytest.fixture
def measured(banded: Banded):
    (run_folder(banded.cnn) / "robustness.jsonl").unlink(missing_ok=True)
    yield banded
    for file in ("robustness.json", "robustness.jsonl"):
        (run_folder(banded.cnn) / file).unlink(missing_ok=True)


def test_what_is_measured_is_kept_and_added_to(measured: Banded) -> None:
    run_id = measured.cnn
    assert load_robustness(run_id) is None
    first = measure_for_run(run_id, ["high-cut"], n_clips=2)
    assert load_robustness(run_id) == first
    both = measure_for_run(run_id, ["loudness"], n_clips=2)
    assert both is not None
    assert first is not None
    assert list(both.curves) == ["high-cut", "loudness"]
    assert load_robustness(run_id) == both
    assert both.curves["high-cut"] == first.curves["high-cut"]
    # Of other clips nothing is added: what was there is replaced.
    others = measure_for_run(run_id, ["loudness"], n_clips=3)
    assert others is not None
    assert list(others.curves) == ["loudness"]
    assert {point.n for point in others.curves["loudness"]} == {3}
    by_core = measure_robustness(run_id, changes=[], n_clips=3)
    assert by_core is not None
    assert by_core.clips == others.clips
    with pytest.raises(ConfigError, match="got 'speed'"):
        measure_for_run(run_id, ["speed"])


def test_a_damaged_record_is_said_and_replaced(measured: Banded) -> None:
    path = run_folder(measured.cnn) / "robustness.json"
    path.write_text('{"version": 1}')
    with pytest.raises(RunError, match="is damaged"):
        load_robustness(measured.cnn)
    assert measure_for_run(measured.cnn, ["loudness"], n_clips=1) == load_robustness(measured.cnn)


def test_the_command_tells_what_is_kept(cli: Cli, measured: Banded) -> None:
    given = ("robustness", "--run", measured.cnn, "--changes", "high-cut", "--clips", "2")
    values = cli(*given)
    kept = load_robustness(measured.cnn)
    assert kept is not None
    assert values == json.loads(json.dumps(kept.to_dict()))
    _, text, _ = cli.run(*given)
    plain = kept.curves["high-cut"][-1]
    assert f"2 clips of the {kept.n_test} in its test set, 1 of each of its 2 genres" in text
    assert f"no high cut    {plain.accuracy:.1%}  {plain.n_correct} of 2" in text
    assert "10,000 Hz" in text
    assert kept.protocol in text
    assert "got 0" in cli.refuse("robustness", "--run", measured.cnn, "--clips", "0")
    assert "got 'speed'" in cli.refuse("robustness", "--run", measured.cnn, "--changes", "speed")


def test_the_job_does_the_same_and_stops_when_asked(measured: Banded, tmp_path, monkeypatch) -> None:
    folder = tmp_path / robustness_job_id(measured.cnn)
    folder.mkdir()
    spec = {"kind": "robustness", "run_id": measured.cnn, "changes": ["loudness"], "n_clips": 2}
    (folder / "spec.json").write_text(json.dumps(spec))
    assert main(folder) == 0
    progress = json.loads((folder / "progress.json").read_text())
    assert progress["state"] == "done"
    assert progress["result"] == {"n_clips": 2, "changes": ["loudness"]}
    assert load_robustness(measured.cnn) is not None
    (folder / "stop").touch()
    assert measure_for_run(measured.cnn, n_clips=2, reporter=ProgressReporter(folder)) is None


class Cut(ProgressReporter):
    """Is interrupted after some steps, as by Ctrl-C; keeps what it was told."""

    def __init__(self, after: int | None = None) -> None:
        super().__init__(on_update=lambda progress: self.told.append((progress.done, progress.total)), interval_s=0)
        self.after, self.told = after, []

    def advance(self, done: float, **options: Any) -> None:
        super().advance(done, **options)
        if done == self.after:
            raise KeyboardInterrupt


def count_judged(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """Changes that are judged from now on, each with its number of values."""
    judged: list[tuple[str, int]] = []

    def judge(song: Any, change: Any, values: Any, panel: Any) -> Any:
        judged.append((change.id, len(values)))
        return judge_at(song, change, values, panel)

    monkeypatch.setattr("core.explanation.robustness.judge_at", judge)
    return judged


def test_what_was_cut_off_goes_on_where_it_was(measured: Banded, monkeypatch: pytest.MonkeyPatch) -> None:
    run_id, changes = measured.cnn, ["high-cut", "loudness"]
    whole = measure_for_run(run_id, changes, n_clips=3)
    log = run_folder(run_id) / "robustness.jsonl"
    log.unlink()
    with pytest.raises(KeyboardInterrupt):
        measure_for_run(run_id, changes, n_clips=3, reporter=Cut(after=3))
    assert count_begun(run_id) == 2
    with log.open("ab") as stream:
        stream.write(b'\n{"version": 1, "clip": "wi')  # as a killed process leaves it
    judged, cut = count_judged(monkeypatch), Cut()
    assert measure_for_run(run_id, changes, n_clips=3, reporter=cut) == whole
    # One change of the second clip and both of the third; each clip as it is once.
    assert judged == [("loudness", 9), ("high-cut", 9), ("loudness", 8)]
    assert (3, 6) in cut.told
    assert cut.told[-1] == (6, 6)
    judged.clear()
    assert measure_for_run(run_id, changes, n_clips=3) == whole
    assert judged == []


def test_of_more_clips_only_the_new_ones_are_judged(measured: Banded, monkeypatch: pytest.MonkeyPatch) -> None:
    judged = count_judged(monkeypatch)
    fewer = measure_for_run(measured.cnn, ["loudness"], n_clips=12)
    assert fewer is not None
    judged.clear()
    more = measure_for_run(measured.cnn, ["loudness"], n_clips=10**6)
    assert more is not None
    assert len(judged) == len(set(more.clips) - set(fewer.clips))


def test_what_would_be_judged_otherwise_now_is_judged_again(measured: Banded, monkeypatch: pytest.MonkeyPatch) -> None:
    measure_for_run(measured.cnn, ["loudness"], n_clips=2)
    judged = count_judged(monkeypatch)
    monkeypatch.setattr("core.explanation.robustness.stamp_of", lambda *_: "another file")
    measure_for_run(measured.cnn, ["loudness"], n_clips=2)
    assert judged == [("loudness", 9)] * 2


def test_a_clip_that_cannot_be_read_is_left_out_of_every_figure(
    measured: Banded, monkeypatch: pytest.MonkeyPatch
) -> None:
    def song(sound: Sound) -> ChangeableSong:
        if sound.clip.name == lost:
            raise AudioError("Torn.")
        return song_of(sound)

    whole = measure_robustness(measured.cnn, changes=[], n_clips=4)
    assert whole is not None
    lost = whole.clips[1]
    monkeypatch.setattr("core.explanation.robustness.song_of", song)
    cut = Cut()
    found = measure_robustness(measured.cnn, changes=[CHANGES["loudness"]], n_clips=4, reporter=cut)
    assert found is not None
    assert found.failures == {lost: "Torn."}
    assert found.clips == tuple(name for name in whole.clips if name != lost)
    assert {point.n for point in found.curves["loudness"]} == {3}
    assert cut.told[-1] == (4, 4)


def test_a_sample_is_as_even_over_genres_as_can_be(measured: Banded) -> None:
    names = measure_robustness(measured.cnn, changes=[], n_clips=5)
    assert names is not None
    genres = [name.split(".")[0] for name in names.clips]
    assert genres == ["with", "without", "with", "without", "with"]
    test_clips = sorted(name for name in load_split(measured.cnn)["test"] if name.startswith("with."))
    places = [test_clips.index(name) for name in names.clips if name in test_clips]
    assert max(np.diff([-1, *places, len(test_clips)])) <= len(test_clips) / 2


def test_clips_may_be_looked_up_by_name_in_another_collection(measured: Banded, cli: Cli, tmp_path) -> None:
    for clip in measured.collection.clips:
        genre = "polka" if clip.name.endswith("7") else clip.genre
        (tmp_path / "half" / genre).mkdir(parents=True, exist_ok=True)
        samples, sr_hz = soundfile.read(clip.path, frames=22_050)
        soundfile.write(tmp_path / "half" / genre / f"{clip.name}.wav", samples, sr_hz)
    half = import_folder(tmp_path / "half")
    try:
        values = cli(
            "robustness", "--run", measured.cnn, "--changes", "loudness", "--collection", half.id, "--clips", "3"
        )
        known = [name for name in load_split(measured.cnn)["test"] if not name.endswith("7")]
        assert set(values["clips"]) <= set(known)
        assert (values["heard_in"], values["clip_s"]) == ("half", 1.0)
        found = load_robustness(measured.cnn)
        assert found is not None
        assert json.loads(json.dumps(found.to_dict())) == values
        assert "lasts 1.0 s (median), while the run learnt from clips of 2.0 s" in short_text(found)
    finally:
        forget_collection(half.id)


def test_what_the_sample_is_follows_from_what_was_judged() -> None:
    found = Robustness("run", {}, ("a",) * 4, 290, "", {}, by_genre={"disco": 2, "jazz": 2}, n_heard=290)
    assert sample_text(found) == "4 clips of the 290 in its test set, 2 of each of its 2 genres"
    uneven = replace(found, by_genre={"disco": 3, "jazz": 1, "pop": 0}, n_heard=4, heard_in="Mini")
    assert sample_text(uneven) == (
        "4 clips of the 290 in its test set, as they are in Mini (disco 3, jazz 1; none of pop); only 4 of the 290 "
        "have sound here"
    )
    of_an_older_version = replace(found, by_genre={}, n_heard=None, clips=("a",))
    assert sample_text(of_an_older_version) == "1 clip of the 290 in its test set"


def test_sounds_shorter_than_what_was_learnt_from_are_named(measured: Banded) -> None:
    found = measure_robustness(measured.cnn, changes=[], n_clips=2)
    assert found is not None
    assert found.clip_s == pytest.approx(2.0, abs=0.01)
    assert found.learnt_s == pytest.approx(2.0, abs=0.01)
    assert short_text(found) == ""
    assert "lasts 2.0 s (median), while the run learnt from clips of 30.0 s" in short_text(
        replace(found, learnt_s=30.0)
    )
