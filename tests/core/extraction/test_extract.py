"""Extraction and its store: only what is missing, identical in parallel, nothing lost, failures recorded."""

import multiprocessing
import os
import shutil
import signal
import time

import numpy as np
import pytest
import soundfile

from core.audio import read_audio
from core.errors import FeatureError
from core.extraction.extract import extract, start_extraction
from core.extraction.store import FeatureStore
from core.features.mel import MelSpectrogram
from core.features.numeric import NumericFeatures
from core.importing.register import import_folder, rescan_collection
from core.jobs.reporter import ProgressReporter
from core.jobs.watch import read_progress
from tests.conftest import tone
from tests.waiting import LIMIT_S, until

MEL = MelSpectrogram(n_mels=16, n_frames=40)
NUMERIC = NumericFeatures()


def test_stored_values_are_those_of_the_front_end(tiny_collection):
    report = extract(tiny_collection, [MEL, NUMERIC], n_workers=1)
    assert (report.n_extracted, report.n_present, report.failures) == (24, 0, {})
    for front_end in (MEL, NUMERIC):
        store = FeatureStore(tiny_collection.id, front_end)
        values = store.load(tiny_collection.clips)
        for place in (0, 9, 23):
            clip = tiny_collection.clips[place]
            expected, n_valid = front_end.transform(read_audio(clip.path))
            np.testing.assert_array_equal(values[place], expected)
            one, valid = store.load_one(clip)
            np.testing.assert_array_equal(one, expected)
            assert valid == n_valid


def test_one_process_and_two_give_the_same(tiny_collection):
    extract(tiny_collection, [MEL], n_workers=1)
    alone = FeatureStore(tiny_collection.id, MEL).load(tiny_collection.clips)
    other = import_folder(shutil.copytree(tiny_collection.root, tiny_collection.root.parent / "other"))
    extract(other, [MEL], n_workers=2)
    np.testing.assert_array_equal(FeatureStore(other.id, MEL).load(other.clips), alone)


def test_nothing_is_computed_twice_and_additions_cost_only_themselves(tiny_collection, tiny_folder):
    extract(tiny_collection, [MEL], n_workers=1)
    assert extract(tiny_collection, [MEL]).n_extracted == 0
    soundfile.write(tiny_folder / "bass" / "new.flac", tone(100), 22_050)
    grown = rescan_collection(tiny_collection.id)
    report = extract(grown, [MEL])
    assert (report.n_extracted, report.n_present) == (1, 24)
    # A changed file is a changed clip.
    soundfile.write(tiny_folder / "bass" / "new.flac", tone(200, duration_s=3), 22_050)
    assert extract(rescan_collection(tiny_collection.id), [MEL]).n_extracted == 1
    # A second front end is computed without touching the first.
    assert extract(grown.subset(["treble"]), [MEL, NUMERIC], n_workers=1).n_extracted == 8


def test_failures_are_recorded_and_the_rest_goes_on(tiny_folder):
    soundfile.write(tiny_folder / "hiss" / "silence.flac", np.zeros(22_050, np.float32), 22_050)
    collection = import_folder(tiny_folder)
    (tiny_folder / "bass" / "bass.00000.flac").unlink()
    report = extract(collection, [MEL], n_workers=2)
    assert set(report.failures) == {"silence", "bass.00000"}
    assert "silence" in report.failures["silence"]
    assert "no longer exists" in report.failures["bass.00000"]
    store = FeatureStore(collection.id, MEL)
    assert len(store.available(collection.clips)) == 23
    with pytest.raises(FeatureError, match="could not be analysed"):
        store.load([collection.clip("silence")])
    assert extract(collection, [MEL]).n_extracted == 0


def test_what_was_not_extracted_is_an_error_not_a_zero(tiny_collection):
    with pytest.raises(FeatureError, match="Extract the features first"):
        FeatureStore(tiny_collection.id, MEL).load(tiny_collection.clips)


class StopAfter(ProgressReporter):
    """Asks to stop once some clips are done."""

    def __init__(self, n):
        super().__init__()
        self.n, self.seen = n, 0

    def advance(self, done, **_):
        self.seen = done

    @property
    def stop_requested(self):
        return self.seen >= self.n


def test_a_stopped_extraction_keeps_what_it_has(tiny_collection):
    report = extract(tiny_collection, [MEL], reporter=StopAfter(5), n_workers=1)
    assert report.stopped
    assert report.n_extracted == 5
    assert len(FeatureStore(tiny_collection.id, MEL).available(tiny_collection.clips)) == 5
    assert extract(tiny_collection, [MEL], n_workers=1).n_extracted == 19


def _write_forever(collection, started):
    store = FeatureStore(collection.id, MEL)
    values = np.zeros(MEL.shape, np.float16)
    with store.writer() as writer:
        for number, clip in enumerate(collection.clips):
            values[:] = -number
            writer.add(clip, values, 40)
            if number == 9:
                started.set()
                while True:
                    time.sleep(1)


def test_kill_in_the_middle_loses_nothing_committed(tiny_collection):
    context = multiprocessing.get_context("spawn")
    started = context.Event()
    process = context.Process(target=_write_forever, args=(tiny_collection, started), daemon=True)
    process.start()
    assert started.wait(LIMIT_S)
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    store = FeatureStore(tiny_collection.id, MEL)
    kept = store.available(tiny_collection.clips)
    assert len(kept) == 10
    np.testing.assert_array_equal(store.load(kept)[:, 0, 0], -np.arange(10))
    assert extract(tiny_collection, [MEL], n_workers=1).n_extracted == 14


def test_background_extraction_is_shared_and_reports(tiny_collection):
    job_id = start_extraction(tiny_collection.id, [MEL])
    assert start_extraction(tiny_collection.id, [MEL]) == job_id
    until(lambda: read_progress(job_id).ended, explain=lambda: read_progress(job_id))
    progress = read_progress(job_id)
    assert progress.state == "done", progress.detail
    assert progress.result == {"n_extracted": 24, "n_present": 0, "failures": {}}
