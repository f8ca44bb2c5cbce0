"""The player in a real browser: the cursor goes with the sound, one sounds at a time, and it outlives its page."""

import re
from pathlib import Path

import numpy as np
import pytest
import soundfile
from playwright.sync_api import Browser, Locator, Page, expect

from core.clips.collection import Collection
from core.extraction.extract import extract
from core.features.mel import MelSpectrogram
from core.features.numeric import NumericFeatures
from core.importing.register import import_folder
from tests.browser.conftest import StartServer
from tests.browser.steps import go_to, heard, player, settle, visit
from tests.waiting import until

SECONDS = 20
N_CLIPS = 3
MOST_PICTURE_BYTES = 33_000
"""Thirty cards on a page are to cost less than 1 MB until something is played."""

APART = """async () => {
    const deck = genreLabDeck;
    const cursor = [...deck.players.keys()].find(each => each.isMine).cursor;
    const apart = [];
    for (let n = 0; n < 40; n += 1) {
        await new Promise(requestAnimationFrame);
        apart.push(Math.abs(parseFloat(cursor.style.left) / 100 * deck.track.duration - deck.audio.currentTime));
    }
    return apart;
}"""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def collection(place: Path) -> Collection:
    folder = place / "data" / "two"
    random = np.random.default_rng(0)
    for genre, hz in (("high", 2000), ("low", 200)):
        (folder / genre).mkdir(parents=True)
        for number in range(N_CLIPS):
            time_s = np.arange(SECONDS * 22_050) / 22_050
            sound = 0.2 * np.sin(2 * np.pi * hz * (number + 1) * time_s) + 0.05 * random.standard_normal(len(time_s))
            soundfile.write(folder / genre / f"{genre}.0000{number}.flac", sound, 22_050)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GENRE_LAB_HOME", str(place))
        collection = import_folder(folder)
        extract(collection, [MelSpectrogram(), NumericFeatures()], n_workers=1)
    return collection


@pytest.fixture(scope="module")
def server(start_server: StartServer, place: Path, collection: Collection) -> str:
    return start_server(place, "")


@pytest.fixture
def gallery(page: Page, server: str, collection: Collection) -> Page:
    visit(page, server, f"gallery?collection={collection.id}")
    for name in ("high.00000", "low.00000"):
        expect(surface(page, name)).to_be_visible()
    return page


def surface(page: Page, name: str) -> Locator:
    """The picture of a player, or the line in its place."""
    return page.get_by_role("slider", name=f"Position in {name}", exact=True)


def click_at(page: Page, name: str, share: float) -> None:
    """Click into a player's picture."""
    surface(page, name).scroll_into_view_if_needed()
    box = surface(page, name).bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + share * box["width"], box["y"] + box["height"] / 2)


def sounds(page: Page) -> None:
    page.wait_for_function("() => genreLabDeck.playing && genreLabDeck.audio.readyState >= 3")


def bar(page: Page) -> Locator:
    return page.get_by_role("region", name="What is playing")


def test_nothing_is_fetched_of_a_sound_before_it_is_played(page: Page, server: str, collection: Collection) -> None:
    fetched: dict[str, int] = {}
    page.on("response", lambda answer: fetched.__setitem__(answer.url, int(answer.headers.get("content-length", 0))))
    visit(page, server, f"gallery?collection={collection.id}")
    expect(page.get_by_role("img", name="Mel spectrogram of low.00000")).to_be_visible()
    page.wait_for_function(
        "() => performance.getEntriesByType('resource').filter(each => each.name.includes('/look/')).length === 2"
    )
    pictures = {url: size for url, size in fetched.items() if "/sound/look/" in url}
    assert 500 < max(pictures.values()) < MOST_PICTURE_BYTES
    assert not [url for url in fetched if "/sound/clip/" in url]
    player(page, "low.00000").get_by_role("button", name="Play low.00000").click()
    sounds(page)
    assert [url for url in fetched if "/sound/clip/" in url]


def test_a_click_seeks_and_the_cursor_stays_with_the_sound(gallery: Page) -> None:
    click_at(gallery, "low.00000", 0.5)
    sounds(gallery)
    assert heard(gallery)["position"] == pytest.approx(SECONDS / 2, abs=2)
    # The middle of what was seen: a computer that is busy with other things may draw a frame late.
    assert float(np.median(gallery.evaluate(APART))) < 0.05
    expect(surface(gallery, "low.00000")).to_have_attribute("aria-valuetext", re.compile("0:1. of 0:20"))


def test_starting_one_stops_the_other(gallery: Page) -> None:
    click_at(gallery, "low.00000", 0.1)
    sounds(gallery)
    click_at(gallery, "high.00000", 0.1)
    sounds(gallery)
    assert heard(gallery)["title"] == "high.00000"
    expect(player(gallery, "low.00000").get_by_role("button", name="Play low.00000")).to_be_visible()
    expect(player(gallery, "high.00000").get_by_role("button", name="Pause high.00000")).to_be_visible()
    assert gallery.evaluate("() => document.querySelectorAll('audio').length") == 0


def test_what_the_page_draws_after_the_sound_began_is_next_too(gallery: Page) -> None:
    has_next = gallery.evaluate(
        """() => {
            const called = (name) => [...genreLabDeck.players].find(([, track]) => track.title === name);
            const [[, first], [late, track]] = [called("high.00000"), called("low.00000")];
            genreLabDeck.unregister(late);
            genreLabDeck.play(first);
            const before = genreLabDeck.hasStep(1);
            genreLabDeck.register(late, track);
            return before;
        }"""
    )
    assert not has_next
    expect(bar(gallery).get_by_role("button", name="Next in this view")).to_be_enabled()


def test_next_goes_through_the_view_in_the_order_of_the_page(gallery: Page) -> None:
    gallery.get_by_role("radio", name=str(N_CLIPS), exact=True).click()
    places = gallery.get_by_role("slider", name="Position in ")
    expect(places).to_have_count(2 * N_CLIPS)
    settle(gallery)
    shown = places.evaluate_all("places => places.map(place => place.ariaLabel.replace('Position in ', ''))")
    click_at(gallery, shown[0], 0.1)
    assert gallery.evaluate("() => genreLabDeck.list.map(track => track.title)") == shown
    bar(gallery).get_by_role("button", name="Next in this view").click()
    expect(bar(gallery)).to_contain_text(shown[1])
    # Whatever the order in which the players were made: what stands last on the page is last.
    turned = """() => {
        const hosts = [...genreLabDeck.players.keys()].map(player => player.host.getRootNode().host);
        hosts.toReversed().forEach(host => document.body.append(host));
        return genreLabDeck.listOf(genreLabDeck.track).map(track => track.title);
    }"""
    assert gallery.evaluate(turned) == shown[::-1]


def test_music_goes_on_over_pages_with_a_bar_that_leads_through_the_view(gallery: Page) -> None:
    click_at(gallery, "high.00000", 0.1)
    sounds(gallery)
    # However long the pages take: the sound does not end.
    player(gallery, "high.00000").get_by_role("button", name="Play again and again").click()
    go_to(gallery, "Explore")
    go_to(gallery, "Train")
    assert heard(gallery)["playing"]
    expect(bar(gallery)).to_contain_text("high.00000")
    bar(gallery).get_by_role("button", name="Next in this view").click()
    sounds(gallery)
    expect(bar(gallery)).to_contain_text("low.00000")
    expect(bar(gallery).get_by_role("button", name="Next in this view")).to_be_disabled()
    bar(gallery).get_by_role("button", name="Stop and close").click()
    expect(bar(gallery)).to_be_hidden()
    assert not heard(gallery)["playing"]


def test_by_keyboard_alone(gallery: Page) -> None:
    place = surface(gallery, "low.00000")
    place.focus()
    gallery.keyboard.press("Space")
    sounds(gallery)
    gallery.keyboard.press("Space")
    until(lambda: not heard(gallery)["playing"])
    gallery.keyboard.press("Home")
    gallery.keyboard.press("Shift+ArrowRight")
    gallery.keyboard.press("ArrowRight")
    until(lambda: heard(gallery)["position"] == pytest.approx(6, abs=0.1))
    gallery.keyboard.press("[")
    gallery.keyboard.press("ArrowRight")
    gallery.keyboard.press("ArrowRight")
    gallery.keyboard.press("]")
    gallery.keyboard.press("l")
    until(lambda: heard(gallery)["loop"] == pytest.approx([6, 8], abs=0.2))
    assert place.evaluate("place => getComputedStyle(place).outlineStyle") == "solid"


def test_a_part_that_is_dragged_over_is_played_again_and_again(gallery: Page) -> None:
    box = surface(gallery, "low.00000").bounding_box()
    assert box is not None
    y = box["y"] + 20
    gallery.mouse.move(box["x"] + 0.5 * box["width"], y)
    gallery.mouse.down()
    gallery.mouse.move(box["x"] + 0.55 * box["width"], y, steps=4)
    gallery.mouse.up()
    sounds(gallery)
    low, high = heard(gallery)["loop"]  # type: ignore[misc]
    assert (low, high) == (pytest.approx(0.5 * SECONDS, abs=0.5), pytest.approx(0.55 * SECONDS, abs=0.5))
    gallery.evaluate("() => { window.n_jumps = 0; genreLabDeck.audio.addEventListener('seeked', () => n_jumps++); }")
    gallery.wait_for_function("() => n_jumps >= 2")
    assert low - 0.1 <= heard(gallery)["position"] <= high + 0.3  # type: ignore[operator]


def test_speed_keeps_the_pitch_and_the_volume_is_remembered(
    browser: Browser, server: str, collection: Collection
) -> None:
    context = browser.new_context()
    page = context.new_page()
    visit(page, server, f"gallery?collection={collection.id}")
    click_at(page, "low.00000", 0)
    sounds(page)
    bar(page).get_by_role("combobox", name="Speed, pitch kept").select_option("1.5")
    bar(page).get_by_role("slider", name="Volume").fill("0.25")
    now = heard(page)
    assert (now["speed"], now["keepsPitch"], now["volume"]) == (1.5, True, 0.25)
    page.reload()
    settle(page)
    click_at(page, "low.00000", 0)
    sounds(page)
    assert heard(page)["volume"] == 0.25
    context.close()


def test_a_sound_that_is_gone_is_named(gallery: Page, collection: Collection) -> None:
    gallery.route("**/sound/clip/**", lambda route: route.fulfill(status=404, body="gone"))
    player(gallery, "high.00000").get_by_role("button", name="Play high.00000").click()
    expect(player(gallery, "high.00000")).to_contain_text("This sound cannot be played")
    assert not heard(gallery)["playing"]
