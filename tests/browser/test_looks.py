"""Every page in light and dark: legible and accessible by axe-core, and without a warning in the console."""

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from core.clips.collection import Collection
from core.extraction.extract import extract
from core.features.mel import MelSpectrogram
from core.features.numeric import NumericFeatures
from core.importing.register import import_folder
from core.models.ffnn import FfnnConfig
from core.queue.launch import train_here
from core.recipe.config import TrainingConfig
from tests.browser.conftest import StartServer
from tests.browser.steps import visit
from tests.conftest import make_tiny_folder
from tests.waiting import LIMIT_S

VIEWS = ("map", "spread", "pairs", "correlation", "ranking", "spectrograms", "outliers", "counts", "table")
PAGES = (
    "overview",
    *(f"guide?step={step}&collection={{collection}}" for step in ("look", "numbers", "cnn", "mistakes")),
    "collections?collection={collection}",
    "collections?collection={collection}&tab=Quality",
    "gallery?collection={collection}",
    *(f"gallery?collection={{collection}}&show={view}" for view in ("clip", "two", "genres")),
    *(f"explore?collection={{collection}}&view={view}" for view in VIEWS),
    "train?collection={collection}",
    *(f"train?view={view}" for view in ("Queue", "Search", "Study")),
    "train?run={run}",
    *(f"compare?tab={tab}" for tab in ("Runs", "Groups", "Leak+meter")),
    "confusion?run={run}",
    *(f"human?tab={tab}&run={{run}}" for tab in ("Blind+quiz", "Kinship", "Family+tree", "Adviser")),
    "classify",
    "classify?song=example",
)

# Dark differs in colours alone, of which the further views have no others.
IN_DARK = tuple(path for path in PAGES if "view=" not in path or path.endswith(("=map", "=pairs", "=Queue")))

# Markup that is not ours: the rule, and a part of the element by which it is known.
KNOWN = (
    ("list", '<ul data-testid="stSidebarNavItems"'),  # Streamlit's navigation puts divisions into lists
    ("listitem", '<li class="st-emotion-cache-'),  # the same
    ("svg-img-alt", "role-mark brushed_brush"),  # Vega's box of a selection is an image without a name
    ("svg-img-alt", "role-mark box_"),
)
NOT_OURS = ("GL Driver Message", "willReadFrequently", "/_stcore/")
"""Messages of the browser about Plotly's WebGL; and Streamlit looks for its own addresses below a page's, in vain."""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Collection, str]:
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GENRE_LAB_HOME", str(home))
        patch.setenv("GENRE_LAB_PRETRAINED", "")
        patch.setenv("GENRE_LAB_MEASURE", "0")
        patch.delenv("MLFLOW_TRACKING_URI", raising=False)
        collection = import_folder(make_tiny_folder(home / "data" / "tiny"))
        extract(collection, [MelSpectrogram(), NumericFeatures()], n_workers=1)
        config = TrainingConfig(
            collection_id=collection.id, genres=collection.genres, model=FfnnConfig(units=(4,)), epochs=2
        )
        run = train_here(config).id
    return home, collection, run


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_are_accessible_and_their_console_is_quiet(
    browser: Browser, start_server: StartServer, place: tuple[Path, Collection, str], scheme: str
) -> None:
    home, collection, run = place
    url = start_server(home, "")
    context = browser.new_context(viewport={"width": 1400, "height": 3000}, color_scheme=scheme)
    context.set_default_timeout(1000 * LIMIT_S)
    page = context.new_page()
    faults: list[str] = []

    def hear(kind: str, text: str) -> None:
        if kind in ("warning", "error") and not any(part in text for part in NOT_OURS):
            faults.append(f"{page.url}: {text}")

    page.on("console", lambda message: hear(message.type, f"{message.text} {message.location['url']}"))
    for path in PAGES if scheme == "light" else IN_DARK:
        visit(page, url, path.format(collection=collection.id, run=run))
        for violation in Axe().run(page).response["violations"]:
            if violation["impact"] not in ("serious", "critical"):
                continue
            for node in violation["nodes"]:
                known = any(
                    violation["id"] == rule and part in f"{node['target']}{node['html']}" for rule, part in KNOWN
                )
                if not known:
                    faults.append(f"{page.url}: {violation['id']} {node['target']} {node['html'][:200]}")
    context.close()
    assert not faults, "\n".join(faults)
