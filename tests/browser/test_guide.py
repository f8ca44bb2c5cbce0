"""The tour from the first step to the last: each button lands where it says, and the way back is kept."""

from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from core.clips.collection import Collection
from core.extraction.extract import extract
from core.features.mel import MelSpectrogram
from core.features.numeric import NumericFeatures
from core.importing.register import import_folder
from core.models.architectures import CnnConfig, FfnnConfig
from core.queue.launch import train_here
from core.recipe.config import TrainingConfig
from dashboard.sentences.guide import STEPS, number_of
from tests.browser.conftest import StartServer
from tests.browser.steps import settle, visit
from tests.conftest import make_tiny_folder


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Collection, str, str]:
    """A home with a collection and its features, and a CNN and an FFNN trained on it."""
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GENRE_LAB_HOME", str(home))
        patch.setenv("GENRE_LAB_PRETRAINED", "")
        patch.setenv("GENRE_LAB_MEASURE", "0")
        patch.delenv("MLFLOW_TRACKING_URI", raising=False)
        collection = import_folder(make_tiny_folder(home / "data" / "tiny"))
        extract(collection, [MelSpectrogram(), NumericFeatures()], n_workers=1)
        models = (CnnConfig(filters=(4,), pool=(8, 16), dense=(8,)), FfnnConfig(units=(8,)))
        cnn, ffnn = (
            train_here(
                TrainingConfig(
                    collection_id=collection.id, genres=collection.genres, model=model, epochs=1, name=model.kind
                )
            ).id
            for model in models
        )
    return home, collection, cnn, ffnn


def address(page: Page) -> tuple[str, dict[str, str]]:
    parts = urlsplit(page.url)
    return parts.path.strip("/"), {name: values[0] for name, values in parse_qs(parts.query).items()}


def test_the_tour_from_the_first_step_to_the_last(
    page: Page, start_server: StartServer, place: tuple[Path, Collection, str, str]
) -> None:
    home, collection, cnn, ffnn = place
    own = {"collection": collection.id}
    expected: dict[str, tuple[str, str, dict[str, str]]] = {
        "look": ("gallery", "Gallery", own),
        "listen": ("gallery", "Gallery", own | {"show": "two"}),
        "numbers": ("explore", "Explore", own),
        "ffnn": ("train", "Train", {"run": ffnn}),
        "cnn": ("compare", "Compare", {}),
        "mistakes": ("confusion", "Confusion", {"run": cnn}),
        "leak": ("compare", "Compare", {"tab": "Leak meter"}),
    }
    main = page.get_by_test_id("stMain")
    visit(page, start_server(home, ""), "guide")
    for step in STEPS:
        expect(page.get_by_role("heading", name=f"{number_of(step)}. {step.title}", exact=True)).to_be_visible()
        path, title, query = expected[step.id]
        main.get_by_role("button", name=f"Open {title}: ").first.click()
        expect(page.get_by_role("heading", level=1)).to_contain_text(title)
        settle(page)
        said = address(page)
        # What is the default needs no word in the address.
        assert said[0] == path
        assert {name: said[1].get(name, value) for name, value in query.items()} == query
        assert page.get_by_text("The link asks for").count() == 0
        if step.id == "listen":
            assert main.get_by_role("group", name="Player of ").count() == 2
        if step.id == "cnn":
            for run in (cnn, ffnn):
                expect(main).to_contain_text(run[:6])
        if number_of(step) == len(STEPS):
            break
        page.get_by_role("link", name=f"Back to step {number_of(step)} of 7: {step.title}").click()
        settle(page)
        page.get_by_role("button", name="Next: ").click()
        settle(page)
    page.get_by_test_id("stSidebarNav").get_by_role("link", name="Guide", exact=True).click()
    expect(page.get_by_text("All seven steps done.")).to_be_visible()
    settle(page)
    # The address alone keeps it, for who comes back another day.
    kept = page.url
    page.goto("about:blank")
    page.goto(kept)
    expect(page.get_by_text("All seven steps done.")).to_be_visible()
