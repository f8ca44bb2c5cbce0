"""Reading sound: known samples, formats, rates, and what is refused."""

import io

import numpy as np
import pytest
import soundfile

from core.audio import browser_type, encode_wav, playable_audio, probe_audio, read_audio
from core.audio.channels import mix
from core.errors import AudioError
from tests.conftest import tone
from tests.core.hostile.sounds import encode, encode_container, sine, sound


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
    with pytest.raises(AudioError, match="no longer exists"):
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


CONTAINERS = {
    "m4a": "MP4", "mp4": "MP4", "aac": "AAC", "webm": "WEBM", "mka": "MATROSKA", "wma": "WMA", "caf": "CAF",
    "ac3": "AC3", "wv": "WAVPACK",
}  # fmt: skip


@pytest.mark.parametrize(("name", "kind"), CONTAINERS.items())
def test_containers_give_the_samples_back(tmp_path, name, kind):
    content = sound(name, seconds=2.0, channels=2)
    (tmp_path / f"a.{name}").write_bytes(content)
    info = probe_audio(tmp_path / f"a.{name}")
    assert (info.format, info.n_channels) == (kind, 2)
    assert info.duration_s == pytest.approx(2.0, abs=0.05)
    samples = read_audio(tmp_path / f"a.{name}")
    np.testing.assert_array_equal(samples, read_audio(content))
    assert len(samples) == pytest.approx(44_100, abs=1200)
    middle = samples[8000:-8000]
    spectrum = np.abs(np.fft.rfft(middle))
    assert np.argmax(spectrum) * 22_050 / len(middle) == pytest.approx(440, abs=1)
    assert np.sqrt(np.mean(middle**2)) == pytest.approx(0.5 / 2**0.5, rel=0.01)


@pytest.mark.parametrize("name", ["wav", "flac", "mp3", "ogg", "m4a", "mp4", "aac", "caf", "wv"])
def test_a_part_is_the_same_as_cut_from_the_whole(name):
    content = sound(name, seconds=6.0)
    whole = read_audio(content, sr_hz=44_100)
    part = read_audio(content, sr_hz=44_100, offset_s=3.5, duration_s=1.0)
    assert len(part) == 44_100
    tolerance = 0.02 if name == "mp3" else 1e-4
    np.testing.assert_allclose(part, whole[154_350:198_450], atol=tolerance)
    with pytest.raises(AudioError, match=r"before 60\.0 s"):
        read_audio(content, offset_s=60)


def test_the_times_of_webm_are_exact_to_a_millisecond():
    content = sound("webm", seconds=6.0)
    whole = read_audio(content, sr_hz=48_000)
    part = read_audio(content, sr_hz=48_000, offset_s=3.5, duration_s=1.0)
    differences = [np.abs(part - whole[168_000 + lag :][:48_000]).max() for lag in range(-48, 49)]
    assert min(differences) < 0.01


@pytest.mark.parametrize("channels", range(1, 9))
@pytest.mark.parametrize("subtype", ["PCM_16", "PCM_24", "PCM_32", "FLOAT", "DOUBLE"])
def test_mono_to_7_1_in_every_sample_type(channels, subtype):
    levels = np.linspace(-0.8, 0.5, channels, dtype=np.float32)
    samples = np.repeat(levels[None, :], 5000, axis=0)
    read = read_audio(encode(samples, 22_050, "WAV", subtype))
    np.testing.assert_allclose(read, levels.mean(), atol=2e-5)


@pytest.mark.parametrize("channels", [1, 2, 6, 8])
@pytest.mark.parametrize("codec", ["aac", "flac"])
def test_containers_may_have_many_channels_too(channels, codec):
    # Eight planar channels crashed PyAV's own conversion to an array.
    content = encode_container(sine(channels=channels, sr_hz=48_000), 48_000, "matroska", codec)
    assert probe_audio(content).n_channels == channels
    middle = read_audio(content, sr_hz=48_000)[6000:18_000]
    # AAC takes the sine out of the channel for low frequencies.
    share = (channels - 1) / channels if codec == "aac" and channels > 2 else 1
    assert np.sqrt(np.mean(middle**2)) == pytest.approx(share * 0.5 / 2**0.5, rel=0.02)


@pytest.mark.parametrize("name", ["mp3", "ogg", "opus", "flac", "m4a"])
def test_blocks_join_without_a_gap(monkeypatch, name):
    content = sound(name, seconds=4.0, channels=2)
    at_once = read_audio(content)
    monkeypatch.setattr("core.audio.decoding._BLOCK_VALUES", 60_000)
    monkeypatch.setattr("core.audio.mpeg._BLOCK_VALUES", 60_000)
    monkeypatch.setattr("core.audio.containers._BLOCK_VALUES", 60_000)
    np.testing.assert_allclose(read_audio(content), at_once, atol=1e-4)


def test_long_sound_is_resampled_on_the_way_to_the_same_samples(monkeypatch):
    content = encode(sine(seconds=20, channels=2), 44_100, "WAV", "PCM_16")
    at_once = read_audio(content)
    monkeypatch.setattr("core.audio.reading._AT_ONCE_FRAMES", 1000)
    monkeypatch.setattr("core.audio.decoding._BLOCK_VALUES", 50_000)
    on_the_way = read_audio(content)
    assert len(on_the_way) == len(at_once)
    np.testing.assert_allclose(on_the_way, at_once, atol=2e-6)


def test_a_browser_gets_what_the_content_is_not_what_the_name_says(tmp_path):
    (tmp_path / "song.wav").write_bytes(sound("mp3"))
    assert playable_audio(tmp_path / "song.wav") == (sound("mp3"), "audio/mpeg")
    assert playable_audio(sound("webm"))[1] == "audio/webm"
    assert browser_type(probe_audio(sound("m4a"))) is None
    content, mime = playable_audio(sound("m4a"))
    assert mime == "audio/wav"
    assert probe_audio(content).sr_hz == 44_100


def test_what_is_too_long_is_not_put_into_memory(tmp_path, monkeypatch):
    monkeypatch.setattr("core.audio.playing.MAX_PLAYABLE_BYTES", 50_000)
    with pytest.raises(AudioError, match=r"at most 0 MB can be played"):
        playable_audio(sound("aiff", seconds=2.0))
    (tmp_path / "long.wav").write_bytes(sound("wav", seconds=2.0))
    with pytest.raises(AudioError, match="Cut it into shorter clips"):
        playable_audio(tmp_path / "long.wav")
    monkeypatch.setattr("core.audio.reading.LONGEST_READ_S", 1.0)
    with pytest.raises(AudioError, match="at once"):
        read_audio(sound("wav", seconds=2.0))
    assert len(read_audio(sound("wav", seconds=2.0), duration_s=0.5)) == 11_025


@pytest.mark.parametrize("channels", [1, 2])
def test_16_bit_wav_gives_the_samples_of_libsndfile_to_the_last_bit(channels):
    integers = np.random.default_rng(0).integers(-(2**15), 2**15, (5000, channels), dtype=np.int16)
    stream = io.BytesIO()
    soundfile.write(stream, integers, 22_050, format="WAV", subtype="PCM_16")
    expected, _ = soundfile.read(io.BytesIO(stream.getvalue()), dtype="float32", always_2d=True)
    np.testing.assert_array_equal(read_audio(stream.getvalue()), mix(expected))
