"""The map of Explore under a real mouse: a click plays the clip and keeps the zoom."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from core.clips.collection import Collection
from core.extraction.extract import extract
from core.features.mel import MelSpectrogram
from core.features.numeric import NumericFeatures
from core.importing.register import import_folder
from tests.browser.conftest import StartServer
from tests.browser.steps import heard, player, settle, visit
from tests.conftest import make_tiny_folder
from tests.waiting import until


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def collection(place: Path) -> Collection:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GENRE_LAB_HOME", str(place))
        collection = import_folder(make_tiny_folder(place / "data" / "tiny"))
        extract(collection, [MelSpectrogram(), NumericFeatures()], n_workers=1)
    return collection


@pytest.fixture(scope="module")
def server(start_server: StartServer, place: Path) -> str:
    return start_server(place, "")


def points(page: Page) -> Locator:
    return page.get_by_test_id("stVegaLiteChart").locator("path[aria-label*='Clip: ']")


def ring(page: Page) -> str:
    """Where the ring stands: the name of the point that it surrounds."""
    marks = page.get_by_test_id("stVegaLiteChart").locator(".mark-symbol.role-mark").last.locator("path")
    expect(marks).to_have_count(1)
    place = (marks.first.get_attribute("aria-label") or "").split("; ")
    labels = [points(page).nth(number).get_attribute("aria-label") or "" for number in range(points(page).count())]
    around = next(label for label in labels if label.startswith("; ".join(place[:2])))
    return clip_of(around)


def clip_of(label: str) -> str:
    found = re.search(r"Clip: ([^;]+)", label)
    assert found is not None
    return found.group(1)


def ticks(page: Page) -> list[str]:
    return page.get_by_test_id("stVegaLiteChart").locator(".role-axis-label text").all_text_contents()


def settled_ticks(page: Page) -> list[str]:
    """Labels of the axes once a turn of the wheel is drawn to its end: the same twice, some frames apart."""
    seen: list[list[str]] = [[]]

    def look() -> bool:
        page.wait_for_timeout(250)
        seen.append(ticks(page))
        return seen[-1] == seen[-2]

    until(look)
    return seen[-1]


def test_a_click_plays_the_clip_and_keeps_the_zoom(page: Page, server: str, collection: Collection) -> None:
    visit(page, server, f"explore?collection={collection.id}")
    expect(points(page)).to_have_count(24)
    assert ring(page) == "bass.00000"
    before = ticks(page)

    target = page.get_by_test_id("stVegaLiteChart").locator("path[aria-label*='Clip: treble.00002;']")
    target.hover(force=True)
    page.mouse.wheel(0, -300)
    until(lambda: ticks(page) != before)
    zoomed = settled_ticks(page)

    target.click(force=True)
    page.wait_for_url(re.compile(r"clip=treble\.00002"))
    settle(page)
    assert ticks(page) == zoomed
    assert ring(page) == "treble.00002"
    expect(player(page, "treble.00002")).to_be_visible()
    page.wait_for_function("() => window.genreLabDeck?.audio.duration > 0")
    assert heard(page)["title"] == "treble.00002"
    assert heard(page)["duration"] == pytest.approx(2.5, abs=0.1)


def test_the_list_moves_the_ring_after_a_click(page: Page, server: str, collection: Collection) -> None:
    visit(page, server, f"explore?collection={collection.id}&clip=hiss.00001")
    assert ring(page) == "hiss.00001"
    page.get_by_test_id("stVegaLiteChart").locator("path[aria-label*='Clip: treble.00004;']").click(force=True)
    page.wait_for_url(re.compile(r"clip=treble\.00004"))
    settle(page)
    page.get_by_role("combobox", name="Clip").click()
    page.keyboard.type("bass.00005")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"clip=bass\.00005"))
    settle(page)
    assert ring(page) == "bass.00005"


def test_a_box_selects_clips_for_every_view_and_a_click_keeps_them(
    page: Page, server: str, collection: Collection
) -> None:
    visit(page, server, f"explore?collection={collection.id}")
    expect(points(page)).to_have_count(24)
    chart = page.get_by_test_id("stVegaLiteChart").bounding_box()
    assert chart is not None
    # From the upper left corner of the plot, beside every point, to its middle.
    page.mouse.move(chart["x"] + 70, chart["y"] + 8)
    page.mouse.down()
    page.mouse.move(chart["x"] + chart["width"] * 0.6, chart["y"] + 330, steps=8)
    page.mouse.up()
    chosen = page.get_by_text(re.compile(r"^\d+ of 24 clips selected$"))
    expect(chosen).to_be_visible()
    settle(page)
    said = chosen.inner_text()
    assert 0 < int(said.split()[0]) < 24
    page.get_by_test_id("stVegaLiteChart").locator("path[aria-label*='Clip: treble.00002;']").click(force=True)
    page.wait_for_url(re.compile(r"clip=treble\.00002"))
    settle(page)
    expect(page.get_by_text(said)).to_be_visible()
    page.get_by_text("Spread", exact=True).click()
    settle(page)
    expect(page.get_by_text(said)).to_be_visible()
    page.get_by_role("button", name="Clear selection").click()
    expect(page.get_by_text("Nothing selected")).to_be_visible()


def test_a_click_in_space_plays_the_clip(page: Page, server: str, collection: Collection) -> None:
    visit(page, server, f"explore?collection={collection.id}&dims=3")
    figure = page.locator(".st-key-explore-map-3d .js-plotly-plot")
    expect(figure.locator(".gl-container canvas").first).to_be_visible()
    # Drawn is not yet ready: what Streamlit does at a click is attached afterwards.
    plot = figure.element_handle()
    page.wait_for_function("plot => plot._ev?.listenerCount('plotly_click') > 0", arg=plot)
    figure.evaluate("plot => plot.emit('plotly_click', { points: [{ customdata: ['hiss.00003'] }] })")
    page.wait_for_url(re.compile(r"clip=hiss\.00003"))
    settle(page)
    expect(player(page, "hiss.00003")).to_be_visible()
    until(lambda: heard(page).get("title") == "hiss.00003")
