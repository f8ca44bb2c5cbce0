"""A clip on which a decoder crashes is a failure with a reason; the other clips get their features."""

import os
import signal
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from core.clips.collection import Collection
from core.extraction.extract import extract
from core.features.mel import MelSpectrogram


class DeadlyPath(type(Path())):  # type: ignore[misc]
    """A file whose opening ends the process, as a crashing decoder does."""

    def is_file(self) -> bool:
        os.kill(os.getpid(), signal.SIGSEGV)
        return True


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_a_crash_costs_its_own_clip_only(tiny_collection: Collection) -> None:
    deadly = tiny_collection.clips[5]
    clips = tuple(
        replace(clip, path=DeadlyPath(clip.path)) if clip is deadly else clip for clip in tiny_collection.clips[:12]
    )
    collection = replace(tiny_collection, clips=clips)
    report = extract(collection, [MelSpectrogram(n_mels=16, n_frames=40)], n_workers=2)
    assert report.n_extracted == 12
    assert list(report.failures) == [deadly.name]
    assert "signal 11" in report.failures[deadly.name]
