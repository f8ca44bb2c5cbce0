"""What is encoded as mp3 has the bit rate that it says."""

import io

import numpy as np
import pytest
from tinytag import TinyTag

from core.audio import lossy
from core.audio.reading import read_audio
from core.explanation.changes import CHANGES

SECONDS = 4.0


@pytest.mark.parametrize("sr_hz", [22_050, 44_100])
def test_an_mp3_has_the_bit_rate_that_was_asked_for(sr_hz: int, monkeypatch: pytest.MonkeyPatch) -> None:
    encoded: list[bytes] = []

    def read(content: bytes, *, sr_hz: int) -> np.ndarray:
        encoded.append(content)
        return read_audio(content, sr_hz=sr_hz)

    monkeypatch.setattr(lossy, "read_audio", read)
    noise = np.random.default_rng(0).normal(0, 0.1, round(SECONDS * sr_hz)).astype(np.float32)
    wanted = [value for value in CHANGES["mp3"].grid if value != CHANGES["mp3"].neutral]
    for kbps in wanted:
        assert len(lossy.through_mp3(noise, kbps, sr_hz=sr_hz)) == len(noise)
    assert [TinyTag.get(file_obj=io.BytesIO(content)).bitrate for content in encoded] == pytest.approx(wanted, rel=0.01)
    # The bytes themselves: a frame or two more than the sound, and the header's frame.
    rates = [8 * len(content) / SECONDS / 1000 for content in encoded]
    assert rates == pytest.approx(wanted, rel=0.1)
