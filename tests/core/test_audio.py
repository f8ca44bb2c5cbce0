"""Reading sound: known samples, formats, rates, and what is refused."""

import io

import numpy as np
import pytest
import soundfile

from core.audio import encode_wav, playable_audio, probe_audio, read_audio
from core.errors import AudioError
from tests.conftest import tone


@pytest.mark.parametrize(
    ("name", "subtype", "tolerance"),
    [
        ("a.wav", "PCM_16", 1e-4),
        ("a.wav", "FLOAT", 1e-7),
        ("a.wav", "PCM_24", 1e-6),
        ("a.au", "PCM_16", 1e-4),
        ("a.aiff", "PCM_16", 1e-4),
        ("a.flac", "PCM_16", 1e-4),
        ("a.ogg", "VORBIS", 0.05),
        ("a.mp3", "MPEG_LAYER_III", 0.05),
    ],
)
def test_each_format_gives_the_samples_back(tmp_path, name, subtype, tolerance):
    samples = tone(440)
    soundfile.write(tmp_path / name, samples, 22_050, subtype=subtype)
    read = read_audio(tmp_path / name)
    assert read.dtype == np.float32
    n = min(len(read), len(samples))
    assert abs(len(read) - len(samples)) < 2500  # lossy formats may pad
    middle = slice(4000, n - 4000)
    np.testing.assert_allclose(read[middle], samples[middle], atol=tolerance)
    assert probe_audio(tmp_path / name).duration_s == pytest.approx(2.0, abs=0.12)


def test_bytes_and_path_are_the_same(tmp_path):
    soundfile.write(tmp_path / "a.flac", tone(300), 22_050)
    np.testing.assert_array_equal(read_audio(tmp_path / "a.flac"), read_audio((tmp_path / "a.flac").read_bytes()))


def test_stereo_is_the_mean_of_its_channels(tmp_path):
    both = np.stack([tone(440), np.zeros(44_100, np.float32)], axis=1)
    soundfile.write(tmp_path / "a.wav", both, 22_050, subtype="FLOAT")
    np.testing.assert_allclose(read_audio(tmp_path / "a.wav"), both[:, 0] / 2, atol=1e-7)


@pytest.mark.parametrize("sr_hz", [8_000, 44_100, 48_000, 96_000])
def test_other_rates_keep_the_pitch(tmp_path, sr_hz):
    soundfile.write(tmp_path / "a.wav", tone(1000, sr_hz=sr_hz), sr_hz)
    samples = read_audio(tmp_path / "a.wav")
    assert len(samples) == pytest.approx(44_100, abs=2)
    spectrum = np.abs(np.fft.rfft(samples))
    assert np.argmax(spectrum) * 22_050 / len(samples) == pytest.approx(1000, abs=1)


def test_a_part_is_that_part(tmp_path):
    samples = tone(440) * np.linspace(0, 1, 44_100, dtype=np.float32)
    soundfile.write(tmp_path / "a.wav", samples, 22_050, subtype="FLOAT")
    part = read_audio(tmp_path / "a.wav", offset_s=0.5, duration_s=1.0)
    np.testing.assert_array_equal(part, samples[11_025 : 11_025 + 22_050])
    with pytest.raises(AudioError, match=r"ends after 2\.0 s"):
        read_audio(tmp_path / "a.wav", offset_s=3)


def test_what_is_not_sound_is_explained(tmp_path):
    cases = {
        "empty.wav": (b"", "is empty"),
        "text.wav": (b"hello, this is no sound at all" * 10, "cannot be read as sound"),
        "noise.mp3": (bytes(range(7)) * 50, "cannot be read as sound"),
    }
    for name, (content, words) in cases.items():
        (tmp_path / name).write_bytes(content)
        with pytest.raises(AudioError, match=words):
            read_audio(tmp_path / name)
    with pytest.raises(AudioError, match="not there"):
        read_audio(tmp_path / "missing.wav")
    with pytest.raises(AudioError, match="cannot be read as sound"):
        read_audio(b"")


def test_no_samples_and_no_numbers_are_refused(tmp_path):
    soundfile.write(tmp_path / "none.wav", np.zeros(0, np.float32), 22_050)
    with pytest.raises(AudioError, match="holds no samples"):
        probe_audio(tmp_path / "none.wav")
    soundfile.write(tmp_path / "nan.wav", np.array([0.1, np.nan], np.float32), 22_050, subtype="FLOAT")
    with pytest.raises(AudioError, match="not numbers"):
        read_audio(tmp_path / "nan.wav")


def test_a_truncated_file_gives_what_it_holds_or_an_error(tmp_path):
    soundfile.write(tmp_path / "a.flac", tone(440), 22_050)
    whole = (tmp_path / "a.flac").read_bytes()
    for share in (0.1, 0.5, 0.9):
        (tmp_path / "cut.flac").write_bytes(whole[: int(len(whole) * share)])
        try:
            samples = read_audio(tmp_path / "cut.flac")
        except AudioError:
            continue
        assert 0 < len(samples) <= 44_100


def test_browser_gets_a_format_it_plays(tmp_path):
    soundfile.write(tmp_path / "a.au", tone(440), 22_050)
    content, mime = playable_audio(tmp_path / "a.au")
    assert mime == "audio/wav"
    assert probe_audio(content).duration_s == pytest.approx(2.0)
    soundfile.write(tmp_path / "a.flac", tone(440), 22_050)
    assert playable_audio(tmp_path / "a.flac") == ((tmp_path / "a.flac").read_bytes(), "audio/flac")


def test_wav_of_samples_reads_back():
    samples = tone(440)
    read, sr_hz = soundfile.read(io.BytesIO(encode_wav(samples, 22_050)))
    assert sr_hz == 22_050
    np.testing.assert_allclose(read, samples, atol=1e-4)
