"""MPEG audio: what is there is read, whatever stands around it, and what was done is said."""

import io
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile

from core.audio import probe_audio, read_audio, read_sound
from core.errors import AudioError
from tests.core.hostile.sounds import encode, sound

SR_HZ = 44_100
SECONDS = 6.0
FRAME_S = 1152 / SR_HZ


def song(seconds: float = SECONDS) -> np.ndarray:
    """Noise whose level tells the second, so that a place can be recognised."""
    n = round(seconds * SR_HZ)
    level = 0.02 * (1 + np.arange(n) // SR_HZ)
    return (np.random.default_rng(0).normal(size=n) * level).astype(np.float32)


@pytest.fixture(scope="module")
def mp3() -> bytes:
    return encode(song(), SR_HZ, "MP3", "MPEG_LAYER_III")


def without_header(content: bytes) -> bytes:
    """Without its first frame, which holds the Xing header."""
    kbps = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)[content[2] >> 4]
    assert b"Xing" in content[:200] or b"Info" in content[:200]
    return content[144_000 * kbps // SR_HZ + (content[2] >> 1 & 1) :]


def cover(n_bytes: int) -> bytes:
    picture = np.random.default_rng(1).integers(0, 256, n_bytes, dtype=np.uint8).tobytes()
    size = bytes(n_bytes >> shift & 127 for shift in (21, 14, 7, 0))
    return b"ID3\x03\x00\x00" + size + picture


def test_the_samples_are_those_of_libsndfile(mp3: bytes) -> None:
    expected, _ = soundfile.read(io.BytesIO(mp3), dtype="float32")
    sounded = read_sound(mp3, sr_hz=SR_HZ)
    assert sounded.notes == ()
    np.testing.assert_allclose(sounded.samples, expected, atol=1e-5)


def test_a_cover_and_a_missing_header_do_not_change_the_length(mp3: bytes) -> None:
    for content in (cover(2_000_000) + mp3, mp3 + b"TAG" + bytes(125)):
        assert probe_audio(content).duration_s == pytest.approx(SECONDS)
        np.testing.assert_array_equal(read_audio(content), read_audio(mp3))
        assert probe_audio(content).notes == ()
    for content in (without_header(mp3), cover(2_000_000) + without_header(mp3)):
        info = probe_audio(content)
        # The delay and padding that no header states remain.
        assert info.duration_s == pytest.approx(SECONDS, abs=3 * FRAME_S)
        assert len(read_audio(content)) / 22_050 == pytest.approx(info.duration_s, abs=0.001)


def test_a_truncated_file_lasts_as_long_as_what_is_there(mp3: bytes) -> None:
    info = probe_audio(mp3[: len(mp3) // 2])
    assert 1.0 < info.duration_s < 5.0
    found = f"but there are {info.duration_s:.1f} s of sound in it; what is there was read."
    assert [note.partition(", ")[2] for note in info.notes] == [found]
    assert len(read_audio(mp3[: len(mp3) // 2])) / 22_050 == pytest.approx(info.duration_s, abs=0.001)


@pytest.mark.parametrize("filling", ["zeros", "noise"])
def test_a_damaged_place_costs_that_place_and_is_named(mp3: bytes, filling: str) -> None:
    content, middle = bytearray(mp3), len(mp3) // 2
    hole = bytes(4000) if filling == "zeros" else np.random.default_rng(2).bytes(4000)
    content[middle : middle + 4000] = hole
    damaged = read_sound(bytes(content), sr_hz=SR_HZ)
    whole = read_audio(mp3, sr_hz=SR_HZ)
    assert 0.7 * len(whole) < len(damaged.samples) < len(whole)
    np.testing.assert_allclose(damaged.samples[:SR_HZ], whole[:SR_HZ], atol=1e-6)
    np.testing.assert_allclose(damaged.samples[-SR_HZ:], whole[-SR_HZ:], atol=1e-6)
    (note,) = damaged.notes
    at_s = float(note.split(" at ")[1].split(" s")[0])
    # Where it begins to differ is where it is said to be.
    n = min(len(whole), len(damaged.samples))
    differs_s = np.flatnonzero(np.abs(whole[:n] - damaged.samples[:n]) > 1e-3)[0] / SR_HZ
    assert at_s == pytest.approx(differs_s, abs=0.2)
    assert "the rest was read" in note


def test_joined_files_are_read_to_the_end_of_the_last(mp3: bytes) -> None:
    joined = read_sound(mp3 + cover(5000) + mp3, sr_hz=SR_HZ)
    one = read_audio(mp3, sr_hz=SR_HZ)
    np.testing.assert_allclose(joined.samples, np.concatenate([one, one]), atol=1e-6)
    assert probe_audio(mp3 + mp3).duration_s == pytest.approx(2 * SECONDS)
    assert "2 files joined (the next begins at 6.0 s)" in joined.notes[0]


def test_a_joined_file_of_another_rate_is_said_to_be_left_out(mp3: bytes) -> None:
    other = encode(song()[::2], 22_050, "MP3", "MPEG_LAYER_III")
    joined = read_sound(mp3 + other)
    assert len(joined.samples) == pytest.approx(SECONDS * 22_050, abs=2)
    assert "no sound of the same kind and was left out" in joined.notes[0]


@pytest.mark.parametrize("junk", [bytes(5000), b"hello, junk " * 300], ids=["zeros", "text"])
def test_what_stands_before_the_sound_is_passed_over(mp3: bytes, junk: bytes, tmp_path: Path) -> None:
    (tmp_path / "a.mp3").write_bytes(junk + mp3)
    sounded = read_sound(tmp_path / "a.mp3")
    np.testing.assert_array_equal(sounded.samples, read_audio(mp3))
    assert sounded.notes == (f"{len(junk):,} bytes before the first sound are no sound and were left out.",)


def test_nothing_but_zeros_or_noise_is_still_refused() -> None:
    with pytest.raises(AudioError, match="all zero"):
        read_audio(bytes(100_000))
    with pytest.raises(AudioError, match="cannot be read as sound"):
        read_audio(b"\x01" + np.random.default_rng(3).bytes(2_000_000))


@pytest.mark.parametrize("size", [0, 0xFFFFFFFF])
def test_a_wav_from_a_pipe_is_read_to_its_end(size: int) -> None:
    content = bytearray(sound("wav", seconds=2.0))
    content[4:8] = content[40:44] = size.to_bytes(4, "little")
    assert content[36:40] == b"data"
    assert probe_audio(bytes(content)).duration_s == pytest.approx(2.0, abs=0.001)
    sounded = read_sound(bytes(content))
    np.testing.assert_allclose(sounded.samples, read_audio(sound("wav", seconds=2.0)), atol=1e-6)
    if size == 0:
        assert "states no length" in sounded.notes[0]


def test_nothing_of_the_decoder_reaches_the_terminal(mp3: bytes, tmp_path: Path) -> None:
    content = bytearray(mp3)
    for place in range(3000, len(content) - 500, 3000):
        content[place : place + 200] = np.random.default_rng(place).bytes(200)
    for name, damaged in (("a.mp3", bytes(content)), ("b.mp3", cover(50_000) + mp3), ("c.mp3", mp3[:20_000])):
        (tmp_path / name).write_bytes(damaged)
    code = (
        "import sys; from pathlib import Path; from core.audio import probe_audio, read_audio\n"
        "for path in sorted(Path(sys.argv[1]).glob('*.mp3')): probe_audio(path); read_audio(path)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, timeout=120, check=True
    )
    assert (done.stdout, done.stderr) == ("", "")


def test_what_only_looks_like_headers_is_given_up(mp3: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.audio.mpeg_frames._MOST_TRIES", 10_000)
    given_up = read_sound(mp3 + b"\xff" * 200_000 + mp3)
    assert len(given_up.samples) == pytest.approx(SECONDS * 22_050, abs=3000)
    assert "was left out" in given_up.notes[-1]
