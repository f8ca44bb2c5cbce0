"""Where sound is fetched: by whom, how long, and after the server was killed and started again."""

import os
import signal
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import Browser, Page, expect

from core.clips.collection import Collection
from core.extraction.extract import extract
from core.features.mel import MelSpectrogram
from core.features.numeric import NumericFeatures
from core.queue.launch import train_here
from tests.browser.conftest import StartServer
from tests.browser.steps import hear, settle, visit
from tests.pages.conftest import quick_config
from tests.waiting import until


@pytest.fixture
def other_page(browser: Browser) -> Iterator[Page]:
    """Another visitor."""
    context = browser.new_context()
    yield context.new_page()
    context.close()


def status(page: Page, address: str, **headers: str) -> int:
    """What the server answers a visitor who asks for an address."""
    return page.request.get(address, headers=headers).status


def kill_server(port: int) -> None:
    for process in psutil.Process().children(recursive=True):
        with suppress(psutil.NoSuchProcess):  # a child of another test that has just ended
            if str(port) in process.cmdline():
                os.kill(process.pid, signal.SIGKILL)
                process.wait()


def test_sounds_and_uploads(
    page: Page, other_page: Page, start_server: StartServer, home: Path, tiny_collection: Collection
) -> None:
    extract(tiny_collection, [MelSpectrogram(), NumericFeatures()], n_workers=1)
    train_here(quick_config(tiny_collection, epochs=1))
    url = start_server(home, "")
    port = int(url.rsplit(":", 1)[1])

    # A clip: its address plays, in parts too, and cannot be made up.
    visit(other_page, url, f"gallery?collection={tiny_collection.id}")
    clip = hear(other_page, duration_s=2.5)
    whole = page.request.get(clip)
    assert whole.status == 200
    assert whole.body() == Path(tiny_collection.by_name["bass.00000"].path or "").read_bytes()
    part = page.request.get(clip, headers={"Range": "bytes=10-19"})
    assert (part.status, part.body()) == (206, whole.body()[10:20])
    assert part.headers["content-range"] == f"bytes 10-19/{len(whole.body())}"
    assert page.request.get(clip, headers={"Range": "bytes=-10"}).body() == whole.body()[-10:]
    assert status(page, clip, Range=f"bytes={len(whole.body())}-") == 416
    assert status(page, clip[:-1] + ("0" if clip[-1] != "0" else "1")) == 404
    assert status(page, f"{url}/app/static/sound/clip/e30.{'0' * 32}") == 404

    # A song: as long as its page is open.
    path = tiny_collection.by_name["hiss.00000"].path
    assert path is not None
    visit(page, url, "classify")
    page.locator("input[type=file]").first.set_input_files(path)
    expect(page.get_by_text("hiss.00000.flac").first).to_be_visible()
    settle(page)
    song = hear(page, duration_s=2.5)
    assert "/media/" not in song
    assert page.request.get(song).body() == path.read_bytes()
    assert page.request.get(song).headers["cache-control"] == "no-store"
    assert "song=uploaded" in page.url

    # The server is killed and started again: clips play on, and of the song is said what became of it.
    kill_server(port)
    start_server(home, "", port=port)
    assert status(other_page, clip) == 200
    assert status(page, song) == 404
    page.reload()
    settle(page)
    expect(page.get_by_text("The song that was uploaded here is gone")).to_be_visible()

    page.locator("input[type=file]").first.set_input_files(path)
    settle(page)
    expect(page.get_by_text("The song that was uploaded here is gone")).to_be_hidden()
    song = hear(page, duration_s=2.5)
    assert status(other_page, song) == 200
    page.close()
    until(lambda: status(other_page, song) == 404)
