"""Runs that come with Genre Lab: read like any other, never written."""

import io
import json
import logging
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import soundfile

from core.cli.lookup import find_run
from core.collections.sound import find_sound
from core.errors import RunError
from core.evaluation.predictions import Predictions
from core.importing.register import import_folder
from core.runs import results, store
from core.runs.named_clips import named_clips
from core.runs.record import Run
from core.runs.shipped import CARD, RECORD, model_card, run_from_dict, shipped_runs, write_record
from tests.core.conftest import TrainedHome


@pytest.fixture
def pretrained(trained: TrainedHome, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the two trained runs as if they came with Genre Lab; the store itself is elsewhere, and empty."""
    folder = tmp_path / "pretrained"
    for slug, run_id in (("cnn", trained.cnn), ("ffnn", trained.ffnn)):
        shutil.copytree(results.model_path(run_id).parent, folder / slug)
        write_record(folder / slug, store.get_run(run_id))
        (folder / slug / CARD).write_text(f"# Card of the {slug}\n", encoding="utf-8")
    monkeypatch.setenv("GENRE_LAB_PRETRAINED", str(folder))
    monkeypatch.setenv("GENRE_LAB_HOME", str(tmp_path / "home"))
    return folder


def test_a_shipped_run_is_what_was_written(
    trained: TrainedHome, pretrained: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert {run.id for run in store.list_runs()} == {trained.cnn, trained.ffnn}
    shipped = store.get_run(trained.cnn)
    predictions, split = results.load_predictions(trained.cnn), results.load_split(trained.cnn)
    assert shipped.shipped
    assert model_card(trained.cnn) == "# Card of the cnn\n"
    assert results.model_path(trained.cnn) == pretrained / "cnn" / "model.keras"
    assert results.load_details(trained.cnn)["typical_duration_s"] == 2.5
    monkeypatch.setenv("GENRE_LAB_HOME", str(trained.folder))
    monkeypatch.setenv("GENRE_LAB_PRETRAINED", "")
    own = store.get_run(trained.cnn)
    assert replace(shipped, shipped=False) == own
    pd.testing.assert_frame_equal(predictions.table, results.load_predictions(trained.cnn).table)
    assert split == results.load_split(trained.cnn)
    assert model_card(trained.cnn) == ""


def test_a_run_of_ones_own_with_the_same_id_wins(
    trained: TrainedHome, pretrained: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GENRE_LAB_HOME", str(trained.folder))
    assert [run.shipped for run in store.list_runs()] == [False, False]
    assert not store.get_run(trained.cnn).shipped
    assert not results.model_path(trained.cnn).is_relative_to(pretrained)


def test_a_record_that_is_damaged_or_of_a_newer_version_is_left_out_and_logged(
    trained: TrainedHome, pretrained: Path, caplog: pytest.LogCaptureFixture
) -> None:
    values = json.loads((pretrained / "cnn" / RECORD).read_text())
    (pretrained / "cnn" / RECORD).write_text(json.dumps(values | {"of the future": 1}))
    assert {run.id for run in shipped_runs()} == {trained.cnn, trained.ffnn}
    (pretrained / "cnn" / RECORD).write_text(json.dumps(values | {"config": values["config"] | {"of the future": 1}}))
    with caplog.at_level(logging.WARNING):
        assert [run.id for run in shipped_runs()] == [trained.ffnn]
    assert "has 'of the future', which this Genre Lab does not know: a newer one wrote it" in caplog.text
    (pretrained / "cnn" / RECORD).write_text("{")
    assert [run.id for run in shipped_runs()] == [trained.ffnn]
    with pytest.raises(RunError, match="not finished"):
        run_from_dict(values | {"status": "running"})


def test_a_shipped_run_cannot_be_deleted(trained: TrainedHome, pretrained: Path) -> None:
    with pytest.raises(RunError, match="comes with Genre Lab"):
        store.delete_run(trained.cnn)
    assert (pretrained / "cnn" / RECORD).is_file()


def test_a_missing_file_or_card_is_named(trained: TrainedHome, pretrained: Path) -> None:
    (pretrained / "cnn" / "predictions.csv").unlink()
    with pytest.raises(RunError, match=r"predictions\.csv of run .* is missing from"):
        results.load_predictions(trained.cnn)
    (pretrained / "cnn" / CARD).unlink()
    with pytest.raises(RunError, match="cannot be read"):
        model_card(trained.cnn)


def test_the_command_line_finds_it_and_lists_it(trained: TrainedHome, pretrained: Path) -> None:
    assert find_run(trained.ffnn[:8]).id == trained.ffnn
    assert find_run("latest").shipped
    with pytest.raises(RunError, match=rf"{trained.ffnn[:6]} \(Small FFNN, comes with Genre Lab\)"):
        find_run("nonsense")


def test_clips_of_gtzan_are_known_and_heard_by_their_name_alone(trained: TrainedHome, home: Path) -> None:
    run: Run = replace(store.get_run(trained.cnn), shipped=True)
    rows = "clip,actual,predicted,blues,jazz\nblues.00003,blues,jazz,0.2,0.8\njazz.00003,jazz,jazz,0.1,0.9\n"
    predictions = Predictions(pd.read_csv(io.StringIO(rows)), ("blues", "jazz"))
    clips = named_clips(run, predictions)
    assert list(clips.by_name) == ["blues.00003", "jazz.00003"]
    assert clips.facts["blues.00003"].artist == "John Lee Hooker"
    assert find_sound(clips, clips.clips[0]) is None
    path = home / "data" / "mini" / "blues" / "blues.00003.wav"
    path.parent.mkdir(parents=True)
    soundfile.write(path, np.full(30 * 1000, 0.1), 1000)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GENRE_LAB_HOME", str(home))
        import_folder(home / "data" / "mini")
        sound = find_sound(clips, clips.clips[0])
        assert sound is not None
        assert sound.collection_title == "mini"
        assert find_sound(clips, clips.clips[1]) is None
    assert named_clips(replace(run, synthetic=True), predictions).facts == {}
