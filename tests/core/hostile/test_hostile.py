"""Every file of the corpus gives the right sound or a clear error, soon and in little memory, and the rest goes on."""

import json
import os
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.audio import read_audio
from core.errors import AudioError, CollectionError
from core.importing.folder import scan_folder
from core.importing.register import import_folder
from tests.core.hostile.corpus import Hostile, corpus, special_files, write_corpus
from tests.core.hostile.sounds import MOST_SECONDS
from tests.waiting import LIMIT_S

REPOSITORY = Path(__file__).resolve().parents[3]
MOST_MIB = 700
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="names and special files of POSIX")


@dataclass(frozen=True)
class Result:
    """The corpus on disk and what the product made of it."""

    folder: Path
    cases: dict[Path, Hostile]
    special: dict[str, str]
    read: dict[Path, dict[str, Any]]
    peak_mib: float


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> Result:
    folder = tmp_path_factory.mktemp("hostile")
    cases = write_corpus(folder, corpus())
    special = special_files(folder / "special")
    reader = [sys.executable, "-m", "tests.core.hostile.reader", str(folder)]
    done = subprocess.run(reader, cwd=REPOSITORY, capture_output=True, timeout=LIMIT_S, check=False)
    assert done.returncode == 0, (done.returncode, done.stdout[-300:], done.stderr[-2000:])
    *lines, last = [json.loads(line) for line in done.stdout.splitlines()]
    read = {Path(os.fsdecode(bytes.fromhex(line["path"]))): line for line in lines}
    return Result(folder, cases, special, read, last["peak_mib"])


def test_there_are_enough(result: Result) -> None:
    assert len(result.cases) + len(result.special) >= 200
    assert len(Counter(case.kind for case in result.cases.values())) >= 15


def test_each_gives_the_right_sound_or_a_clear_error(result: Result) -> None:
    wrong = []
    for path, case in result.cases.items():
        came = result.read[path]
        if case.expected not in ("either", came["outcome"]):
            wrong.append((path.name, "expected", case.expected, came))
        elif came["outcome"] == "error":
            if case.words not in came["message"] or not came["message"].isprintable() or len(came["message"]) < 40:
                wrong.append((path.name, "message", case.words, came["message"]))
        elif not (came["finite"] and came["seconds"] > 0):
            wrong.append((path.name, "samples", came))
        elif case.seconds is not None and abs(came["seconds"] - case.seconds) > 0.1:
            wrong.append((path.name, "seconds", case.seconds, came))
        elif case.rms is not None and abs(came["rms"] - case.rms) > 0.06 * max(case.rms, 1e-6):
            wrong.append((path.name, "level", case.rms, came))
    assert not wrong, "\n".join(map(str, wrong))


def test_each_takes_little_time_and_memory(result: Result) -> None:
    slow = {path.name: line["took_s"] for path, line in result.read.items() if line["took_s"] > MOST_SECONDS}
    assert not slow
    assert result.peak_mib < MOST_MIB


def test_three_hours_are_known_without_being_decoded(result: Result) -> None:
    hours = {path: result.read[path] for path, case in result.cases.items() if case.kind == "three hours"}
    assert len(hours) >= 4
    for came in hours.values():
        assert came["duration_s"] == pytest.approx(3 * 3600, rel=0.01)
        assert came["seconds"] == pytest.approx(30)


def test_what_is_no_plain_file_is_refused_at_once(result: Result) -> None:
    for name in set(result.special) - {"around", "folder.wav"}:
        came = result.read[result.folder / "special" / name]
        assert came["outcome"] == "error" or name == "secret.wav"
        assert came["took_s"] < 1


def test_a_scan_names_every_entry_and_goes_on(result: Result) -> None:
    root, clips, skipped = scan_folder(result.folder)
    assert root == result.folder
    assert len(clips) + len(skipped) == len(result.cases) + len(result.special)
    assert len({clip.name for clip in clips}) == len(clips)
    shown = [text for clip in clips for text in (clip.name, clip.genre)]
    shown += [text for entry in skipped for text in (entry.name, entry.reason)]
    assert not [text for text in shown if not text.replace("\u200b", "").isprintable()]
    assert "".join(shown).encode()
    probed = {clip.path for clip in clips}
    expected = {
        path for path, line in result.read.items() if line["outcome"] == "sound" and path.parent.name != "special"
    }
    unnamed = {path for path, case in result.cases.items() if isinstance(case.name, bytes)}
    hidden = {path for path in result.cases if path.name.startswith(".")}
    assert expected - unnamed - hidden <= probed
    reasons = {entry.name: entry.reason for entry in skipped}
    for name, words in result.special.items():
        assert words in reasons[f"special/{name}"], name


def test_the_rest_of_a_collection_is_extracted(result: Result, home: Path) -> None:
    from core.extraction.extract import extract
    from core.features.mel import MelSpectrogram

    collection = import_folder(result.folder)
    front_end = MelSpectrogram(n_mels=16, n_frames=40)
    report = extract(collection, [front_end], n_workers=2)
    assert not report.stopped
    assert report.n_extracted == len(collection.clips)
    failed = {collection.clip(name).path for name in report.failures}
    for path, case in result.cases.items():
        if case.expected == "sound" and case.rms and path in {clip.path for clip in collection.clips}:
            assert path not in failed, path


def test_folders_that_cannot_be_scanned_are_errors(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to("loop")
    for path in (tmp_path / "loop", tmp_path / "missing\n", tmp_path / ("x" * 400)):
        with pytest.raises(CollectionError, match="not a folder"):
            scan_folder(path)
    nameless = tmp_path / os.fsdecode(b"caf\xe9")
    nameless.mkdir()
    with pytest.raises(CollectionError, match="UTF-8"):
        scan_folder(nameless)


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may read everything")
def test_what_may_not_be_read_is_reported(result: Result, tmp_path: Path) -> None:
    (tmp_path / "jazz").mkdir()
    (tmp_path / "locked").mkdir(mode=0o000)
    source = next(path for path, case in result.cases.items() if case.kind == "many channels")
    for name in ("a.wav", "b.wav"):
        (tmp_path / "jazz" / name).write_bytes(source.read_bytes())
    (tmp_path / "jazz" / "b.wav").chmod(0o000)
    with pytest.raises(AudioError, match="permission"):
        read_audio(tmp_path / "jazz" / "b.wav")
    _, clips, skipped = scan_folder(tmp_path)
    (tmp_path / "locked").chmod(0o700)
    assert [clip.name for clip in clips] == ["a"]
    assert {entry.name for entry in skipped} == {"jazz/b.wav", "locked"}


def test_uploads_are_read_as_files_are(result: Result) -> None:
    for path, case in result.cases.items():
        if case.kind not in ("lying header", "not numbers", "archive", "odd rate", "wrong extension"):
            continue
        try:
            samples = read_audio(case.content, duration_s=1.0)
        except AudioError:
            samples = None
        assert (samples is None) == (result.read[path]["outcome"] == "error"), path
        assert samples is None or np.isfinite(samples).all()
