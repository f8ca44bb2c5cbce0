from pathlib import Path

import numpy as np
import pytest

from core.clips.clip import Clip
from core.errors import FeatureError
from core.exploration.spectra import difference, mean_spectrogram
from core.extraction.store import FeatureStore
from core.features.mel import MelSpectrogram

FRONT_END = MelSpectrogram(n_mels=4, n_frames=3)


def clip(name: str) -> Clip:
    return Clip(name, "g", Path(name), 1.0, 1, 1)


@pytest.fixture
def store() -> FeatureStore:
    """Three clips of level -10, -20 and -40 dB; the last has two frames, then padding."""
    store = FeatureStore("made", FRONT_END)
    with store.writer() as writer:
        writer.add(clip("a"), np.full((4, 3), -10, dtype=np.float16), 3)
        writer.add(clip("b"), np.full((4, 3), -20, dtype=np.float16), 3)
        short = np.full((4, 3), -40, dtype=np.float16)
        short[:, 2] = -80
        writer.add(clip("c"), short, 2)
        writer.add_failure(clip("bad"), "is silent")
    return store


def test_the_mean_leaves_out_padding_and_failures(store: FeatureStore) -> None:
    seen = []
    mean = mean_spectrogram(
        store, [clip(name) for name in ("a", "b", "c", "bad", "new")], on_progress=lambda *given: seen.append(given)
    )
    np.testing.assert_allclose(mean.mean[0], [-70 / 3, -70 / 3, -15], rtol=1e-6)
    assert mean.n_frame.tolist() == [3, 3, 2]
    assert (mean.n_clips, mean.n_available) == (3, 3)
    np.testing.assert_allclose(mean.profile, -70 / 3)
    np.testing.assert_allclose(mean.deviation, np.std([-10, -20, -40], ddof=1))
    assert seen[-1] == (3, 3)


def test_a_frame_that_no_clip_reaches_is_missing(store: FeatureStore) -> None:
    short = mean_spectrogram(store, [clip("c")])
    assert np.isnan(short.mean[:, 2]).all()
    assert np.isnan(short.deviation).all()
    apart = difference(mean_spectrogram(store, [clip("a")]), short)
    np.testing.assert_allclose(apart[:, :2], 30)
    assert np.isnan(apart[:, 2]).all()


def test_of_many_clips_a_sample_is_read_and_counted(store: FeatureStore) -> None:
    mean = mean_spectrogram(store, [clip(name) for name in "abc"], n_most=2)
    assert (mean.n_clips, mean.n_available, mean.n_frame.max()) == (2, 3, 2)


def test_nothing_extracted_is_said(store: FeatureStore) -> None:
    with pytest.raises(FeatureError, match="None of these 1 clips"):
        mean_spectrogram(store, [clip("new")])
