"""A real Chromium and a real server, for the journeys."""

import os
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.needs import chromium, in_ci
from tests.waiting import LIMIT_S, until

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
    # A microphone that beeps, for who may use one.
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
]

StartServer = Callable[..., str]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "browser" in item.path.parts:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium; where it is missing a skip, or a failure in CI."""
    program = chromium()
    if program is None:
        (pytest.fail if in_ci() else pytest.skip)("no Chromium on the path (Debian: apt-get install chromium)")
    expect.set_options(timeout=1000 * LIMIT_S)
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=program, args=CHROMIUM_FLAGS)
        yield launched
        launched.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A fresh visitor."""
    context = browser.new_context(viewport={"width": 1400, "height": 1000})
    context.set_default_timeout(1000 * LIMIT_S)
    yield context.new_page()
    context.close()


@pytest.fixture(scope="module")
def start_server() -> Iterator[StartServer]:
    """Start dashboards as a user would; each is ended, with its jobs' processes, at the end of the module."""
    servers: list[subprocess.Popen[bytes]] = []

    def start(home: Path, data: str = "", *, port: int | None = None, pretrained: str = "") -> str:
        if port is None:
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", 0))
                port = probe.getsockname()[1]
        environment = {
            **os.environ,
            "GENRE_LAB_HOME": str(home),
            "GENRE_LAB_DATA": data,
            "GENRE_LAB_PRETRAINED": pretrained,
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

        def answers() -> bool:
            assert server.poll() is None, (home / "server.log").read_text()
            try:
                with urllib.request.urlopen(f"{url}/_stcore/health", timeout=LIMIT_S):
                    return True
            except OSError:
                return False

        until(answers, explain=(home / "server.log").read_text)
        return url

    yield start
    for server in servers:
        server.terminate()
        server.wait(LIMIT_S)
