"""On the 80 real clips: copies are found, and nothing else."""

from pathlib import Path

import numpy as np
import soundfile

from core.quality.duplicates import find_matches
from core.quality.fingerprint import fingerprint
from tests.core.quality.test_duplicates import as_mp3


def copies(samples: np.ndarray, sr_hz: int) -> dict[str, np.ndarray]:
    """What people do to a clip."""
    quieter = np.round(samples * 10 ** (-12 / 20) * 32767) / 32767
    return {
        "mp3 at 64 kbit/s": as_mp3(samples, sr_hz),
        "-12 dB": quieter.astype(np.float32),
        "5 s shift": samples[5 * sr_hz :],
        "10 s excerpt": samples[10 * sr_hz + 777 : 20 * sr_hz + 777],
    }


def test_copies_of_real_clips_are_found_without_a_false_pair(shared: Path) -> None:
    prints, origin, kinds = [], [], []
    for number, path in enumerate(sorted((shared / "data" / "gtzan_mini").rglob("*.flac"))[::2]):
        samples, sr_hz = soundfile.read(path, dtype="float32")
        for kind, sound in {"original": samples, **copies(samples, sr_hz)}.items():
            prints.append(fingerprint(sound, sr_hz))
            origin.append(number)
            kinds.append(kind)
    assert len(prints) == 5 * 40
    matches = find_matches(prints)
    assert [match for match in matches if origin[match.first] != origin[match.second]] == []
    found = [kinds[match.second] for match in matches if kinds[match.first] == "original"]
    recall = {kind: found.count(kind) / 40 for kind in set(kinds) - {"original"}}
    assert min(recall.values()) >= 0.95, recall
    offsets = [
        match.offset_s for match in matches if kinds[match.first] == "original" and kinds[match.second] == "5 s shift"
    ]
    assert np.abs(np.array(offsets) - 5.0).max() < 0.05
