"""The demo, with one clip a genre: what is made, how it is labelled, and that it is made once."""

import io

import numpy as np
import pytest
import soundfile

from core.collections.registry import DEMO_ID, list_collections, load_collection, manifest_path
from core.extraction.store import FeatureStore
from core.features.mel import MelSpectrogram
from core.features.numeric import NumericFeatures
from core.importing import demo as demo_module
from core.importing.demo import build_demo, demo_is_outdated, encode_clip
from core.synthesis import GENRES


@pytest.mark.usefixtures("home")
def test_the_demo_is_synthetic_flac_of_thirty_seconds_and_is_made_once():
    demo = build_demo(n_clips_per_genre=1)
    assert demo is not None
    assert demo == load_collection(DEMO_ID)
    assert (demo.synthetic, demo.genres, len(demo.clips)) == (True, GENRES, 10)
    assert "synthetic" in demo.title.lower()
    assert "no recording" in demo.source
    assert next(iter(list_collections())).ready
    for front_end in (MelSpectrogram(), NumericFeatures()):
        assert not FeatureStore(DEMO_ID, front_end).missing(demo.clips)
    for clip in demo.clips:
        assert clip.path is not None
        info = soundfile.info(clip.path)
        assert (info.format, info.subtype, info.samplerate, info.duration) == ("FLAC", "PCM_16", 22_050, 30.0)
        samples, _ = soundfile.read(clip.path, dtype="int16")
        assert not np.any(samples & 3)  # 14 bits
        assert 2_000 < np.abs(samples.astype(int)).max() < 32_000
    # 200 clips and their features stay below 150 MB.
    assert sum(clip.size_bytes for clip in demo.clips) / 10 < (150e6 - 34e6) / 200 * 1.05
    again = build_demo(n_clips_per_genre=1)
    assert again == demo
    assert not demo_is_outdated()


@pytest.mark.usefixtures("home")
def test_a_demo_of_older_recipes_is_known_and_made_anew(monkeypatch):
    assert not demo_is_outdated()
    monkeypatch.setattr(demo_module, "GENRES", ("jazz",))
    monkeypatch.setattr(demo_module, "SYNTHESIS_VERSION", 1)
    old = build_demo(n_clips_per_genre=1)
    assert not demo_is_outdated()
    monkeypatch.setattr(demo_module, "SYNTHESIS_VERSION", 2)
    assert demo_is_outdated()
    new = build_demo(n_clips_per_genre=1)
    assert not demo_is_outdated()
    assert old.clips[0].path.exists()
    assert new.clips[0].path != old.clips[0].path
    manifest_path(DEMO_ID).write_text("{")
    assert not demo_is_outdated()


def test_a_quiet_clip_keeps_more_bits_than_a_loud_one(monkeypatch):
    tone = np.sin(np.arange(22_050) / 5).astype(np.float32)
    for gain, n_zero in ((0.5, 5), (0.1, 3), (0.01, 2)):
        monkeypatch.setattr(demo_module, "synthesise_clip", lambda *_, gain=gain, **__: gain * tone)
        samples, _ = soundfile.read(io.BytesIO(encode_clip("jazz", 0)), dtype="int16")
        assert not np.any(samples & (2**n_zero - 1))
        assert np.any(samples & 2**n_zero)
        noise = samples / 2**15 - gain * tone
        assert np.std(noise) < gain / np.sqrt(2) * 10 ** (-50 / 20) or n_zero == 2
