"""What every test needs: a home of its own, and small collections made on the spot."""

import shutil
import sys
from collections.abc import Generator
from pathlib import Path
from typing import Any

import hypothesis
import numpy as np
import pytest
import soundfile

from core.clips.collection import Collection
from core.ears.weights import why_missing
from core.importing.register import import_folder
from tests.music_library import MadeFile, make_music_library
from tests.needs import IS_THERE, SHARED, in_ci, wrongly_skipped

# How long an example takes says nothing on a busy machine.
hypothesis.settings.register_profile(
    "unhurried", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("unhurried")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A test that is skipped although what it needs is there fails in CI."""
    report = yield
    fixtures: Any = getattr(item, "fixturenames", ())
    if report.skipped and wrongly_skipped(fixtures):
        report.outcome = "failed"
        report.longrepr = f"skipped in CI, although its needs are there: {report.longrepr}"
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say plainly what was not tested."""
    skipped = terminalreporter.stats.get("skipped", [])
    for needed, what in (
        ("Chromium", "journeys in a browser, for want of Chromium"),
        ("real music", "tests on real music"),
    ):
        if n := sum(needed in str(report.longrepr) for report in skipped):
            terminalreporter.write_line(f"NOT TESTED: {n} {what}.", yellow=True)


@pytest.fixture(autouse=True)
def _own_main(monkeypatch: pytest.MonkeyPatch) -> None:
    """Streamlit's AppTest leaves its script as ``__main__``, which processes that are spawned later would run first."""
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A fresh home for data and models, so that no test sees another's or the user's."""
    folder = tmp_path / "home"
    folder.mkdir()
    monkeypatch.setenv("GENRE_LAB_HOME", str(folder))
    monkeypatch.setenv("GENRE_LAB_PRETRAINED", "")
    monkeypatch.setenv("GENRE_LAB_MEASURE", "0")
    unset = ("READ_ONLY", "DATA", "GTZAN_URL", "GTZAN_MINI_URL")
    for name in ("MLFLOW_TRACKING_URI", *(f"GENRE_LAB_{each}" for each in unset)):
        monkeypatch.delenv(name, raising=False)
    return folder


@pytest.fixture(scope="session")
def shared() -> Path:
    """Folder of the real music, or a skip that says what is missing."""
    if not IS_THERE["shared"]():
        pytest.skip(f"no real music in {SHARED} (set GENRE_LAB_SHARED)")
    return SHARED


@pytest.fixture(scope="session")
def music_library(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, tuple[MadeFile, ...]]:
    """A tagged music library of real clips, and what is in it: 80 files, made once. It is only read."""
    folder = tmp_path_factory.mktemp("libraries") / "Music"
    return folder, make_music_library(folder, clips_a_genre=8, songs_in_a_row=2, brief=True)


def tone(frequency_hz: float, *, duration_s: float = 2.0, sr_hz: int = 22_050, level: float = 0.5) -> np.ndarray:
    """A sine, float32."""
    time_s = np.arange(round(duration_s * sr_hz)) / sr_hz
    return (level * np.sin(2 * np.pi * frequency_hz * time_s)).astype(np.float32)


def make_tiny_folder(root: Path, *, n_clips: int = 8, duration_s: float = 2.5) -> Path:
    """Three genres that a model can tell apart: low tones, high tones, noise."""
    rng = np.random.default_rng(1)
    for genre, low_hz, high_hz in (("bass", 80, 160), ("hiss", 0, 0), ("treble", 2500, 4000)):
        (root / genre).mkdir(parents=True, exist_ok=True)
        for number in range(n_clips):
            noise = rng.normal(0, 0.1, round(duration_s * 22_050)).astype(np.float32)
            samples = (
                noise if genre == "hiss" else tone(rng.uniform(low_hz, high_hz), duration_s=duration_s) + noise / 20
            )
            soundfile.write(root / genre / f"{genre}.{number:05d}.flac", samples, 22_050)
    return root


@pytest.fixture(scope="session")
def tiny_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The clips of `tiny_folder`, made once. Copy, do not change."""
    return make_tiny_folder(tmp_path_factory.mktemp("template"))


@pytest.fixture
def tiny_folder(home: Path, tiny_template: Path) -> Path:
    """A folder of 3 genres x 8 clips of 2.5 s under the home's ``data``."""
    return Path(shutil.copytree(tiny_template, home / "data" / "tiny"))


@pytest.fixture
def tiny_collection(tiny_folder: Path) -> Collection:
    """`tiny_folder`, imported."""
    return import_folder(tiny_folder)


@pytest.fixture(scope="session")
def espeak() -> str:
    """The program that speaks (espeak-ng), or a skip; in CI it has to be there."""
    program = IS_THERE["espeak"]()
    if program is None:
        reason = "espeak-ng is not installed (Debian: apt-get install espeak-ng)"
        if in_ci():
            pytest.fail(reason)
        pytest.skip(reason)
    return str(program)


@pytest.fixture(scope="session")
def ears() -> None:
    """The trained weights of MusiCNN, or a skip that says what is missing; in CI they have to be there."""
    if not IS_THERE["ears"]():
        if in_ci():
            pytest.fail(why_missing())
        pytest.skip(why_missing())
