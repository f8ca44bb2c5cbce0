"""A clip of the collection, classified as a song, gets what the run itself says of it: for every kind of model."""

import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.clips.clip import Clip
from core.clips.collection import Collection
from core.extraction.extract import extract
from core.extraction.store import open_store
from core.features.gtzan_parts import GtzanTableParts
from core.features.gtzan_spectrogram import GtzanSpectrogram
from core.features.gtzan_table import GtzanTableFeatures
from core.features.numeric import NumericFeatures
from core.importing.register import import_folder
from core.models.architectures import HybridConfig
from core.models.classical import ForestConfig, SvmConfig
from core.prediction.clips import clip_probabilities
from core.prediction.song import classify_song, load_model
from core.queue.launch import train_here
from core.recipe.settings import SegmentConfig
from core.runs.results import load_predictions, load_temperature
from core.runs.shipped import shipped_runs
from core.runs.store import get_run
from core.settings import REPOSITORY
from core.splits.config import SplitConfig
from tests.conftest import make_tiny_folder
from tests.core.conftest import SMALL_CNN, SMALL_FFNN, SMALL_MEL, small_config
from tests.core.prediction.test_song import wav

NUMERIC = NumericFeatures(max_duration_s=2.0)
KINDS: dict[str, dict[str, Any]] = {
    "cnn": {},
    "cnn at a third of the rate": {"front_end": replace(SMALL_MEL, sr_hz=8_000)},
    "ffnn on the spectrogram": {"model": SMALL_FFNN},
    "ffnn on 16 numbers": {"model": SMALL_FFNN, "front_end": NumericFeatures()},
    "ffnn on 57 numbers": {"model": SMALL_FFNN, "front_end": GtzanTableFeatures()},
    "ffnn on parts": {
        "model": SMALL_FFNN,
        "front_end": GtzanTableParts(part_s=1.0, n_parts=2),
        "segments": SegmentConfig(length_s=1.0, n_verdict=2),
    },
    "hybrid": {"model": HybridConfig(cnn=SMALL_CNN), "numeric_front_end": NUMERIC},
    "hybrid at two rates": {
        "model": HybridConfig(cnn=SMALL_CNN),
        "front_end": replace(SMALL_MEL, sr_hz=16_000),
        "numeric_front_end": NumericFeatures(),
    },
    "committee": {"model": SMALL_FFNN, "members": 2},
    "svm": {"model": SvmConfig(), "front_end": NUMERIC},
    "forest": {"model": ForestConfig(n_trees=10), "front_end": GtzanTableFeatures()},
    "segments": {"segments": SegmentConfig(length_s=0.9, n_verdict=3)},
    "linear spectrogram": {"front_end": GtzanSpectrogram()},
    "excerpts": {"model": SMALL_FFNN, "split": SplitConfig(protocol="segment-random", n_excerpts=4)},
}


def own_path(run_id: str, collection: Collection, clips: Sequence[Clip]) -> np.ndarray:
    """Features as extraction stores them, and what the run's model says of them at the run's temperature."""
    config = get_run(run_id).config
    extract(collection, list(config.front_ends), n_workers=1)
    stores = [open_store(collection, front_end) for front_end in config.front_ends]
    inputs = tuple(store.load(clips) for store in stores)
    n_valid = np.array(stores[0].valid_frames(clips))
    return clip_probabilities(load_model(run_id), inputs, n_valid, config, temperature=load_temperature(run_id))


@pytest.fixture(scope="module")
def uneven(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Clips from 2.5 to 3 s, as collections have them."""
    import soundfile

    folder = make_tiny_folder(tmp_path_factory.mktemp("uneven") / "clips", n_clips=6)
    for number, path in enumerate(sorted(folder.rglob("*.flac"))):
        samples, sr_hz = soundfile.read(path, dtype="float32")
        soundfile.write(path, np.concatenate([samples, samples[: 600 * number]]), sr_hz)
    return folder


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.usefixtures("empty_store")
def test_a_clip_gets_what_its_run_says_of_it(uneven: Path, kind: str) -> None:
    collection = import_folder(uneven)
    config = small_config(collection, epochs=1, **KINDS[kind])
    extract(collection, list(config.front_ends), n_workers=1)
    run = train_here(config)
    clips = collection.clips[::2]
    said = own_path(run.id, collection, clips)
    for clip, expected in zip(clips, said, strict=True):
        assert clip.path is not None
        verdict = classify_song(clip.path, run.id)
        assert len(verdict.windows) == 1
        assert verdict.weights == (1.0,)
        np.testing.assert_allclose(verdict.probabilities, expected, atol=1e-6)
    if config.split.n_excerpts is None:
        table = load_predictions(run.id).table
        clip_path = collection.clip(table["clip"][0]).path
        assert clip_path is not None
        np.testing.assert_allclose(
            classify_song(clip_path, run.id).probabilities, table.loc[0, list(collection.genres)].tolist(), atol=1e-6
        )


@pytest.fixture
def shipped(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Ids of the shipped models by their names."""
    monkeypatch.setenv("GENRE_LAB_PRETRAINED", str(REPOSITORY / "models" / "pretrained"))
    return {run.config.name: run.id for run in shipped_runs()}


@pytest.mark.parametrize("name", ["Compact CNN", "Numeric FFNN"])
def test_shipped_models_say_of_real_clips_what_they_say_of_their_features(
    shipped: dict[str, str], name: str, shared: Path, home: Path
) -> None:
    for path in sorted((shared / "data" / "gtzan_mini").rglob("*.flac"))[::9]:
        (home / "real" / path.parent.name).mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, home / "real" / path.parent.name / path.name)
    collection = import_folder(home / "real")
    assert (
        min(clip.duration_s for clip in collection.clips) < 30.001 < max(clip.duration_s for clip in collection.clips)
    )
    said = own_path(shipped[name], collection, collection.clips)
    for clip, expected in zip(collection.clips, said, strict=True):
        assert clip.path is not None
        verdict = classify_song(clip.path, shipped[name])
        assert len(verdict.windows) == 1
        np.testing.assert_allclose(verdict.probabilities, expected, atol=1e-6)


def test_numeric_ffnn_hears_the_last_third(shipped: dict[str, str], shared: Path, home: Path) -> None:
    """20 s classical and then 10 s metal, alone and as the second window of a minute."""
    import soundfile

    def first(genre: str, seconds: int) -> np.ndarray:
        path = sorted((shared / "data" / "gtzan_mini" / "genres" / genre).glob("*.flac"))[0]
        samples: np.ndarray = soundfile.read(path, dtype="float32")[0][: seconds * 22_050]
        return samples

    mixed = np.concatenate([first("classical", 20), first("metal", 10)])
    for genre, samples in (("classical", first("classical", 30)), ("metal", mixed)):
        (home / "made" / genre).mkdir(parents=True)
        soundfile.write(home / "made" / genre / f"{genre}.wav", samples, 22_050, subtype="FLOAT")
    collection = import_folder(home / "made")
    run_id = shipped["Numeric FFNN"]
    clips = [collection.clip(name) for name in ("classical", "metal")]
    calm, torn = own_path(run_id, collection, clips)
    verdict = classify_song(wav(mixed), run_id)
    np.testing.assert_allclose(verdict.probabilities, torn, atol=1e-6)
    assert verdict.probabilities[verdict.genres.index("metal")] > 0.2
    minute = classify_song(wav(np.concatenate([first("classical", 30), mixed])), run_id)
    assert [(window.start_s, window.end_s) for window in minute.windows] == [(0.0, 30.0), (30.0, 60.0)]
    np.testing.assert_allclose([window.probabilities for window in minute.windows], [calm, torn], atol=1e-6)
    np.testing.assert_allclose(minute.probabilities, (calm + torn) / 2, atol=1e-6)


def test_thirty_seconds_and_a_little_add_no_window(shipped: dict[str, str], shared: Path) -> None:
    song = shared / "data" / "gtzan_mini" / "genres"
    longest = max(song.rglob("*.flac"), key=lambda path: path.stat().st_size)
    windows = {name: len(classify_song(longest, run_id).windows) for name, run_id in shipped.items()}
    # The ears learnt from cuts of a patch of theirs, the others from whole clips.
    assert windows == {"Trained ears": 10, "Compact CNN": 1, "Numeric FFNN": 1}
