"""Files with less sound than their header states are read as far as they go, and it is said."""

import io
import struct

import numpy as np
import pytest
import soundfile

from core.audio import probe_audio, read_sound
from tests.conftest import tone

SR_HZ = 22_050
SHORT = "Its header states 4.0 s, but there are {} s of sound in it; what is there was read."
PIPED = "Its header states no length, as after recording to a pipe; it was read to its end."


def encoded(kind: str) -> bytes:
    stream = io.BytesIO()
    soundfile.write(stream, tone(120.0, duration_s=4.0), SR_HZ, format=kind, subtype="PCM_16")
    return stream.getvalue()


def stating(whole: bytes, n_bytes: int) -> bytes:
    place = whole.index(b"data") + 4
    return whole[:place] + struct.pack("<I", n_bytes) + whole[place + 4 :]


@pytest.mark.parametrize("kind", ["WAV", "WAVEX", "AIFF", "RF64"])
def test_what_is_cut_short_says_so(kind: str, tmp_path) -> None:
    whole = encoded(kind)
    assert probe_audio(whole).notes == read_sound(whole).notes == ()
    path = tmp_path / f"cut.{kind.lower()}"
    path.write_bytes(whole[: -2 * SR_HZ])
    for source in (path, path.read_bytes()):
        read = read_sound(source, sr_hz=SR_HZ)
        assert probe_audio(source).notes == read.notes == (SHORT.format("3.0"),)
        np.testing.assert_array_equal(read.samples, read_sound(whole, sr_hz=SR_HZ).samples[: 3 * SR_HZ])


def test_a_chunk_before_the_samples_is_passed_over() -> None:
    whole = encoded("WAV")
    more = whole[:36] + b"LIST" + struct.pack("<I", 5) + b"abcde\0" + whole[36:]
    assert read_sound(more).notes == ()
    assert read_sound(more[: -2 * SR_HZ]).notes == (SHORT.format("3.0"),)


@pytest.mark.parametrize("n_bytes", [2**32 - 1, 2**31 - 1 - 36, 2**31, 2**32 - 1 - 36])
def test_a_size_that_stands_for_none_is_told_from_a_cut(n_bytes: int) -> None:
    assert read_sound(stating(encoded("WAV"), n_bytes)).notes == (PIPED,)


def test_a_few_bytes_are_no_news() -> None:
    whole = encoded("WAV")
    assert read_sound(whole[:-1000]).notes == ()
    assert read_sound(stating(whole, 8 * SR_HZ + 2)).notes == ()
