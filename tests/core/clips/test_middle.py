"""What a listener who must not know the clip is given of it."""

import io
from pathlib import Path

import numpy as np
import pytest
import soundfile

from core.clips.clip import Clip
from core.clips.sound import middle_wav
from core.errors import AudioError

SR_HZ = 8_000


@pytest.fixture
def ramp(tmp_path: Path) -> Clip:
    """12 s whose samples say their time: 0 to 0.75; its tags say who it is."""
    path = tmp_path / "blues.00012.flac"
    with soundfile.SoundFile(path, "w", SR_HZ, 1) as file:
        file.artist, file.title = "Secret Artist", "Secret Title"
        file.write(np.arange(12 * SR_HZ, dtype=np.float32) / (16 * SR_HZ))
    return Clip(name="blues.00012", genre="blues", path=path, duration_s=12.0, size_bytes=1, modified_ns=0)


def times(content: bytes) -> np.ndarray:
    samples, sr_hz = soundfile.read(io.BytesIO(content))
    assert sr_hz == SR_HZ
    return np.asarray(16 * samples)


def test_the_middle_of_a_clip_is_heard(ramp: Clip) -> None:
    heard = times(middle_wav(ramp, longest_s=5.0))
    assert len(heard) == 5 * SR_HZ
    assert heard[0] == pytest.approx(3.5, abs=0.01)
    assert heard[-1] == pytest.approx(8.5, abs=0.01)


def test_all_is_heard_where_it_is_short_or_wanted(ramp: Clip) -> None:
    assert len(times(middle_wav(ramp))) == len(times(middle_wav(ramp, longest_s=20.0))) == 12 * SR_HZ


def test_of_a_part_its_own_middle_is_heard(ramp: Clip) -> None:
    heard = times(middle_wav(ramp, start_s=4.0, end_s=12.0, longest_s=2.0))
    assert (heard[0], heard[-1]) == (pytest.approx(7.0, abs=0.01), pytest.approx(9.0, abs=0.01))


def test_no_tag_and_no_name_is_in_what_is_sent(ramp: Clip) -> None:
    assert ramp.path is not None
    assert b"Secret Artist" in ramp.path.read_bytes()
    content = middle_wav(ramp)
    assert b"Secret" not in content
    assert b"blues" not in content


def test_a_clip_without_sound_or_file_is_an_error(ramp: Clip) -> None:
    assert ramp.path is not None
    ramp.path.unlink()
    with pytest.raises(AudioError):
        middle_wav(ramp)
