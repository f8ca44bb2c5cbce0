"""Sound changed as filters, noise, volume and rooms change it, each measured by other means."""

import numpy as np
import pytest
import scipy.signal

from core.dsp.impairments import add_noise, amplify, cut_frequencies, reverberate
from tests.conftest import tone

SR_HZ = 22_050


def level_db(samples: np.ndarray) -> float:
    """Of the second half, where filters have settled."""
    return float(10 * np.log10(np.mean(np.square(samples[len(samples) // 2 :], dtype=np.float64))))


@pytest.mark.parametrize("keep", ["below", "above"])
def test_a_cut_takes_3_db_at_its_edge_and_48_db_an_octave_further(keep: str) -> None:
    edge_hz, octave = 500.0, 2.0 if keep == "below" else 0.5
    lost_db = []
    for hz in (edge_hz / octave, edge_hz, edge_hz * octave):
        sine = tone(hz)
        lost_db.append(level_db(sine) - level_db(cut_frequencies(sine, edge_hz, sr_hz=SR_HZ, keep=keep)))
    # Butterworth of order 8: 10 log10(1 + x^16).
    assert lost_db == pytest.approx([0.0, 3.01, 48.16], abs=0.5)


def test_a_cut_beyond_what_there_is_leaves_all_or_nothing() -> None:
    sine = tone(440)
    assert cut_frequencies(sine, 20_000, sr_hz=SR_HZ, keep="below") is sine
    assert not cut_frequencies(sine, 20_000, sr_hz=SR_HZ, keep="above").any()


@pytest.mark.parametrize("snr_db", [0.0, 17.0, 50.0])
def test_noise_is_as_much_weaker_as_it_says_and_white(snr_db: float) -> None:
    music = tone(440, level=0.1)
    noise = add_noise(music, snr_db).astype(np.float64) - music
    assert 10 * np.log10(np.mean(np.square(music)) / np.mean(np.square(noise))) == pytest.approx(snr_db, abs=0.1)
    frequencies, density = scipy.signal.welch(noise, SR_HZ, nperseg=512)
    bands_db = [
        10 * np.log10(density[(frequencies > low) & (frequencies < low + 2_500)].mean()) for low in (100, 4_000, 8_000)
    ]
    assert max(bands_db) - min(bands_db) < 0.5


def test_loudness_changes_by_its_decibels_until_full_scale() -> None:
    music = tone(440, level=0.1)
    for gain_db in (-24.0, -0.5, 12.0):
        assert level_db(amplify(music, gain_db)) - level_db(music) == pytest.approx(gain_db, abs=1e-3)
    assert np.abs(amplify(music, 24.0)).max() == 1.0


@pytest.mark.parametrize("decay_s", [0.4, 1.0, 2.5])
def test_a_room_decays_by_60_db_in_its_time(decay_s: float) -> None:
    click = np.zeros(4 * SR_HZ, dtype=np.float32)
    click[0] = 1.0
    response = reverberate(click, decay_s, sr_hz=SR_HZ).astype(np.float64)
    room = response[1:]
    # Backward integration (Schroeder 1965); the time from -5 to -35 dB, twice, is that for 60 dB.
    left_db = 10 * np.log10(np.cumsum(np.square(room)[::-1])[::-1] / np.sum(np.square(room)) + 1e-30)
    taken_s = (np.argmax(left_db < -35) - np.argmax(left_db < -5)) / SR_HZ
    assert 2 * taken_s == pytest.approx(decay_s, rel=0.1)
    assert np.sum(np.square(response)) == pytest.approx(1, rel=1e-3)  # as loud as before
    # The room is as strong as the direct sound, which its first sample may add to.
    assert np.sum(np.square(room)) / response[0] ** 2 == pytest.approx(1, rel=0.1)
