"""A real Chromium and a real server, for the journeys."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

REPOSITORY = Path(__file__).resolve().parent.parent.parent
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
]

TIMEOUT_MS = 60_000
"""Of every step: generous, since two cores may be busy with a training."""

StartServer = Callable[[Path, str], str]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "browser" in item.path.parts:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium; where it is missing a skip, or a failure when ``GENRE_LAB_REQUIRE_BROWSER`` is set."""
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if chromium is None:
        message = "no Chromium on the path (Debian: apt-get install chromium)"
        if os.environ.get("GENRE_LAB_REQUIRE_BROWSER"):
            pytest.fail(message)
        pytest.skip(message)
    expect.set_options(timeout=TIMEOUT_MS)
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_FLAGS)
        yield launched
        launched.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A fresh visitor."""
    context = browser.new_context(viewport={"width": 1400, "height": 1000})
    context.set_default_timeout(TIMEOUT_MS)
    yield context.new_page()
    context.close()


@pytest.fixture(scope="module")
def start_server() -> Iterator[StartServer]:
    """Start dashboards as a user would; each is ended, with its jobs' processes, at the end of the module."""
    servers: list[subprocess.Popen[bytes]] = []

    def start(home: Path, data: str = "") -> str:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        environment = {
            **os.environ,
            "GENRE_LAB_HOME": str(home),
            "GENRE_LAB_DATA": data,
            "GENRE_LAB_PRETRAINED": "",
            "GENRE_LAB_MEASURE": "0",
        }
        environment.pop("MLFLOW_TRACKING_URI", None)
        command = [sys.executable, "-m", "streamlit", "run", "dashboard/app.py"]
        options = ["--server.port", str(port), "--server.headless", "true"]
        with (home / "server.log").open("wb") as log:
            server = subprocess.Popen(
                [*command, *options], cwd=REPOSITORY, env=environment, stdout=log, stderr=subprocess.STDOUT
            )
        servers.append(server)
        url = f"http://localhost:{port}"
        deadline = time.monotonic() + 60
        while True:
            try:
                with urllib.request.urlopen(f"{url}/_stcore/health", timeout=2):
                    return url
            except OSError:
                assert server.poll() is None, (home / "server.log").read_text()
                assert time.monotonic() < deadline, (home / "server.log").read_text()
                time.sleep(0.1)

    yield start
    for server in servers:
        server.terminate()
        server.wait(20)
