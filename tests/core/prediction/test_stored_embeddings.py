"""Embeddings by a run, stored like features: computed once, complete, and gone with the run."""

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.clips.collection import Collection
from core.embeddings.neighbours import NeighbourIndex
from core.errors import FeatureError, RunError
from core.extraction.store import FeatureStore
from core.features.numeric import NumericFeatures
from core.importing.features.register import import_feature_path
from core.models.architectures import CnnConfig, HybridConfig, LogisticConfig
from core.models.build import build_model, fit_scaling, load_model_file
from core.prediction.embeddings import clip_embeddings
from core.prediction.stored_embeddings import embed_collection, run_embedding
from core.recipe.config import TrainingConfig
from core.runs.record import Run
from core.runs.results import model_path
from core.runs.store import delete_run, get_run
from tests.core.conftest import SMALL_CNN, SMALL_FFNN, SMALL_MEL, TrainedHome, small_config


@pytest.fixture
def trained(_trained_once: TrainedHome, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> TrainedHome:
    """A copy of the home with the two finished runs, to be changed."""
    folder = Path(shutil.copytree(_trained_once.folder, tmp_path / "trained"))
    monkeypatch.setenv("GENRE_LAB_HOME", str(folder))
    return replace(_trained_once, folder=folder)


def test_they_are_what_the_network_gives(trained: TrainedHome) -> None:
    collection = trained.collection
    run = get_run(trained.cnn)
    assert embed_collection(collection.id, run.id, n_workers=1) == 24
    assert embed_collection(collection.id, run.id, n_workers=1) == 0
    embedding = run_embedding(run)
    stored = FeatureStore(collection.id, embedding).load(collection.clips)[:, :, 0]
    seen = FeatureStore(collection.id, SMALL_MEL)
    model = load_model_file(model_path(run.id))
    inputs = (seen.load(collection.clips).astype(np.float32),)
    valid = np.array(seen.valid_frames(collection.clips))
    np.testing.assert_allclose(stored, clip_embeddings(model, inputs, valid, run.config), rtol=1e-5, atol=1e-6)


def test_low_tones_are_nearest_to_low_tones(trained: TrainedHome) -> None:
    collection = trained.collection
    run = get_run(trained.ffnn)
    embed_collection(collection.id, run.id, n_workers=1)
    stored = FeatureStore(collection.id, run_embedding(run)).load(collection.clips)[:, :, 0]
    index = NeighbourIndex([clip.name for clip in collection.clips], stored)
    found = [one.name.split(".")[0] for one in index.nearest_to("bass.00000", 3)]
    assert found.count("bass") >= 2


def test_a_run_that_is_deleted_takes_them_with_it(trained: TrainedHome) -> None:
    collection = trained.collection
    kept, gone = (FeatureStore(collection.id, run_embedding(get_run(one))) for one in (trained.ffnn, trained.cnn))
    for run_id in (trained.ffnn, trained.cnn):
        embed_collection(collection.id, run_id, n_workers=1)
    delete_run(trained.cnn)
    assert not gone.folder.exists()
    assert len(kept.available(collection.clips)) == 24


@pytest.mark.parametrize(
    "changes",
    [
        {"model": SMALL_CNN},
        {"model": SMALL_CNN, "members": 3},
        {"model": CnnConfig(filters=(4,), pool=(2, 4), dense=(), dropout=0.2)},
        {"model": CnnConfig(filters=(4, 6), pool=(2, 2), head="average", dense=(5, 7), batch_norm=True)},
        {"model": SMALL_FFNN, "members": 2},
        {"model": HybridConfig(cnn=SMALL_CNN, numeric_units=(5,), joined_units=(3,)), "numeric": True},
        {"model": HybridConfig(cnn=SMALL_CNN, numeric_units=(5,), joined_units=()), "numeric": True},
    ],
)
def test_their_number_is_known_without_the_network(tiny_collection: Collection, changes: dict) -> None:
    numeric = NumericFeatures() if changes.pop("numeric", False) else None
    config = small_config(tiny_collection, numeric_front_end=numeric, **changes)
    scaling, numeric_scaling = fit_scaling(SMALL_MEL, lambda: np.empty(0)), None
    inputs = [np.zeros((2, *SMALL_MEL.shape), dtype=np.float32)]
    if numeric is not None:
        values = np.random.default_rng(0).normal(size=(4, *numeric.shape))
        numeric_scaling = fit_scaling(numeric, lambda: values)
        inputs.append(np.zeros((2, *numeric.shape), dtype=np.float32))
    model = build_model(
        config.model, config.input_shape, 3, scaling, numeric_scaling=numeric_scaling, members=config.members
    )
    made = clip_embeddings(model, tuple(inputs), np.array([40, 40]), config)
    assert run_embedding(a_run(config)).n_units == made.shape[1]


def a_run(config: TrainingConfig) -> Run:
    return Run(
        id="abc",
        status="finished",
        created_at=0.0,
        config=config,
        collection_title="Tiny",
        collection_fingerprint="",
        synthetic=False,
    )


def test_a_classical_run_has_none(tiny_collection: Collection) -> None:
    config = small_config(tiny_collection, model=LogisticConfig(), front_end=NumericFeatures())
    with pytest.raises(RunError, match=r"is a classical model.*Choose a CNN"):
        run_embedding(a_run(config))


def test_a_collection_without_what_the_network_sees_is_refused(trained: TrainedHome, tmp_path: Path) -> None:
    table = pd.DataFrame({"clip": [f"a.{n}" for n in range(6)], "genre": ["x", "y"] * 3, "one": range(6), "two": 1.5})
    table.to_csv(tmp_path / "table.csv", index=False)
    without = import_feature_path(tmp_path / "table.csv")
    with pytest.raises(FeatureError, match="cannot be computed from it"):
        embed_collection(without.id, trained.cnn, n_workers=1)
