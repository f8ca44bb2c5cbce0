"""The front end of trained ears: against the original on real clips, its columns, and what happens without weights."""

from pathlib import Path

import numpy as np
import pytest

from core.audio import read_audio
from core.errors import FeatureError
from core.features.base import require_audio_front_ends
from core.features.musicnn import MusicnnFeatures
from core.features.table import features_from_dict
from tests.conftest import tone

SR_HZ = 16_000
FILES = {
    "vibe_ace": "songs/vibe_ace.ogg",
    "hungarian_dance_no5": "songs/hungarian_dance_no5.ogg",
    "choice_drum_bass": "songs/choice_drum_bass.ogg",
    "metal.00000": "gtzan_mini/genres/metal/metal.00000.flac",
    "reggae.00001": "gtzan_mini/genres/reggae/reggae.00001.flac",
}


def two_tones(duration_s: float) -> np.ndarray:
    seconds = np.arange(round(duration_s * SR_HZ)) / SR_HZ
    return (0.2 * np.sin(2 * np.pi * 440 * seconds) * (1 + np.sin(2 * np.pi * seconds / 7))).astype(np.float32)


@pytest.mark.parametrize("clip", FILES)
def test_the_original_hears_the_same_in_real_clips(shared: Path, ears: None, clip: str) -> None:
    samples = read_audio(shared / "data" / FILES[clip], sr_hz=SR_HZ, duration_s=24.0)
    with np.load(shared / "data" / "musicnn_reference.npz") as reference:
        for layer in ("tags", "penultimate"):
            values, n_valid = MusicnnFeatures(layer=layer, per="part").transform(samples)
            assert n_valid == 8
            np.testing.assert_allclose(values[:, :8].T, reference[f"{clip}__{layer}"], atol=1e-4)
            mean, _ = MusicnnFeatures(layer=layer).transform(samples)
            np.testing.assert_allclose(mean[:, 0], reference[f"{clip}__{layer}"].mean(axis=0), atol=1e-4)
        values, _ = MusicnnFeatures(layer="pooled", per="part").transform(samples)
        expected = np.hstack([reference[f"{clip}__max_pool"], reference[f"{clip}__mean_pool"]])
        # Maps reach 100, where single precision keeps 1e-5 of each product.
        np.testing.assert_allclose(values[:, :8].T, expected, rtol=1e-5, atol=1e-4)


@pytest.mark.parametrize(
    ("layer", "n_values"), [("tags", 50), ("penultimate", 200), ("tags+penultimate", 250), ("pooled", 1506)]
)
def test_shape_names_and_identity(layer: str, n_values: int) -> None:
    for features in (MusicnnFeatures(layer=layer), MusicnnFeatures(layer=layer, per="part", max_duration_s=30.0)):
        assert features.shape == (n_values, 1 if features.per == "clip" else 10)
        assert len(set(features.names)) == n_values
        assert features.is_numeric
        assert features.n_parts == features.shape[1]
        assert features_from_dict(features.to_dict()) == features
    assert "tag_female_vocalists" in MusicnnFeatures(layer="tags").names
    assert MusicnnFeatures(layer="tags", training="mtt").names[0] == "tag_guitar"


def test_the_end_of_a_clip_is_heard(ears: None) -> None:
    features = MusicnnFeatures(layer="penultimate")
    samples = two_tones(5.0)
    changed = samples.copy()
    changed[round(4.5 * SR_HZ) :] = np.random.default_rng(0).normal(0, 0.1, len(samples) - round(4.5 * SR_HZ))
    assert np.abs(features.transform(samples)[0] - features.transform(changed)[0]).max() > 0.01


def test_clips_of_any_length(ears: None) -> None:
    for duration_s, n_columns in ((0.05, 1), (2.1, 1), (3.0, 1), (4.6, 2), (70.0, 20)):
        values, n_valid = MusicnnFeatures(layer="tags", per="part").transform(two_tones(duration_s))
        assert n_valid == n_columns
        assert np.isfinite(values).all()
        assert not values[:, n_valid:].any()
        assert ((values[:, :n_valid] > 0) & (values[:, :n_valid] < 1)).all()


def test_limits() -> None:
    for wrong in ({"layer": "all"}, {"training": "fma"}, {"per": "song"}, {"max_duration_s": 2.0}):
        with pytest.raises(FeatureError) as caught:
            MusicnnFeatures(**wrong)
        assert caught.value.field == next(iter(wrong))


def test_without_weights_it_says_how_to_get_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.ears.weights.package_folder", lambda: None)
    with pytest.raises(FeatureError, match=r"not installed. Run: python -m pip install --no-deps -r requirements-ears"):
        require_audio_front_ends([MusicnnFeatures()])
    with pytest.raises(FeatureError, match="digital silence"):
        MusicnnFeatures().transform(0 * tone(440))
