"""Runs trained once for all tests that only read them."""

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from core.clips.collection import Collection
from core.extraction.extract import extract
from core.features.mel import MelSpectrogram
from core.importing.register import import_folder
from core.models.architectures import CnnConfig, FfnnConfig
from core.recipe.config import TrainingConfig
from tests.conftest import make_tiny_folder

SMALL_MEL = MelSpectrogram(n_mels=16, n_frames=40)
SMALL_CNN = CnnConfig(filters=(4,), pool=(2, 4), dense=(8,), dropout=0.1)
SMALL_FFNN = FfnnConfig(units=(16,))


def small_config(collection: Collection, **changes: Any) -> TrainingConfig:
    """A training of about a second."""
    given: dict[str, Any] = {
        "genres": collection.genres,
        "front_end": SMALL_MEL,
        "model": SMALL_CNN,
        "epochs": 3,
        "batch_size": 4,
        "learning_rate": 0.01,
        "seed": 3,
    }
    return TrainingConfig(collection_id=collection.id, **(given | changes))


@dataclass(frozen=True)
class TrainedHome:
    """A home with the tiny collection and two finished runs on it: never change it."""

    folder: Path
    collection: Collection
    cnn: str
    ffnn: str


@pytest.fixture(scope="session")
def _trained_once(tmp_path_factory: pytest.TempPathFactory) -> TrainedHome:
    from core.queue.launch import train_here

    folder = tmp_path_factory.mktemp("trained")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GENRE_LAB_HOME", str(folder))
        patch.delenv("MLFLOW_TRACKING_URI", raising=False)
        collection = import_folder(make_tiny_folder(folder / "data" / "tiny"))
        extract(collection, [SMALL_MEL], n_workers=1)  # here, without starting processes
        cnn = train_here(small_config(collection, name="Small CNN"))
        ffnn = train_here(small_config(collection, model=SMALL_FFNN, name="Small FFNN"))
    return TrainedHome(folder, collection, cnn.id, ffnn.id)


@pytest.fixture
def trained(_trained_once: TrainedHome, home: Path, monkeypatch: pytest.MonkeyPatch) -> TrainedHome:
    """The home with the two finished runs, in force."""
    monkeypatch.setenv("GENRE_LAB_HOME", str(_trained_once.folder))
    return _trained_once


@pytest.fixture(scope="session")
def _empty_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from core.runs.client import open_run_store

    folder = tmp_path_factory.mktemp("empty-store")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GENRE_LAB_HOME", str(folder))
        patch.delenv("MLFLOW_TRACKING_URI", raising=False)
        open_run_store()
    return folder / "models" / "runs.db"


@pytest.fixture
def empty_store(_empty_store: Path, home: Path) -> None:
    """A run store without runs in this test's home: MLflow takes seconds to make one."""
    (home / "models").mkdir(exist_ok=True)
    shutil.copyfile(_empty_store, home / "models" / "runs.db")
