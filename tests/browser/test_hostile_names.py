"""Every page in a browser, with names and addresses written by somebody with bad intentions."""

import csv
import shutil
import sys
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import numpy as np
import pytest
from playwright.sync_api import Page, Request, expect

from core.extraction.extract import extract
from core.features.mel import MelSpectrogram
from core.features.numeric import NumericFeatures
from core.importing.features.register import import_feature_path
from core.importing.register import import_folder
from core.models.architectures import CnnConfig, FfnnConfig
from core.queue.launch import train_here
from core.recipe.config import TrainingConfig
from dashboard.navigation import PAGES
from tests.browser.conftest import StartServer
from tests.browser.steps import settle, visit

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="names that Windows does not allow")

LONG = "very long " * 30
PICTURE, LINK = "![hostile](//hostile.invalid/p.png)", "[hostile](//hostile.invalid/x)"
FORMULA, COLOUR, ICON = "$hostile$", ":red[hostile]", ":material/home: :smile: 🎷"
HTML = "<b>hostile</b> <a href='//hostile.invalid'>hostile</a> <img src='//hostile.invalid/q.png'>"
NAME = " ".join((PICTURE, LINK, FORMULA, COLOUR, ICON, HTML))
"""A name of a run, artist, title or tag, and a value in the address."""
GENRES = (f"{PICTURE} {COLOUR}", f"{LINK} {FORMULA}", f"{ICON} {HTML}")
FILE_GENRES = (
    "![hostile](hostile.png) :red[hostile]",
    "[hostile](mailto:hostile@example.com) $hostile$",
    ":smile: :blue-badge[hostile] <img src=hostile onerror=alert(1)>",
)
"""The same without slashes, which names of folders cannot have."""
N_CLIPS = 6
PARAMETERS = (
    *("collection", "run", "runs", "search", "shuffle", "clip", "recipe", "group", "actual", "predicted", "features"),
    *("spectrogram", "pairs", "feature", "shape", "map", "dims", "scope", "a", "b", "measure", "view", "tab", "reuse"),
    *("step", "done", "preset"),
)

MADE = """() => {
    const main = document.querySelector('[data-testid=stMain]');
    const isMade = element => element.textContent.trim() === 'hostile' || element.alt === 'hostile'
        || element.matches('.katex, [onerror], [aria-label="home icon"]')
        || element.matches('a') && String(element.href.baseVal ?? element.href).match(/^mailto:|^[^?]*hostile/)
        || element.matches('img, image, iframe, audio') && element.outerHTML.match(/src="[^"]*hostile/);
    const found = [...main.querySelectorAll('*')].filter(isMade).map(element => element.outerHTML);
    return main.textContent.includes('😄') ? [...found, 'an emoji of :smile:'] : found;
}"""
"""What was made of the names. As they are, *hostile* never stands alone in them."""


@dataclass
class Watched:
    """A page whose requests to anywhere but the server are kept.

    They reach nobody: no machine has a name that ends in ``.invalid``. (To stop them by a route would cost the page its
    cache, and the test twice the time.)
    """

    page: Page
    url: str
    strayed: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("request", self._heed)
        self.page.on("dialog", lambda dialog: (self.strayed.append(dialog.message), dialog.dismiss()))

    def _heed(self, request: Request) -> None:
        parts = urlsplit(request.url)
        is_own = parts.scheme in ("data", "blob") or request.url.startswith(f"{self.url}/")
        if not is_own or "hostile" in parts.path:
            self.strayed.append(request.url)

    def visit(self, name: str, **query: str) -> str:
        """Open a page, note what was made of its names, and return what it says."""
        visit(self.page, self.url, f"{name}?{urlencode(query)}")
        return self.said(f"{name} {query}")

    def said(self, where: str) -> str:
        made = self.page.evaluate(MADE)
        self.faults += [f"{where}: {each}" for each in (*made, *self.strayed)]
        self.strayed.clear()
        return self.page.get_by_test_id("stMain").inner_text().replace("\N{WORD JOINER}", "")


@dataclass(frozen=True)
class HostileHome:
    """A home in which every name is hostile: a collection with sound and two runs on it, and one of features."""

    folder: Path
    sound: str
    features: str
    cnn: str
    ffnn: str
    clip: str


def write_csv(path: Path, rows: list[list[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows(rows)


def make_folder(root: Path, tiny_template: Path) -> Path:
    sounds = sorted(tiny_template.rglob("*.flac"))
    facts = [["clip", "artist", "title", "group", COLOUR]]
    for place, genre in enumerate(FILE_GENRES):
        (root / genre).mkdir(parents=True)
        for number in range(N_CLIPS):
            stem = f"{number} {FILE_GENRES[(number + place) % 3]} {place}"
            shutil.copyfile(sounds[8 * place + number], root / genre / f"{stem}.flac")
            facts.append([stem, f"{NAME} {number}", f"{NAME} {LONG}", "", f"{NAME} {number % 2}"])
        (root / genre / f"broken {FILE_GENRES[0]}.wav").write_bytes(b"no sound")
    write_csv(root / "clips.csv", facts)
    return root


def make_table(path: Path) -> Path:
    rng = np.random.default_rng(1)
    rows = [["filename", PICTURE, LINK, FORMULA, COLOUR, LONG[:60], "label"]]
    for number in range(24):
        values = [f"{value:.4f}" for value in rng.normal(number % 3, 0.5, 5)]
        rows.append([f"{number} {NAME}", *values, GENRES[number % 3]])
    path.parent.mkdir(parents=True, exist_ok=True)
    write_csv(path, rows)
    return path


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory, tiny_template: Path) -> HostileHome:
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GENRE_LAB_HOME", str(home))
        patch.setenv("GENRE_LAB_PRETRAINED", "")
        patch.setenv("GENRE_LAB_MEASURE", "0")
        patch.delenv("MLFLOW_TRACKING_URI", raising=False)
        sound = import_folder(make_folder(home / "data" / "set <b>x _y_", tiny_template), title=NAME[:200])
        extract(sound, [MelSpectrogram(), NumericFeatures()], n_workers=1)
        features = import_feature_path(make_table(home / "data" / f"{FILE_GENRES[0]}.csv"), title=NAME[:200])
        models = (CnnConfig(filters=(2,), pool=(8, 16), dense=(4,)), FfnnConfig(units=(4,)))
        cnn, ffnn = (
            train_here(
                TrainingConfig(collection_id=sound.id, genres=sound.genres, model=model, epochs=1, name=NAME[:100])
            ).id
            for model in models
        )
    return HostileHome(home, sound.id, features.id, cnn, ffnn, sound.clips[0].name)


@pytest.fixture
def watched(page: Page, start_server: StartServer, hostile: HostileHome) -> Watched:
    return Watched(page, start_server(hostile.folder, ""))


def test_no_name_and_no_address_makes_anything_on_any_page(watched: Watched, hostile: HostileHome) -> None:
    runs = f"{hostile.cnn},{hostile.ffnn}"
    assert watched.visit("overview").count(COLOUR) >= 2
    assert COLOUR in watched.visit("collections", collection=hostile.sound)
    watched.visit("collections", collection=hostile.sound, tab="Quality")
    watched.visit("collections", collection=hostile.features)
    for view in ("map", "spectrograms"):
        watched.visit("explore", collection=hostile.sound, view=view, dims="3")
    for view in ("map", "spread", "pairs", "correlation", "ranking", "outliers", "counts", "table"):
        watched.visit("explore", collection=hostile.features, view=view, dims="3")
    assert FILE_GENRES[0] in watched.visit("gallery", collection=hostile.sound, clip=hostile.clip)
    watched.visit("train", collection=hostile.features)
    for view in ("Queue", "Search", "Study"):
        watched.visit("train", collection=hostile.sound, view=view)
    assert NAME[:60] in watched.visit("train", run=hostile.cnn)
    for tab in ("Runs", "Groups", "Leak meter"):
        watched.visit("compare", runs=runs, tab=tab)
    assert FILE_GENRES[0] in watched.visit("confusion", run=hostile.cnn)

    for name in PAGES:
        watched.visit(name, **dict.fromkeys(PARAMETERS, f"{NAME} {LONG}"))
    for name in ("compare", "classify"):
        assert f"“{PICTURE}”, “{LINK}”" in watched.visit(name, runs=f"{PICTURE},{LINK}")
    assert not watched.faults


def test_a_song_and_its_verdict_make_nothing(watched: Watched, hostile: HostileHome, tiny_template: Path) -> None:
    song = next(tiny_template.rglob("*.flac")).read_bytes()
    watched.visit("classify", runs=f"{hostile.cnn},{hostile.ffnn}")
    watched.page.get_by_test_id("stFileUploader").locator("input[type=file]").set_input_files(
        {"name": f"{FILE_GENRES[1]} {FILE_GENRES[0]}.flac", "mimeType": "audio/flac", "buffer": song}
    )
    for part in ("Each model: probabilities", "All genres and tags along", "All probabilities, and exports"):
        watched.page.get_by_text(part).click()
        settle(watched.page)
    expect(watched.page.get_by_role("button", name="Export as JSON")).to_be_visible()
    settle(watched.page)
    said = watched.said("verdicts")
    assert said.count(f"{FILE_GENRES[1]} {FILE_GENRES[0]}.flac") >= 1
    values = watched.page.get_by_test_id("stMetricValue").all_inner_texts()
    assert {value.replace("\N{WORD JOINER}", "").strip() for value in values} <= set(FILE_GENRES)
    assert len(values) == 2
    assert not watched.faults
