import numpy as np
import pytest

from core.quality.fingerprint import FRAME_S, HOP, SR_HZ, audible, fingerprint
from tests.core.quality.sounds import music


def test_one_frame_for_each_hop() -> None:
    prints = fingerprint(music(1, duration_s=4.0, sr_hz=SR_HZ), SR_HZ)
    assert prints.n_frames == 1 + 4 * SR_HZ // HOP
    assert len(prints.level_db) == prints.n_frames
    assert len(prints.hashes) == len(prints.frames) > 100
    assert prints.frames.max() * FRAME_S < 4.0


def test_level_changes_nothing_but_the_level() -> None:
    sound = music(2, duration_s=4.0)
    loud, quiet = fingerprint(sound, 22_050), fingerprint(sound * np.float32(0.25), 22_050)
    assert np.array_equal(loud.hashes, quiet.hashes)
    assert np.array_equal(loud.bits, quiet.bits)
    assert np.median(quiet.level_db - loud.level_db) == pytest.approx(-12.04, abs=0.1)


def test_level_of_a_sine_is_known() -> None:
    time_s = np.arange(3 * SR_HZ) / SR_HZ
    prints = fingerprint((0.5 * np.sin(2 * np.pi * 1000 * time_s)).astype(np.float32), SR_HZ)
    assert prints.level_db[40:90] == pytest.approx(20 * np.log10(0.5 / np.sqrt(2)), abs=0.1)


@pytest.mark.parametrize("n_samples", [1, 100, 1024])
def test_short_and_silent_sounds_have_no_landmarks(n_samples: int) -> None:
    prints = fingerprint(np.zeros(n_samples, np.float32), SR_HZ)
    assert len(prints.hashes) == 0
    assert not audible(prints).any()
