"""The whole path on real GTZAN clips: import, look, train, compare, hear the mistakes, classify a song."""

from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.conftest import StartServer
from tests.browser.journey import walk
from tests.browser.steps import visit


def test_on_real_clips(page: Page, start_server: StartServer, tmp_path: Path, shared: Path) -> None:
    url = start_server(tmp_path, str(shared / "data"))
    visit(page, url, "collections")
    place = page.get_by_role("textbox", name="Folder, archive or feature file on this computer")
    place.fill(str(shared / "data" / "gtzan_mini"))
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.get_by_text("Imported gtzan_mini: 80 clips, 10 genres.")).to_be_visible()
    walk(page, tmp_path, n_test=5, song=shared / "data" / "songs" / "vibe_ace.ogg")
