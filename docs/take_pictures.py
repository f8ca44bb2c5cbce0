"""Take the README's pictures of a running dashboard that holds the demo and a collection of GTZAN's features.

make test ARGS=--version        # once: installs Playwright and, where there is none, Chromium
.venv/bin/python docs/take_pictures.py http://localhost:8501 COLLECTION_ID SONG
"""

import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from tests.needs import chromium

FOLDER = Path(__file__).resolve().parent / "images"


def settle(page: Page) -> None:
    """Wait until the page is drawn."""
    page.wait_for_function(
        "() => document.querySelector('[data-testid=stApp]')?.getAttribute('data-test-script-state') === 'notRunning'"
        " && !document.querySelector('[data-testid=stSkeleton]')",
        timeout=120_000,
    )
    page.wait_for_timeout(3000)


def show_matrix_whole(page: Page) -> None:
    """Make the window as high as the confusion matrix and the words below it need."""
    box = page.get_by_test_id("stVegaLiteChart").first.bounding_box()
    assert box is not None, "There is no matrix on the page."
    page.set_viewport_size({"width": 1280, "height": round(box["y"] + box["height"]) + 100})
    settle(page)


def main(url: str, collection: str, song: str) -> None:
    """One picture a page, 1280 pixels wide."""
    pages = {
        "overview": "",
        "gallery": "gallery?collection=demo",
        "explore": f"explore?collection={collection}",
        "confusion": "confusion",
        "compare": "compare",
        "train": f"train?collection={collection}",
        "classify": "classify",
    }
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 860})
        for name, path in pages.items():
            page.set_viewport_size({"width": 1280, "height": 1180 if name == "overview" else 860})
            page.goto(f"{url}/{path}")
            settle(page)
            if name == "classify":
                page.get_by_test_id("stFileUploader").locator("input[type=file]").set_input_files(song)
                page.get_by_role("slider", name="Position in ").first.wait_for(timeout=120_000)
                settle(page)
            if name == "confusion":
                show_matrix_whole(page)
            page.screenshot(path=FOLDER / f"{name}.png")
        browser.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
