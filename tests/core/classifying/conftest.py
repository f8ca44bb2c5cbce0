"""A home with runs that judge without TensorFlow: two logistic regressions on 16 features."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from core.clips.collection import Collection
from core.extraction.extract import extract
from core.features.numeric import NumericFeatures
from core.importing.register import import_folder
from core.models.classical import LogisticConfig
from core.recipe.config import TrainingConfig
from tests.conftest import make_tiny_folder


@dataclass(frozen=True)
class LightHome:
    """Two finished runs on the tiny collection, the second of two genres only: never change it."""

    folder: Path
    collection: Collection
    all_genres: str
    two_genres: str


def _train(collection: Collection, genres: tuple[str, ...]) -> str:
    from core.queue.launch import train_here

    return train_here(
        TrainingConfig(
            collection_id=collection.id,
            genres=genres,
            front_end=NumericFeatures(),
            model=LogisticConfig(),
            epochs=1,
            seed=3,
        )
    ).id


@pytest.fixture(scope="session")
def _light_once(tmp_path_factory: pytest.TempPathFactory) -> LightHome:
    folder = tmp_path_factory.mktemp("light")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GENRE_LAB_HOME", str(folder))
        patch.setenv("GENRE_LAB_PRETRAINED", "")
        patch.setenv("GENRE_LAB_MEASURE", "0")
        patch.delenv("MLFLOW_TRACKING_URI", raising=False)
        collection = import_folder(make_tiny_folder(folder / "data" / "tiny"))
        extract(collection, [NumericFeatures()], n_workers=1)
        runs = [_train(collection, genres) for genres in (collection.genres, ("bass", "treble"))]
    return LightHome(folder, collection, *runs)


@pytest.fixture
def light(_light_once: LightHome, home: Path, monkeypatch: pytest.MonkeyPatch) -> LightHome:
    """The home with the two runs, in force; its songs are judged in one process, without one for looking up runs."""
    monkeypatch.setenv("GENRE_LAB_HOME", str(_light_once.folder))
    monkeypatch.setattr("core.classifying.working.n_processes", lambda n_songs: 1)
    for module in ("core.classifying.job", "core.cli.classify_command"):
        monkeypatch.setattr(f"{module}.call_apart", lambda work, *given, **named: work(*given, **named))
    return _light_once
