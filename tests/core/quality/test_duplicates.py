import io

import numpy as np
import pytest
import soundfile

from core.quality.duplicates import MAX_BIT_ERROR, find_matches
from core.quality.fingerprint import fingerprint
from tests.core.quality.sounds import SR_HZ, music


def as_mp3(samples: np.ndarray, sr_hz: int = SR_HZ) -> np.ndarray:
    """The sound after mp3 at about 64 kbit/s."""
    stream = io.BytesIO()
    soundfile.write(stream, samples, sr_hz, format="MP3", bitrate_mode="CONSTANT", compression_level=0.7)
    stream.seek(0)
    decoded, _ = soundfile.read(stream, dtype="float32")
    return decoded


def prints_of(*sounds: np.ndarray) -> list:
    return [fingerprint(sound, SR_HZ) for sound in sounds]


def test_different_music_does_not_match() -> None:
    assert find_matches(prints_of(*(music(seed) for seed in range(6)))) == []


def test_nothing_matches_nothing() -> None:
    assert find_matches([]) == []
    assert find_matches(prints_of(np.zeros(SR_HZ, np.float32), np.zeros(SR_HZ, np.float32))) == []


def test_offset_time_in_common_and_gain_are_told() -> None:
    sound = music(3)
    [match] = find_matches(prints_of(sound, music(4), sound[5 * SR_HZ :] * np.float32(0.5)))
    assert (match.first, match.second) == (0, 2)
    assert match.offset_s == pytest.approx(5.0, abs=0.03)
    assert match.common_s == pytest.approx(7.0, abs=0.1)
    assert match.gain_db == pytest.approx(-6.0, abs=0.3)
    assert match.bit_error < 0.1


def test_offset_is_negative_where_the_second_starts_earlier() -> None:
    sound = music(3)
    [match] = find_matches(prints_of(sound[4 * SR_HZ :], sound))
    assert match.offset_s == pytest.approx(-4.0, abs=0.03)


def test_a_copy_is_found_through_mp3_and_at_another_rate() -> None:
    sound = music(5)
    [match] = find_matches(prints_of(sound, as_mp3(sound)))
    assert match.bit_error < MAX_BIT_ERROR / 2
    assert abs(match.offset_s) < 0.05
    half = fingerprint(sound[::2], SR_HZ // 2)
    [match] = find_matches([fingerprint(sound, SR_HZ), half])
    assert match.offset_s == 0.0


def test_too_little_in_common_is_no_match() -> None:
    one, other = music(6), music(7)
    joined = np.concatenate([one[-2 * SR_HZ :], other[: 8 * SR_HZ]])
    assert find_matches(prints_of(one, joined)) == []


def test_each_pair_of_a_family_is_named_once() -> None:
    sound = music(8)
    matches = find_matches(prints_of(sound, sound * np.float32(0.5), sound[: 8 * SR_HZ]))
    assert [(match.first, match.second) for match in matches] == [(0, 1), (0, 2), (1, 2)]


def test_it_can_be_stopped() -> None:
    sound = music(9)
    seen: list[int] = []
    assert find_matches(prints_of(music(10), sound, sound), on_clip=lambda n: bool(seen.append(n)) or True) == []
    assert seen == [1]
