"""Where the frequencies of a sound end though its rate would allow more."""

from pathlib import Path

import numpy as np
import pytest
import soxr

from core.audio import read_audio
from core.audio.bandwidth import top_hz
from tests.conftest import tone

SR_HZ = 22_050


def noise(seconds: float = 5.0) -> np.ndarray:
    return np.random.default_rng(0).normal(0, 0.1, round(seconds * SR_HZ)).astype(np.float32)


@pytest.mark.parametrize("low_hz", [6_000, 8_000, 11_025, 16_000])
def test_what_was_resampled_from_a_lower_rate_ends_at_half_of_it(low_hz: int) -> None:
    samples = soxr.resample(soxr.resample(noise(), SR_HZ, low_hz), low_hz, SR_HZ)
    assert top_hz(samples, SR_HZ) == pytest.approx(low_hz / 2, rel=0.12)
    assert top_hz(soxr.resample(samples, SR_HZ, 44_100), 44_100) == pytest.approx(low_hz / 2, rel=0.12)


def test_noise_tones_silence_and_very_short_sound_have_no_such_edge() -> None:
    pink = np.cumsum(noise()) * 0.01
    for samples in (noise(), tone(440), tone(3000), np.zeros(SR_HZ, np.float32), np.ones(10, np.float32), pink):
        assert top_hz(samples.astype(np.float32), SR_HZ) is None


def test_real_music_has_none_until_it_is_resampled(shared: Path) -> None:
    paths = sorted((shared / "data" / "gtzan_mini").rglob("*.flac"))[::5]
    assert paths
    for path in paths:
        samples = read_audio(path)
        assert top_hz(samples, SR_HZ) is None
        assert top_hz(soxr.resample(soxr.resample(samples, SR_HZ, 8_000), 8_000, SR_HZ), SR_HZ) is not None
