"""The whole path on the built-in demo, as a newcomer without any music walks it."""

from pathlib import Path

from playwright.sync_api import Page, expect

from core.collections.registry import DEMO_ID
from tests.browser.conftest import StartServer
from tests.browser.journey import walk
from tests.browser.steps import visit


def test_on_the_demo(page: Page, start_server: StartServer, tmp_path: Path) -> None:
    url = start_server(tmp_path, "")
    visit(page, url)
    page.get_by_role("button", name="Get the demo collection").click()
    # It is ready when its music can be looked at: Overview then goes on by itself.
    expect(page.get_by_role("progressbar")).to_be_visible()
    expect(page.get_by_role("button", name="Stop")).to_be_hidden()
    visit(page, url, f"gallery?collection={DEMO_ID}")
    (song,) = (tmp_path / "data" / "demo").rglob("jazz.00000.flac")
    walk(page, tmp_path, n_test=12, song=song)
