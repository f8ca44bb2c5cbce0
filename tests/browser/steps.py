"""Steps of a journey, in a visitor's terms."""

from playwright.sync_api import Page, expect

QUIET_MS = 150
QUIET = """ms => {
    const app = document.querySelector('[data-testid=stApp]');
    const isQuiet = app?.getAttribute('data-test-script-state') === 'notRunning'
        && !document.querySelector('[data-testid=stSkeleton]');
    window.quietSince = isQuiet ? (window.quietSince ?? performance.now()) : undefined;
    return isQuiet && performance.now() - window.quietSince >= ms;
}"""


def settle(page: Page) -> None:
    """Wait until the page is drawn and its script has stopped for a while, and hold that it shows no exception."""
    page.wait_for_selector("[data-testid=stApp]")
    page.evaluate("() => { window.quietSince = undefined; }")
    page.wait_for_function(QUIET, arg=QUIET_MS)
    exceptions = page.get_by_test_id("stException").all_inner_texts()
    assert not exceptions, exceptions


def visit(page: Page, url: str, path: str = "") -> None:
    """Open a page by its address."""
    page.goto(f"{url}/{path}")
    settle(page)


def go_to(page: Page, title: str) -> None:
    """Choose a page in the navigation."""
    page.get_by_test_id("stSidebarNav").get_by_role("link", name=title, exact=True).click()
    settle(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Genre Lab" if title == "Overview" else title)
