"""Steps of a journey, in a visitor's terms."""

from playwright.sync_api import Locator, Page, expect

from tests.waiting import until

QUIET_MS = 150
QUIET = """ms => {
    const app = document.querySelector('[data-testid=stApp]');
    const isQuiet = app?.getAttribute('data-test-script-state') === 'notRunning'
        && !document.querySelector('[data-testid=stSkeleton]');
    window.quietSince = isQuiet ? (window.quietSince ?? performance.now()) : undefined;
    return isQuiet && performance.now() - window.quietSince >= ms;
}"""


HEARD = """() => window.genreLabDeck === undefined ? {} : {
    title: genreLabDeck.track?.title ?? "", playing: genreLabDeck.playing, position: genreLabDeck.position,
    source: genreLabDeck.audio.currentSrc, duration: genreLabDeck.audio.duration, loop: genreLabDeck.loop,
    volume: genreLabDeck.audio.volume, speed: genreLabDeck.audio.playbackRate,
    keepsPitch: genreLabDeck.audio.preservesPitch }"""


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


def heard(page: Page) -> dict[str, object]:
    """What sounds in this tab; empty before anything was played."""
    found: dict[str, object] = page.evaluate(HEARD)
    return found


def player(page: Page, name: str) -> Locator:
    """The buttons of the player of what is called so."""
    return page.get_by_role("group", name=f"Player of {name}", exact=True)


def hear(page: Page, *, duration_s: float) -> str:
    """Play the first player on the page, hold that it sounds and lasts so long; the address of its sound."""
    toggle = page.get_by_role("group", name="Player of ").first.get_by_role("button", name="Play ").first
    toggle.scroll_into_view_if_needed()
    toggle.click()
    page.wait_for_function("() => genreLabDeck.playing && genreLabDeck.position > 0.3")
    now = heard(page)
    assert abs(float(str(now["duration"])) - duration_s) < 0.5, now
    page.evaluate("() => genreLabDeck.pause()")
    until(lambda: not heard(page)["playing"])
    return str(now["source"])
