"""Two clips in step in a real browser: one sounds, and the other goes on where it was."""

import pytest
from playwright.sync_api import Page, expect

from core.clips.collection import Collection
from tests.browser.conftest import StartServer
from tests.browser.steps import heard, player, visit
from tests.browser.test_player import click_at, collection, place, server, sounds

__all__ = ["collection", "place", "server"]


def test_the_second_of_two_clips_goes_on_where_the_first_was(
    page: Page, start_server: StartServer, server: str, collection: Collection
) -> None:
    visit(page, server, f"gallery?collection={collection.id}&show=two&clip=high.00000&other=low.00000")
    click_at(page, "high.00000", 0.5)
    sounds(page)
    assert heard(page)["title"] == "high.00000"
    # Both cursors stand at the one time.
    cursors = "() => [...genreLabDeck.players.keys()].map(each => each.cursor.hidden ? null : each.cursor.style.left)"
    first, second = page.evaluate(cursors)
    assert first == second is not None
    player(page, "low.00000").get_by_role("button", name="Play low.00000").click()
    page.wait_for_function("() => genreLabDeck.track.title === 'low.00000'")
    sounds(page)
    assert heard(page)["position"] == pytest.approx(10, abs=3)
    expect(player(page, "high.00000").get_by_role("button", name="Play high.00000")).to_be_visible()
    # All pictures of a clip are under the one cursor, and none is missing.
    visit(page, server, f"gallery?collection={collection.id}&show=clip&clip=high.00000")
    position = page.get_by_role("slider", name="Position in high.00000", exact=True)
    shown = page.locator(".surface", has=position).first.locator("img")
    expect(shown).to_have_count(7)
    for number in range(7):
        shown.nth(number).scroll_into_view_if_needed()
        page.wait_for_function(
            "image => image.complete && image.naturalWidth > 0", arg=shown.nth(number).element_handle()
        )
