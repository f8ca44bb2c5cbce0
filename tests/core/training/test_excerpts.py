"""Training on excerpts: their frames, the verdict on whole clips and songs, and a run from start to end."""

from dataclasses import replace

import numpy as np
import pytest

from core.clips.collection import Collection
from core.clips.excerpts import cut_clip, find_clip
from core.collections.sound import find_sound
from core.errors import FeatureError
from core.extraction.extract import extract
from core.extraction.store import open_store
from core.models.build import predict_probabilities
from core.prediction.clips import clip_probabilities
from core.prediction.song import classify_song
from core.queue.launch import train_here
from core.runs import results, store
from core.runs.named_clips import named_clips
from core.splits.config import SplitConfig
from core.training import dataset
from core.training.dataset import PartData
from tests.core.conftest import SMALL_FFNN, SMALL_MEL, small_config

AT_RANDOM = SplitConfig(protocol="segment-random", n_excerpts=4)


@pytest.fixture
def collection(tiny_collection: Collection) -> Collection:
    """With features of 40 frames, all of them music."""
    extract(tiny_collection, [SMALL_MEL], n_workers=1)
    return tiny_collection


def test_a_part_holds_the_frames_of_each_excerpt(collection: Collection, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = open_store(collection, SMALL_MEL)
    whole = kept.load(collection.clips)
    excerpts = [cut_clip(clip, 3)[number] for number in (2, 0) for clip in collection.clips]
    part = PartData(kept, excerpts, collection.genres)
    rows = part.rows(np.arange(48))
    assert rows.shape == (48, 16, 14)
    # 40 frames in three are 13, 13 and 14; the shorter are filled up with the lowest level of their clip.
    np.testing.assert_array_equal(rows[:24], whole[:, :, 26:40])
    np.testing.assert_array_equal(rows[24:, :, :13], whole[:, :, :13])
    np.testing.assert_array_equal(rows[24:, :, 13], np.broadcast_to(whole.min(axis=(1, 2))[:, np.newaxis], (24, 16)))
    assert part.n_valid.tolist() == [14] * 24 + [13] * 24
    monkeypatch.setattr(dataset, "IN_MEMORY_LIMIT_BYTES", 0)
    streamed = PartData(kept, excerpts, collection.genres)
    assert streamed._loaded is None
    places = np.array([40, 3, 3, 27])
    np.testing.assert_array_equal(streamed.rows(places), rows[places])


def test_a_clip_of_too_few_frames_is_named(collection: Collection) -> None:
    excerpts = cut_clip(collection.clips[0], 41)
    with pytest.raises(FeatureError, match=r"bass\.00000 has 40 frames and cannot be cut into 41"):
        PartData(open_store(collection, SMALL_MEL), excerpts, collection.genres)


class Weighed:
    """A model whose probability of the first genre is the mean of what it sees."""

    def predict_on_batch(self, features: np.ndarray) -> np.ndarray:
        first = features.mean(axis=(1, 2))
        return np.column_stack([first, 1 - first])


def test_the_verdict_on_a_clip_is_the_mean_of_those_on_its_excerpts(tiny_collection: Collection) -> None:
    config = replace(small_config(tiny_collection), genres=("bass", "hiss"), split=AT_RANDOM)
    clips = np.random.default_rng(1).uniform(0, 1, (3, 16, 40)).astype(np.float32)
    made = clip_probabilities(Weighed(), (clips,), np.array([40, 40, 40]), config)
    np.testing.assert_allclose(made[:, 0], clips.mean(axis=(1, 2)), rtol=1e-5)
    excerpts = clips[:, :, :10]
    alone = clip_probabilities(Weighed(), (excerpts,), np.array([10, 10, 10]), config)
    np.testing.assert_allclose(alone, predict_probabilities(Weighed(), excerpts))
    # Three frames of music in four excerpts: one is empty and has no say.
    few = clip_probabilities(Weighed(), (clips,), np.array([3, 40, 40]), config)
    assert np.isfinite(few).all()


@pytest.mark.usefixtures("empty_store")
def test_a_run_on_excerpts_is_tested_on_excerpts_and_classifies_songs(collection: Collection) -> None:
    config = small_config(collection, model=SMALL_FFNN, split=AT_RANDOM, epochs=2)
    run = train_here(config)
    assert run.result is not None
    assert run.split_sizes == {"train": 60, "validation": 16, "test": 20}
    assert run.result.n == 20
    assert "the test excerpts are of" in run.result.protocol
    predictions = results.load_predictions(run.id)
    assert predictions.table["clip"].str.fullmatch(r"(bass|hiss|treble)\.\d{5} @ [1-4] of 4").all()
    assert results.load_split(run.id)["test"] == predictions.table["clip"].tolist()
    assert store.get_run(run.id).config == config
    # A song goes through windows as long as clips, not as excerpts.
    assert results.load_details(run.id)["typical_duration_s"] == 2.5
    path = collection.clip("bass.00000").path
    assert path is not None
    verdict = classify_song(path, run.id)
    assert sum(verdict.probabilities) == pytest.approx(1)
    name = "bass.00000 @ 3 of 4"
    excerpt = find_clip(collection, name, 4, SMALL_MEL)
    assert excerpt is not None
    sound = find_sound(collection, excerpt)
    assert sound is not None
    looked_s = 40 * 1024 / 22_050
    assert (sound.clip, sound.start_s, sound.end_s) == (
        collection.clip("bass.00000"), pytest.approx(looked_s / 2), pytest.approx(0.75 * looked_s),
    )  # fmt: skip
    assert {clip.name for clip in named_clips(run, predictions).clips} <= set(collection.by_name)
