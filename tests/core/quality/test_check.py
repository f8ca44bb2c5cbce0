import os
import signal
from pathlib import Path

import numpy as np
import pytest
import soundfile

from core.clips.clip import Clip
from core.clips.collection import Collection
from core.collections.annotations import exclude_clips
from core.collections.registry import load_collection, save_collection
from core.errors import CollectionError, NewerVersionError
from core.extraction.store import FeatureStore
from core.features.gtzan_spectrogram import GtzanSpectrogram
from core.files import write_json
from core.importing.register import import_folder
from core.jobs.progress import Progress
from core.jobs.reporter import ProgressReporter
from core.jobs.watch import read_progress
from core.quality import check
from core.quality.check import check_collection, quality_job_id, start_check
from core.quality.findings import KINDS, Finding, clips_to_exclude
from core.quality.store import load_report, quality_folder
from tests.core.quality.sounds import SR_HZ, music
from tests.waiting import until


@pytest.fixture
def doctored(home: Path) -> Collection:
    """Ten clips of 8 s in two genres, each fault once."""
    root = home / "data" / "doctored"
    for genre, seeds in (("one", (1, 2, 3)), ("two", (4, 5, 6))):
        (root / genre).mkdir(parents=True)
        for seed in seeds:
            soundfile.write(root / genre / f"song{seed}.flac", music(seed, duration_s=8.0), SR_HZ)
    samples, _ = soundfile.read(root / "one" / "song1.flac", dtype="float32")
    soundfile.write(root / "two" / "copy.wav", samples, SR_HZ)
    soundfile.write(root / "one" / "quiet.flac", music(5, duration_s=8.0)[2 * SR_HZ :] * 0.25, SR_HZ)
    soundfile.write(root / "two" / "silent.wav", np.zeros(8 * SR_HZ, np.float32), SR_HZ)
    soundfile.write(root / "two" / "odd.wav", np.clip(music(7, duration_s=2.0) * 8 + 0.1, -1, 1), SR_HZ * 2)
    content = bytearray((root / "one" / "song3.flac").read_bytes())
    content[len(content) // 3 :] = os.urandom(len(content) - len(content) // 3)
    (root / "one" / "song3.flac").write_bytes(content)
    return import_folder(root)


def test_every_fault_is_found_and_nothing_else(doctored: Collection) -> None:
    report = check_collection(doctored.id, n_workers=1)
    assert report is not None
    assert report.n_clips == 10
    assert report.fingerprint == doctored.fingerprint
    found = {(finding.kind, finding.clip, finding.counterpart) for finding in report.findings}
    assert found == {
        ("exact", "song1", "copy"),
        ("near", "quiet", "song5"),
        ("unreadable", "song3", None),
        ("silent", "silent", None),
        ("short", "odd", None),
        ("clipped", "odd", None),
        ("offset", "odd", None),
        ("rate", "odd", None),
    }
    by_kind = {finding.kind: finding for finding in report.findings}
    assert "labelled one, the other two" in by_kind["exact"].reason
    near = by_kind["near"]
    assert near.offset_s == pytest.approx(-2.0, abs=0.03)
    assert "quiet starts 2.0 s later in it than song5." in near.reason
    assert "song5 is 12 dB louder." in near.reason
    assert "44,100 Hz; most of the collection has 22,050 Hz" in by_kind["rate"].reason
    assert [finding.kind for finding in report.findings] == sorted(
        (finding.kind for finding in report.findings), key=list(KINDS).index
    )
    assert load_report(doctored.id) == report


def test_unchanged_clips_are_not_analysed_again(doctored: Collection, monkeypatch: pytest.MonkeyPatch) -> None:
    first = check_collection(doctored.id, n_workers=1)
    asked: list[str] = []
    original = check.examine_clip
    monkeypatch.setattr(check, "examine_clip", lambda clip: asked.append(clip.name) or original(clip))
    again = check_collection(doctored.id, n_workers=1)
    assert asked == []
    assert first is not None
    assert again is not None
    assert again.findings == first.findings
    soundfile.write(doctored.root / "one" / "new.flac", music(20, duration_s=8.0), SR_HZ)
    import_folder(doctored.root)
    check_collection(doctored.id, n_workers=1)
    assert asked == ["new"]


def test_excluded_clips_are_checked_as_well(doctored: Collection) -> None:
    exclude_clips(doctored.id, {"copy": "a repeat"}, all_names=doctored.by_name)
    report = check_collection(doctored.id, n_workers=1)
    assert report is not None
    assert ("song1", "copy") in {(finding.clip, finding.counterpart) for finding in report.findings}
    assert load_collection(doctored.id).fingerprint != report.fingerprint == doctored.fingerprint


class _StopAfter(ProgressReporter):
    def __init__(self, n_clips: int) -> None:
        super().__init__()
        self._left = n_clips

    @property
    def stop_requested(self) -> bool:
        self._left -= 1
        return self._left < 0


def test_a_stopped_check_keeps_what_it_had(doctored: Collection, monkeypatch: pytest.MonkeyPatch) -> None:
    assert check_collection(doctored.id, reporter=_StopAfter(4), n_workers=1) is None
    assert load_report(doctored.id) is None
    asked: list[str] = []
    original = check.examine_clip
    monkeypatch.setattr(check, "examine_clip", lambda clip: asked.append(clip.name) or original(clip))
    assert check_collection(doctored.id, n_workers=1) is not None
    assert len(asked) == 6


def test_the_job_survives_kill_9_and_goes_on(doctored: Collection) -> None:
    def progress() -> Progress:
        found = read_progress(quality_job_id(doctored.id))
        assert found is not None
        return found

    start_check(doctored.id)
    until(lambda: progress().state != "starting", explain=progress)
    assert progress().state == "running"
    os.killpg(progress().pid, signal.SIGKILL)
    until(lambda: progress().ended, explain=progress)
    assert progress().state == "interrupted"
    start_check(doctored.id)
    until(lambda: progress().ended, explain=progress)
    report = load_report(doctored.id)
    assert report is not None
    assert len(report.findings) == 8
    assert progress().result == {"n_clips": 10, "n_findings": 8}


@pytest.mark.parametrize("content", ["", '{"version": "9"}', '{"version": 1, "findings": [{"kind": 1}]}'])
def test_a_damaged_report_is_named(tiny_collection: Collection, content: str) -> None:
    folder = quality_folder(tiny_collection.id)
    folder.mkdir(parents=True)
    (folder / "report.json").write_text(content)
    with pytest.raises(CollectionError, match=r"report .* is damaged"):
        load_report(tiny_collection.id)


def test_a_newer_report_is_refused_in_words(tiny_collection: Collection) -> None:
    write_json(quality_folder(tiny_collection.id) / "report.json", {"version": 9})
    with pytest.raises(NewerVersionError, match=r"report\.json .* expected version 1, got version 9"):
        load_report(tiny_collection.id)


def test_a_damaged_analysis_is_named(tiny_collection: Collection) -> None:
    folder = quality_folder(tiny_collection.id)
    folder.mkdir(parents=True)
    (folder / "clips-v2.sqlite").write_bytes(b"not a database" * 100)
    with pytest.raises(CollectionError, match=r"analysis .* is damaged"):
        check_collection(tiny_collection.id)


def test_clips_without_audio_are_compared_by_their_spectrograms(home: Path) -> None:
    clips = tuple(Clip(name, name[0], None, 30.0, 0, 0) for name in ("a1", "a2", "b1"))
    collection = Collection("spectra", "Spectra", "folder", "made here", "none", False, home / "data", clips)
    save_collection(collection)
    store = FeatureStore("spectra", GtzanSpectrogram())
    rng = np.random.default_rng(0)
    first, second = (rng.normal(size=store.front_end.shape).astype(np.float16) for _ in range(2))
    with store.writer() as writer:
        for clip, values in zip(clips, (first, second, first), strict=True):
            writer.add(clip, values, values.shape[1])
    report = check_collection("spectra", n_workers=1)
    assert report is not None
    [finding] = report.findings
    assert (finding.kind, finding.clip, finding.counterpart) == ("exact", "a1", "b1")
    assert finding.reason == "Their spectrograms are equal. But one is labelled a, the other b."


def test_of_each_pair_one_clip_is_chosen() -> None:
    pairs = [Finding("near", one, other, 1.0, "Same.") for one, other in (("a", "b"), ("a", "c"), ("b", "c"))]
    chosen = clips_to_exclude(pairs, set())
    assert set(chosen) == {"b", "c"}
    assert chosen["b"] == "Near duplicate of a. Same."
    assert set(clips_to_exclude(pairs, {"a"})) == {"c"}
    # The clip with another fault goes; without faults the shorter one.
    worth = {"a": (0, 30.0), "b": (-1, 30.0), "c": (0, 10.0)}
    assert set(clips_to_exclude([pairs[0]], set(), worth=worth | {"a": (-2, 30.0)})) == {"a"}
    assert set(clips_to_exclude(pairs, set(), worth=worth)) == {"b", "c"}
    singles = [Finding("short", name, None, 1.0, "Short.") for name in ("a", "b")]
    assert clips_to_exclude(singles, {"a"}) == {"b": "Short."}
