"""Classify in a real browser: a song is recorded, and what is said along it follows the sound."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from core.clips.collection import Collection
from core.extraction.extract import extract
from core.features.mel import MelSpectrogram
from core.queue.launch import train_here
from tests.browser.conftest import StartServer
from tests.browser.steps import heard, settle, visit
from tests.pages.conftest import quick_config
from tests.waiting import LIMIT_S, until

SONG = "Example: classical, jazz, metal"


@pytest.fixture
def server(start_server: StartServer, home: Path, tiny_collection: Collection) -> str:
    extract(tiny_collection, [MelSpectrogram()], n_workers=1)
    train_here(quick_config(tiny_collection, epochs=1))
    return start_server(home, "")


def test_the_example_is_one_click_and_its_lanes_follow_the_cursor(page: Page, server: str) -> None:
    visit(page, server, "classify")
    page.get_by_role("button", name="Example song").click()
    settle(page)
    place = page.get_by_role("slider", name=f"Position in {SONG}")
    expect(place).to_be_visible()
    expect(page.get_by_role("img", name=f"Mel spectrogram of {SONG}")).to_be_visible()
    lane = page.get_by_role("img", name=re.compile("^Custom: .* from 0:00 to"))
    expect(lane).to_be_visible()
    said = page.locator(".row .now").first
    expect(said).to_have_text(re.compile(r"^\w+, \d+ %$"))
    expect(page.locator(".when").first).to_have_text("whole song")

    # A click on the lane plays from there, and what stands beside it is what is said there.
    box, over = lane.bounding_box(), place.bounding_box()
    assert box is not None
    assert over is not None
    assert (box["x"], box["width"]) == (pytest.approx(over["x"], abs=1), pytest.approx(over["width"], abs=1))
    page.mouse.click(box["x"] + 0.5 * box["width"], box["y"] + box["height"] / 2)
    page.wait_for_function("() => genreLabDeck.playing && genreLabDeck.position > 29")
    page.evaluate("() => genreLabDeck.pause()")
    page.mouse.move(5, 5)
    until(lambda: not heard(page)["playing"])
    expect(page.locator(".when").first).to_have_text(re.compile("^at 0:(29|3.)$"))
    found = page.evaluate(
        """() => {
            const player = [...genreLabDeck.players.keys()].find((each) => each.isMine);
            const [lane] = player.lanes;
            const at = genreLabDeck.position;
            const part = lane.parts.find(([from, to]) => from <= at && at < to);
            const share = parseFloat(player.cursor.style.left) / 100;
            return { said: lane.now.textContent, expected: lane.texts[part[3]].split("\\n")[0],
                     cursor: share * player.duration, at };
        }"""
    )
    assert found["said"] == found["expected"]
    assert found["cursor"] == pytest.approx(found["at"], abs=0.05)
    # By keyboard alone, with what the model says there in words.
    expect(place).to_be_focused()
    page.keyboard.press("Home")
    expect(place).to_have_attribute("aria-valuetext", re.compile(r"^0:00 of 0:58; Custom: \w+, \d+ %$"))


def test_a_song_is_recorded_with_the_microphone(browser: Browser, server: str) -> None:
    context = browser.new_context(permissions=["microphone"])
    context.set_default_timeout(1000 * LIMIT_S)
    page = context.new_page()
    visit(page, server, "classify")
    page.get_by_role("button", name="Record", exact=True).click()
    # Chromium's own microphone of tests, which beeps.
    expect(page.get_by_test_id("stAudioInput")).to_contain_text(re.compile("00:0[3-9]"))
    page.get_by_role("button", name="Stop recording").click()
    expect(page.get_by_role("slider", name="Position in Your recording")).to_be_visible()
    settle(page)
    expect(
        page.get_by_role("region", name="Probability of each genre by each model, in per cent", exact=True)
    ).to_be_visible()
    expect(page.get_by_text("48 kHz · mono · WAV")).to_be_visible()
    assert "song=recorded" in page.url
    context.close()
