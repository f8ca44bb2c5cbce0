"""The list that a player is told of in a real browser: it outlives its page, which follows what plays; and the menu."""

import re

import pytest
from playwright.sync_api import Page, expect

from core.clips.collection import Collection
from tests.browser.steps import go_to, heard, settle, visit
from tests.browser.test_player import bar, collection, place, server, sounds, surface
from tests.waiting import until

__all__ = ["collection", "place", "server"]


def test_the_page_follows_what_plays_and_the_list_outlives_it(page: Page, server: str, collection: Collection) -> None:
    page.emulate_media(color_scheme="dark")
    visit(page, server, f"explore?collection={collection.id}&view=table&clip=high.00000")
    surface(page, "high.00000").focus()
    page.keyboard.press("Space")
    sounds(page)
    colors = bar(page).evaluate("host => getComputedStyle(host.shadowRoot.querySelector('.bar')).backgroundColor")
    assert max(map(int, re.findall(r"\d+", colors)[:3])) < 60
    # Faster than the page can be drawn.
    page.evaluate("() => { genreLabDeck.step(1); genreLabDeck.step(1); setTimeout(() => genreLabDeck.step(1), 120); }")
    page.wait_for_url(re.compile(r"clip=low\.00000"))
    expect(surface(page, "low.00000")).to_be_visible()
    settle(page)
    assert heard(page)["title"] == "low.00000"
    sounds(page)

    go_to(page, "Train")
    assert heard(page)["playing"]
    bar(page).get_by_role("button", name="Next in this view").click()
    sounds(page)
    assert heard(page)["title"] == "low.00001"
    # The arrow keys of the bar go as far as those of a player.
    page.evaluate("() => genreLabDeck.pause()")
    position = bar(page).get_by_role("slider", name="Position in what is playing")
    position.focus()
    before = float(str(heard(page)["position"]))
    page.keyboard.press("ArrowRight")
    until(lambda: heard(page)["position"] == pytest.approx(before + 1, abs=0.2))


def test_what_was_marked_and_typed_is_not_lost(page: Page, server: str, collection: Collection) -> None:
    visit(page, server, f"gallery?collection={collection.id}")
    marked = "() => [...genreLabDeck.players.keys()].map(each => each.selection).filter(Boolean)"
    surface(page, "high.00000").focus()
    page.keyboard.press("ArrowRight")
    sounds(page)
    page.evaluate("() => genreLabDeck.pause()")
    page.keyboard.press("[")
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("]")
    (before,) = page.evaluate(marked)
    page.get_by_role("slider", name="Bands").press("ArrowLeft")
    page.wait_for_function(
        "() => performance.getEntriesByType('resource').filter(e => /look/.test(e.name)).length >= 4"
    )
    settle(page)
    assert page.evaluate(marked) == [before]
    expect(page.locator("img.awaited")).to_have_count(0)  # the pictures of before stood in their place
    surface(page, "high.00000").press("Escape")
    assert page.evaluate(marked) == []

    # Near the lower edge of the window, all of the menu is seen above it.
    page.set_viewport_size({"width": 1400, "height": 900})
    menu = page.get_by_role("button", name="Tags and more").first
    menu.evaluate("menu => menu.scrollIntoView({ block: 'end' })")
    menu.click()
    opened = page.get_by_test_id("stPopoverBody")
    page.wait_for_function(
        "menu => menu.scrollHeight > 400 && menu.scrollHeight <= menu.clientHeight + 1", arg=opened.element_handle()
    )
    opened.get_by_label("Note", exact=True).fill("Hum at 50 Hz.")
    page.keyboard.press("Escape")
    expect(page.get_by_text("Not saved yet").first).to_be_visible()
    expect(opened).to_have_count(0)
    menu.click()
    expect(opened.get_by_label("Note", exact=True)).to_have_value("Hum at 50 Hz.")
    # The click that leaves the field is also the one that saves.
    opened.get_by_label("Note", exact=True).press("End")
    page.keyboard.type(" And hiss.")
    opened.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Hum at 50 Hz. And hiss.").first).to_be_visible()
    expect(page.get_by_text("Not saved yet")).to_have_count(0)
