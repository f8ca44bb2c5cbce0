"""Back in the browser leads to the page before, and addresses say what belongs to their page."""

from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from core.clips.collection import Collection
from core.extraction.extract import extract
from core.features.mel import MelSpectrogram
from core.features.numeric import NumericFeatures
from core.importing.register import import_folder
from tests.browser.conftest import StartServer
from tests.browser.steps import go_to, settle, visit
from tests.conftest import make_tiny_folder

PAGES = ("Collections", "Explore", "Gallery", "Train", "Compare")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def collections(place: Path) -> tuple[Collection, Collection]:
    """The one shown by default, and another."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GENRE_LAB_HOME", str(place))
        first, second = (import_folder(make_tiny_folder(place / "data" / name)) for name in ("a-first", "b-second"))
        for collection in (first, second):
            extract(collection, [MelSpectrogram(), NumericFeatures()], n_workers=1)
    return first, second


@pytest.fixture(scope="module")
def server(start_server: StartServer, place: Path, collections: tuple[Collection, Collection]) -> str:
    return start_server(place, "")


def address(page: Page) -> tuple[str, dict[str, list[str]]]:
    parts = urlsplit(page.url)
    return parts.path, parse_qs(parts.query)


def test_one_press_leads_one_page_back(page: Page, server: str) -> None:
    visit(page, server)
    before = page.evaluate("history.length")
    for title in PAGES:
        go_to(page, title)
        assert address(page) == (f"/{title.lower()}", {})
    assert page.evaluate("history.length") - before == len(PAGES)
    for title in (*PAGES[-2::-1], "Genre Lab"):
        page.go_back()
        settle(page)
        expect(page.get_by_role("heading", level=1)).to_have_text(title)


def test_a_choice_is_one_entry_and_is_undone_by_back(
    page: Page, server: str, collections: tuple[Collection, Collection]
) -> None:
    second = collections[1]
    visit(page, server, "explore")
    before = page.evaluate("history.length")
    page.get_by_test_id("stButtonGroup").get_by_role("button", name="Spread", exact=True).or_(
        page.get_by_role("radio", name="Spread")
    ).first.click()
    settle(page)
    assert address(page) == ("/explore", {"view": ["spread"]})
    assert page.evaluate("history.length") - before == 1
    page.go_back()
    settle(page)
    assert address(page) == ("/explore", {})
    # A link with several parameters is one entry, and what is carried to the next page is what belongs there.
    visit(page, server, f"explore?collection={second.id}&view=pairs")
    go_to(page, "Train")
    assert address(page) == ("/train", {"collection": [second.id]})
    page.reload()
    settle(page)
    assert address(page) == ("/train", {"collection": [second.id]})
    go_to(page, "Compare")
    assert address(page) == ("/compare", {})
