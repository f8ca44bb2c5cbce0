"""The demo, with one clip a genre: what is made, how it is labelled, and that it is made once."""

import numpy as np
import pytest
import soundfile

from core.collections.registry import DEMO_ID, list_collections, load_collection
from core.extraction.store import FeatureStore
from core.features.mel import MelSpectrogram
from core.features.numeric import NumericFeatures
from core.importing.demo import build_demo
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
