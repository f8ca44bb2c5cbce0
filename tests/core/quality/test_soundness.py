import json
from pathlib import Path

import numpy as np
import pytest
import soundfile
import soxr

from core.clips.clip import Clip
from core.quality.findings import sound_findings
from core.quality.soundness import Measurements, examine_clip, measure
from tests.conftest import tone

SR_HZ = 22_050


def test_a_sine_is_sound() -> None:
    facts = measure(tone(441, level=0.5), SR_HZ)
    assert facts.level_db == pytest.approx(20 * np.log10(0.5 / np.sqrt(2)), abs=0.01)
    assert (facts.silent_share, facts.clipped_share) == (0.0, 0.0)
    assert facts.dc_offset == pytest.approx(0.0, abs=1e-4)
    assert facts.duration_s == 2.0


def test_shares_are_those_that_were_made() -> None:
    quarter = np.concatenate([tone(441, duration_s=3.0), np.zeros(SR_HZ, np.float32)])
    assert measure(quarter, SR_HZ).silent_share == pytest.approx(0.25, abs=0.02)
    clipped = np.clip(tone(100, level=2.0), -1.0, 1.0)
    # A sine of twice full scale is beyond it for two thirds of its time.
    assert measure(clipped, SR_HZ).clipped_share == pytest.approx(2 / 3, abs=0.02)
    assert measure(tone(441) + np.float32(0.1), SR_HZ).dc_offset == pytest.approx(0.1, abs=1e-3)


def test_single_samples_at_full_scale_are_peaks_not_clipping() -> None:
    samples = tone(441)
    samples[::100] = 1.0
    assert measure(samples, SR_HZ).clipped_share == 0.0
    samples[:3] = -1.0
    assert measure(samples, SR_HZ).clipped_share == pytest.approx(3 / len(samples))


@pytest.mark.parametrize("n_samples", [1, 2, 500])
def test_very_short_sounds_are_measured(n_samples: int) -> None:
    facts = measure(np.ones(n_samples, np.float32), SR_HZ)
    assert facts.silent_share == 0.0
    assert facts.dc_offset == 1.0


def clip_of(path: Path) -> Clip:
    return Clip(path.stem, "any", path, 0.0, path.stat().st_size, path.stat().st_mtime_ns)


def test_the_hash_is_of_the_sound_not_of_the_file(tmp_path: Path) -> None:
    samples = tone(441)
    for name, subtype in (("a.wav", "PCM_16"), ("b.flac", "PCM_16"), ("c.aiff", "PCM_16"), ("d.flac", "PCM_24")):
        soundfile.write(tmp_path / name, np.round(samples * 32767) / 32768, SR_HZ, subtype=subtype)
    soundfile.write(tmp_path / "other.flac", np.round(samples * 32766) / 32768, SR_HZ, subtype="PCM_16")
    soundfile.write(tmp_path / "rate.wav", np.round(samples * 32767) / 32768, SR_HZ * 2, subtype="PCM_16")
    hashes = {path.name: examine_clip(clip_of(path))[0].sample_hash for path in tmp_path.iterdir() if path.is_file()}
    assert len({hashes[name] for name in ("a.wav", "b.flac", "c.aiff", "d.flac")}) == 1
    assert len(set(hashes.values())) == 3


def test_what_cannot_be_read_says_why(tmp_path: Path) -> None:
    path = tmp_path / "broken.wav"
    path.write_bytes(b"RIFFnonsense")
    facts, prints = examine_clip(clip_of(path))
    assert "broken.wav" in facts.error
    assert prints is None
    facts, _ = examine_clip(Clip("table", "any", None, 0.0, 0, 0))
    assert "no audio" in facts.error


def test_an_offset_is_said_with_its_side_and_size() -> None:
    clip = Clip("hum.00000", "hum", Path("hum.00000.wav"), 1.0, 1, 1)
    facts = measure(tone(441) - np.float32(0.1), SR_HZ)
    [reason] = [found.reason for found in sound_findings([clip], {clip.key: facts}) if found.kind == "offset"]
    assert reason == "On average, its samples are 10.0 % of full scale below zero."


def test_faults_of_files_and_missing_frequencies_are_found(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    left = rng.normal(0, 0.1, SR_HZ * 8).astype(np.float32)
    soundfile.write(tmp_path / "phase.wav", np.stack([left, -left], axis=1), SR_HZ)
    soundfile.write(tmp_path / "whole.mp3", left, SR_HZ, format="MP3")
    content = (tmp_path / "whole.mp3").read_bytes()
    (tmp_path / "cut.mp3").write_bytes(content[: len(content) * 3 // 4])
    soundfile.write(tmp_path / "low.wav", soxr.resample(left, SR_HZ, 8_000), 8_000)
    soundfile.write(tmp_path / "raised.wav", soxr.resample(soxr.resample(left, SR_HZ, 8_000), 8_000, SR_HZ), SR_HZ)
    clips = [clip_of(tmp_path / name) for name in ("phase.wav", "whole.mp3", "cut.mp3", "low.wav", "raised.wav")]
    facts = {clip.key: examine_clip(clip)[0] for clip in clips}
    for fact in facts.values():
        assert Measurements.from_dict(json.loads(json.dumps(fact.to_dict()))) == fact
    found = {(finding.kind, finding.clip): finding.reason for finding in sound_findings(clips, facts)}
    assert set(found) == {("file", "phase"), ("file", "cut"), ("rate", "low"), ("band", "raised")}
    assert "opposite phase" in found["file", "phase"]
    assert "what is there was read" in found["file", "cut"]
    assert "Nothing above 4,000 Hz is in it." in found["rate", "low"]
    assert "resampled from a lower rate" in found["band", "raised"]
