"""Collections and runs that pages can show at once."""

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from core.clips.collection import Collection
from core.extraction.extract import extract
from core.features.mel import MelSpectrogram
from core.features.numeric import NumericFeatures
from core.importing.register import import_folder
from core.models.architectures import CnnConfig, FfnnConfig
from core.recipe.config import TrainingConfig
from core.runs.record import EpochRecord
from tests.conftest import make_tiny_folder


@pytest.fixture(scope="session")
def _extracted_once(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Collection]:
    folder = tmp_path_factory.mktemp("extracted")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GENRE_LAB_HOME", str(folder))
        patch.setenv("GENRE_LAB_PRETRAINED", "")
        patch.setenv("GENRE_LAB_MEASURE", "0")
        collection = import_folder(make_tiny_folder(folder / "data" / "tiny"))
        extract(collection, [MelSpectrogram(), NumericFeatures()], n_workers=1)
    return folder, collection


@pytest.fixture
def extracted(_extracted_once: tuple[Path, Collection], home: Path, monkeypatch: pytest.MonkeyPatch) -> Collection:
    """The tiny collection with the features that the pages need, in a home that tests share: never change it."""
    monkeypatch.setenv("GENRE_LAB_HOME", str(_extracted_once[0]))
    return _extracted_once[1]


@pytest.fixture
def own_extracted(tiny_collection: Collection) -> Collection:
    """The same in a home of the test's own, to be changed."""
    extract(tiny_collection, [MelSpectrogram(), NumericFeatures()], n_workers=1)
    return tiny_collection


@dataclass(frozen=True)
class RunsHome:
    """A home with the tiny collection and its runs, two of them finished on the same clips: never change it."""

    folder: Path
    collection: Collection
    cnn: str
    ffnn: str
    other_seed: str
    failed: str


def quick_config(collection: Collection, **changes: object) -> TrainingConfig:
    """A training of about a second on the front end that pages show."""
    given: dict[str, object] = {
        "genres": collection.genres,
        "model": CnnConfig(filters=(4,), pool=(8, 16), dense=(8,)),
        "epochs": 2,
        "seed": 3,
        "learning_rate": 0.01,
    }
    return TrainingConfig(collection_id=collection.id, **(given | changes))  # type: ignore[arg-type]


@pytest.fixture(scope="session")
def _runs_once(tmp_path_factory: pytest.TempPathFactory) -> RunsHome:
    from core.queue.launch import train_here
    from core.runs.writer import RunWriter, create_run

    folder = tmp_path_factory.mktemp("runs")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GENRE_LAB_HOME", str(folder))
        patch.setenv("GENRE_LAB_PRETRAINED", "")
        patch.setenv("GENRE_LAB_MEASURE", "0")
        patch.delenv("MLFLOW_TRACKING_URI", raising=False)
        collection = import_folder(make_tiny_folder(folder / "data" / "tiny"))
        extract(collection, [MelSpectrogram()], n_workers=1)
        cnn = train_here(quick_config(collection, name="Quick CNN"))
        ffnn = train_here(quick_config(collection, name="Quick FFNN", model=FfnnConfig(units=(8,))))
        other = train_here(quick_config(collection, name="Other seed", seed=4, epochs=1, genres=("bass", "treble")))
        failed = create_run(quick_config(collection, name="Broken CNN"), collection)
        with RunWriter(failed) as writer:
            writer.log_epoch(EpochRecord(epoch=1, loss=1.0, accuracy=0.5, val_loss=1.1, val_accuracy=0.4))
            writer.fail("The disk is full.")
    return RunsHome(folder, collection, cnn.id, ffnn.id, other.id, failed)


@pytest.fixture
def runs_home(_runs_once: RunsHome, home: Path, monkeypatch: pytest.MonkeyPatch) -> RunsHome:
    """The home with runs, in force."""
    monkeypatch.setenv("GENRE_LAB_HOME", str(_runs_once.folder))
    # Pages begin to compute what they lack by themselves: here that would change the home under other tests.
    monkeypatch.setattr("dashboard.shared.feature_gate.start_extraction", lambda identity, front_ends: "not started")
    return _runs_once


@dataclass(frozen=True)
class ShippedHome:
    """An empty home, and two runs that come with Genre Lab; their collection is not here."""

    folder: Path
    cnn: str
    ffnn: str


@pytest.fixture
def shipped_home(_runs_once: RunsHome, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ShippedHome:
    """The two comparable runs as if they came with Genre Lab, and nothing else."""
    from core.runs.results import model_path
    from core.runs.shipped import CARD, write_record
    from core.runs.store import get_run

    folder = tmp_path / "pretrained"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GENRE_LAB_HOME", str(_runs_once.folder))
        for run_id in (_runs_once.cnn, _runs_once.ffnn):
            shutil.copytree(model_path(run_id).parent, folder / run_id[:6])
            write_record(folder / run_id[:6], get_run(run_id))
            (folder / run_id[:6] / CARD).write_text("# Card\n\n## Data\n\nSmall. <b>x</b>\n", encoding="utf-8")
    monkeypatch.setenv("GENRE_LAB_PRETRAINED", str(folder))
    return ShippedHome(folder, _runs_once.cnn, _runs_once.ffnn)
