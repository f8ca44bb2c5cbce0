"""What the benchmark of many songs says of what it measured."""

import os

import pytest
import soundfile

from benchmarks.many import Measured, results, write_songs


def test_results_are_of_what_was_measured() -> None:
    memory = [(float(second), 0.5 + 0.1 * second) for second in range(8)]
    measured = Measured(n_songs=8, wall_s=60.0, cpu_s=4.0, memory=memory)
    assert measured.peak_gib == pytest.approx(1.2)
    assert measured.between(0.25, 0.5) == pytest.approx(0.8)
    assert Measured(1, 1.0, 1.0, [(0.5, 0.3)]).between(0.75, 1.0) == 0.3
    speed, processor, alone, most, late = results("a model", measured)
    assert (speed.ours_s, processor.ours_s, alone.ours_s) == (8, 0.5, 120 * (os.cpu_count() or 1))
    assert (most.ours_s, most.met) == (pytest.approx(1.2), True)
    assert late.ratio == pytest.approx(1.5)


def test_songs_are_stereo_of_two_formats(tmp_path) -> None:
    folder = write_songs(tmp_path / "songs", 2, 1.0)
    found = [soundfile.info(path) for path in sorted(folder.iterdir())]
    assert [info.format for info in found] == ["MP3", "FLAC"]
    assert {(info.channels, info.samplerate) for info in found} == {(2, 44_100)}
    assert [info.duration for info in found] == pytest.approx([1.0, 1.0], abs=0.06)
