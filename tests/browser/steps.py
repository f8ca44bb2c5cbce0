"""Steps of a journey, in a visitor's terms."""

from playwright.sync_api import Page, expect


def settle(page: Page, *, timeout_s: float = 60) -> None:
    """Wait until the page is drawn and its script has stopped, and hold that it shows no exception."""
    page.wait_for_selector("[data-testid=stApp]", timeout=timeout_s * 1000)
    page.wait_for_function(
        "() => document.querySelector('[data-testid=stApp]')?.getAttribute('data-test-script-state') === 'notRunning'"
        " && !document.querySelector('[data-testid=stSkeleton]')",
        timeout=timeout_s * 1000,
    )
    page.wait_for_timeout(150)
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
