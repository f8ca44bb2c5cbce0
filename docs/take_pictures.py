"""Take the README's pictures of a running dashboard that holds the demo and a finished CNN and FFNN on it.

python docs/take_pictures.py http://localhost:8501 CNN_RUN_ID FFNN_RUN_ID
"""

import shutil
import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

FOLDER = Path(__file__).resolve().parent / "images"


def settle(page: Page) -> None:
    """Wait until the page is drawn."""
    page.wait_for_function(
        "() => document.querySelector('[data-testid=stApp]')?.getAttribute('data-test-script-state') === 'notRunning'"
        " && !document.querySelector('[data-testid=stSkeleton]')"
    )
    page.wait_for_timeout(3000)


def main(url: str, cnn: str, ffnn: str) -> None:
    """One picture a page, 1280 pixels wide."""
    pages = {
        "overview": "",
        "gallery": "gallery?collection=demo",
        "explore": "explore?collection=demo",
        "confusion": f"confusion?run={ffnn}",
        "compare": f"compare?runs={cnn},{ffnn}",
    }
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 860})
        for name, path in pages.items():
            page.set_viewport_size({"width": 1280, "height": 1180 if name == "confusion" else 860})
            page.goto(f"{url}/{path}")
            settle(page)
            page.screenshot(path=FOLDER / f"{name}.png")
        browser.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
