"""A part of a file is what the whole file has there, and no more than that is decoded."""

import io

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st

from core.audio import read_audio, read_sound, read_sounds, reading
from core.audio.loudness import power_by_second
from core.audio.mpeg import MpegDecoder
from core.errors import AudioError

SECONDS, SR_HZ = 20, 44_100
SUBTYPES = {"WAV": "PCM_16", "FLAC": "PCM_16", "OGG": "VORBIS", "MP3": "MPEG_LAYER_III"}
FORMATS = (*SUBTYPES, "OPUS", "M4A")


def music(sr_hz: int = SR_HZ) -> np.ndarray:
    """Swelling noise and tones, shape (frames, 2): no two places are alike."""
    rng = np.random.default_rng(5)
    time_s = np.arange(SECONDS * sr_hz) / sr_hz
    tones = 0.3 * np.sin(2 * np.pi * (200 + 20 * time_s) * time_s) + 0.1 * np.sin(2 * np.pi * 3000 * time_s)
    noise = rng.normal(0, 0.05, (len(time_s), 2)) * np.abs(np.sin(time_s))[:, None]
    return (tones[:, None] * [0.9, 0.6] + noise).astype(np.float32)


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    found = {}
    for kind in SUBTYPES:
        stream = io.BytesIO()
        soundfile.write(stream, music(), SR_HZ, format=kind, subtype=SUBTYPES[kind])
        found[kind] = stream.getvalue()
    stream = io.BytesIO()
    soundfile.write(stream, music(48_000), 48_000, format="OGG", subtype="OPUS")
    found["OPUS"] = stream.getvalue()
    # Without noise substitution: a decoder draws that noise at random, so that it depends on where decoding begins.
    found["M4A"] = _m4a({"aac_pns": "0"})
    return found


def _m4a(codec_options: dict[str, str]) -> bytes:
    import av

    stream = io.BytesIO()
    with av.open(stream, "w", format="mp4") as container:
        track = container.add_stream("aac", rate=SR_HZ, layout="stereo", options=codec_options)
        track.bit_rate = 128_000
        frame = av.AudioFrame.from_ndarray(music().reshape(1, -1), format="flt", layout="stereo")
        frame.sample_rate, frame.pts = SR_HZ, 0
        container.mux(track.encode(frame))
        container.mux(track.encode(None))
    return stream.getvalue()


@pytest.mark.parametrize("kind", FORMATS)
def test_a_part_has_the_very_samples_of_the_whole(files, kind):
    sr_hz = 48_000 if kind == "OPUS" else SR_HZ
    whole = read_audio(files[kind], sr_hz=sr_hz)
    for start_s in (1, 7, 13):
        part = read_audio(files[kind], sr_hz=sr_hz, offset_s=start_s, duration_s=5)
        np.testing.assert_array_equal(part, whole[start_s * sr_hz : (start_s + 5) * sr_hz])


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("sr_hz", [22_050, 16_000])
def test_resampled_it_differs_by_rounding_alone_from_its_first_sample_on(files, kind, sr_hz):
    whole = read_audio(files[kind], sr_hz=sr_hz)
    part = read_audio(files[kind], sr_hz=sr_hz, offset_s=7, duration_s=5)
    np.testing.assert_allclose(part, whole[7 * sr_hz : 12 * sr_hz], rtol=0, atol=5e-7)
    np.testing.assert_array_equal(part, read_audio(files[kind], sr_hz=sr_hz, offset_s=7, duration_s=5))


@settings(max_examples=25)
@given(kind=st.sampled_from(["WAV", "FLAC", "OGG", "MP3"]), start=st.integers(1, SECONDS * 100 - 1), data=st.data())
def test_any_part_of_any_length(files, kind, start, data):
    n = data.draw(st.integers(1, 300))
    whole = _whole(files, kind)
    part = read_audio(files[kind], sr_hz=SR_HZ, offset_s=start / 100, duration_s=n / 100)
    np.testing.assert_array_equal(part, whole[start * 441 : (start + n) * 441])


_wholes: dict[str, np.ndarray] = {}


def _whole(files: dict[str, bytes], kind: str) -> np.ndarray:
    if kind not in _wholes:
        _wholes[kind] = read_audio(files[kind], sr_hz=SR_HZ)
    return _wholes[kind]


def test_noise_that_a_decoder_draws_is_the_same_each_time():
    content = _m4a({"aac_pns": "1"})
    first, second = (read_audio(content, offset_s=7, duration_s=5) for _ in range(2))
    np.testing.assert_array_equal(first, second)


class _Counted(io.BytesIO):
    """Counts the bytes that are read of it."""

    n_read = 0

    def read(self, size: int | None = -1, /) -> bytes:
        got = super().read(size)
        self.n_read += len(got)
        return got

    def readinto(self, buffer, /) -> int:
        n = super().readinto(buffer)
        self.n_read += n
        return n


@pytest.mark.parametrize(("kind", "most"), [("WAV", 0.2), ("FLAC", 0.5), ("OGG", 0.8)])
def test_what_is_skipped_is_not_even_read_where_the_format_can_be_sought_in(files, kind, most):
    stream = _Counted(files[kind])
    read_audio(stream, offset_s=14, duration_s=2)
    assert stream.n_read < most * len(files[kind])


def test_of_mpeg_audio_no_more_frames_are_decoded_than_are_wanted(files, monkeypatch):
    decoded = []
    whole = MpegDecoder._decoded

    def counting(self, begin, end, song, bad):
        decoded.append(end - begin)
        return whole(self, begin, end, song, bad)

    monkeypatch.setattr(MpegDecoder, "_decoded", counting)
    read_audio(files["MP3"], sr_hz=SR_HZ, offset_s=7, duration_s=5)
    assert sum(decoded) <= 5.2 * SR_HZ


def test_a_part_behind_the_end_is_refused_also_where_the_filter_reaches_back(files):
    for sr_hz in (SR_HZ, 22_050):
        with pytest.raises(AudioError, match="ends"):
            read_audio(files["WAV"], sr_hz=sr_hz, offset_s=20.05)


def test_the_power_of_each_second_is_that_of_its_samples(tmp_path):
    levels = np.array([0.1, 0.5, 0.0, 0.25])
    square = np.repeat(levels, 8000) * np.tile([1.0, -1.0], 16_000)
    soundfile.write(tmp_path / "steps.wav", np.append(square, [0.9] * 3999), 8000, subtype="FLOAT")
    np.testing.assert_allclose(power_by_second(tmp_path / "steps.wav"), levels**2, rtol=1e-6)
    soundfile.write(tmp_path / "short.wav", square[:100], 8000)
    assert power_by_second(tmp_path / "short.wav").shape == (0,)


@pytest.mark.parametrize("kind", ["WAV", "MP3", "OGG"])
@pytest.mark.parametrize("at_once", [2**24, 1000])
def test_one_decoding_gives_at_every_rate_what_each_gives_alone(files, monkeypatch, kind, at_once):
    monkeypatch.setattr(reading, "_AT_ONCE_FRAMES", at_once)
    opened = []
    whole = reading.open_decoder
    monkeypatch.setattr(reading, "open_decoder", lambda source: opened.append(source) or whole(source))
    together = read_sounds(files[kind], rates_hz=(16_000, SR_HZ, 22_050, 16_000), duration_s=5.0)
    assert len(opened) == 1
    assert list(together) == [16_000, SR_HZ, 22_050]
    for sr_hz, sound in together.items():
        alone = read_sound(files[kind], sr_hz=sr_hz, duration_s=5.0)
        np.testing.assert_array_equal(sound.samples, alone.samples)
        assert sound.notes == alone.notes
    with pytest.raises(AudioError, match="cannot be read as sound"):
        read_sounds(b"no sound", rates_hz=(16_000,))
