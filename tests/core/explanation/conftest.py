"""A made collection whose genre depends on one band, and a small CNN trained on it."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import scipy.signal
import soundfile

from core.clips.collection import Collection
from core.extraction.extract import extract
from core.features.mel import MelSpectrogram
from core.features.numeric import NumericFeatures
from core.importing.register import import_folder
from core.models.architectures import CnnConfig, LogisticConfig
from core.queue.launch import train_here
from tests.conftest import tone
from tests.core.conftest import small_config

SR_HZ = 22_050
BAND_HZ = (2_500.0, 4_000.0)
MEL = MelSpectrogram(n_mels=40, n_frames=44)
CNN = CnnConfig(filters=(8, 8), pool=(1, 4), padding="same", dense=(), dropout=0.0)


def banded_clip(rng: np.random.Generator, *, has_band: bool, duration_s: float = 2.0) -> np.ndarray:
    """A tone that is always the loudest, noise whose bands are as loud as chance will have it, and the band or not."""
    n = round(duration_s * SR_HZ)

    def noise(low_hz: float, high_hz: float) -> np.ndarray:
        sections = scipy.signal.butter(4, (low_hz, high_hz), "bandpass", fs=SR_HZ, output="sos")
        return scipy.signal.sosfilt(sections, rng.normal(0, 1, n))

    sound = tone(500, duration_s=duration_s).astype(np.float64) + 1e-4 * rng.normal(0, 1, n)
    for low_hz, high_hz in ((800, 1_500), (5_000, 7_000), (7_500, 9_500)):
        sound += noise(low_hz, high_hz) * 10 ** (rng.uniform(-50, -20) / 20)
    if has_band:
        sound += noise(*BAND_HZ) * 10 ** (rng.uniform(-35, -20) / 20)
    return sound.astype(np.float32)


@dataclass(frozen=True)
class Banded:
    """A home with the collection and finished runs on it: never change it."""

    folder: Path
    collection: Collection
    cnn: str
    numeric: str


@pytest.fixture(scope="session")
def _banded_once(tmp_path_factory: pytest.TempPathFactory) -> Banded:
    folder = tmp_path_factory.mktemp("banded")
    rng = np.random.default_rng(0)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GENRE_LAB_HOME", str(folder))
        patch.setenv("GENRE_LAB_PRETRAINED", "")
        patch.setenv("GENRE_LAB_MEASURE", "0")
        patch.delenv("MLFLOW_TRACKING_URI", raising=False)
        for genre in ("with", "without"):
            (folder / "data" / "banded" / genre).mkdir(parents=True)
            for number in range(30):
                samples = banded_clip(rng, has_band=genre == "with")
                soundfile.write(folder / "data" / "banded" / genre / f"{genre}.{number:05d}.flac", samples, SR_HZ)
        collection = import_folder(folder / "data" / "banded")
        extract(collection, [MEL, NumericFeatures()], n_workers=1)  # here, without starting processes
        cnn = train_here(
            small_config(collection, front_end=MEL, model=CNN, epochs=25, batch_size=8, learning_rate=0.01, name="Band")
        )
        numeric = train_here(
            small_config(collection, front_end=NumericFeatures(), model=LogisticConfig(), name="Numeric")
        )
    return Banded(folder, collection, cnn.id, numeric.id)


@pytest.fixture
def banded(_banded_once: Banded, home: Path, monkeypatch: pytest.MonkeyPatch) -> Banded:
    """The home with the finished runs, in force."""
    monkeypatch.setenv("GENRE_LAB_HOME", str(_banded_once.folder))
    return _banded_once


@pytest.fixture
def banded_song() -> np.ndarray:
    """Five seconds of the genre that has the band, of no clip of the training."""
    return banded_clip(np.random.default_rng(98), has_band=True, duration_s=5.0)
