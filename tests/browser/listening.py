"""Classify as a listener uses it: songs are dropped, rows chosen, sounds fetched as they are played."""

import csv
import io
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile
from playwright.sync_api import Locator, Page, expect

from core.clips.collection import Collection
from tests.browser.steps import heard, player, settle
from tests.waiting import until

ROW_PX = 35
WATCH_PROGRESS = """() => {
    window.progressSeen = [];
    new MutationObserver(() => {
        const bar = document.querySelector('[data-testid=stProgress]');
        if (bar && bar.textContent !== progressSeen.at(-1)) progressSeen.push(bar.textContent);
    }).observe(document.body, { childList: true, subtree: true, characterData: true });
}"""


@dataclass(frozen=True)
class Place:
    """A home with a collection and its runs, and the server that shows it.

    ``cnn`` sees spectrograms; ``numbers`` and ``two`` know numeric features, the latter of two genres.
    """

    url: str
    home: Path
    collection: Collection
    cnn: str
    numbers: str
    two: str

    def file(self, name: str) -> Path:
        """Of a clip."""
        path = self.collection.by_name[name].path
        assert path is not None
        return path


def drop(page: Page, *files: Path | dict[str, object]) -> None:
    """Drop songs on the uploader of many, and have them judged."""
    page.get_by_test_id("stFileUploader").locator("input[type=file]").set_input_files(list(files))
    page.get_by_role("button", name=f"Judge {len(files)} songs").click()
    expect(page.get_by_role("button", name="Remove all")).to_be_visible()
    settle(page)


def exported(page: Page, button: str) -> list[dict[str, str]]:
    """Rows of the CSV that a button of the page gives."""
    with page.expect_download() as download:
        page.get_by_test_id("stDownloadButton").get_by_role("button", name=button).click()
    text = Path(download.value.path()).read_text(encoding="utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def choose_row(page: Page, place: int) -> None:
    """Click where a table has its boxes for choosing."""
    table = page.get_by_test_id("stDataFrame").first
    table.scroll_into_view_if_needed()
    box = table.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + ROW_PX // 2, box["y"] + ROW_PX * (place + 1) + ROW_PX // 2)


def sounds(page: Page) -> None:
    """Wait until something is heard."""
    page.wait_for_function("() => window.genreLabDeck?.playing && genreLabDeck.position > 0.1")


def play(page: Page, name: str) -> np.ndarray:
    """Play what is called so; the sound that the browser fetched, shape (samples,)."""
    player(page, name).get_by_role("button", name=f"Play {name}", exact=True).click()
    sounds(page)
    fetched = page.request.get(str(heard(page)["source"]))
    page.evaluate("() => genreLabDeck.pause()")
    until(lambda: not heard(page)["playing"])
    assert fetched.status == 200
    samples, _ = soundfile.read(io.BytesIO(fetched.body()), dtype="float32")
    return np.asarray(samples)


def choose(box: Locator, option: str) -> None:
    """Type into a list and take what it offers."""
    box.click()
    box.fill(option)
    box.press("Enter")


def bring(page: Page, name: str, content: bytes) -> None:
    """Upload one song in place of the one before."""
    if (another := page.get_by_role("button", name="Another song")).count():
        another.click()
        settle(page)
    page.get_by_test_id("stFileUploader").locator("input[type=file]").set_input_files(
        {"name": name, "mimeType": "audio/wav", "buffer": content}
    )
    expect(page.get_by_text(name).first).to_be_visible()
    settle(page)
